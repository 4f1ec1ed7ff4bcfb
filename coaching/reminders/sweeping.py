"""All networks with work, served in turns: what the sweep and a worker without a broker do."""

from __future__ import annotations

import logging
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import connection, transaction

from agencies.scope import networks
from coaching.cohorts.models import Enrolment
from coaching.reminders.claiming import claim, networks_with_work
from coaching.reminders.instance import MailHeld, database_now, require_may_send
from coaching.reminders.services import DELIVERY_SECONDS, Delivery, deliver_network, plan_network

SHORTEST_TURN = 3.0  # seconds: room for a batch or two
REHEARSED = 1_000
logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Swept:
    """What was done, in numbers; `failed` are networks that raised, each logged."""

    networks: set[int] = field(default_factory=set)
    failed: set[int] = field(default_factory=set)
    planned: int = 0
    sent: int = 0


def turn_of(count: int, seconds: float = DELIVERY_SECONDS) -> float:
    """How long one network may be served while `count` have work: 10,000 messages hold up nobody's one."""
    return max(SHORTEST_TURN, seconds / max(1, count))


def waiting_networks() -> list[int]:
    """Networks with work in an order that favours none: what a full queue drops is another one each time."""
    found = networks_with_work()
    random.shuffle(found)
    return found


def sweep(*, seconds: float = 3_600.0, is_stopping: Callable[[], bool] = lambda: False) -> Swept:
    """Serve whoever has work, turn by turn, until nothing moves any more; a network that raises stops nobody.

    Raises MailHeld when this installation may not send.
    """
    require_may_send()
    end, done = time.monotonic() + seconds, Swept()

    def is_over() -> bool:
        return time.monotonic() > end or is_stopping()

    while not is_over():
        found = [each for each in waiting_networks() if each not in done.failed]
        turn, has_moved = turn_of(len(found)), False
        for network_id in found:
            if is_over():
                break
            has_moved |= _serve(network_id, turn, is_over, done)
        if not has_moved:
            break
    return done


def _serve(network_id: int, seconds: float, is_over: Callable[[], bool], done: Swept) -> bool:
    """One turn of one network; whether anything moved."""
    done.networks.add(network_id)
    try:
        served = deliver_network(network_id, seconds=seconds, is_stopping=is_over)
    except MailHeld:
        raise
    except Exception as problem:  # its text may quote what a person wrote
        logger.error("network %s could not be served: %s", network_id, type(problem).__name__)
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        done.failed.add(network_id)
        return False
    done.planned += served.planning.inserted
    done.sent += served.sent
    return has_moved(served)


def has_moved(served: Delivery) -> bool:
    """Whether a delivery changed anything but to give it back."""
    ended = served.sent + served.refused + served.uncertain + served.skipped
    return bool(served.planning.people + ended)


@dataclass(slots=True)
class Rehearsed:
    """What would leave now, by kind, and how many would be decided otherwise."""

    leaving: Counter[str] = field(default_factory=Counter)
    skipped: int = 0
    deferred: int = 0


def rehearse_sweep() -> Rehearsed:
    """Plan, decide and write what is due in every network, and take all of it back; nothing is sent.

    It says what one claim would take: a second message of the same person waits for its turn.
    """
    found = Rehearsed()
    for network_id in networks_with_work():
        with networks(network_id):
            plan_network(network_id)
            claimed = claim(network_id, REHEARSED)
            transaction.set_rollback(True)
        found.leaving.update(message.kind for message in claimed.messages)
        found.skipped += claimed.skipped
        found.deferred += claimed.deferred
    return found


def ring_lost_alarms(limit: int = 10_000) -> int:
    """People of running cohorts whom nobody would look at any more are looked at; returns how many.

    An alarm is set in the transaction that changes the facts, so none is lost to a crash; one that a fault
    forgot would silence a person for ever. Planning anew adds what is still worth sending, and nothing twice.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT networks_with_lost_alarms(%s)", [limit])
        ids = [row[0] for row in cursor.fetchall()]
    rung = 0
    for network_id in ids:
        with networks(network_id):
            silent = Enrolment.objects.live().filter(next_check_at=None, cohort__status="running")
            rung += Enrolment.objects.filter(pk__in=silent.values("pk")).update(next_check_at=database_now())
    return rung
