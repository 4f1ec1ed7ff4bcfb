"""What a coach decides about messages that wait for a person: send again, take as received, close; undo.

Each verb is one short step in the scope of the request. A row that meanwhile left its state (a worker, an
answer of the provider, another coach) is left as it is: only what was changed is counted and noted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from django.db import connection, transaction

from agencies.models import Membership
from coaching.cohorts.models import Cohort
from coaching.reminders.facts import UNCOUNTED_BY_LADDER
from coaching.reminders.instance import database_now
from coaching.reminders.ledger import count_sent, note_message
from coaching.reminders.models import Reminder, Settlement
from coaching.reminders.querysets import ReminderQuerySet

Action = Settlement.Action
AGAIN, CLOSED = "again", "closed"  # reasons of the row, too

# What may be decided from where. Mail that came back had been taken: sent again under the same key a provider
# would answer « already done » and send nothing, so the address is mended and something new is sent.
FROM: dict[str, tuple[str, ...]] = {
    Action.AGAIN: ("uncertain", "dead"),
    Action.RECEIVED: ("uncertain",),
    Action.CLOSED: ("uncertain", "dead", "bounced"),
}


def may(action: str, row: Reminder, now: dt.datetime) -> bool:
    """Whether this can be decided about the row as it stands; what has no more sense leaves no more."""
    return row.state in FROM[action] and (action != Action.AGAIN or row.expires_at > now)


@transaction.atomic
def settle(cohort: Cohort, public_ids: Collection[str], action: str, by: Membership) -> int:
    """Decide about these messages of the cohort; returns how many still stood where that is possible.

    Sent again: due now, same row and key, its tries counted anew; the recheck before it leaves decides.
    Taken as received: counts as sent. Closed: nothing more is sent.
    """
    now = database_now()
    rows = _held(Reminder.objects.of_cohort(cohort).filter(public_id__in=public_ids), action, now)
    if not rows:
        return 0
    _note(rows, action, by, now)
    changed = Reminder.objects.filter(pk__in=[row.pk for row in rows])
    if action == Action.AGAIN:
        # Whoever sends it again knows that it may double: the earlier doubt holds it back no more.
        changed.update(
            state="due", reason=AGAIN, attempts=0, next_try_at=now, finished_at=None, in_doubt_since=None
        )
    elif action == Action.CLOSED:
        changed.update(state="skipped", reason=CLOSED, finished_at=now, in_doubt_since=None)
    else:
        changed.update(state="sent", reason=Action.RECEIVED, finished_at=now, in_doubt_since=None)
        _count(rows, now)
    return len(rows)


def _held(rows: ReminderQuerySet, action: str, now: dt.datetime) -> list[Reminder]:
    """Locked, in one order for all; PostgreSQL looks at the state once more after it has waited."""
    held = rows.filter(state__in=FROM[action])
    if action == Action.AGAIN:
        held = held.filter(expires_at__gt=now)
    return list(held.select_for_update(of=("self",)).order_by("pk"))


def _note(rows: Sequence[Reminder], action: str, by: Membership, now: dt.datetime) -> None:
    Settlement.objects.bulk_create(
        Settlement(
            reminder=row,
            coach=by,
            action=action,
            from_state=row.state,
            from_reason=row.reason,
            from_finished_at=row.finished_at,
            settled_at=now,
        )
        for row in rows
    )


def _count(rows: Sequence[Reminder], now: dt.datetime) -> None:
    """As when the mail server has answered: the ladder counts it, a coach's letter is an exchange."""
    with connection.cursor() as cursor:
        for row in rows:
            if row.kind == Reminder.Kind.COACH_MESSAGE:
                note_message(cursor, row.pk)
            if row.kind not in UNCOUNTED_BY_LADDER:
                count_sent(cursor, row.enrolment_id, now, has_notice="manager_notice" in row.reasons)


# --- taking a decision back --------------------------------------------------------------------


def is_undoable(settlement: Settlement) -> bool:
    """Whether its message (come along) still stands where this decision put it.

    What was taken as received is told to the manager's ladder and counts for the caps: it stays.
    """
    row = settlement.reminder
    if settlement.action == Action.AGAIN:
        return (row.state, row.reason, row.attempts) == ("due", AGAIN, 0)
    return settlement.action == Action.CLOSED and (row.state, row.reason) == ("skipped", CLOSED)


_PUT_BACK = ("state", "reason", "finished_at", "in_doubt_since")


@transaction.atomic
def undo_settlement(cohort: Cohort, public_id: str, by: Membership) -> int:
    """Put the messages of one decision back where they waited; returns how many had not gone on since."""
    decision = Settlement.objects.of_cohort(cohort).filter(public_id=public_id).first()
    if decision is None:
        return 0
    together = Settlement.objects.of_cohort(cohort).together_with(decision)
    rows = Reminder.objects.filter(pk__in=together.values("reminder")).order_by("pk")
    held = {row.pk: row for row in rows.select_for_update()}
    last: dict[int, Settlement] = {}
    for each in Settlement.objects.filter(reminder__in=list(held)).order_by("pk"):
        each.reminder = held[each.reminder_id]
        last[each.reminder_id] = each
    back = [each for each in last.values() if each.belongs_with(decision) and is_undoable(each)]
    _note([each.reminder for each in back], Action.UNDONE, by, database_now())
    for each in back:
        row = each.reminder
        row.state, row.reason, row.finished_at = each.from_state, each.from_reason, each.from_finished_at
        row.in_doubt_since = row.handed_over_at if row.state == "uncertain" else None
    if back:
        Reminder.objects.bulk_update([each.reminder for each in back], _PUT_BACK)
    return len(back)
