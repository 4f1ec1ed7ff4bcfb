"""What the tick does for one network: look at due people, then hand their messages over."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection
from django.utils import timezone

from agencies.scope import networks
from coaching.cohorts.models import Enrolment
from coaching.reminders import gate
from coaching.reminders.claiming import BATCH, claim
from coaching.reminders.doubts import settle_doubts
from coaching.reminders.facts import Planned
from coaching.reminders.failpoints import failpoint
from coaching.reminders.instance import database_now, require_may_send
from coaching.reminders.ledger import (
    Claimed,
    begin_handing,
    hold_back,
    insert_planned,
    record,
    recover,
    release,
)
from coaching.reminders.loading import left_out_on_error, load
from coaching.reminders.planner import next_check_at, plan
from coaching.reminders.policy import ReminderPolicy
from coaching.reminders.transport import Fenced, Refused, Transport, make_transport

PLAN_BATCH = 500
DELIVERY_SECONDS = 40.0  # well under the task's soft limit: what is left waits for the next tick
AWAY = dt.timedelta(seconds=60)
UNPLANNED = dt.timedelta(hours=1)  # when to look again at somebody whose facts make no sense


@dataclass(slots=True)
class Planning:
    """How many people were looked at and how many messages are new in the ledger."""

    people: int = 0
    inserted: int = 0


@dataclass(slots=True)
class Delivery:
    """What one delivery did, in numbers."""

    planning: Planning
    sent: int = 0
    refused: int = 0
    uncertain: int = 0
    skipped: int = 0
    deferred: int = 0
    held: int = 0  # by the ceiling of a network


def plan_network(
    network_id: int,
    now: dt.datetime | None = None,
    *,
    policy: ReminderPolicy | None = None,
    batch: int = PLAN_BATCH,
    is_over: Callable[[], bool] = lambda: False,
) -> Planning:
    """Plan for everyone whose alarm has rung; repeatable at will, a second run adds nothing.

    Opens its own scope, one transaction per batch; sets each person's next alarm. `policy` is for tests:
    else each person's own.
    """
    done = Planning()
    while not is_over():
        with networks(network_id):
            at = now or database_now()
            ids = _due_people(network_id, at, batch)
            if not ids:
                return done
            done.inserted += _plan_people(ids, policy, at)
            done.people += len(ids)
        failpoint("after_plan")
    return done


def _due_people(network_id: int, now: dt.datetime, batch: int) -> list[int]:
    return list(
        Enrolment.objects.select_for_update(skip_locked=True, no_key=True)
        .filter(network_id=network_id, next_check_at__lte=now)
        .order_by("next_check_at", "id")
        .values_list("pk", flat=True)[:batch]
    )


def _plan_people(ids: Sequence[int], policy: ReminderPolicy | None, now: dt.datetime) -> int:
    found: list[tuple[tuple[int, int], Planned]] = []
    # Every alarm moves, also of those left out: else they would be due again at once, for ever.
    alarms: dict[int, dt.datetime | None] = dict.fromkeys(ids, now + UNPLANNED)
    for enrolment_id, person in load(ids, now).items():
        with left_out_on_error(person.enrolment):
            own = policy or person.policy
            decisions = plan(person.facts, own, now)
            alarms[enrolment_id] = next_check_at(person.facts, own, now, decisions)
            owner = (enrolment_id, person.enrolment.membership.user_id)
            found += [(owner, item) for item in decisions if isinstance(item, Planned)]
    inserted = insert_planned(found)
    _set_alarms(alarms)
    return inserted


def _set_alarms(alarms: Mapping[int, dt.datetime | None]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cohorts_enrolment e SET next_check_at = v.at "
            "FROM unnest(%s::bigint[], %s::timestamptz[]) AS v(id, at) WHERE e.id = v.id",
            [list(alarms), list(alarms.values())],
        )


def deliver_network(
    network_id: int,
    *,
    now: dt.datetime | None = None,
    seconds: float = DELIVERY_SECONDS,
    transport: Transport | None = None,
    policy: ReminderPolicy | None = None,
    batch: int = BATCH,
    is_stopping: Callable[[], bool] = lambda: False,
) -> Delivery:
    """Recover, settle doubts, plan, then claim and hand over until nothing is due or the time is up.

    Any number of workers may run this for one network at once, at any time, and die anywhere.
    Raises MailHeld when this installation may not send. `now` is for tests: else the database's clock.
    `is_stopping` is asked between two messages; what is left is given back.
    """
    require_may_send()
    end = time.monotonic() + seconds
    with transport or make_transport() as courier:
        run = _Run(network_id, courier, now, lambda: time.monotonic() > end or is_stopping())
        recover(network_id, now, courier)
        settle_doubts(network_id, now, courier)
        run.done.planning = plan_network(network_id, now, policy=policy, is_over=run.is_over)
        if gate.is_open(courier.name, now):
            _hand_over_all(run, policy, batch)
    return run.done


@dataclass(slots=True)
class _Run:
    """One delivery on its way: `now` None is the database's clock, `is_over` says that the time is up."""

    network_id: int
    courier: Transport
    now: dt.datetime | None
    is_over: Callable[[], bool]
    done: Delivery = field(default_factory=lambda: Delivery(Planning()))
    has_met_server: bool = False

    @property
    def at(self) -> dt.datetime:
        return self.now or database_now()


def _hand_over_all(run: _Run, policy: ReminderPolicy | None, batch: int) -> None:
    if settings.MAIL_RATE:  # two seconds' worth: turns that are taken and given back slow everybody
        batch = min(batch, 2 * settings.MAIL_RATE)
    with networks(run.network_id):
        room = gate.room_today(run.network_id, run.at)
    while not run.is_over():
        if room <= 0:
            run.done.held = hold_back(run.network_id, run.at)
            return
        claimed = claim(run.network_id, min(batch, room), now=run.now, policy=policy, courier=run.courier)
        room -= len(claimed.messages)
        run.done.skipped += claimed.skipped
        run.done.deferred += claimed.deferred
        if not claimed.seen or not _hand_over(run, claimed.messages):
            return


def _hand_over(run: _Run, messages: Sequence[Claimed]) -> bool:
    """Give each message to the server; False when the rest was given back."""
    if not messages:
        return True
    wait = 0.0
    if settings.MAIL_RATE:
        turn = gate.take_turn(run.courier.name, len(messages), settings.MAIL_RATE, run.now)
        if turn is None:
            release(run.network_id, messages, run.at + gate.LONGEST_WAIT)
            return False
        wait = turn
    begun = time.monotonic()
    for place, message in enumerate(messages):
        if settings.MAIL_RATE:
            time.sleep(max(0.0, begun + wait + place / settings.MAIL_RATE - time.monotonic()))
        if run.is_over():
            release(run.network_id, messages[place:], run.at)
            return False
        if not _hand_over_one(run, message):
            release(run.network_id, messages[place:], run.at + AWAY, "no_connect")
            return False
    return True


def _hand_over_one(run: _Run, message: Claimed) -> bool:
    """False when there is no server to talk to."""
    started_at = run.now or timezone.now()
    outcome = run.courier.hand_over(
        message.envelope, lambda: begin_handing(message, run.now, transport=run.courier.name)
    )
    if isinstance(outcome, Refused) and outcome.stage == "connect":
        gate.note_failure(run.courier.name, run.now)
        return False
    if not run.has_met_server:
        gate.note_success(run.courier.name)
        run.has_met_server = True
    if isinstance(outcome, Fenced):
        return True
    match record(message, outcome, started_at, run.now, courier=run.courier):
        case "sent":
            run.done.sent += 1
        case "due" | "dead":
            run.done.refused += 1
        case "uncertain":
            run.done.uncertain += 1
    return True
