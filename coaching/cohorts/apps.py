"""Configuration of the cohorts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CohortsConfig(AppConfig):
    name = "coaching.cohorts"
    verbose_name = _("Promotions")
