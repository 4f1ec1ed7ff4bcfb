"""`manage.py seed_demo`: fill an empty demonstration."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.demo.build import build_demo


class Command(BaseCommand):
    help = "Build the two invented networks of the demonstration in an empty installation."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("CAIRN_DEMO: the demonstration is off, so nothing was built")
        try:
            build_demo()
        except RuntimeError as problem:
            raise CommandError(str(problem)) from None
        self.stdout.write("Two networks are ready: rivages, toits")
