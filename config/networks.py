"""What the commands that open or change a network share: options, checks, the opening itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.core.validators import validate_email
from django.urls import reverse

from agencies.models import Agency, Membership, Network, Sector
from agencies.scope import networks
from agencies.services import attach_person, create_network, issue_invitation, revoke_invitations
from coaching.cohorts.calendar import CalendarError, public_holidays
from coaching.cohorts.services import end_mandate
from coaching.programmes.services import install, publish_starter

FIELDS = ("name", "region", "sector", "time_zone", "default_language", "country", "manager_view")


def add_options(parser: CommandParser) -> None:
    """One option for each thing that an operator decides about a network; none is necessary."""
    parser.add_argument("--region")
    parser.add_argument("--sector", choices=Sector.values)
    parser.add_argument("--time-zone")
    parser.add_argument("--language", choices=["fr", "en"], dest="default_language")
    parser.add_argument("--country", type=str.upper, help="two letters; its public holidays are kept")
    parser.add_argument(
        "--manager-view", choices=Network.ManagerView.values, help="what the regional manager reads"
    )


# Whom the command line brings in; heads come with the file of their agencies.
ROLES = {
    "manager": Membership.Role.REGIONAL_MANAGER,
    "coach": Membership.Role.COACH,
    "admin": Membership.Role.NETWORK_ADMIN,
}


def add_people(parser: CommandParser) -> None:
    """One option for each role that an operator invites into; each may be given several times."""
    for option, role in ROLES.items():
        said = f"invite this person ({role.value}): prints a link to hand over"
        parser.add_argument(f"--{option}", action="append", default=[], metavar="EMAIL", help=said)


def end_mandates(network: Network, email: str) -> list[str]:
    """End every mandate of this address but headships, now, the last manager included. A line for each."""
    with networks(network.pk):
        rows = Membership.objects.filter(network=network, user__email__iexact=email)
        rows = rows.exclude(role=Membership.Role.AGENCY_HEAD).running_or_announced(network.today())
        ended = list(rows.select_related("user"))
        for membership in ended:
            end_mandate(network, membership)
    if not ended:
        raise CommandError(f"{email!r} has no mandate to end in {network.slug!r}; nothing was changed")
    return [f"  {Membership.Role(each.role).label} {email}: ended" for each in ended]


def invited(options: Mapping[str, Any]) -> list[tuple[str, Membership.Role]]:
    """Address and role of each person; CommandError names an address that is none."""
    people = [(email, role) for option, role in ROLES.items() for email in options[option]]
    for email, _role in people:
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"{email!r} is not an e-mail address; nothing was changed") from None
    return people


def invite(network: Network, people: list[tuple[str, Membership.Role]]) -> list[str]:
    """A line for each: a fresh link, the only one that works, or that the person has joined already."""
    with networks(network.pk):
        return [f"  {role.label} {email}: {_way_in(email, role)}" for email, role in people]


def _way_in(email: str, role: Membership.Role) -> str:
    membership = attach_person(email, role)
    if membership.joined_at is not None:
        return f"has joined already, and signs in at {settings.BASE_URL}{reverse(settings.LOGIN_URL)}"
    revoke_invitations(membership)  # a link that went astray
    return settings.BASE_URL + reverse("agencies:invitation", args=[issue_invitation(membership)])


def chosen(options: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that were given; the others keep their value."""
    return {field: options[field] for field in FIELDS if options.get(field) is not None}


def checked(work: Callable[[], Network]) -> Network:
    """Do the work; a value that is not usable becomes a sentence that names it, and nothing is stored."""
    try:
        network = work()
        _check_holidays(network)
    except ValidationError as error:
        lines = [f"{field}: {' '.join(texts)}" for field, texts in error.message_dict.items()]
        raise CommandError("\n".join(lines)) from None
    return network


def open_network(slug: str, name: str, **fields: Any) -> Network:
    """A new network with the starter programme; CommandError names a value that is not usable."""
    if Network.objects.filter(slug=slug).exists():
        raise CommandError(
            f"slug: a network {slug!r} exists already; `manage.py set_network {slug}` prints and changes it"
        )
    network = checked(lambda: create_network(slug, name, **fields))
    with networks(network.pk):
        install(network, publish_starter())
    return network


def _check_holidays(network: Network) -> None:
    """A calendar cannot be drawn when the country, or a region of it that an agency names, is unknown."""
    with networks(network.pk):
        regions = set(Agency.objects.values_list("holiday_subdivision", flat=True))
    for region in sorted({network.holiday_subdivision, *regions}):
        try:
            public_holidays(network.country, region)
        except CalendarError as problem:
            raise CommandError(f"country: {problem}") from None
