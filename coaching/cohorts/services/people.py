"""Changes to one person of a cohort: pausing, noting an exchange, inviting again."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from agencies.models import Membership
from agencies.public_id import new_public_id
from coaching.cohorts.models import CONTACT_UNDO, CoachContact, Cohort, Enrolment, EnrolmentPause
from coaching.cohorts.services.problems import CohortProblem

PAUSE_WEEKS = (1, 2, 3)  # domain.md 3.2: pause_1_to_3_weeks


@transaction.atomic
def pause(
    enrolment: Enrolment, weeks: int, *, today: dt.date | None = None, now: dt.datetime | None = None
) -> EnrolmentPause:
    """Stop for one to three weeks from today: no message, due dates move. No reason is asked."""
    if weeks not in PAUSE_WEEKS:
        raise CohortProblem("bad_pause")
    today = today or timezone.localdate()
    locked = _held(enrolment)
    if not locked.is_live or locked.cohort.status == Cohort.Status.ARCHIVED:
        raise CohortProblem("not_live")
    if locked.pauses.filter(starts_on__lte=today, ends_on__gte=today).exists():
        raise CohortProblem("already_paused")
    row = EnrolmentPause.objects.create(
        enrolment=locked, starts_on=today, ends_on=today + dt.timedelta(days=7 * weeks - 1)
    )
    if locked.status == Enrolment.Status.ACTIVE:
        locked.status = Enrolment.Status.PAUSED
    locked.manager_notice_at = None
    locked.reminders_sent = 0  # the ladder that ends at the manager's list starts anew
    locked.next_check_at = now or timezone.now()
    locked.save(update_fields=["status", "manager_notice_at", "reminders_sent", "next_check_at"])
    return row


@transaction.atomic
def resume(enrolment: Enrolment, *, today: dt.date | None = None, now: dt.datetime | None = None) -> None:
    """Come back before the end of a pause; a pause begun today leaves no trace. Idempotent."""
    today = today or timezone.localdate()
    locked = _held(enrolment)
    if locked.cohort.status == Cohort.Status.ARCHIVED:
        return
    for row in locked.pauses.filter(ends_on__gte=today):
        if row.starts_on >= today:
            row.delete()
        else:
            row.ends_on = today - dt.timedelta(days=1)
            row.save(update_fields=["ends_on"])
    if locked.status == Enrolment.Status.PAUSED:
        locked.status = Enrolment.Status.ACTIVE
    locked.next_check_at = now or timezone.now()
    locked.save(update_fields=["status", "next_check_at"])


def _held(enrolment: Enrolment) -> Enrolment:
    """The row, locked, with the cohort and the membership."""
    rows = Enrolment.objects.select_for_update(of=("self",)).select_related("membership", "cohort")
    return rows.get(pk=enrolment.pk)


@transaction.atomic
def add_contact(
    enrolment: Enrolment,
    coach: Membership,
    *,
    kind: str = CoachContact.Kind.CALL,
    note: str = "",
    happened_at: dt.datetime | None = None,
    call_back_on: dt.date | None = None,
    key: str = "",
    only_if_followed: bool = False,
) -> CoachContact:
    """Note an exchange; the person leaves the "to contact" list until something new happens.

    « C’est réglé » also closes the ladder of domain.md 3.2: reminders and silence are counted anew.

    `key` is the form's own: the same form sent twice notes one exchange, as it was sent first.
    Raises CohortProblem("no_longer_followed") when `only_if_followed` and the person was replaced, left,
    or the cohort ended, perhaps since the page was drawn.
    """
    now = happened_at or timezone.now()
    held = (
        Enrolment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("cohort", "membership")
        .get(pk=enrolment.pk)
    )
    if key and (known := held.contacts.filter(public_id=key, coach=coach).first()):
        return known
    if key and CoachContact.objects.filter(public_id=key).exists():
        key = ""  # somebody else's: theirs stays theirs
    if only_if_followed and not held.is_followed_on(timezone.localdate(now)):
        raise CohortProblem("no_longer_followed")
    if kind == CoachContact.Kind.HANDLED:
        _start_anew(held, now)
    return CoachContact.objects.create(
        public_id=key or new_public_id(),
        enrolment=held,
        coach=coach,
        kind=kind,
        note=note.strip(),
        happened_at=now,
        call_back_on=call_back_on,
    )


def _start_anew(held: Enrolment, now: dt.datetime) -> None:
    """The ladder that ends at the manager's list is closed, and counts from this day on."""
    held.manager_notice_at, held.reminders_sent = None, 0
    if held.is_live:
        held.next_check_at = now
    held.save(update_fields=["manager_notice_at", "reminders_sent", "next_check_at"])


@transaction.atomic
def forget_contact(contact: CoachContact, now: dt.datetime | None = None) -> None:
    """Take back what was noted by mistake a moment ago; later it is part of the person's history.

    Raises CohortProblem("too_late"). Idempotent.
    """
    now = now or timezone.now()
    held = CoachContact.objects.select_for_update().filter(pk=contact.pk).first()
    if held is None:
        return
    if now - held.happened_at > CONTACT_UNDO:
        raise CohortProblem("too_late")
    held.delete()


@transaction.atomic
def invite_again(enrolment: Enrolment, now: dt.datetime | None = None) -> None:
    """Ask for one more invitation: the next tick plans it; earlier links live until their own day.

    Raises CohortProblem: already_joined, not_live, or just_invited (once a day is enough).
    """
    now = now or timezone.now()
    locked = _held(enrolment)
    if locked.cohort.status == Cohort.Status.ARCHIVED:
        raise CohortProblem("not_live")
    if not locked.is_live or locked.membership.is_over_on(timezone.localdate(now)):
        raise CohortProblem("not_live")
    if locked.membership.joined_at is not None:
        raise CohortProblem("already_joined")
    latest = locked.invited_again_at or locked.invited_at
    if latest and timezone.localdate(latest) == timezone.localdate(now):
        raise CohortProblem("just_invited")
    locked.invited_again_at = locked.next_check_at = now
    locked.save(update_fields=["invited_again_at", "next_check_at"])
