"""Publishes the programme that ships with the product; safe to run at every start."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from coaching.programmes.management.spoken import SpokenCommand
from coaching.programmes.services import PublicationRefused, publish_starter


class Command(SpokenCommand):
    help = "Publishes the starter programme when its content is not published yet."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            version = publish_starter()
        except PublicationRefused as refused:
            raise CommandError(str(refused)) from refused
        title = version.title_en if options["language"] == "en" else version.title_fr
        said = _("%(title)s, version %(label)s, empreinte %(checksum)s")
        self.stdout.write(said % {"title": title, "label": version.label, "checksum": version.checksum[:12]})
