"""Reports every error and warning of a programme package: a folder, a ZIP or one JSON document."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from coaching.programmes.checks.walk import texts_of, words_of
from coaching.programmes.outline import outline_document
from coaching.programmes.package import Package, read_package
from coaching.programmes.schema import Document


class Command(BaseCommand):
    help = "Checks a programme package and names the file, the line and the reason of every fault."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("package", type=Path, help="folder, .zip or .json")

    def handle(self, *args: Any, **options: Any) -> None:
        package = read_package(options["package"])
        for problem in package.problems:
            self.stdout.write(f"{'ERROR  ' if problem.is_error else 'warning'} {problem}")
        if package.document is not None:
            self.stdout.write(_summary(package.document))
        self.stdout.write(_count(package))
        if package.errors:
            raise CommandError("this package cannot be published as it is")


def _summary(document: Document) -> str:
    outline = outline_document(document)
    words = {
        language: sum(len(words_of(text)) for path, text in texts_of(document) if path[-1] == language)
        for language in ("fr", "en")
    }
    weeks = "  ".join(f"{week.key}: {week.minutes} min" for week in outline.weeks)
    written = sum(module.is_written for module in outline.modules)
    return (
        f"{written} modules written of {len(outline.modules)}, {len(outline.steps)} steps, "
        f"{words['fr']} words in French, {words['en']} in English\n  {weeks}\n"
        f"  whole programme: {sum(week.minutes for week in outline.weeks)} min"
    )


def _count(package: Package) -> str:
    return f"{len(package.errors)} errors, {len(package.warnings)} warnings"
