"""What the tick does for one network: look at due people, then hand their messages over."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from agencies.scope import networks
from coaching.cohorts.models import Enrolment
from coaching.reminders.claiming import BATCH, Claim, claim
from coaching.reminders.facts import Planned
from coaching.reminders.failpoints import failpoint
from coaching.reminders.instance import database_now, require_may_send
from coaching.reminders.ledger import Claimed, begin_handing, insert_planned, record, recover, release
from coaching.reminders.loading import left_out_on_error, load
from coaching.reminders.planner import next_check_at, plan
from coaching.reminders.policy import DEFAULT_POLICY, ReminderPolicy
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


def plan_network(
    network_id: int,
    now: dt.datetime | None = None,
    *,
    policy: ReminderPolicy = DEFAULT_POLICY,
    batch: int = PLAN_BATCH,
) -> Planning:
    """Plan for everyone whose alarm has rung; repeatable at will, a second run adds nothing.

    Opens its own scope, one transaction per batch; sets each person's next alarm.
    """
    done = Planning()
    while True:
        with networks(network_id):
            at = now or database_now()
            ids = _due_people(network_id, at, batch)
            if not ids:
                return done
            done.inserted += _plan_people(ids, policy, at)
            done.people += len(ids)
        failpoint("after_plan")


def _due_people(network_id: int, now: dt.datetime, batch: int) -> list[int]:
    return list(
        Enrolment.objects.select_for_update(skip_locked=True, no_key=True)
        .filter(network_id=network_id, next_check_at__lte=now)
        .order_by("next_check_at", "id")
        .values_list("pk", flat=True)[:batch]
    )


def _plan_people(ids: Sequence[int], policy: ReminderPolicy, now: dt.datetime) -> int:
    found: list[tuple[tuple[int, int], Planned]] = []
    # Every alarm moves, also of those left out: else they would be due again at once, for ever.
    alarms: dict[int, dt.datetime | None] = dict.fromkeys(ids, now + UNPLANNED)
    for enrolment_id, person in load(ids, now).items():
        with left_out_on_error(person.enrolment):
            decisions = plan(person.facts, policy, now)
            alarms[enrolment_id] = next_check_at(person.facts, policy, now, decisions)
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
    policy: ReminderPolicy = DEFAULT_POLICY,
    batch: int = BATCH,
) -> Delivery:
    """Recover, plan, then claim and hand over until nothing is due or the time is up.

    Any number of workers may run this for one network at once, at any time, and die anywhere.
    Raises MailHeld when this installation may not send. `now` is for tests: else the database's clock.
    """
    require_may_send()
    recover(network_id, now)
    done = Delivery(plan_network(network_id, now, policy=policy))
    deadline = time.monotonic() + seconds
    with transport or make_transport() as courier:
        while time.monotonic() < deadline:
            claimed = claim(network_id, batch, now=now, policy=policy)
            done.skipped += claimed.skipped
            done.deferred += claimed.deferred
            if not claimed.seen or not _hand_over(network_id, claimed, courier, done, deadline, now):
                break
    return done


def _hand_over(
    network_id: int,
    claimed: Claim,
    courier: Transport,
    done: Delivery,
    deadline: float,
    now: dt.datetime | None,
) -> bool:
    """Give each message to the server; False when the rest was given back."""
    for place, message in enumerate(claimed.messages):
        if time.monotonic() > deadline:
            release(network_id, claimed.messages[place:], now or database_now())
            return False
        if not _hand_over_one(message, courier, done, now):
            release(network_id, claimed.messages[place:], (now or database_now()) + AWAY, "no_connect")
            return False
    return True


def _hand_over_one(message: Claimed, courier: Transport, done: Delivery, now: dt.datetime | None) -> bool:
    """False when there is no server to talk to."""
    started_at = now or timezone.now()
    outcome = courier.hand_over(message.envelope, lambda: begin_handing(message, now, transport=courier.name))
    if isinstance(outcome, Fenced):
        return True
    if isinstance(outcome, Refused) and outcome.stage == "connect":
        return False
    match record(message, outcome, started_at, now):
        case "sent":
            done.sent += 1
        case "due" | "dead":
            done.refused += 1
        case "uncertain":
            done.uncertain += 1
    return True
