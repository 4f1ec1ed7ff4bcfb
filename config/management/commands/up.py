"""`manage.py up`: the whole site on one machine, from servers to address, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import env
from config.embedded.processes import ServiceError, die_with_parent
from config.embedded.supervisor import Supervisor


class Command(BaseCommand):
    help = "Start PostgreSQL, Valkey, mail, web, worker and beat on this machine, and print the address."
    requires_system_checks: list[str] = []  # the database is not there yet; prepare_database runs them

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--data", type=Path, default=settings.LOCAL_DATA, help="where the servers' data lies"
        )

        parser.add_argument("--with-parent", action="store_true", help="stop when the caller dies")

    def handle(self, *args: Any, data: Path, with_parent: bool, **options: Any) -> None:
        if with_parent and (follow := die_with_parent(signal.SIGTERM, os.getppid())):
            follow()
        given = env.read(os.environ)
        if given.is_production:
            raise CommandError(
                "BASE_URL: expected no public address, because `up` serves this machine only. "
                "docs/operate.md shows how to run Cairn in production."
            )
        try:
            code = Supervisor(data.resolve(), given, os.environ, self._say).run()
        except ServiceError as problem:
            raise CommandError(str(problem)) from None
        sys.exit(code)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
