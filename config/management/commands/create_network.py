"""`manage.py create_network`: open a network and invite its first people."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from agencies.models import Membership
from agencies.scope import networks
from agencies.services import attach_person, issue_invitation
from config.networks import add_options, chosen, open_network


class Command(BaseCommand):
    help = "Open a network with the starter programme and print its first people's invitation links."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="address of the network: /n/<slug>/")
        parser.add_argument("name", help="name that people read")
        add_options(parser)
        parser.add_argument("--manager", action="append", default=[], metavar="EMAIL")
        parser.add_argument("--coach", action="append", default=[], metavar="EMAIL")

    def handle(self, *args: Any, **options: Any) -> None:
        people = [(email, Membership.Role.REGIONAL_MANAGER) for email in options["manager"]]
        people += [(email, Membership.Role.COACH) for email in options["coach"]]
        for email, _role in people:
            self._check_address(email)
        with transaction.atomic():
            network = open_network(options["slug"], **chosen(options))
            with networks(network.pk):
                links = [(email, role, self._link(email, role)) for email, role in people]
        self.stdout.write(f"Network {network.name} is open at /n/{network.slug}/")
        for email, role, link in links:
            self.stdout.write(f"  {role.label} {email}: {link}")

    def _link(self, email: str, role: str) -> str:
        token = issue_invitation(attach_person(email, role))
        return settings.BASE_URL.rstrip("/") + reverse("agencies:invitation", args=[token])

    def _check_address(self, email: str) -> None:
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"{email!r} is not an e-mail address; nothing was created") from None
