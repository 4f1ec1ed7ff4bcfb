"""How fast mail may leave: one gate per transport for all workers, and a ceiling per network.

The gate is one row of PostgreSQL and opens by the database's clock: no worker knows more than the others.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection

CONNECTION_FAILURES = 10  # in a row, whichever worker met them (reliability 2.7)
CLOSED = dt.timedelta(seconds=60)
LONGEST_WAIT = dt.timedelta(seconds=20)  # a lease lasts two minutes, a delivery 40 s
A_DAY = dt.timedelta(hours=24)
PER_LEARNER, AT_LEAST = 3, 30  # a network of two heads may have a busy day


def is_open(transport: str, now: dt.datetime | None = None) -> bool:
    """Whether one may connect. After a closed minute one worker alone may, and its success opens for all."""
    values: dict[str, Any] = {"now": now, "closed": CLOSED, "transport": transport}
    values["failures"] = CONNECTION_FAILURES
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT failures < %s FROM reminders_mailgate WHERE transport = %s",
            [CONNECTION_FAILURES, transport],
        )
        row = cursor.fetchone()
        if row is None or row[0]:
            return True
        cursor.execute(
            "UPDATE reminders_mailgate SET closed_until = COALESCE(%(now)s, clock_timestamp()) + %(closed)s "
            "WHERE transport = %(transport)s AND failures >= %(failures)s "
            "AND closed_until <= COALESCE(%(now)s, clock_timestamp())",
            values,
        )
        return bool(cursor.rowcount == 1)


def note_failure(transport: str, now: dt.datetime | None = None) -> None:
    """Nobody could be talked to; the tenth time in a row closes the gate for a minute."""
    values: dict[str, Any] = {"transport": transport, "now": now, "closed": CLOSED}
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO reminders_mailgate AS gate (transport, failures, closed_until) "
            "VALUES (%(transport)s, 1, COALESCE(%(now)s, clock_timestamp())) "
            "ON CONFLICT (transport) DO UPDATE SET failures = gate.failures + 1, "
            "closed_until = COALESCE(%(now)s, clock_timestamp()) + %(closed)s",
            values,
        )


def note_success(transport: str) -> None:
    """The server talked to us: whatever failed before is over."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE reminders_mailgate SET failures = 0 WHERE transport = %s AND failures > 0", [transport]
        )


def take_turn(transport: str, count: int, per_second: int, now: dt.datetime | None = None) -> float | None:
    """Seconds until the first of `count` messages may leave, each `1 / per_second` after the one before.

    None when the others have taken all turns of the next 20 seconds: give the messages back.
    """
    takes = dt.timedelta(seconds=count / per_second)
    values: dict[str, Any] = {"transport": transport, "now": now, "takes": takes, "longest": LONGEST_WAIT}
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO reminders_mailgate AS gate (transport, failures, free_at) "
            "VALUES (%(transport)s, 0, COALESCE(%(now)s, clock_timestamp()) + %(takes)s) "
            "ON CONFLICT (transport) DO UPDATE "
            "SET free_at = GREATEST(gate.free_at, COALESCE(%(now)s, clock_timestamp())) + %(takes)s "
            "WHERE COALESCE(gate.free_at, %(now)s, clock_timestamp()) "
            "<= COALESCE(%(now)s, clock_timestamp()) + %(longest)s "
            "RETURNING EXTRACT(EPOCH FROM free_at - %(takes)s - COALESCE(%(now)s, clock_timestamp()))",
            values,
        )
        row = cursor.fetchone()
    return max(0.0, float(row[0])) if row else None


def room_today(network_id: int, now: dt.datetime) -> int:
    """How many messages this network may still send: three a day for each of its people. Needs its scope.

    No good day comes near it; a fault that writes to everybody again and again is stopped by it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(DISTINCT membership_id) FROM cohorts_enrolment "
            "WHERE network_id = %(network)s AND status NOT IN ('withdrawn', 'replaced', 'cancelled')), "
            "(SELECT count(*) FROM reminders_reminder WHERE network_id = %(network)s "
            "AND handed_over_at > %(since)s)",
            {"network": network_id, "since": now - A_DAY},
        )
        row = cursor.fetchone()
    assert row is not None
    people, left = row
    return max(0, max(AT_LEAST, PER_LEARNER * int(people)) - int(left))
