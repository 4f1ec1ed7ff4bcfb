"""The house: settings, routes, processes; nothing about people or programmes."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
