"""`manage.py set_network`: change what was decided about a network when it was opened, invite more people."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from agencies.models import Network
from agencies.services import change_network
from config.networks import FIELDS, add_options, add_people, checked, chosen, end_mandates, invite, invited


class Command(BaseCommand):
    help = "Change a network, only what is named; invite people, or anew; print how it is set and the links."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="address of the network: /n/<slug>/")
        parser.add_argument("--name")
        add_options(parser)
        add_people(parser)
        parser.add_argument(
            "--end",
            action="append",
            default=[],
            metavar="EMAIL",
            help="end the mandate of this coach, manager or administrator now",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        network = Network.objects.filter(slug=options["slug"]).first()
        if network is None:
            raise CommandError(f"There is no network {options['slug']!r}.")
        people = invited(options)
        fields = chosen(options)
        with transaction.atomic():
            if fields:
                checked(lambda: change_network(network, **fields))
            ended = [line for email in options["end"] for line in end_mandates(network, email)]
            links = invite(network, people)
        for field in FIELDS:
            self.stdout.write(f"{field}: {getattr(network, field)}")
        for line in [*ended, *links]:
            self.stdout.write(line)
