"""Workers killed without a word at every named place: nothing is lost, nothing doubled, doubt is visible."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from coaching.reminders.failpoints import POINTS
from coaching.reminders.services import deliver_network
from tests.chaos.conftest import KILLED, judge, ledger, work
from tests.factories import PARIS, make_cast
from tests.reminders.conftest import Mailbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

NOW = dt.datetime(2027, 1, 4, 10, 0, tzinfo=PARIS)
AFTER_LEASES = NOW + dt.timedelta(minutes=5)
PEOPLE = 4

# Where the worker died -> (state of its message then, copies that arrived, state after the next workers).
# Whether the server took in a text whose sender died before its answer is the server's affair: 0 or 1.
EXPECTED = {
    "after_plan": ("due", (0,), "sent"),
    "rendered": ("due", (0,), "sent"),
    "before_claim_commit": ("due", (0,), "sent"),
    "after_claim_commit": ("leased", (0,), "sent"),
    "connected": ("leased", (0,), "sent"),
    "after_rcpt": ("leased", (0,), "sent"),
    "before_handing_commit": ("leased", (0,), "sent"),
    "after_handing_commit": ("handing", (0,), "uncertain"),
    "mid_data": ("handing", (0,), "uncertain"),
    "accepted_before_250": ("handing", (0, 1), "uncertain"),
    "after_250": ("handing", (1,), "uncertain"),
    "after_sent_commit": ("sent", (1,), "sent"),
}


def test_every_crash_point_has_its_row_in_the_table() -> None:
    assert set(EXPECTED) == set(POINTS)


@pytest.mark.parametrize("point", POINTS)
def test_worker_killed_at(point: str, mailbox: Mailbox) -> None:
    cast = make_cast(PEOPLE)
    then, copies, finally_ = EXPECTED[point]

    assert work(cast, NOW, failpoint=f"{point}:1") == KILLED
    first = ledger(cast)[0]
    arrived = [str(message["X-Reminder-Key"]) for message in mailbox.received]
    assert first.state == then
    assert arrived.count(first.dedupe_key) in copies

    for minutes in (5, 10, 15):
        deliver_network(cast.network.pk, now=NOW + dt.timedelta(minutes=minutes))
    found = judge(cast, mailbox)
    assert (found["lost"], found["doubled"]) == (0, 0)
    assert ledger(cast)[0].state == finally_
    assert found.get("sent", 0) == PEOPLE - (finally_ == "uncertain")


def test_many_workers_killed_anywhere_lose_and_double_nothing(mailbox: Mailbox) -> None:
    cast = make_cast(30)
    chance = random.Random(20270104)
    kills = 0
    for round_number in range(10):
        point = f"{chance.choice(POINTS[1:])}:{chance.randint(1, 6)}"
        kills += work(cast, NOW + dt.timedelta(minutes=3 * round_number), failpoint=point) == KILLED

    for minutes in (60, 65):
        deliver_network(cast.network.pk, now=NOW + dt.timedelta(minutes=minutes))

    found = judge(cast, mailbox)
    assert (found["lost"], found["doubled"]) == (0, 0)
    assert found.get("sent", 0) + found.get("uncertain", 0) == 30
    assert kills > 0
    assert found.get("uncertain", 0) <= kills
