"""Workers whose clock is wrong by an hour or a day, a database whose clock jumps: nothing twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.clock import Clock
from tests.chaos.conftest import settled
from tests.chaos.crowd import NOW, make_crowd
from tests.chaos.judging import count_states, judge
from tests.chaos.processes import KILLED, Nursery, Sink, environment, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

FAKETIME = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), None)
WRONG_BY = ("-1d", "-1h", "+1h", "+1d")


@pytest.fixture(scope="module")
def wrong_clocks(django_db_setup: None) -> Iterator[dict[str, Nursery]]:
    """One family of workers for each wrong clock."""
    if FAKETIME is None:
        pytest.skip("libfaketime is not installed (Debian: faketime)")
    fake = {"LD_PRELOAD": str(FAKETIME), "FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_DONT_RESET": "1"}
    families = {by: Nursery(environment(**fake, FAKETIME=by)) for by in WRONG_BY}
    yield families
    for family in families.values():
        family.close()


def test_workers_whose_clocks_are_wrong(
    wrong_clocks: dict[str, Nursery], nursery: Nursery, clock: Clock, sink: Sink
) -> None:
    network = make_crowd(24).pk
    told = {"network": network, "batch": 5}

    # One dies with five leases: nobody else takes them before the database says that two minutes are over.
    assert wrong_clocks["+1d"].run("deliver", failpoint="after_claim_commit", **told) == KILLED
    for family in wrong_clocks.values():
        assert family.run("deliver", **told) == 0
    assert count_states(network)["leased"] == 5
    assert len(sink.kept) == 19
    clock.jump(dt.timedelta(seconds=125))
    assert wrong_clocks["-1d"].run("deliver", **told) == 0

    found = settled([network], sink)
    assert found.is_clean, found
    assert found.states["sent"] == 24


def test_worker_a_day_behind_or_ahead_gives_up_no_message_early(
    wrong_clocks: dict[str, Nursery], nursery: Nursery, clock: Clock, sink: Sink
) -> None:
    network = make_crowd(4).pk
    sink.orders(*({"at": "rcpt", "answer": "452 full", "to": f"head{n}@", "times": 2} for n in range(4)))

    for family in wrong_clocks.values():
        assert family.run("deliver", network=network) == 0
        clock.jump(dt.timedelta(minutes=10))
    assert nursery.run("deliver", network=network) == 0

    found = judge([network], sink.kept)
    assert found.is_clean, found
    assert found.states["sent"] == 4


@pytest.mark.parametrize("hours", [2, -2])
def test_database_whose_clock_jumps_under_a_sweep(
    hours: int, nursery: Nursery, clock: Clock, sink: Sink
) -> None:
    network = make_crowd(60).pk
    clock.set(NOW + dt.timedelta(hours=3), speed=10)
    sink.orders(busy=(0.005, 0.01))

    nursery.start("deliver", 3, network=network, batch=5, replaced=True)
    wait_for(lambda: len(sink.kept) >= 15)
    clock.jump(dt.timedelta(hours=hours))
    for pid in list(nursery.alive):
        nursery.kill(pid)
    if hours < 0:  # what was due at noon waits until it is noon again: late by the jump, never doubled
        wait_for(lambda: len(nursery.alive) == 3)
        clock.jump(dt.timedelta(hours=-hours))
    found = settled([network], sink)

    assert found.is_clean, found
    assert found.states["sent"] + found.uncertain == 60
