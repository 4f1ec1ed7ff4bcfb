"""The demonstration's past messages: the ladder was climbed as in real life, and no burst follows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from agencies.models import Network
from agencies.scope import networks
from coaching.adoption.ladder import LadderFacts, manager_visibility
from coaching.cohorts.models import Enrolment
from coaching.reminders.facts import HUMAN, UNCAPPED
from coaching.reminders.loading import load
from coaching.reminders.models import Reminder
from coaching.reminders.policy import in_window
from coaching.reminders.services import deliver_network
from config.demo.build import build_demo
from tests.reminders.conftest import Mailbox, mailbox  # noqa: F401  (a fixture)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PARIS = ZoneInfo("Europe/Paris")

# Before and after the digest of a Tuesday, after Christmas, after the four holidays of May 2027.
# Every weekday and other seasons were tried by hand once: a building takes ten seconds.
TUESDAY_EARLY = dt.datetime(2026, 11, 24, 7, 0, tzinfo=PARIS)
THURSDAY = dt.datetime(2026, 11, 26, 14, 0, tzinfo=PARIS)
AFTER_CHRISTMAS = dt.datetime(2026, 12, 29, 8, 0, tzinfo=PARIS)
AFTER_ASCENSION = dt.datetime(2027, 5, 18, 8, 0, tzinfo=PARIS)


def of_network(slug: str) -> Network:
    return Network.objects.get(slug=slug)


@pytest.mark.parametrize(
    "now", [TUESDAY_EARLY, AFTER_CHRISTMAS, AFTER_ASCENSION], ids=lambda day: f"{day:%a %d %b}"
)
def test_two_people_are_on_the_managers_list_by_the_real_ladder(now: dt.datetime) -> None:
    build_demo(now)

    with networks(of_network("rivages").pk):
        ids = list(Enrolment.objects.live().values_list("pk", flat=True))
        people = load(ids, now).values()
    seen = {str(each.enrolment.membership.user) for each in people if is_visible(each, now)}
    assert seen == {"Bruno Le Roux", "Sylvie Hamel"}


def is_visible(loaded: object, now: dt.datetime) -> bool:
    """As the manager's page counts: from the enrolment's own columns."""
    facts, row = loaded.facts, loaded.enrolment  # type: ignore[attr-defined]
    day = facts.calendar.local_day
    ladder = LadderFacts(
        status=facts.status,
        employment_status=facts.employment_status,
        working=facts.working,
        invited_on=day(row.invited_at),
        last_activity_on=day(row.last_activity_at) if row.last_activity_at else None,
        reminders_on=(day(now),) * row.reminders_sent,
        coach_contacts_on=facts.coach_contacts_on,
        notified_on=day(row.manager_notice_at) if row.manager_notice_at else None,
    )
    return manager_visibility(ladder, day(now)).is_visible


def test_past_messages_kept_the_caps_and_the_window() -> None:
    now = THURSDAY
    build_demo(now)

    with networks(of_network("rivages").pk):
        sent = list(Reminder.objects.sent().exclude(kind__in=UNCAPPED).order_by("handed_over_at"))
        people = load({row.enrolment_id for row in sent}, now)
        held_back = set(Reminder.objects.filter(state="skipped").values_list("reason", flat=True))
    by_person = defaultdict(list)
    for row in sent:
        by_person[row.enrolment_id].append((row.handed_over_at, row.kind))
        assert in_window(row.handed_over_at, people[row.enrolment_id].facts.calendar) or is_paused(
            people, row
        )
    assert len(sent) > 60
    assert "active_this_week" in held_back
    for left in by_person.values():
        moments = [at for at, _kind in left]
        # What the coach says to many waits for the number in seven days alone (reminders/human.py).
        assert all(
            b - a >= dt.timedelta(hours=48) for (a, _), (b, kind) in pairwise(left) if kind not in HUMAN
        )
        assert all(c - a >= dt.timedelta(days=7) for a, c in zip(moments, moments[2:], strict=False))


def is_paused(people: dict, row: Reminder) -> bool:
    """What left before a pause began lies outside today's calendar of that person."""
    return bool(people[row.enrolment_id].facts.working.pauses)


@pytest.mark.parametrize("now", [TUESDAY_EARLY, THURSDAY], ids=lambda day: f"{day:%a %d %b}")
def test_first_real_tick_sends_nothing_of_the_past(now: dt.datetime, mailbox: Mailbox) -> None:  # noqa: F811
    build_demo(now)

    done = deliver_network(of_network("rivages").pk, now=now)

    assert mailbox.received == []
    assert done.planning.inserted > 10


def test_the_new_network_gets_its_invitations(mailbox: Mailbox) -> None:  # noqa: F811
    now = dt.datetime(2026, 11, 25, 15, 0, tzinfo=PARIS)
    build_demo(now)

    deliver_network(of_network("toits").pk, now=now)

    assert len(mailbox.received) == 12
