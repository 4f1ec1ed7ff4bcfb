"""After a restore: nothing that may have left since the dump leaves again by itself (reliability 2.12)."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Max

from agencies.models import Network
from agencies.scope import networks
from coaching.cohorts.models import Enrolment
from coaching.reminders.instance import database_now, settle_here
from coaching.reminders.ledger import DOUBT_LASTS
from coaching.reminders.models import Heartbeat
from coaching.reminders.services import plan_network

STEP = dt.timedelta(days=7)  # half of what the planner looks ahead


@dataclass(frozen=True, slots=True)
class AfterRestore:
    """How many messages are in doubt, how many sessions have ended, and the site's name from now on."""

    in_doubt: int
    signed_out: int
    instance_id: str


def last_sign_of_life() -> dt.datetime | None:
    """When the dump was taken, to the minute: its youngest heartbeat."""
    found: dt.datetime | None = Heartbeat.objects.aggregate(at=Max("beat_at"))["at"]
    return found


def after_restore(
    dumped_at: dt.datetime, *, is_same_site: bool, now: dt.datetime | None = None
) -> AfterRestore:
    """Make a restored database ready to send: what was due since `dumped_at` becomes uncertain (restored).

    Also what was not planned yet when the dump was made: it is planned as it was then. Everybody is signed
    out. The last step lets mail leave, so a run that was cut short is simply run again. Without
    `is_same_site` the site gets a new name: the one that was dumped, should it still run, sends nothing here.
    """
    at = now or database_now()
    in_doubt = 0
    for network_id in Network.objects.order_by("pk").values_list("pk", flat=True):
        _plan_as_it_was(network_id, dumped_at, at)
        in_doubt += _doubt_what_was_due(network_id, at)
    # Here the journal of erasures is replayed, once there is one: before anybody signs in or gets mail.
    signed_out = Session.objects.count()
    UserSession.objects.all().delete()
    Session.objects.all().delete()
    name = settings.INSTANCE_ID if is_same_site else f"{settings.INSTANCE_ID}-{secrets.token_hex(4)}"[-64:]
    settle_here(name)
    return AfterRestore(in_doubt, signed_out, name)


def _plan_as_it_was(network_id: int, dumped_at: dt.datetime, now: dt.datetime) -> None:
    """What the site planned, and sent, after the dump; and at last everybody is looked at as of now."""
    for at in (*_instants(dumped_at, now), now):
        with networks(network_id):
            Enrolment.objects.exclude(next_check_at=None).update(next_check_at=at)
        if at < now:
            plan_network(network_id, at)


def _instants(since: dt.datetime, until: dt.datetime) -> Iterator[dt.datetime]:
    while since < until:
        yield since
        since += STEP


def _doubt_what_was_due(network_id: int, now: dt.datetime) -> int:
    """It would have left at its time, and so it is told."""
    values: dict[str, Any] = {"now": now, "lasts": DOUBT_LASTS}
    with networks(network_id), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE reminders_reminder SET state = 'uncertain', reason = 'restored', "
            "in_doubt_since = %(now)s, "
            "handed_over_at = COALESCE(handed_over_at, next_try_at), next_try_at = %(now)s + %(lasts)s, "
            "lease_token = NULL, lease_until = NULL "
            "WHERE state IN ('leased', 'handing') OR (state = 'due' AND next_try_at <= %(now)s)",
            values,
        )
        return int(cursor.rowcount)
