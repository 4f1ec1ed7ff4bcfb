"""The ledger's moves: due -> leased -> handing -> sent, and every other way a message can end.

Each function is one short transaction in the scope of one network and never waits for a server.
`now` is the database's clock unless a test or the demonstration names an instant. Order of locks:
the message, then the enrolment; the claim goes the other way round and never waits for a message.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from agencies.public_id import new_public_id
from agencies.scope import networks
from coaching.reminders.facts import UNCOUNTED_BY_LADDER, Planned
from coaching.reminders.failpoints import failpoint
from coaching.reminders.instance import database_now
from coaching.reminders.messages import Envelope
from coaching.reminders.models import Reminder
from coaching.reminders.moves import Move
from coaching.reminders.transport import Accepted, NoAnswer, Refused, Transport, remembers_for

LEASE = dt.timedelta(seconds=120)
HANDING = dt.timedelta(seconds=60)
MARGIN = dt.timedelta(seconds=20)
MAX_ATTEMPTS = 8
MAX_AGE = dt.timedelta(hours=24)
FIRST_LOOK = dt.timedelta(minutes=10)  # a provider has told by then what became of a message (2.8)
DOUBT_LASTS = dt.timedelta(hours=24)
GREYLISTED = (450, 451)
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that is ours for two minutes; `envelope` exists here and nowhere else."""

    reminder_id: int
    network_id: int
    enrolment_id: int
    token: uuid.UUID
    number: int
    dedupe_key: str
    kind: str
    reasons: tuple[str, ...]
    expires_at: dt.datetime
    recipient_id: int
    address_hash: str
    envelope: Envelope
    is_in_doubt: bool = False  # a server may have it from an earlier try


# --- planning --------------------------------------------------------------------------------


def insert_planned(planned: Sequence[tuple[tuple[int, int], Planned]]) -> int:
    """Rows for ((enrolment id, recipient id), message); returns how many are new. Needs a scope.

    What is already there stays as it is: the unique key makes planning safe to repeat (P1).
    """
    if not planned:
        return 0
    columns: list[list[Any]] = [list(column) for column in zip(*map(_values, planned), strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, columns)
        return int(cursor.rowcount)


_INSERT = """
INSERT INTO reminders_reminder (network_id, public_id, enrolment_id, recipient_id, kind, occurrence,
    dedupe_key, reasons, local_due, time_zone, due_at, expires_at, state, reason, next_try_at, attempts,
    created_at, moves)
SELECT (current_setting('app.networks')::bigint[])[1], v.public_id, v.enrolment, v.recipient, v.kind,
    v.occurrence, v.key, string_to_array(v.reasons, ','), v.local_due, v.zone, v.due_at, v.expires_at,
    'due', '', v.due_at, 0, clock_timestamp(), v.moves::jsonb
FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[],
    %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::text[])
    AS v(public_id, enrolment, recipient, kind, occurrence, key, reasons, local_due, zone, due_at, expires_at,
        moves)
ON CONFLICT (dedupe_key) DO NOTHING
"""


def _values(entry: tuple[tuple[int, int], Planned]) -> tuple[Any, ...]:
    (enrolment_id, recipient_id), item = entry
    return (
        new_public_id(),
        enrolment_id,
        recipient_id,
        item.kind,
        item.occurrence,
        item.dedupe_key,
        ",".join(item.reasons),
        item.local_due.isoformat(timespec="minutes"),
        item.time_zone,
        item.due_at,
        item.expires_at,
        json.dumps([Move(item.moved_because).stored()] if item.moved_because else []),
    )


# --- the point of no return, and what the server said -------------------------------------------


def begin_handing(claimed: Claimed, now: dt.datetime | None = None, *, transport: str = "smtp") -> bool:
    """Commit that the text goes out now, and by which transport; False when it is no longer ours."""
    values: dict[str, Any] = {"now": now, "handing": HANDING, "margin": MARGIN, "transport": transport}
    values |= {"id": claimed.reminder_id, "token": claimed.token}
    with networks(claimed.network_id), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE reminders_reminder SET state = 'handing', transport = %(transport)s, "
            "handed_over_at = COALESCE(%(now)s, clock_timestamp()), "
            "lease_until = COALESCE(%(now)s, clock_timestamp()) + %(handing)s "
            "WHERE id = %(id)s AND lease_token = %(token)s AND state = 'leased' "
            "AND lease_until > COALESCE(%(now)s, clock_timestamp()) + %(margin)s",
            values,
        )
        is_ours: bool = cursor.rowcount == 1
        failpoint("before_handing_commit")
    return is_ours


def record(
    claimed: Claimed,
    outcome: Accepted | Refused | NoAnswer,
    started_at: dt.datetime,
    now: dt.datetime | None = None,
    *,
    courier: Transport | None = None,
) -> str:
    """Write down the answer and the attempt; returns the message's state now, "" if it was not ours."""
    with networks(claimed.network_id):
        if isinstance(outcome, Accepted):
            state = _record_sent(claimed, outcome, now)
        elif isinstance(outcome, NoAnswer):
            at = now or database_now()
            wait = backoff(claimed.number) if remembers_for(courier) else FIRST_LOOK
            state = _move(claimed, "uncertain", "no_answer", next_try_at=at + wait)
        else:
            state = _record_refused(claimed, outcome, now)
        if state:
            _note_attempt(claimed, outcome, started_at, now)
    failpoint("after_sent_commit")
    return state


def _record_sent(claimed: Claimed, accepted: Accepted, now: dt.datetime | None) -> str:
    """A late 250 also clears a doubt (reliability 2.4)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE reminders_reminder SET state = 'sent', reason = '', provider_message_id = %(provider)s, "
            "finished_at = COALESCE(%(now)s, clock_timestamp()), lease_token = NULL, lease_until = NULL, "
            "in_doubt_since = NULL WHERE id = %(id)s AND (lease_token = %(token)s OR state = 'uncertain' "
            "OR (state = 'skipped' AND reason = 'uncertain'))",
            {
                "now": now,
                "id": claimed.reminder_id,
                "token": claimed.token,
                "provider": accepted.provider_id,
            },
        )
        if cursor.rowcount != 1:
            return ""
        if claimed.kind == "coach_message":
            note_message(cursor, claimed.reminder_id)
        if claimed.kind not in UNCOUNTED_BY_LADDER:
            count_sent(cursor, claimed.enrolment_id, now, has_notice="manager_notice" in claimed.reasons)
    return "sent"


def note_message(cursor: Any, reminder_id: int) -> None:
    """A coach's letter that left is an exchange of theirs: nobody notes it a second time.

    It is of the moment it was sent off: a hand asked for since is not answered by it. A call promised
    before stays promised.
    """
    cursor.execute(
        "INSERT INTO cohorts_coachcontact (network_id, public_id, enrolment_id, coach_id, kind, note, "
        "happened_at, call_back_on) SELECT m.network_id, %(public_id)s, r.enrolment_id, m.author_id, "
        "'message', '', m.queued_at, (SELECT c.call_back_on FROM cohorts_coachcontact c "
        "WHERE c.network_id = r.network_id AND c.enrolment_id = r.enrolment_id "
        "AND c.happened_at <= m.queued_at ORDER BY c.happened_at DESC, c.id DESC LIMIT 1) "
        "FROM reminders_reminder r "
        "JOIN reminders_coachmessage m ON m.network_id = r.network_id AND m.public_id = r.occurrence "
        "WHERE r.id = %(reminder)s",
        {"public_id": new_public_id(), "reminder": reminder_id},
    )


def count_sent(cursor: Any, enrolment_id: int, at: dt.datetime | None, *, has_notice: bool) -> None:
    """Count for the manager's ladder; the notice has been given when the message has left."""
    cursor.execute(
        "UPDATE cohorts_enrolment SET reminders_sent = reminders_sent + 1, "
        "manager_notice_at = CASE WHEN %s THEN COALESCE(%s, clock_timestamp()) ELSE manager_notice_at END "
        "WHERE id = %s",
        [has_notice, at, enrolment_id],
    )


def _record_refused(claimed: Claimed, refused: Refused, at: dt.datetime | None) -> str:
    now = at or database_now()
    reason = f"smtp_{refused.code}" if refused.code else f"no_{refused.stage}"
    if refused.is_bad_address:
        _suppress_bounced(claimed)
    next_try_at = now + backoff(claimed.number, refused.code)
    if claimed.is_in_doubt:
        # This try is answered, the one before is not: a refusal tells nothing of what was given then.
        return _move(claimed, "uncertain", "no_answer", next_try_at=next_try_at)
    if refused.is_permanent:
        return _move(claimed, "dead", reason, finished_at=now)
    is_over = claimed.number >= MAX_ATTEMPTS or next_try_at >= claimed.expires_at
    if is_over or _first_try_at(claimed, now) + MAX_AGE <= next_try_at:
        return _move(claimed, "dead", reason, finished_at=now)
    return _move(claimed, "due", reason, next_try_at=next_try_at)


def backoff(attempts: int, code: int | None = None) -> dt.timedelta:
    """Half a minute doubled with each try, an hour at most, spread; greylisting asks for five minutes."""
    spread = random.uniform(0.5, 1.5)  # noqa: S311 - to spread, not to hide
    if code in GREYLISTED and attempts <= 1:
        return dt.timedelta(minutes=5) + dt.timedelta(minutes=5) * (spread - 0.5)
    return min(dt.timedelta(minutes=60), dt.timedelta(seconds=30 * (1 << min(attempts, 10)))) * spread


def _first_try_at(claimed: Claimed, now: dt.datetime) -> dt.datetime:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(ended_at) FROM reminders_reminderattempt WHERE reminder_id = %(id)s "
            # A coach who sends it again starts a new day of tries.
            "AND ended_at > COALESCE((SELECT max(settled_at) FROM reminders_settlement "
            "WHERE reminder_id = %(id)s AND action = 'again'), '-infinity')",
            {"id": claimed.reminder_id},
        )
        row = cursor.fetchone()
    first: dt.datetime | None = row[0] if row else None
    return first or now


def _move(
    claimed: Claimed,
    state: str,
    reason: str,
    *,
    finished_at: dt.datetime | None = None,
    next_try_at: dt.datetime | None = None,
) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE reminders_reminder SET state = %(state)s, reason = %(reason)s, finished_at = %(end)s, "
            "next_try_at = COALESCE(%(next)s, next_try_at), lease_token = NULL, lease_until = NULL, "
            "in_doubt_since = "
            "CASE WHEN %(doubt)s THEN COALESCE(in_doubt_since, handed_over_at) END "
            "WHERE id = %(id)s AND lease_token = %(token)s",
            {
                "state": state,
                "doubt": state == "uncertain",
                "reason": reason,
                "end": finished_at,
                "next": next_try_at,
                "id": claimed.reminder_id,
                "token": claimed.token,
            },
        )
        return state if cursor.rowcount == 1 else ""


def _suppress_bounced(claimed: Claimed) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO reminders_suppression (network_id, address_hash, reason, created_at) "
            "VALUES (%s, %s, 'bounced', clock_timestamp()) ON CONFLICT (network_id, address_hash) DO NOTHING",
            [claimed.network_id, claimed.address_hash],
        )
        # Left where the coach's pages read it: they look at people, not at the messages' tables.
        cursor.execute(
            "UPDATE cohorts_enrolment SET refused_address = %s WHERE membership_id IN "
            "(SELECT id FROM agencies_membership WHERE user_id = %s)",
            [claimed.address_hash, claimed.recipient_id],
        )


def _note_attempt(
    claimed: Claimed, outcome: Accepted | Refused | NoAnswer, started_at: dt.datetime, now: dt.datetime | None
) -> None:
    stage: str
    code: int | None
    if isinstance(outcome, Accepted):
        stage, code = "accepted", outcome.code
    elif isinstance(outcome, Refused):
        stage, code = outcome.stage, outcome.code
    else:
        stage, code = "no_answer", None
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO reminders_reminderattempt "
            "(network_id, reminder_id, number, token, stage, smtp_code, started_at, ended_at) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, COALESCE(%s, clock_timestamp()))",
            [
                claimed.network_id,
                claimed.reminder_id,
                claimed.number,
                claimed.token,
                stage,
                code,
                started_at,
                now,
            ],
        )


# --- giving back ------------------------------------------------------------------------------


def release(network_id: int, claimed: Sequence[Claimed], until: dt.datetime, reason: str = "") -> int:
    """Give back what was claimed and not given to anybody: no attempt is burnt. Returns how many.

    An outage of hours must not kill a message: its own end, `expires_at`, decides (reliability 2.7).
    """
    if not claimed:
        return 0
    with networks(network_id), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE reminders_reminder r SET lease_token = NULL, lease_until = NULL, "
            "state = CASE WHEN r.in_doubt_since IS NULL THEN 'due' ELSE 'uncertain' END, "
            "attempts = greatest(attempts - 1, 0), next_try_at = %s, reason = %s "
            "FROM unnest(%s::bigint[], %s::uuid[]) AS v(id, token) "
            # One that was begun, too: the provider has answered that it does not take anything from us.
            "WHERE r.id = v.id AND r.lease_token = v.token AND r.state IN ('leased', 'handing')",
            [until, reason, [each.reminder_id for each in claimed], [each.token for each in claimed]],
        )
        return int(cursor.rowcount)


def hold_back(network_id: int, now: dt.datetime) -> int:
    """The network has sent all that it may in a day: what is due waits an hour. Returns how many wait.

    No day of people's making comes to that: somebody has to look (gate.room_today).
    """
    with networks(network_id):
        count = (
            Reminder.objects.filter(network_id=network_id)
            .due(now)
            .update(reason="network_cap", next_try_at=now + dt.timedelta(hours=1))
        )
    if count:
        logger.error("network %s has reached its messages of a day: %s wait", network_id, count)
    return count


def recover(
    network_id: int, now: dt.datetime | None = None, courier: Transport | None = None
) -> tuple[int, int]:
    """Leases whose worker died: before the point of no return the message is due again, after it
    nobody can know (reliability 2.6). Returns (due again, uncertain).

    A transport that knows a message again is asked at once; on plain SMTP the doubt waits.
    """
    values = {"now": now, "wait": FIRST_LOOK} | memory_of(courier)
    with networks(network_id), connection.cursor() as cursor:
        cursor.execute(_RECOVER, values)
        states = [row[0] for row in cursor.fetchall()]
    return states.count("due"), states.count("uncertain")


_RECOVER = """
WITH stale AS (
    SELECT id, state, state = 'handing' OR in_doubt_since IS NOT NULL AS in_doubt,
        COALESCE(%(now)s, clock_timestamp()) AS now
    FROM reminders_reminder
    WHERE state IN ('leased', 'handing') AND lease_until <= COALESCE(%(now)s, clock_timestamp())
    FOR UPDATE SKIP LOCKED
), told AS (
    INSERT INTO reminders_reminderattempt
        (network_id, reminder_id, number, token, stage, smtp_code, started_at, ended_at)
    SELECT r.network_id, r.id, r.attempts, r.lease_token, 'no_answer', NULL, r.handed_over_at, stale.now
    FROM reminders_reminder r JOIN stale ON stale.id = r.id WHERE stale.state = 'handing'
)
UPDATE reminders_reminder r SET lease_token = NULL, lease_until = NULL,
    state = CASE WHEN stale.in_doubt THEN 'uncertain' ELSE 'due' END,
    reason = CASE WHEN stale.in_doubt THEN 'no_answer' ELSE 'lease_expired' END,
    in_doubt_since = CASE WHEN stale.in_doubt THEN COALESCE(r.in_doubt_since, r.handed_over_at) END,
    next_try_at = CASE WHEN NOT stale.in_doubt THEN r.next_try_at
        WHEN r.transport = %(transport)s THEN stale.now ELSE stale.now + %(wait)s END
FROM stale WHERE r.id = stale.id RETURNING r.state
"""


def memory_of(courier: Transport | None) -> dict[str, Any]:
    """Which transport may be asked again about a message, and for how long; none on plain SMTP."""
    memory = remembers_for(courier)
    return {"transport": courier.name if courier and memory else None, "memory": memory}
