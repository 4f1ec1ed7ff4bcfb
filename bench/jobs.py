"""What is measured besides pages: the tick, the planner, and reminders on their way to a mail server."""

from __future__ import annotations

import datetime as dt
import json
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Min

from agencies.scope import networks
from bench.data import PARIS, SLEEPERS_EACH, Built
from coaching.cohorts.models import Enrolment
from coaching.reminders import claiming
from coaching.reminders.facts import PersonFacts, Planned
from coaching.reminders.loading import load
from coaching.reminders.messages import Envelope
from coaching.reminders.models import Reminder
from coaching.reminders.planner import plan
from coaching.reminders.policy import DEFAULT_POLICY
from coaching.reminders.services import deliver_network, plan_network
from coaching.reminders.tasks import tick

TICKS = 50
TICK_MS, TICK_TIMES = 20, 2.0
PLANNED_PER_SECOND, STATEMENTS_EACH = 5_000, 0.1
PLANNED_PEOPLE = 10_000
PLANNING_UNITS = 213  # for 1,000 people: 10,000 a second of CPU where U is 0.47 ms (docs/performance.md 4)
JITTER = dt.timedelta(minutes=30)


@dataclass(frozen=True)
class Job:
    """One line of the second table; `limit` and `is_good` say what was asked for, if anything."""

    name: str
    result: str
    limit: str = ""
    is_good: bool | None = None


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Wall and own CPU seconds."""
    begun, used = time.perf_counter(), _own_cpu()
    work()
    return time.perf_counter() - begun, _own_cpu() - used


def _own_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def tick_ms() -> float:
    """The tick's own work where nobody is due: one question over all networks, one sign of life."""
    found = [tick() for _ in range(3)]
    assert found == [0, 0, 0], f"somebody is due: {found}"
    walls = [timed(tick)[0] for _ in range(TICKS)]
    return 1000 * statistics.median(walls)


def quiet_tick(sleeping: int, alone_ms: float) -> Job:
    """Its cost must not know how many networks sleep; `alone_ms` is what it took before they were there."""
    found = tick_ms()
    return Job(
        f"tick, nothing due, {sleeping:,} networks of {SLEEPERS_EACH}",
        f"{found:.2f} ms ({alone_ms:.2f} ms without them)",
        f"{TICK_MS} ms, {TICK_TIMES:g} x",
        found <= TICK_MS and found <= TICK_TIMES * alone_ms,
    )


def planning(built: Built, now: dt.datetime, unit: Callable[[], float]) -> Job:
    """The pure planner alone: facts in, messages and refusals out; in U, measured between its rounds."""
    with networks(built.network.pk):
        ids = list(Enrolment.objects.filter(cohort=built.cohort).values_list("pk", flat=True))
        people = [person.facts for person in load(ids, now).values()]
    rounds = -(-PLANNED_PEOPLE // len(people))
    planned = sum(isinstance(item, Planned) for item in plan(people[0], DEFAULT_POLICY, now))
    assert planned, "the first person gets nothing: the clock of this measure is wrong"
    # It waits for nothing: its own CPU, and the best of a few rounds, for a neighbour can only slow it down.
    units, costs = [unit()], []
    for _ in range(rounds):
        costs.append(1000 * timed(lambda: _plan_all(people, now))[1] / len(people))
        units.append(unit())
    found = 1000 * min(costs) / statistics.median(units)
    return Job(
        "planning 1,000 people (pure)",
        f"{found:.0f} U, {1000 / min(costs):,.0f} people per second of CPU",
        f"{PLANNING_UNITS} U",
        found <= PLANNING_UNITS,
    )


def _plan_all(people: list[PersonFacts], now: dt.datetime) -> None:
    """Each person's messages are made and let go, as a batch of the tick does once they are stored."""
    for facts in people:
        plan(facts, DEFAULT_POLICY, now)


def planning_and_claiming(built: Built, now: dt.datetime) -> list[Job]:
    """Planning with its reads, the ledger and the claim, but for the writing of mails; then planning again.

    Each person is loaded and decided twice, as the product does: when planned and when claimed.
    """
    network_id = built.network.pk
    with networks(network_id):
        Enrolment.objects.update(next_check_at=now)
        people = Enrolment.objects.count()
    asked = _Asked()
    with connection.execute_wrapper(asked):
        wall, cpu = timed(lambda: plan_network(network_id, now))
    planned_by = asked.count
    with networks(network_id):
        rows = Reminder.objects.count()
        first = Reminder.objects.aggregate(first=Min("due_at"))["first"]
    assert rows >= people, f"{rows} messages for {people} people"
    with networks(network_id):
        Enrolment.objects.update(next_check_at=now)
    again, _cpu = timed(lambda: plan_network(network_id, now))
    with networks(network_id):
        assert Reminder.objects.count() == rows, "a second run added messages"
    with _nothing_written(), connection.execute_wrapper(asked):
        claim_wall, claim_cpu, claimed = _claim_all(network_id, first + JITTER)
    with networks(network_id):
        Reminder.objects.filter(state="leased").update(
            state="due", lease_token=None, lease_until=None, attempts=0
        )
    speed = people / (wall + claim_wall)
    each = planned_by / people + (asked.count - planned_by) / claimed
    return [
        Job(
            f"planning, ledger and claim, {people:,} people",
            f"{speed:,.0f} people/s, {1000 * (cpu + claim_cpu) / people:.2f} ms of own CPU each",
            f"{PLANNED_PER_SECOND:,}/s",
            speed >= PLANNED_PER_SECOND,
        ),
        Job("statements per person", f"{each:.3f}", f"{STATEMENTS_EACH}", each <= STATEMENTS_EACH),
        Job("planning again, nothing new", f"{again / wall:.2f} x the first time"),
    ]


@dataclass
class _Asked:
    """Counts statements on their way to the database."""

    count: int = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.count += 1
        return execute(sql, params, many, context)


@contextmanager
def _nothing_written() -> Iterator[None]:
    """Claims without the mails: those are measured with their delivery."""
    kept = claiming.render
    claiming.render = lambda letter, key: Envelope("bench@mesure.example", letter.person.email, b"")
    try:
        yield
    finally:
        claiming.render = kept


def _claim_all(network_id: int, at: dt.datetime) -> tuple[float, float, int]:
    """Wall and own CPU seconds, and how many were claimed."""
    seen = 0

    def work() -> None:
        nonlocal seen
        while (found := claiming.claim(network_id, claiming.BATCH, now=at)).seen:
            seen += found.seen

    wall, cpu = timed(work)
    return wall, cpu, seen


def delivering(built: Built, sink: Callable[[], AbstractContextManager[Path]]) -> Job:
    """Plan again, claim, write, hand over by SMTP and record, in one process, to a sink that counts."""
    with networks(built.network.pk):
        first = Reminder.objects.aggregate(first=Min("due_at"))["first"]
        rows = Reminder.objects.filter(due_at__lte=first + JITTER)
        due, people = rows.count(), rows.values("recipient").distinct().count()
    done = None
    with sink() as counted:
        begun, used = time.perf_counter(), _own_cpu()
        done = deliver_network(built.network.pk, now=first + JITTER, seconds=600)
        wall, cpu = time.perf_counter() - begun, _own_cpu() - used
    received = json.loads(counted.read_text())
    assert done.sent == due == received["mails"], (done, due, received)
    assert people == received["people"], (people, received)
    return Job(
        f"planning and delivering {due:,} reminders by SMTP",
        f"{wall:.1f} s, {due / wall:,.0f}/s, {1000 * cpu / due:.1f} ms of CPU each",
    )


def digest_morning(built: Built) -> dt.datetime:
    """Before the digest leaves: the Tuesday on which the cohort's current week opened, at dawn."""
    with networks(built.network.pk):
        week = built.cohort.weeks.get(number=5)
    return dt.datetime.combine(week.opens_at.astimezone(PARIS).date(), dt.time(6, 30), PARIS)
