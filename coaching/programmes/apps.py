"""Configuration of the programmes app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgrammesConfig(AppConfig):
    name = "coaching.programmes"
    verbose_name = _("Parcours")
