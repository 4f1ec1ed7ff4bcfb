"""`manage.py create_network`: open a network and invite its first people."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.urls import reverse

from agencies.models import Membership, Network, Sector
from agencies.scope import networks
from agencies.services import attach_person, create_network, issue_invitation
from coaching.programmes.services import install, publish_starter


class Command(BaseCommand):
    help = "Open a network with the starter programme and print its first people's invitation links."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="address of the network: /n/<slug>/")
        parser.add_argument("name", help="name that people read")
        parser.add_argument("--region", default="")
        parser.add_argument("--sector", choices=Sector.values, default=Sector.GENERAL)
        parser.add_argument("--time-zone", default="Europe/Paris")
        parser.add_argument("--language", choices=["fr", "en"], default="fr")
        parser.add_argument("--manager", action="append", default=[], metavar="EMAIL")
        parser.add_argument("--coach", action="append", default=[], metavar="EMAIL")

    def handle(self, *args: Any, **options: Any) -> None:
        people = [(email, Membership.Role.REGIONAL_MANAGER) for email in options["manager"]]
        people += [(email, Membership.Role.COACH) for email in options["coach"]]
        for email, _role in people:
            self._check_address(email)
        network = self._create(options)
        self.stdout.write(f"Network {network.name} is open at /n/{network.slug}/")
        with networks(network.pk):
            install(network, publish_starter())
            for email, role in people:
                token = issue_invitation(attach_person(email, role))
                link = settings.BASE_URL.rstrip("/") + reverse("agencies:invitation", args=[token])
                self.stdout.write(f"  {role.label} {email}: {link}")

    def _create(self, options: dict[str, Any]) -> Network:
        try:
            return create_network(
                options["slug"],
                options["name"],
                region=options["region"],
                sector=options["sector"],
                time_zone=options["time_zone"],
                default_language=options["language"],
            )
        except ValidationError as error:
            lines = [f"{field}: {' '.join(texts)}" for field, texts in error.message_dict.items()]
            raise CommandError("\n".join(lines)) from None

    def _check_address(self, email: str) -> None:
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"{email!r} is not an e-mail address; nothing was created") from None
