"""What the commands that open or change a network share: options, checks, the opening itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from agencies.models import Agency, Network, Sector
from agencies.scope import networks
from agencies.services import create_network
from coaching.cohorts.calendar import CalendarError, public_holidays
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
