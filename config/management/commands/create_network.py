"""`manage.py create_network`: open a network and invite its first people."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from config.networks import add_options, add_people, chosen, invite, invited, open_network


class Command(BaseCommand):
    help = "Open a network with the starter programme and print its first people's invitation links."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="address of the network: /n/<slug>/")
        parser.add_argument("name", help="name that people read")
        add_options(parser)
        add_people(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        people = invited(options)
        with transaction.atomic():
            network = open_network(options["slug"], **chosen(options))
            lines = invite(network, people)
        for line in [f"Network {network.name} is open at /n/{network.slug}/", *lines]:
            self.stdout.write(line)
