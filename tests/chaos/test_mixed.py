"""Everything at once: workers killed and frozen past their lease, the database killed, a bad mail server."""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection

from coaching.reminders.services import plan_network
from config.embedded.postgres import Postgres
from tests.chaos.clock import Clock
from tests.chaos.conftest import rounds, say, settled
from tests.chaos.crowd import NOW, make_crowd
from tests.chaos.processes import Nursery, Sink, after_more_mails

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

SPEED = 30  # a lease of two minutes is over in four seconds
PAST_THE_LEASE = 5.0
BAD_DAY = (
    {"at": "rcpt", "answer": "451 greylisted", "share": 0.05, "times": 30},
    {"at": "rcpt", "answer": "452 full", "share": 0.02, "times": 12},
    {"at": "text", "answer": "stall", "share": 0.02},
    {"at": "text", "answer": "keep and drop", "share": 0.04},
)
AWAY = {"at": "connect", "answer": "drop"}


class Weather:
    """What happens next, to whom; counts what it did."""

    def __init__(
        self, seed: int, nursery: Nursery, postgres: Postgres | None, sink: Sink, again: bool, step: int
    ) -> None:
        self.chance, self.seed, self.step = random.Random(seed), seed, step
        self.nursery, self.postgres, self.sink, self.is_deduplicating = nursery, postgres, sink, again
        self.did: Counter[str] = Counter()
        self.frozen: dict[int, float] = {}
        self.server_is_back = 0.0
        self.good(*BAD_DAY)

    def good(self, *orders: dict[str, object]) -> None:
        self.sink.orders(
            *orders, deduplicating=self.is_deduplicating, busy=(0.0005, 0.003), seed=1047 + self.seed
        )

    def happens(self) -> None:
        after_more_mails(self.sink, self.chance, self.step)
        for pid, until in list(self.frozen.items()):
            if time.monotonic() > until:
                self.nursery.kill(pid, signal.SIGCONT)
                del self.frozen[pid]
        if self.server_is_back and time.monotonic() > self.server_is_back:
            self.server_is_back = 0.0
            self.good(*BAD_DAY)
        awake = [pid for pid in list(self.nursery.alive) if pid not in self.frozen]
        if awake:
            self._to(self.chance.choice(awake))

    def _to(self, pid: int) -> None:
        what = "stop" if self.chance.random() < 0.12 else "kill"
        self.nursery.kill(pid, signal.SIGSTOP if what == "stop" else signal.SIGKILL)
        self.did[what] += 1
        if what == "stop":
            self.frozen[pid] = time.monotonic() + PAST_THE_LEASE

    def kill_database(self) -> None:
        if self.postgres is None or self.postgres.process is None:
            return
        os.kill(self.postgres.process.pid, signal.SIGKILL)
        self.postgres.process.wait(20)
        self.postgres.start()
        connection.close()
        self.did["database"] += 1

    def take_server_away(self) -> None:
        self.good(AWAY)
        self.server_is_back = time.monotonic() + 3
        self.did["server"] += 1

    def is_over(self) -> None:
        for pid in self.frozen:
            self.nursery.kill(pid, signal.SIGCONT)
        self.good()


@pytest.mark.parametrize("seed", range(rounds(1, 10)))
@pytest.mark.parametrize("is_deduplicating", [False, True], ids=["smtp", "deduplicating"])
def test_everything_at_once(
    is_deduplicating: bool,
    seed: int,
    nursery: Nursery,
    clock: Clock,
    sink: Sink,
    django_db_modify_db_settings: Postgres | None,
) -> None:
    people, wanted = rounds(300, 3000), rounds(50, 120)
    network = make_crowd(people).pk
    plan_network(network, NOW)
    clock.set(NOW, speed=SPEED)
    weather = Weather(seed, nursery, django_db_modify_db_settings, sink, is_deduplicating, people // wanted)
    told = {
        "network": network,
        "batch": 10,
        "deduplicating": is_deduplicating,
        "settings": {"EMAIL_TIMEOUT": 1},
    }
    at: dict[int, Callable[[], None]] = {
        wanted // 4: weather.kill_database,
        wanted // 2: weather.take_server_away,
        3 * wanted // 4: weather.kill_database,
    }

    nursery.start("deliver", 3, replaced=True, **told)
    for number in range(wanted):
        weather.happens()
        at.get(number, lambda: None)()
    weather.is_over()
    for _ in range(4):  # those that the server put off come after a quarter of an hour at most
        found = settled([network], sink, rounds(180, 900))
        clock.jump(dt.timedelta(minutes=25))

    hangs = sink.misdeeds("stall") + sink.misdeeds("keep and drop")
    say(f"F3, seed {seed}: {dict(weather.did)}, {hangs} hangs and drops; {found}; {sink.again} again")
    assert found.is_clean, found
    assert found.attempts <= 8
    assert found.states["sent"] + found.uncertain == people
    assert hangs > 0
    if is_deduplicating:
        assert found.uncertain == 0
    else:
        assert (
            found.uncertain <= weather.did["kill"] + weather.did["stop"] + weather.did["database"] * 3 + hangs
        )
