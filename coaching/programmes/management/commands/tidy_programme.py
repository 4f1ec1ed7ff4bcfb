"""Rewrites a programme folder in its canonical form: typography, sentence lines, order of keys."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coaching.programmes.management.spoken import SpokenCommand
from coaching.programmes.package import tidy_folder
from coaching.programmes.wording import problem_text


class Command(SpokenCommand):
    help = "Sets the typography and the layout of a programme folder; comments (#) are not kept."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        changed, problems = tidy_folder(options["folder"])
        for problem in problems:
            self.stdout.write(f"{_('ERREUR')} {problem_text(problem)}")
        if problems:
            raise CommandError(_("Rien n’a été changé : il y a d’abord ces points à revoir."))
        for name in changed:
            self.stdout.write(name)
        said = ngettext("%(count)d fichier changé", "%(count)d fichiers changés", len(changed))
        self.stdout.write(said % {"count": len(changed)})
