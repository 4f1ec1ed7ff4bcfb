"""Writes a published version as a package: a folder a coach can edit, or one JSON document."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coaching.programmes.management.spoken import SpokenCommand
from coaching.programmes.models import ProgrammeVersion
from coaching.programmes.package import write_folder
from coaching.programmes.services import document_of


class Command(SpokenCommand):
    help = "Exports a published programme to an empty folder, or to the standard output with --json."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("slug")
        parser.add_argument("folder", type=Path, nargs="?")
        parser.add_argument("--label", help="the version to export; the newest when left out")
        parser.add_argument("--json", action="store_true", help="one JSON document instead of a folder")

    def handle(self, *args: Any, **options: Any) -> None:
        document = document_of(_version(options["slug"], options["label"]))
        if options["json"]:
            self.stdout.write(json.dumps(document, ensure_ascii=False, indent=1))
            return
        folder: Path | None = options["folder"]
        if folder is None:
            raise CommandError(_("Nommez un dossier, ou demandez --json."))
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise CommandError(
                _("%(folder)s n’est pas un dossier vide : choisissez-en un autre.") % {"folder": folder}
            )
        count = len(write_folder(document, folder))
        said = ngettext("%(count)d fichier écrit", "%(count)d fichiers écrits", count)
        self.stdout.write(said % {"count": count})


def _version(slug: str, label: str | None) -> ProgrammeVersion:
    versions = ProgrammeVersion.objects.of_programme(slug).newest_first()
    version = (versions.filter(label=label) if label else versions).first()
    if version is None:
        said = (
            _("Le parcours « %(slug)s » n’a pas de version publiée « %(label)s ».")
            if label
            else _("Le parcours « %(slug)s » n’a pas de version publiée.")
        )
        raise CommandError(said % {"slug": slug, "label": label})
    return version
