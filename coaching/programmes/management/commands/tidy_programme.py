"""Rewrites a programme folder in its canonical form: typography, sentence lines, order of keys."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from coaching.programmes.package import tidy_folder


class Command(BaseCommand):
    help = "Sets the typography and the layout of a programme folder; comments (#) are not kept."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        changed, problems = tidy_folder(options["folder"])
        for problem in problems:
            self.stdout.write(f"ERROR   {problem}")
        if problems:
            raise CommandError("nothing was changed: mend these first")
        for name in changed:
            self.stdout.write(name)
        self.stdout.write(f"{len(changed)} files changed")
