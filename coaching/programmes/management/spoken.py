"""What the commands on programmes share: they print in the operator's language."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import override


class SpokenCommand(BaseCommand):
    """A command with --language, French unless told otherwise."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--language",
            choices=[code for code, _name in settings.LANGUAGES],
            default=settings.LANGUAGE_CODE,
            help="language of what is printed",
        )

    def execute(self, *args: Any, **options: Any) -> str | None:
        with override(options["language"]):
            return super().execute(*args, **options)
