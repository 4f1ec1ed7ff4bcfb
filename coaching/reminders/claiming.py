"""The claim: take due messages, decide once more, write those that go (reliability 2.4)."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.db import connection, transaction

from agencies.addresses import address_hash
from agencies.scope import networks
from coaching.cohorts.models import CohortCoach, Enrolment
from coaching.reminders.facts import HUMAN, TRANSACTIONAL, Defer, PersonFacts, Send, Skip
from coaching.reminders.failpoints import failpoint
from coaching.reminders.instance import database_now
from coaching.reminders.ledger import DOUBT_LASTS, LEASE, MAX_ATTEMPTS, Claimed, backoff
from coaching.reminders.letters import Letter, Wanted, coach_messages, write
from coaching.reminders.loading import Loaded, left_out_on_error, load
from coaching.reminders.messages import render
from coaching.reminders.models import CoachMessage, Reminder
from coaching.reminders.moves import move, with_move
from coaching.reminders.planner import recheck
from coaching.reminders.policy import ReminderPolicy
from coaching.reminders.querysets import ReminderQuerySet
from coaching.reminders.transport import Transport, remembers_for

BATCH = 20
URGENT = TRANSACTIONAL | {"session_today"}  # people wait for it, or go there today (reliability 2.10)
logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Claim:
    """What one claim found: messages to hand over now, and how many rows were looked at in all."""

    messages: list[Claimed] = field(default_factory=list)
    seen: int = 0
    skipped: int = 0
    deferred: int = 0


@dataclass(slots=True)
class _Decided:
    sends: list[tuple[Reminder, Loaded, tuple[str, ...]]] = field(default_factory=list)
    skips: list[tuple[Reminder, str]] = field(default_factory=list)
    defers: list[tuple[Reminder, dt.datetime]] = field(default_factory=list)
    unreadable: list[Reminder] = field(default_factory=list)


def claim(
    network_id: int,
    limit: int = BATCH,
    *,
    now: dt.datetime | None = None,
    policy: ReminderPolicy | None = None,
    courier: Transport | None = None,
) -> Claim:
    """Lease up to `limit` messages, at most one per person, in one transaction; nothing leaves yet.

    A person is locked while it is decided, across networks: two workers cannot exceed the caps together.
    Whoever is locked by somebody else is looked at next time. What `courier` may have from an earlier try,
    and knows again, comes first.
    """
    with networks(network_id):
        at = now or database_now()
        rows = _of_undecided_people(_wanted(network_id, limit, at, courier))
        loaded = load([row.enrolment_id for row in rows], at) if rows else {}
        decided = _decide(rows, loaded, policy, at)
        _store_skips(decided.skips, at)
        _store_defers(decided.defers)
        _store_unreadable(decided.unreadable, at)
        messages = _lease(decided.sends, at)
        failpoint("before_claim_commit")
    failpoint("after_claim_commit")
    return Claim(messages, len(rows), len(decided.skips), len(decided.defers))


def _wanted(network_id: int, limit: int, now: dt.datetime, courier: Transport | None) -> list[Reminder]:
    """Doubts that the courier can clear, or else what is due: what cannot wait, then the oldest."""
    rows = Reminder.objects.filter(network_id=network_id)
    if courier is not None and (memory := remembers_for(courier)):
        doubts = rows.in_doubt_at(courier.name, now, memory).filter(attempts__lt=MAX_ATTEMPTS)
        if found := _locked(doubts.order_by("next_try_at", "id"), limit):
            return found
    return _locked(rows.due(now).oldest_first(but=URGENT), limit)


def _locked(due: ReminderQuerySet, limit: int) -> list[Reminder]:
    """Those of the first rows whose enrolment nobody else is deciding about, one per person."""
    people = list(
        Enrolment.objects.select_for_update(skip_locked=True, no_key=True)
        .filter(pk__in=due.values("enrolment_id")[:limit])
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    if not people:
        return []
    rows = due.filter(enrolment_id__in=people).select_for_update(skip_locked=True)
    first: dict[int, Reminder] = {}
    for row in rows:
        first.setdefault(row.recipient_id, row)
    return list(first.values())


def _of_undecided_people(rows: Sequence[Reminder]) -> list[Reminder]:
    """Those whose person no other claim is deciding about, in any network; locked until this one commits.

    The facts are read after it: they hold the lease of the claim that went before. It never waits, so
    two batches with the same people cannot block each other.
    """
    if not rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM unnest(%s::bigint[]) AS id "
            "WHERE pg_try_advisory_xact_lock(hashtextextended('reminders of ' || id, 0))",
            [[row.recipient_id for row in rows]],
        )
        ours = {row[0] for row in cursor.fetchall()}
    return [row for row in rows if row.recipient_id in ours]


def _decide(
    rows: Sequence[Reminder], loaded: dict[int, Loaded], policy: ReminderPolicy | None, now: dt.datetime
) -> _Decided:
    found = _Decided()
    recalled = _no_longer_wanted(rows, loaded, now)
    for row in rows:
        person, decision = loaded.get(row.enrolment_id), None
        if person is not None:
            with left_out_on_error(person.enrolment):
                decision = recheck(row, _without(row, person.facts), policy or person.policy, now)
        if person is None or decision is None:
            found.unreadable.append(row)
            continue
        match decision:
            case Send() if row.pk in recalled:
                found.skips.append((row, recalled[row.pk]))
            case Send(reasons):
                found.sends.append((row, person, reasons))
            case Skip() if row.state == Reminder.State.UNCERTAIN:
                found.defers.append((row, now + DOUBT_LASTS))  # it may have left: nobody can say it did not
            case Skip(because):
                row.moves = with_move(row.moves, move(because, policy or person.policy, now))
                found.skips.append((row, because))
            case Defer(until, because):
                row.moves = with_move(row.moves, move(because, policy or person.policy, now, until))
                found.defers.append((row, until))
    return found


def _without(row: Reminder, facts: PersonFacts) -> PersonFacts:
    """What may have left counts among what has; of the row itself that is the question."""
    if row.state != Reminder.State.UNCERTAIN:
        return facts
    others = (item for item in facts.history if (item.kind, item.occurrence) != (row.kind, row.occurrence))
    return replace(facts, history=tuple(others))


def _no_longer_wanted(
    rows: Sequence[Reminder], loaded: dict[int, Loaded], now: dt.datetime
) -> dict[int, str]:
    """Of coaches' own messages: reminder id -> why it does not leave in their name after all."""
    ours = [row for row in rows if row.kind in HUMAN and row.enrolment_id in loaded]
    if not ours:
        return {}
    messages = coach_messages(row.occurrence for row in ours)
    pairs = CohortCoach.objects.filter(membership__in=[each.author_id for each in messages.values()])
    assigned = set(pairs.values_list("cohort_id", "membership_id"))
    found = {}
    for row in ours:
        message = messages.get(row.occurrence)
        if message is None or message.state != CoachMessage.State.QUEUED:
            found[row.pk] = "recalled"
        elif (message.cohort_id, message.author_id) not in assigned or message.author.is_over_on(
            loaded[row.enrolment_id].network.today(now)
        ):
            found[row.pk] = "coach_left"
    return found


def _store_skips(skips: Sequence[tuple[Reminder, str]], now: dt.datetime) -> None:
    for row, because in skips:
        row.state, row.reason, row.finished_at = Reminder.State.SKIPPED, because, now
    _update([row for row, _because in skips], "state", "reason", "finished_at", "moves")


def _store_defers(defers: Sequence[tuple[Reminder, dt.datetime]]) -> None:
    for row, until in defers:
        row.next_try_at = until
    _update([row for row, _until in defers], "next_try_at", "moves")


def _store_unreadable(rows: Sequence[Reminder], now: dt.datetime) -> None:
    """Nothing can be decided: these messages wait, and are given up in the end, like those not written."""
    for row in rows:
        row.attempts += 1
        _set_aside(row, now)
    _update(rows, "attempts", "state", "reason", "next_try_at", "finished_at")


def _update(rows: Sequence[Reminder], *fields: str) -> None:
    if rows:
        Reminder.objects.bulk_update(rows, fields)


def _lease(sends: Sequence[tuple[Reminder, Loaded, tuple[str, ...]]], now: dt.datetime) -> list[Claimed]:
    """Write the messages that go, and lease their rows; one that cannot be written holds up none."""
    if not sends:
        return []
    wanted = [Wanted(person, row.kind, row.occurrence, reasons) for row, person, reasons in sends]
    messages: list[Claimed] = []
    rows: list[Reminder] = []
    for (row, person, reasons), letter in zip(sends, write(wanted, now), strict=True):
        row.attempts += 1
        message = _write_one(row, person, letter, reasons)
        if message is None:
            _set_aside(row, now)
        else:
            row.state, row.lease_token, row.lease_until = Reminder.State.LEASED, message.token, now + LEASE
            row.reasons, row.reason = list(reasons), ""
            messages.append(message)
        rows.append(row)
    _store_leases(rows)
    return messages


def _store_leases(rows: Sequence[Reminder]) -> None:
    """One statement of arrays: the CASE per row and column of bulk_update costs as much as a mail."""
    values = [
        (
            row.pk,
            row.state,
            row.reason,
            ",".join(row.reasons),
            row.lease_token,
            row.lease_until,
            row.attempts,
            row.next_try_at,
            row.finished_at,
        )
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.execute(_STORE_LEASES, [list(column) for column in zip(*values, strict=True)])


_STORE_LEASES = """
UPDATE reminders_reminder r SET state = v.state, reason = v.reason,
    reasons = string_to_array(v.reasons, ','), lease_token = v.token, lease_until = v.until,
    attempts = v.attempts, next_try_at = v.next_try_at, finished_at = v.finished_at
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::uuid[], %s::timestamptz[], %s::int[],
    %s::timestamptz[], %s::timestamptz[])
    AS v(id, state, reason, reasons, token, until, attempts, next_try_at, finished_at)
WHERE r.id = v.id
"""


def _write_one(row: Reminder, person: Loaded, letter: Letter, reasons: tuple[str, ...]) -> Claimed | None:
    user = person.enrolment.membership.user
    try:
        with transaction.atomic():  # a letter may store an invitation
            envelope = render(letter, row.dedupe_key)
    except Exception as problem:  # one bad letter must not stop the others
        logger.error("reminder %s could not be written: %s", row.pk, type(problem).__name__)
        return None
    failpoint("rendered")
    return Claimed(
        reminder_id=row.pk,
        network_id=person.network.pk,
        enrolment_id=row.enrolment_id,
        token=uuid.uuid4(),
        number=row.attempts,
        dedupe_key=row.dedupe_key,
        kind=row.kind,
        reasons=reasons,
        expires_at=row.expires_at,
        recipient_id=row.recipient_id,
        address_hash=address_hash(person.network.pk, user.email),
        envelope=envelope,
        is_in_doubt=row.in_doubt_since is not None,
    )


def _set_aside(row: Reminder, now: dt.datetime) -> None:
    row.reason = "not_written"
    if row.attempts >= MAX_ATTEMPTS and row.in_doubt_since is None:
        row.state, row.finished_at = Reminder.State.DEAD, now
    else:
        row.next_try_at = now + backoff(row.attempts)


def networks_with_work(limit: int = 10_000) -> list[int]:
    """Networks where something is due, all kinds in one query across networks; needs no scope."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT networks_with_due_enrolments(clock_timestamp(), %(limit)s) "
            "UNION SELECT networks_with_due_reminders(clock_timestamp(), %(limit)s) "
            "UNION SELECT networks_with_stale_leases(clock_timestamp(), %(limit)s) "
            "UNION SELECT networks_with_doubts_to_settle(clock_timestamp(), %(limit)s)",
            {"limit": limit},
        )
        return [row[0] for row in cursor.fetchall()]
