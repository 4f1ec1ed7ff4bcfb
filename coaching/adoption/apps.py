"""Configuration of the adoption app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AdoptionConfig(AppConfig):
    name = "coaching.adoption"
    verbose_name = _("Adoption")
