"""Configuration of the agencies app: whose data it is, and who may see it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgenciesConfig(AppConfig):
    name = "agencies"
    verbose_name = _("Réseaux et agences")

    def ready(self) -> None:
        from agencies import checks  # noqa: F401  (registers the start-up checks)
