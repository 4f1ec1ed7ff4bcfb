"""One-to-one talks: slots offered, chosen, given, moved, given up. Locks: cohort, then appointment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from agencies.models import Membership
from coaching.cohorts.models import ONE_TO_ONE_KEY, Appointment, Cohort, Enrolment
from coaching.cohorts.services.problems import CohortProblem
from coaching.cohorts.services.sessions import hold_cohort, hold_enrolment
from coaching.programmes.runtime import outline_of
from coaching.programmes.schema import ONE_TO_ONE_MAX_MINUTES

DEFAULT_MINUTES = 20  # domain.md 6.6
MAX_OFFERED = 60


def one_to_one_of(cohort: Cohort) -> tuple[str, int]:
    """(key, minutes) of the programme's one-to-one, or of one it does not name."""
    sessions = outline_of(cohort.programme_version).sessions
    held = set(cohort.sessions.values_list("key", flat=True))
    plan = next(
        (each for each in sessions if each.key not in held and each.minutes <= ONE_TO_ONE_MAX_MINUTES), None
    )
    return (plan.key, plan.minutes) if plan else (ONE_TO_ONE_KEY, DEFAULT_MINUTES)


@transaction.atomic
def offer_slots(
    cohort: Cohort,
    coach: Membership,
    starts: Iterable[dt.datetime],
    *,
    join_url: str = "",
    now: dt.datetime | None = None,
) -> int:
    """Offer these times; how many are new: one that the coach already holds, in any cohort, is left out.

    Raises CohortProblem: not_live, in_the_past, too_many_slots.
    """
    now = now or timezone.now()
    held = hold_cohort(cohort.pk)
    wanted = sorted(set(starts))
    if any(at <= now for at in wanted):
        raise CohortProblem("in_the_past")
    key, minutes = one_to_one_of(held)
    if held.appointments.free(now).count() + len(wanted) > MAX_OFFERED:
        raise CohortProblem("too_many_slots")
    length = dt.timedelta(minutes=minutes)
    busy = _busy(coach, wanted, length)
    new: list[Appointment] = []
    for at in wanted:
        if any(at < end and start < at + length for start, end in busy):
            continue
        busy.append((at, at + length))
        url = join_url or held.session_url
        new.append(
            Appointment(cohort=held, coach=coach, key=key, starts_at=at, minutes=minutes, join_url=url)
        )
    Appointment.objects.bulk_create(new)
    return len(new)


def _busy(
    coach: Membership, wanted: list[dt.datetime], length: dt.timedelta
) -> list[tuple[dt.datetime, dt.datetime]]:
    """When this coach already has a talk around these times."""
    if not wanted:
        return []
    around = Appointment.objects.standing().filter(
        coach=coach,
        starts_at__gt=wanted[0] - dt.timedelta(hours=2),
        starts_at__lt=wanted[-1] + length,
    )
    return [(row.starts_at, row.ends_at) for row in around]


@transaction.atomic
def take_slot(
    enrolment: Enrolment,
    appointment: Appointment,
    *,
    only_if_without: bool = False,
    now: dt.datetime | None = None,
) -> Appointment:
    """This time is this person's; the one they had is offered again. Taking it twice is taking it once.

    Used by the person and, to give a slot to somebody who has none, by the coach. Raises CohortProblem:
    not_live, left, slot_gone (taken by somebody else, cancelled or begun), talk_held, has_a_talk.
    """
    now = now or timezone.now()
    hold_cohort(appointment.cohort_id)
    locked = hold_enrolment(enrolment)
    slot = Appointment.objects.select_for_update().get(pk=appointment.pk)
    if slot.enrolment_id == locked.pk and slot.cancelled_at is None:
        return slot
    is_free = slot.enrolment_id is None and slot.cancelled_at is None and slot.starts_at > now
    if not is_free or slot.cohort_id != locked.cohort_id:
        raise CohortProblem("slot_gone")
    had = _standing_of(locked, slot.key)
    if had is not None and had.starts_at <= now:
        raise CohortProblem("talk_held")
    if had is not None and only_if_without:
        raise CohortProblem("has_a_talk")
    sequence = _next_sequence(locked, slot.key)
    if had is not None:
        _give_up(had, now, sequence, offer_again=True)
        sequence += 1
    slot.enrolment, slot.sequence = locked, sequence
    slot.save(update_fields=["enrolment", "sequence"])
    _wake(locked, now)
    return slot


def _standing_of(enrolment: Enrolment, key: str) -> Appointment | None:
    rows = Appointment.objects.standing().filter(enrolment=enrolment, key=key)
    return rows.select_for_update().first()


def _next_sequence(enrolment: Enrolment, key: str) -> int:
    """One more than any row of this event in the person's calendar; 0 for the first."""
    known = Appointment.objects.filter(enrolment=enrolment, key=key).values_list("sequence", flat=True)
    return max(known, default=-1) + 1


def _give_up(row: Appointment, now: dt.datetime, sequence: int, *, offer_again: bool, note: str = "") -> None:
    row.cancelled_at, row.cancel_note, row.sequence = now, note.strip(), sequence
    row.save(update_fields=["cancelled_at", "cancel_note", "sequence"])
    if offer_again and row.starts_at > now:
        Appointment.objects.create(
            cohort_id=row.cohort_id,
            coach_id=row.coach_id,
            key=row.key,
            starts_at=row.starts_at,
            minutes=row.minutes,
            join_url=row.join_url,
        )


@transaction.atomic
def give_up_slot(enrolment: Enrolment, appointment: Appointment, *, now: dt.datetime | None = None) -> None:
    """The person cannot come: the time is offered again. Idempotent.

    Raises CohortProblem: not_live, left, talk_held.
    """
    now = now or timezone.now()
    hold_cohort(appointment.cohort_id)
    locked = hold_enrolment(enrolment)
    row = Appointment.objects.select_for_update().get(pk=appointment.pk)
    if row.enrolment_id != locked.pk or row.cancelled_at is not None:
        return
    if row.starts_at <= now:
        raise CohortProblem("talk_held")
    _give_up(row, now, _next_sequence(locked, row.key), offer_again=True)
    _wake(locked, now)


@transaction.atomic
def cancel_appointment(
    appointment: Appointment, note: str = "", *, whose: str | None = None, now: dt.datetime | None = None
) -> None:
    """The coach takes a time back: a free one is gone, a person hears that theirs is cancelled. Idempotent.

    One that is past was not held after all: nobody is told, and the person may choose again. `whose` is the
    enrolment that the page named, "" for a free time. Raises CohortProblem: not_live, or talk_changed when
    it is somebody else's by now.
    """
    now = now or timezone.now()
    hold_cohort(appointment.cohort_id)
    row = Appointment.objects.select_for_update(of=("self",)).filter(pk=appointment.pk).first()
    if row is None or row.cancelled_at is not None:
        return
    if whose is not None and whose != (row.enrolment.public_id if row.enrolment else ""):
        raise CohortProblem("talk_changed")
    if row.enrolment is None:
        row.delete()
        return
    _give_up(row, now, _next_sequence(row.enrolment, row.key), offer_again=False, note=note)
    _wake(row.enrolment, now)


@transaction.atomic
def move_appointment(
    appointment: Appointment, *, starts_at: dt.datetime, join_url: str, now: dt.datetime | None = None
) -> bool:
    """Another time or link for a talk to come; whether anything changed.

    Raises CohortProblem: not_live, slot_gone, talk_held, in_the_past, coach_busy.
    """
    now = now or timezone.now()
    hold_cohort(appointment.cohort_id)
    row = Appointment.objects.select_for_update(of=("self",)).filter(pk=appointment.pk).first()
    if row is None or row.cancelled_at is not None:
        raise CohortProblem("slot_gone")
    if row.starts_at <= now:
        raise CohortProblem("talk_held")
    if starts_at <= now:
        raise CohortProblem("in_the_past")
    if (row.starts_at, row.join_url) == (starts_at, join_url):
        return False
    if _is_busy(row.coach_id, starts_at, row):
        raise CohortProblem("coach_busy")
    row.starts_at, row.join_url = starts_at, join_url
    row.sequence += 1
    row.save(update_fields=["starts_at", "join_url", "sequence"])
    if row.enrolment is not None:
        _wake(row.enrolment, now)
    return True


def _is_busy(coach_id: int, starts_at: dt.datetime, row: Appointment) -> bool:
    """Whether this coach holds another talk while `row` would last."""
    others = Appointment.objects.standing().filter(coach_id=coach_id).exclude(pk=row.pk)
    ends_at = starts_at + dt.timedelta(minutes=row.minutes)
    near = others.filter(starts_at__gt=starts_at - dt.timedelta(hours=2), starts_at__lt=ends_at)
    return any(other.ends_at > starts_at for other in near)


def settle_talks(cohort: Cohort, *, first: Membership | None = None, now: dt.datetime | None = None) -> None:
    """What is to come of coaches who follow this cohort no more: free times are gone, somebody's are held on.

    By `first`, or the first coach who is free then; by nobody, the talk is cancelled and its person hears of
    it. Without any coach it waits for the next one. Idempotent; the caller holds the cohort.
    """
    now = now or timezone.now()
    rows = cohort.coaches.serving(cohort.network.today(now)).order_by("pk")
    serving = list(rows.values_list("membership", flat=True))
    lost = cohort.appointments.standing().filter(starts_at__gt=now).exclude(coach__in=serving)
    lost.filter(enrolment=None).delete()
    if not serving:
        return
    serving.sort(key=lambda pk: first is None or pk != first.pk)
    for row in lost.select_for_update(of=("self",)).with_person():
        free = (pk for pk in serving if not _is_busy(pk, row.starts_at, row))
        if heir := next(free, None):
            row.coach_id = heir
            row.save(update_fields=["coach"])
        elif row.enrolment is not None:
            _give_up(row, now, _next_sequence(row.enrolment, row.key), offer_again=False)
            _wake(row.enrolment, now)


def _wake(enrolment: Enrolment, now: dt.datetime) -> None:
    Enrolment.objects.filter(pk=enrolment.pk).coming().update(next_check_at=now)
