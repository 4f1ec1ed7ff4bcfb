"""The demonstration is built on any day of the week, and tells the story it promises."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from agencies.models import Agency, Network
from agencies.scope import networks
from coaching.cohorts.models import Enrolment
from config.demo.build import build_demo
from tests.savepoints import rolled_back

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PARIS = ZoneInfo("Europe/Paris")


def enrolments(slug: str) -> dict[str, Enrolment]:
    network = Network.objects.get(slug=slug)
    with networks(network.pk):
        return {row.membership.shown_name: row for row in Enrolment.objects.with_person()}


def agencies(slug: str) -> int:
    network = Network.objects.get(slug=slug)
    with networks(network.pk):
        return Agency.objects.count()


@pytest.mark.parametrize("day", [23, 28])  # a Monday, when the newest week is nearly over, and a Saturday
def test_the_story_stands_on_any_day(day: int) -> None:
    build_demo(dt.datetime(2026, 11, day, 15, 0, tzinfo=PARIS))

    people = enrolments("rivages")
    assert len(people) == 21  # two heads, one after the other, in Cholet
    assert agencies("rivages") == 20
    assert people["Hélène Moreau"].done_minutes > people["Véronique Gautier"].done_minutes > 0
    assert people["Bruno Le Roux"].done_minutes == people["Sylvie Hamel"].done_minutes == 15
    assert people["Pascal Tanguy"].status == "invited"
    assert people["Mehdi Amrani"].status == "paused"
    assert people["Marc Bouvier"].status == "replaced"
    assert people["Fatou Diallo"].status == "active"
    others = enrolments("toits")
    assert others.pop("Claude Jolly").status == "replaced"  # an interim stands in
    assert all(row.status == "invited" for row in others.values())


def test_the_same_instant_gives_the_same_story() -> None:
    now = dt.datetime(2026, 11, 24, 15, 0, tzinfo=PARIS)

    first, second = story_of(now), story_of(now)

    assert first == second


def story_of(now: dt.datetime) -> dict[str, tuple[int, int, dt.datetime | None]]:
    """Build, look, and take everything back."""
    with rolled_back():
        build_demo(now)
        return {
            name: (row.done_steps, row.done_minutes, row.last_activity_at)
            for name, row in enrolments("rivages").items()
        }
