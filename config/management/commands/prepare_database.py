"""`manage.py prepare_database`: tables, policies and the cache's table; runs as the owner of the database."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


class Command(BaseCommand):
    help = "Migrate the database and create the table of the cache."
    requires_system_checks: list[str] = []  # `migrate` and prepare_site run them

    def handle(self, *args: Any, **options: Any) -> None:
        # Looking first spares a restart the slow part of `migrate`: comparing models and permissions.
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
