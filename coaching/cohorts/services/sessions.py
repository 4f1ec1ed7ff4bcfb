"""Changes to live sessions: dates and links, a second slot, a cancellation, and who comes to which slot.

Order of locks, here and in `attendance` and `appointments`: cohort, session, enrolment. Each change wakes the
reminders of everybody concerned: they send what the calendars need.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from coaching.cohorts.models import Cohort, Enrolment, LiveSession, SlotChoice
from coaching.cohorts.own_sessions import own_sessions
from coaching.cohorts.querysets import COMING
from coaching.cohorts.services.problems import CohortProblem

EXTRA = "extra"  # key of a session that the programme does not have: extra-1, extra-2…
MAX_EXTRA = 20


@transaction.atomic
def edit_session(
    session: LiveSession,
    *,
    starts_at: dt.datetime,
    minutes: int,
    join_url: str,
    title_fr: str,
    title_en: str,
    seen: str = "",
    now: dt.datetime | None = None,
) -> bool:
    """Move or rename a session that has not begun; whether anything changed (if not, nobody hears of it).

    `seen` is the sequence that the form was drawn with: a change made meanwhile is not undone unread. Raises
    CohortProblem: not_live, session_cancelled, session_begun, in_the_past, session_changed.
    """
    now = now or timezone.now()
    _cohort, held = hold_session(session)
    _require_to_come(held, now)
    if starts_at <= now:
        raise CohortProblem("in_the_past")
    wanted = {
        "starts_at": starts_at,
        "minutes": minutes,
        "join_url": join_url,
        "title_fr": title_fr,
        "title_en": title_en,
    }
    changed = [name for name, value in wanted.items() if getattr(held, name) != value]
    if not changed:
        return False
    if seen and seen != str(held.sequence):
        raise CohortProblem("session_changed")
    for name in changed:
        setattr(held, name, wanted[name])
    held.week_number = week_number_of(held.cohort, starts_at)
    held.sequence += 1
    held.save(update_fields=[*changed, "week_number", "sequence"])
    wake(held.cohort, now)
    return True


@transaction.atomic
def add_second_slot(
    session: LiveSession, *, starts_at: dt.datetime, join_url: str = "", now: dt.datetime | None = None
) -> LiveSession:
    """The same session at another hour; everybody stays in the first slot until they choose.

    Raises CohortProblem: not_live, session_cancelled, session_begun, in_the_past, two_slots.
    """
    now = now or timezone.now()
    cohort, held = hold_session(session)
    _require_to_come(held, now)
    if starts_at <= now:
        raise CohortProblem("in_the_past")
    taken = set(cohort.sessions.filter(key=held.key).values_list("slot", flat=True))
    free = {1, 2} - taken
    if not free:
        return _slot_again(cohort, held, starts_at, join_url, now)
    return LiveSession.objects.create(
        cohort=cohort,
        key=held.key,
        slot=free.pop(),
        week_number=week_number_of(cohort, starts_at),
        title_fr=held.title_fr,
        title_en=held.title_en,
        starts_at=starts_at,
        minutes=held.minutes,
        join_url=join_url or held.join_url,
    )


def _slot_again(
    cohort: Cohort, held: LiveSession, starts_at: dt.datetime, join_url: str, now: dt.datetime
) -> LiveSession:
    """A slot that was cancelled and has nobody left stands again at its new hour."""
    other = cohort.sessions.select_for_update().filter(key=held.key).exclude(pk=held.pk).get()
    if other.cancelled_at is None:
        raise CohortProblem("two_slots")
    other.starts_at, other.join_url = starts_at, join_url or held.join_url
    other.week_number = week_number_of(cohort, starts_at)
    other.cancelled_at, other.cancel_note = None, ""
    # It takes the place of the second: whoever has chosen nothing stays where they are.
    other.sequence += 1
    other.save()
    if other.slot < held.slot:
        _swap_places(other, held)
    wake(cohort, now)
    return other


def _swap_places(one: LiveSession, other: LiveSession) -> None:
    """In three steps, for (key, slot) is unique at every moment."""
    first, second = one.slot, other.slot
    parked = f"{one.key}~"[-60:]
    LiveSession.objects.filter(pk=one.pk).update(key=parked)
    LiveSession.objects.filter(pk=other.pk).update(slot=first)
    LiveSession.objects.filter(pk=one.pk).update(key=other.key, slot=second)
    one.slot, other.slot = second, first


@transaction.atomic
def cancel_session(session: LiveSession, note: str = "", *, now: dt.datetime | None = None) -> None:
    """Cancel one slot; its people come to the other slot when there is one. Idempotent.

    Raises CohortProblem: not_live, session_begun.
    """
    now = now or timezone.now()
    cohort, held = hold_session(session)
    if held.cancelled_at is not None:
        return
    _require_to_come(held, now)
    other = cohort.sessions.standing().filter(key=held.key).exclude(pk=held.pk).first()
    if other is not None:
        # Into one that has begun nobody can be moved: they keep this slot, and hear that it is cancelled.
        _move_people(cohort, held, other, now, to=other if other.starts_at > now else held)
    held.cancelled_at, held.cancel_note = now, note.strip()
    held.sequence += 1
    held.save(update_fields=["cancelled_at", "cancel_note", "sequence"])
    wake(cohort, now)


def _move_people(
    cohort: Cohort, left: LiveSession, other: LiveSession, now: dt.datetime, *, to: LiveSession
) -> None:
    """Everybody of the slot that is left, by a choice that keeps their sequence rising."""
    choices = {
        row.enrolment_id: row for row in SlotChoice.objects.filter(enrolment__cohort=cohort, key=left.key)
    }
    rows = []
    for enrolment_id in cohort.enrolments.values_list("pk", flat=True):
        known = choices.get(enrolment_id)
        own = own_sessions([left, other], {left.key: known} if known else {})[0]
        if own.session.pk == left.pk:
            rows.append(_choice(enrolment_id, to, own.sequence, now))
    _store_choices(rows)


def _choice(enrolment_id: int, session: LiveSession, sequence: int, now: dt.datetime) -> SlotChoice:
    """A choice whose event follows `sequence`, what the person's event had so far."""
    offset = max(sequence + 1 - session.sequence, 0)
    return SlotChoice(
        enrolment_id=enrolment_id, session=session, key=session.key, offset=offset, chosen_at=now
    )


def _store_choices(rows: Iterable[SlotChoice]) -> None:
    SlotChoice.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["network", "enrolment", "key"],
        update_fields=["session", "offset", "chosen_at"],
    )


@transaction.atomic
def add_session(
    cohort: Cohort,
    *,
    starts_at: dt.datetime,
    minutes: int,
    title_fr: str,
    title_en: str,
    join_url: str = "",
    now: dt.datetime | None = None,
) -> LiveSession:
    """A session more than the programme has. A second submission of the same one finds the first.

    Raises CohortProblem: not_live, in_the_past, too_many_sessions.
    """
    now = now or timezone.now()
    held = hold_cohort(cohort.pk)
    if starts_at <= now:
        raise CohortProblem("in_the_past")
    extras = [row for row in held.sessions.all() if row.key.startswith(f"{EXTRA}-")]
    same = [row for row in extras if row.starts_at == starts_at and row.title_fr == title_fr]
    if same and same[0].cancelled_at is None:
        return same[0]
    if len(extras) >= MAX_EXTRA:
        raise CohortProblem("too_many_sessions")
    found = LiveSession.objects.create(
        cohort=held,
        key=f"{EXTRA}-{len(extras) + 1}",
        week_number=week_number_of(held, starts_at),
        title_fr=title_fr,
        title_en=title_en or title_fr,
        starts_at=starts_at,
        minutes=minutes,
        join_url=join_url,
    )
    wake(held, now)
    return found


@transaction.atomic
def choose_slot(enrolment: Enrolment, session: LiveSession, *, now: dt.datetime | None = None) -> bool:
    """Come to this slot; whether that changes anything. Choosing it twice is choosing it once.

    Raises CohortProblem: not_live, left, session_cancelled, session_begun, already_recorded.
    """
    now = now or timezone.now()
    cohort, held = hold_session(session)
    locked = hold_enrolment(enrolment)
    _require_to_come(held, now)
    slots = list(cohort.sessions.filter(key=held.key))
    known = SlotChoice.objects.filter(enrolment=locked, key=held.key).first()
    own = own_sessions(slots, {held.key: known} if known else {})[0]
    if own.session.pk == held.pk:
        return False
    if own.session.ends_at <= now or locked.attendances.filter(key=held.key).exists():
        raise CohortProblem("already_recorded")
    _store_choices([_choice(locked.pk, held, own.sequence, now)])
    Enrolment.objects.filter(pk=locked.pk).update(next_check_at=now)
    return True


# --- shared with attendance and appointments -----------------------------------------------------


def hold_cohort(cohort_id: int) -> Cohort:
    """A running cohort, held until the transaction ends: its changes take turns. Raises not_live."""
    rows = Cohort.objects.select_for_update(of=("self",), no_key=True)
    cohort = rows.get(pk=cohort_id)
    if cohort.status != Cohort.Status.RUNNING:
        raise CohortProblem("not_live")
    return cohort


def hold_session(session: LiveSession) -> tuple[Cohort, LiveSession]:
    """A session as it is now, held, with its running cohort. Raises not_live."""
    cohort = hold_cohort(session.cohort_id)
    held = LiveSession.objects.select_for_update().get(pk=session.pk)
    held.cohort = cohort
    return cohort, held


def hold_enrolment(enrolment: Enrolment) -> Enrolment:
    """An enrolment as it is now, held, with the network whose clock counts its weeks. Raises left."""
    rows = Enrolment.objects.select_for_update(of=("self",)).select_related("membership", "network")
    locked = rows.get(pk=enrolment.pk)
    if locked.status not in COMING:
        raise CohortProblem("left")
    return locked


def _require_to_come(session: LiveSession, now: dt.datetime) -> None:
    if session.cancelled_at is not None:
        raise CohortProblem("session_cancelled")
    if session.starts_at <= now:
        raise CohortProblem("session_begun")


def week_number_of(cohort: Cohort, instant: dt.datetime) -> int:
    """The week of the cohort's calendar in which this day stands; the first before, the last after all."""
    numbers = [week.number for week in cohort.weeks.order_by("number") if week.opens_at <= instant]
    return max(numbers, default=0)


def wake(cohort: Cohort, now: dt.datetime) -> None:
    """Let the reminders look again at everybody, and the end of the cohort at its last date."""
    cohort.enrolments.coming().update(next_check_at=now)
    latest = max((row.starts_at for row in cohort.sessions.standing()), default=None)
    if latest is not None:
        late = Cohort.objects.filter(pk=cohort.pk, end_check_at__lt=latest)
        late.update(end_check_at=latest)
