"""`manage.py translations`: check, update, compile and complete the catalogues."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.translations import catalogues, review
from config.translations.extract import texts


class Command(BaseCommand):
    help = "Bring locale/ up to date with the code (--update), compile it (--compile) or check it (--check)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--check", action="store_true", help="fail when a text is missing, stale or wrong")
        what.add_argument("--update", action="store_true", help="write French anew, make room in English")
        what.add_argument("--compile", action="store_true", help="write the .mo files that are out of date")
        what.add_argument(
            "--missing", action="store_true", help="print what English lacks, as JSON for --fill"
        )
        what.add_argument(
            "--fill", type=Path, metavar="FILE", help="take English texts from such a JSON file"
        )

    def handle(self, *args: Any, verbosity: int = 1, **options: Any) -> None:
        root: Path = settings.BASE_DIR
        if options.get("compile"):
            written = catalogues.compile_all(root)
            if verbosity:
                self.stdout.write(
                    f"Compiled: {', '.join(str(path) for path in written) or 'nothing had changed'}"
                )
        elif options.get("update"):
            catalogues.update(root, texts(root))
            self._say_missing(root)
        elif options.get("missing"):
            self.stdout.write(json.dumps(as_rows(root), ensure_ascii=False, indent=1))
        elif options.get("fill"):
            fill(root, json.loads(options["fill"].read_text(encoding="utf-8")))
            self._say_missing(root)
        elif found := review.problems(root, texts(root)):
            raise CommandError("\n".join(found) + f"\n{len(found)} problems in the translations.")

    def _say_missing(self, root: Path) -> None:
        lacking = review.missing(catalogues.read(root, "en"), texts(root))
        self.stdout.write(f"{len(lacking)} texts have no English yet.")


def as_rows(root: Path) -> list[dict[str, Any]]:
    """What English lacks: context, French form or forms, and as many empty English ones."""
    lacking = review.missing(catalogues.read(root, "en"), texts(root))
    return [
        {
            "context": message.context,
            "fr": list(review.forms(message.id)),
            "en": [""] * len(review.forms(message.id)),
        }
        for message in lacking
    ]


def fill(root: Path, rows: list[dict[str, Any]]) -> None:
    """Write the English of each row into the catalogue; a row with an empty form is left for later."""
    english = catalogues.read(root, "en")
    for row in rows:
        message = english.get(row["fr"][0], row["context"])
        if message is None:
            raise CommandError(f"Not in the English catalogue (run --update first): {row['fr'][0]!r}")
        if all(row["en"]):
            message.string = row["en"][0] if isinstance(message.id, str) else tuple(row["en"])
    catalogues.write(root, "en", english)
