"""Configuration of the reminders app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RemindersConfig(AppConfig):
    name = "coaching.reminders"
    verbose_name = _("Relances")

    def ready(self) -> None:
        from coaching.adoption.notices import told_by
        from coaching.reminders.notices import messages_to_see

        told_by(messages_to_see)
