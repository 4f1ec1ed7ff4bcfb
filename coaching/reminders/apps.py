"""Configuration of the reminders app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RemindersConfig(AppConfig):
    name = "coaching.reminders"
    verbose_name = _("Relances")
