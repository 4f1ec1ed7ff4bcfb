"""`manage.py prepare_database`: tables, policies and the cache's table; runs as the owner of the database."""

from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder


class Command(BaseCommand):
    help = "Migrate the database and create the table of the cache."
    requires_system_checks: list[str] = []  # `migrate` runs them

    def handle(self, *args: Any, **options: Any) -> None:
        if is_prepared():  # spares a start the slow part of `migrate`: comparing models and permissions
            return
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)


def is_prepared() -> bool:
    """Whether every migration on disk is applied and the cache has its table; imports no migration."""
    try:
        applied = set(MigrationRecorder(connection).applied_migrations())
        with connection.cursor() as cursor:
            tables = connection.introspection.table_names(cursor)
    except OperationalError:  # before the first migration the application's role is missing
        return False
    return migrations_on_disk() <= applied and settings.CACHES["default"]["LOCATION"] in tables


def migrations_on_disk() -> set[tuple[str, str]]:
    """App and name of every migration of the installed apps."""
    return {
        (app.label, path.stem)
        for app in apps.get_app_configs()
        for path in Path(app.path, "migrations").glob("[0-9]*.py")
    }
