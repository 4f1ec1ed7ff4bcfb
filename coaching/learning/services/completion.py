"""Who has finished: looked at again wherever a fact changes, in the transaction of that change.

Attendance is written by the cohorts, which know nothing of programmes: its doors for the pages are here,
around the verbs below, so that signing and finishing are one transaction and nothing is found out later.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from agencies.models import Membership
from coaching.cohorts import services as cohorts
from coaching.cohorts.models import Attendance, Cohort, Enrolment, LiveSession
from coaching.learning.access import load_completions
from coaching.learning.completion import Completion
from coaching.programmes.runtime import outline_of

SETTLED = ("status", "completed_at", "ended_at", "next_check_at")


def look_again(enrolment_id: int, now: dt.datetime, *, undone: Collection[str] = ()) -> None:
    """Set what follows from the conditions as they are now; see `settle`. Holds the enrolment."""
    Enrolment.objects.select_for_update().values_list("pk").get(pk=enrolment_id)
    row = Enrolment.objects.with_version().select_related("network").get(pk=enrolment_id)
    outline = outline_of(row.cohort.programme_version)
    found = load_completions([row], outline, row.network.sector, now)[row.pk]
    if settle(row, found, now, undone=undone):
        row.save(update_fields=SETTLED)


def settle(row: Enrolment, found: Completion, now: dt.datetime, *, undone: Collection[str] = ()) -> bool:
    """Whether the status moved, on the row in memory; the caller saves SETTLED.

    Who had begun and has everything has finished. `undone` names the conditions from which something was
    taken away (an undo, a correction): only those take completion back. A new version, or a session held
    since, never does.
    """
    if row.is_live and row.activated_at is not None and found.is_met:
        row.status, row.completed_at, row.next_check_at = Enrolment.Status.COMPLETED, now, now
        return True
    is_taken_back = any(each.kind in undone for each in found.unmet)
    is_open = row.cohort.status != Cohort.Status.ARCHIVED
    if row.status != Enrolment.Status.COMPLETED or not is_taken_back or not is_open:
        return False
    row.completed_at = None
    if row.cohort.status == Cohort.Status.ENDED:
        row.status, row.ended_at = Enrolment.Status.ENDED_INCOMPLETE, row.cohort.ended_at
        row.next_check_at = None
    else:
        row.status, row.next_check_at = Enrolment.Status.ACTIVE, now
    return True


# --- attendance --------------------------------------------------------------------------------


@transaction.atomic
def mark_attendance(
    session: LiveSession,
    enrolment: Enrolment,
    coach: Membership,
    state: str,
    *,
    reason: str = "",
    now: dt.datetime | None = None,
) -> Attendance:
    """The coach says who was there, or corrects it (`cohorts.services.mark`). Raises CohortProblem."""
    at = now or timezone.now()
    row = cohorts.mark(session, enrolment, coach, state, reason=reason, now=at)
    look_again(enrolment.pk, at, undone=("attendance",))
    return row


@transaction.atomic
def unmark_attendance(session: LiveSession, enrolment: Enrolment, *, now: dt.datetime | None = None) -> bool:
    """The coach takes a tap back (`cohorts.services.unmark`). Raises CohortProblem."""
    at = now or timezone.now()
    is_undone = cohorts.unmark(session, enrolment, now=at)
    look_again(enrolment.pk, at, undone=("attendance",))
    return is_undone


@transaction.atomic
def enter_code(enrolment: Enrolment, text: str, *, now: dt.datetime | None = None) -> Attendance | None:
    """Sign by the code (`cohorts.services.enter_code`). Raises CohortProblem."""
    at = now or timezone.now()
    row = cohorts.enter_code(enrolment, text, now=at)
    if row is not None:
        look_again(enrolment.pk, at)
    return row


@transaction.atomic
def sign(enrolment: Enrolment, session: LiveSession, *, now: dt.datetime | None = None) -> Attendance:
    """Sign by one tap (`cohorts.services.sign`). Raises CohortProblem."""
    at = now or timezone.now()
    row = cohorts.sign(enrolment, session, now=at)
    look_again(enrolment.pk, at)
    return row


@transaction.atomic
def record_replay(
    enrolment: Enrolment, session: LiveSession, *, now: dt.datetime | None = None
) -> Attendance:
    """The questions of the replay are answered (`cohorts.services.record_replay`). Raises CohortProblem."""
    at = now or timezone.now()
    row = cohorts.record_replay(enrolment, session, now=at)
    look_again(enrolment.pk, at)
    return row
