"""Who was there: marked by the coach, signed by the person, corrected with a trace (domain.md 5.3)."""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from agencies.models import Membership
from coaching.cohorts.models import Attendance, AttendanceCorrection, Enrolment, LiveSession
from coaching.cohorts.regularity import monday_of
from coaching.cohorts.services.problems import CohortProblem
from coaching.cohorts.services.sessions import hold_cohort, hold_enrolment, hold_session
from coaching.cohorts.signing import attendance_code, typed_code

# A million codes, five tries in a quarter of an hour, two days: one chance in a thousand for who never rests.
MAX_TRIES = 5
TRIES_FOR = dt.timedelta(minutes=15)
State = Attendance.State


def code_of(session: LiveSession) -> str:
    """The six digits the coach shows; they open nothing outside the session's window."""
    return attendance_code(settings.SECRET_KEY, f"{session.network_id}/{session.public_id}")


@transaction.atomic
def mark(
    session: LiveSession,
    enrolment: Enrolment,
    coach: Membership,
    state: str,
    *,
    reason: str = "",
    now: dt.datetime | None = None,
) -> Attendance:
    """The coach says who was there. Within the window at one tap; after it only with a reason. Idempotent.

    Every change of what was known is kept as a correction. Raises CohortProblem: not_live,
    left, session_cancelled, not_begun (before the window), reason_needed, bad_state.
    """
    now = now or timezone.now()
    if state not in (State.PRESENT, State.EXCUSED, State.ABSENT):
        raise CohortProblem("bad_state")
    _cohort, held = hold_session(session)
    locked = hold_enrolment(enrolment)
    _require_markable(held, now)
    is_late = now > held.window.closes_at
    row = Attendance.objects.of(locked).filter(key=held.key).first()
    if row is not None and row.state == state:
        return row
    if is_late and not reason.strip():
        raise CohortProblem("reason_needed")
    known, signature = (row.state, row.signed_at) if row else ("", None)
    row = row or Attendance(enrolment=locked, key=held.key)
    row.session, row.state, row.how, row.recorded_at = held, state, Attendance.How.COACH, now
    row.signed_at = None
    row.confirmed_at, row.confirmed_by = (now, coach) if state == State.PRESENT else (None, None)
    row.save()
    if known or is_late:
        _trace(row, coach, known, reason, signature, now)
    return row


@transaction.atomic
def unmark(session: LiveSession, enrolment: Enrolment, now: dt.datetime | None = None) -> bool:
    """A tap on the wrong person, taken back within the window: nothing is noted again. Idempotent.

    Only what a coach's tap alone made: what the person signed, or what a correction tells, stays, and
    False is returned. Raises CohortProblem: not_live, session_cancelled, not_begun, reason_needed (after it).
    """
    now = now or timezone.now()
    _cohort, held = hold_session(session)
    locked = hold_enrolment(enrolment)
    _require_markable(held, now)
    if now > held.window.closes_at:
        raise CohortProblem("reason_needed")
    row = Attendance.objects.of(locked).filter(key=held.key).first()
    if row is None:
        return True
    if not row.is_a_tap:
        return False
    row.delete()
    return True


def _require_markable(session: LiveSession, now: dt.datetime) -> None:
    if session.cancelled_at is not None:
        raise CohortProblem("session_cancelled")
    if now < session.window.opens_at:
        raise CohortProblem("not_begun")


def _trace(
    row: Attendance, by: Membership, known: str, reason: str, signature: dt.datetime | None, now: dt.datetime
) -> None:
    AttendanceCorrection.objects.create(
        attendance=row,
        by=by,
        corrected_at=now,
        from_state=known,
        to_state=row.state,
        reason=reason.strip(),
        signed_at=signature,
    )


@transaction.atomic
def confirm(session: LiveSession, coach: Membership, *, now: dt.datetime | None = None) -> int:
    """The coach's signature for everybody present of this session; how many it is new for. Idempotent.

    Raises CohortProblem: not_live, session_cancelled, not_begun, window_closed.
    """
    now = now or timezone.now()
    _cohort, held = hold_session(session)
    _require_markable(held, now)
    if now not in held.window:
        raise CohortProblem("window_closed")
    present = Attendance.objects.filter(session=held, state=State.PRESENT, confirmed_at=None)
    return present.update(confirmed_at=now, confirmed_by=coach)


@transaction.atomic
def enter_code(enrolment: Enrolment, text: str, *, now: dt.datetime | None = None) -> Attendance | None:
    """Sign the session of this cohort whose code it is, at this moment; None for a code of no session.

    None and not an exception: the try is counted in this same transaction. Raises CohortProblem:
    too_many_tries, not_live, left, marked_otherwise.
    """
    now = now or timezone.now()
    cohort = hold_cohort(enrolment.cohort_id)
    locked = hold_enrolment(enrolment)
    tries = _tries_of(locked)
    if tries >= MAX_TRIES:
        raise CohortProblem("too_many_tries")
    code = typed_code(text)
    open_now = (row for row in cohort.sessions.standing() if now in row.window)
    found = next((row for row in open_now if hmac.compare_digest(code_of(row), code)), None)
    if found is None:
        cache.set(_key(locked), tries + 1, TRIES_FOR.total_seconds())
        return None
    return _sign(locked, found, Attendance.How.CODE, now)


def _tries_of(enrolment: Enrolment) -> int:
    return int(cache.get(_key(enrolment), 0))


def _key(enrolment: Enrolment) -> str:
    return f"attendance-tries-{enrolment.network_id}-{enrolment.pk}"


@transaction.atomic
def sign(enrolment: Enrolment, session: LiveSession, *, now: dt.datetime | None = None) -> Attendance:
    """One tap by the person whom their coach has marked present, within the window. Idempotent.

    Raises CohortProblem: not_live, left, session_cancelled, window_closed, not_marked.
    """
    now = now or timezone.now()
    _cohort, held = hold_session(session)
    locked = hold_enrolment(enrolment)
    row = Attendance.objects.of(locked).filter(key=held.key).first()
    if row is not None and row.signed_at is not None:
        return row
    _require_markable(held, now)
    if now not in held.window:
        raise CohortProblem("window_closed")
    if row is None or row.state != State.PRESENT:
        raise CohortProblem("not_marked")
    return _sign(locked, row.session, Attendance.How(row.how), now)


def _sign(enrolment: Enrolment, session: LiveSession, how: Attendance.How, now: dt.datetime) -> Attendance:
    row = Attendance.objects.of(enrolment).filter(key=session.key).first()
    if row is None:
        row = Attendance(enrolment=enrolment, key=session.key, recorded_at=now, how=how)
        row.session, row.state = session, State.PRESENT
    if row.state == State.REPLAY or row.signed_at is not None:
        return row
    if row.state != State.PRESENT:
        raise CohortProblem("marked_otherwise")
    row.signed_at = now
    row.save()
    note_activity(enrolment, now)
    return row


@transaction.atomic
def record_replay(
    enrolment: Enrolment, session: LiveSession, *, now: dt.datetime | None = None
) -> Attendance:
    """The questions of the replay are answered: it counts as attended, flagged « différé » (domain.md 4.3).

    Idempotent. What the coach had marked otherwise is kept as a correction. Raises CohortProblem: not_live,
    left, session_cancelled, not_over.
    """
    now = now or timezone.now()
    _cohort, held = hold_session(session)
    locked = hold_enrolment(enrolment)
    if held.cancelled_at is not None:
        raise CohortProblem("session_cancelled")
    if now < held.ends_at:
        raise CohortProblem("not_over")
    row = Attendance.objects.of(locked).filter(key=held.key).first()
    if row is not None and row.is_attended:
        return row
    known = row.state if row else ""
    row = row or Attendance(enrolment=locked, key=held.key)
    row.session, row.state, row.how = held, State.REPLAY, Attendance.How.REPLAY
    row.recorded_at = row.signed_at = now
    row.confirmed_at = row.confirmed_by = None
    row.save()
    if known:
        _trace(row, locked.membership, known, "", None, now)
    note_activity(locked, now)
    return row


def note_activity(enrolment: Enrolment, now: dt.datetime) -> None:
    """A signature is an activity (domain.md 4.1): it closes the ladder and wakes the reminders, as steps do.

    The enrolment is held. Status and activation are the steps' alone: a programme begins with one.
    """
    monday = monday_of(now.astimezone(ZoneInfo(enrolment.network.time_zone)).date())
    enrolment.active_weeks = sorted({*enrolment.active_weeks, monday})
    enrolment.last_activity_at = max(enrolment.last_activity_at or now, now)
    enrolment.manager_notice_at = None
    enrolment.reminders_sent = 0
    fields = ["active_weeks", "last_activity_at", "manager_notice_at", "reminders_sent"]
    if enrolment.is_live:
        enrolment.next_check_at = now
        fields.append("next_check_at")
    enrolment.save(update_fields=fields)


def signatures_of(**enrolments: Any) -> Mapping[int, list[dt.datetime]]:
    """Enrolment id -> when they signed, signatures set aside by a correction included; two queries.

    `enrolments`: conditions on the enrolment, by Attendance's own fields (`enrolment=…`).
    """
    found: dict[int, list[Any]] = {}
    standing = Attendance.objects.filter(signed_at__isnull=False, **enrolments)
    for pk, at in standing.values_list("enrolment_id", "signed_at"):
        found.setdefault(pk, []).append(at)
    set_aside = AttendanceCorrection.objects.filter(
        signed_at__isnull=False, **{f"attendance__{name}": value for name, value in enrolments.items()}
    )
    for pk, at in set_aside.values_list("attendance__enrolment_id", "signed_at"):
        found.setdefault(pk, []).append(at)
    return found
