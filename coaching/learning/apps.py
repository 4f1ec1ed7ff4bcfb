"""Configuration of the learning app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LearningConfig(AppConfig):
    name = "coaching.learning"
    verbose_name = _("Apprentissage")
