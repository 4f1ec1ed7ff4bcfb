"""Publishes the programme that ships with the product; safe to run at every start."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from coaching.programmes.services import PublicationRefused, publish_starter


class Command(BaseCommand):
    help = "Publishes the starter programme when its content is not published yet."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            version = publish_starter()
        except PublicationRefused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{version.title_fr}, version {version.label}: {version.checksum[:12]}")
