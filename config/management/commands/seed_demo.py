"""`manage.py seed_demo`: fill an empty demonstration."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.demo.build import build_demo
from config.demo.mails import keep_past_mails


class Command(BaseCommand):
    help = "Build the two invented networks of the demonstration in an empty installation."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("CAIRN_DEMO: the demonstration is off, so nothing was built")
        try:
            build_demo()
        except RuntimeError as problem:
            raise CommandError(str(problem)) from None
        if settings.MAIL_FOLDER is not None:
            keep_past_mails(Path(settings.MAIL_FOLDER))
        self.stdout.write("Two networks are ready: rivages, toits")
