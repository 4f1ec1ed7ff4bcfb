"""Reports every error and warning of a programme package: a folder, a ZIP or one JSON document."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coaching.programmes.checks.walk import texts_of, words_of
from coaching.programmes.management.spoken import SpokenCommand
from coaching.programmes.outline import outline_document
from coaching.programmes.package import Package, read_package
from coaching.programmes.schema import Document
from coaching.programmes.wording import problem_text


class Command(SpokenCommand):
    help = "Checks a programme package and names the file, the line and the reason of every fault."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("package", type=Path, help="folder, .zip or .json")

    def handle(self, *args: Any, **options: Any) -> None:
        package = read_package(options["package"])
        for problem in package.problems:
            weight = _("ERREUR") if problem.is_error else _("avertissement")
            self.stdout.write(f"{weight} {problem_text(problem)}")
        if package.document is not None:
            self.stdout.write(_summary(package.document))
        self.stdout.write(_count(package))
        if package.errors:
            raise CommandError(_("Ce paquet ne peut pas être publié en l’état."))


def _summary(document: Document) -> str:
    outline = outline_document(document)
    words = {
        language: sum(len(words_of(text)) for path, text in texts_of(document) if path[-1] == language)
        for language in ("fr", "en")
    }
    totals = _(
        "Modules écrits : %(written)s sur %(modules)s ; étapes : %(steps)s ; "
        "mots : %(french)s en français, %(english)s en anglais."
    ) % {
        "written": sum(module.is_written for module in outline.modules),
        "modules": len(outline.modules),
        "steps": len(outline.steps),
        "french": words["fr"],
        "english": words["en"],
    }
    weeks = "  ".join(f"{week.key} {week.minutes} min" for week in outline.weeks)
    minutes = sum(week.minutes for week in outline.weeks)
    return f"{totals}\n  {weeks}\n  " + _("Parcours entier : %(minutes)s min.") % {"minutes": minutes}


def _count(package: Package) -> str:
    errors, warnings = len(package.errors), len(package.warnings)
    return ", ".join(
        [
            ngettext("%(count)d erreur", "%(count)d erreurs", errors) % {"count": errors},
            ngettext("%(count)d avertissement", "%(count)d avertissements", warnings) % {"count": warnings},
        ]
    )
