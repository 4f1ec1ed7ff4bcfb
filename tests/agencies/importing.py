"""An import in two words: plan what a file would do, and run it; the network it runs in is in conftest."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from accounts.models import User
from agencies.importing.applying import Applied, NotApplied, apply_file
from agencies.importing.planning import Item, Plan, make_plan
from agencies.importing.problems import FileRefusal
from agencies.models import Agency, Membership, Network
from tests.agencies.importing_files import csv_of

TODAY = timezone.localdate()
LONG_AGO = dt.date(2026, 1, 5)


def plan(network: Network, content: bytes, accepted: dict[str, str] | None = None) -> Plan:
    found = make_plan(network, content, "f.csv", TODAY, accepted)
    assert not isinstance(found, FileRefusal), found
    return found


def run(network: Network, content: bytes, **options: Any) -> Applied | NotApplied:
    """Plan, then apply what was shown."""
    accepted = options.get("accepted")
    token = plan(network, content, accepted).token
    return apply_file(network, content, "f.csv", TODAY, token=token, **options)


def only(network: Network, content: bytes) -> Item:
    (item,) = plan(network, content).items
    return item


def vannes(email: str = "yann@rivages.test", name: str = "Yann Le Goff") -> bytes:
    return csv_of(("V1", "Vannes", email, name))


def everything() -> list[object]:
    """All rows that an import may touch, to see that nothing moved."""
    return [
        list(Agency.objects.order_by("pk").values()),
        list(Membership.objects.order_by("pk").values()),
        list(User.objects.order_by("pk").values()),
    ]
