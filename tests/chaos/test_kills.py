"""Workers killed without a word, at every named place and anywhere: nothing lost, nothing doubled."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from agencies.scope import networks
from coaching.reminders.failpoints import POINTS
from coaching.reminders.models import Reminder
from coaching.reminders.services import plan_network
from tests.chaos.clock import Clock
from tests.chaos.conftest import busy, rounds, say, settled
from tests.chaos.crowd import NOW, make_crowd
from tests.chaos.judging import count_states, judge
from tests.chaos.processes import KILLED, Nursery, Sink, after_more_mails

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

# Where the worker died -> (state of its message then, copies that arrived, state after the next workers on
# plain SMTP, and with a server that recognises a copy). Whether the server took in a text whose sender died
# before its answer is the server's affair: 0 or 1.
EXPECTED = {
    "after_plan": ("due", (0,), "sent", "sent"),
    "rendered": ("due", (0,), "sent", "sent"),
    "before_claim_commit": ("due", (0,), "sent", "sent"),
    "after_claim_commit": ("leased", (0,), "sent", "sent"),
    "connected": ("leased", (0,), "sent", "sent"),
    "after_rcpt": ("leased", (0,), "sent", "sent"),
    "before_handing_commit": ("leased", (0,), "sent", "sent"),
    "after_handing_commit": ("handing", (0,), "uncertain", "sent"),
    "mid_data": ("handing", (0,), "uncertain", "sent"),
    "accepted_before_250": ("handing", (0, 1), "uncertain", "sent"),
    "after_250": ("handing", (1,), "uncertain", "sent"),
    "after_sent_commit": ("sent", (1,), "sent", "sent"),
}
PEOPLE = 3
LEASE_IS_OVER = dt.timedelta(minutes=3)


def test_every_crash_point_has_its_row_in_the_table() -> None:
    assert set(EXPECTED) == set(POINTS)


@pytest.mark.parametrize("deduplicating", [False, True], ids=["smtp", "deduplicating"])
@pytest.mark.parametrize("point", POINTS)
def test_worker_killed_at(
    point: str, deduplicating: bool, nursery: Nursery, clock: Clock, sink: Sink
) -> None:
    then, copies, *finally_ = EXPECTED[point]
    sink.orders(deduplicating=deduplicating)
    for number in range(rounds(1, 25)):
        clock.set(NOW)
        network = make_crowd(PEOPLE, f"foule-{number}").pk
        told = {"network": network, "batch": 1, "deduplicating": deduplicating}

        assert nursery.run("deliver", failpoint=f"{point}:1", **told) == KILLED
        first = rows(network)[0]
        assert first.state == then
        assert sink.kept.count(first.dedupe_key) in copies

        for _ in range(3):
            clock.jump(LEASE_IS_OVER)
            assert nursery.run("deliver", **told) == 0
        found = judge([network], [key for key in sink.kept if key in keys(network)])
        assert found.is_clean, found
        assert rows(network)[0].state == finally_[deduplicating]
        assert found.states["sent"] == PEOPLE - (finally_[deduplicating] == "uncertain")


@pytest.mark.parametrize("seed", range(rounds(1, 20)))
def test_workers_killed_anywhere_lose_and_double_nothing(
    seed: int, nursery: Nursery, clock: Clock, sink: Sink
) -> None:
    people, wanted = rounds(600, 3000), 150
    network = make_crowd(people).pk
    plan_network(network, NOW)
    chance = random.Random(20270104 + seed)
    sink.orders(busy=(0.0005, 0.003), seed=seed)
    clock.set(NOW, speed=20)  # a lease of a dead worker is over in six seconds

    nursery.start("deliver", 3, network=network, batch=10, replaced=True)
    kills = 0
    while kills < wanted and busy([network]):
        after_more_mails(sink, chance, people // wanted)
        alive = list(nursery.alive)
        if alive:
            nursery.kill(chance.choice(alive))
            kills += 1
    middle = count_states(network)
    found = settled([network], sink)

    say(f"F1, seed {seed}: {kills} kills, then {middle}")
    say(f"F1, seed {seed}: {found}")
    assert found.is_clean, found
    assert found.states["sent"] + found.uncertain == people
    assert found.uncertain <= kills
    assert kills >= 50


def rows(network_id: int) -> list[Reminder]:
    with networks(network_id):
        return list(Reminder.objects.order_by("id"))


def keys(network_id: int) -> set[str]:
    return {row.dedupe_key for row in rows(network_id)}
