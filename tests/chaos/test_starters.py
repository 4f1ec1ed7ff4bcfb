"""Who starts the work does not matter: three beats at once, a sweep beside them, nobody for a week."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from agencies.scope import networks
from coaching.learning.services import complete_step
from coaching.reminders.models import Reminder
from tests.chaos.celery_site import CelerySite
from tests.chaos.clock import Clock
from tests.chaos.conftest import rounds, say, settled
from tests.chaos.crowd import NOW, make_crowd
from tests.chaos.processes import Nursery, Sink, wait_for
from tests.factories import PARIS, Cast, make_cast

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

ACTIVE = dt.datetime(2027, 1, 6, 12, 0, tzinfo=PARIS)
FIRST_STEP = "w0-accueil/qui-lit-quoi"


def test_three_beats_two_workers_and_a_sweep_send_one_message_per_key(
    valkey: str, nursery: Nursery, clock: Clock, sink: Sink, tmp_path: Path
) -> None:
    people = rounds(60, 600)
    ids = [make_crowd(people, slug).pk for slug in ("foule", "autre")]
    clock.set(NOW, speed=30)
    nursery.start("command", name="sweep", replaced=True)
    with CelerySite(valkey, tmp_path, hurry=0.5) as site:
        for _ in range(3):
            site.beat()
        for _ in range(2):
            site.worker()
        wait_for(lambda: len(sink.kept) > 0, 90, site.said())
        clock.jump(dt.timedelta(minutes=30))  # half an hour of ticks is in these seconds
        found = settled(ids, sink)
        ticks = wait_for(lambda: not found.is_clean or len(sink.kept) >= 2 * people, 30, site.said())

    say(f"F5: {found}, {ticks:.1f} s")
    assert found.is_clean, (found, site.said())
    assert (found.states["sent"], found.uncertain) == (2 * people, 0)


@pytest.mark.parametrize(
    ("back_at", "mails"),
    [
        (dt.datetime(2027, 1, 13, 12, 0, tzinfo=PARIS), 1),  # the digest of Tuesday, a day late
        (dt.datetime(2027, 1, 16, 11, 0, tzinfo=PARIS), 0),  # a Saturday: nothing leaves
        (dt.datetime(2027, 1, 15, 16, 0, tzinfo=PARIS), 1),  # the digest and the nudge of the week: one mail
    ],
    ids=["wednesday", "saturday", "friday"],
)
def test_nobody_ticked_for_a_week(
    back_at: dt.datetime, mails: int, nursery: Nursery, clock: Clock, sink: Sink
) -> None:
    cast = make_cast(4)
    network = cast.network.pk
    assert nursery.run("deliver", network=network) == 0
    for place in range(4):
        take_first_step(cast, place)
    clock.set(ACTIVE)
    assert nursery.run("deliver", network=network) == 0
    before = len(sink.kept)

    clock.set(back_at)
    for _ in range(2):
        assert nursery.run("command", name="sweep") == 0
        clock.jump(dt.timedelta(minutes=5))

    found = settled([network], sink)
    assert found.is_clean, found
    assert len(sink.kept) - before == 4 * mails
    with networks(network):
        late = Reminder.objects.filter(state="sent", finished_at__gte=back_at)
        assert [row for row in late if row.expires_at <= row.finished_at] == []
        assert sorted(row.recipient_id for row in late) == sorted({row.recipient_id for row in late})


def take_first_step(cast: Cast, place: int) -> None:
    with networks(cast.network.pk, user_id=cast.heads[place].user_id):
        complete_step(cast.enrolments[place], FIRST_STEP, {}, now=ACTIVE)
