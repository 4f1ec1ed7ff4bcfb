"""Configuration of the house: tasks go to our Celery application in every process that has Django's apps."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config import celery  # noqa: F401  (becomes the application that shared tasks belong to)
