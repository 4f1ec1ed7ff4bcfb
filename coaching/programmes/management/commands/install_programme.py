"""Lets an existing network open cohorts on the newest version of a programme; idempotent."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agencies.models import Network
from agencies.scope import networks
from coaching.programmes.models import ProgrammeVersion
from coaching.programmes.services import STARTER_FOLDER, install


class Command(BaseCommand):
    help = "Installs the newest published version of a programme in a network."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--network", required=True, metavar="SLUG", help="address of the network")
        parser.add_argument(
            "--programme", default=STARTER_FOLDER.name, metavar="SLUG", help="the starter when left out"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        network = Network.objects.filter(slug=options["network"]).first()
        if network is None:
            raise CommandError(f"There is no network {options['network']!r}.")
        slug = options["programme"]
        version = ProgrammeVersion.objects.light().of_programme(slug).newest_first().first()
        if version is None:
            raise CommandError(
                f"No version of {slug!r} is published (`manage.py publish_starter` publishes the starter)."
            )
        with networks(network.pk):
            install(network, version)
        self.stdout.write(f"{network.name}: {version.title_fr}, version {version.label}")
