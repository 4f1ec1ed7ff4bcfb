"""Mandates that change with a cohort: the old head's ends, the new one's begins, and back when undone."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from agencies.models import Agency, Membership
from agencies.services import attach_person, end_membership, reopen_membership
from coaching.cohorts.models import CohortChange, Enrolment


def open_headship(agency: Agency, email: str, name: str, *, is_interim: bool, on: dt.date) -> Membership:
    """The mandate of who takes over, found or opened; an address known elsewhere keeps its account."""
    head = attach_person(email, Membership.Role.AGENCY_HEAD, name=name, agency=agency, starts_on=on)
    if head.is_interim != is_interim:
        head.is_interim = is_interim
        head.save(update_fields=["is_interim"])
    return head


def take_back_mandates(change: CohortChange) -> None:
    """What a replacement ended goes on, and what it opened ends, unless the person has joined meanwhile."""
    ended, opened = change.report.get("ended", ""), change.report.get("opened", "")
    former = Membership.objects.filter(public_id=ended).first() if ended else None
    if former is not None and former.ends_on is not None:
        reopen_membership(former)
        Enrolment.objects.coming().filter(membership=former).update(next_check_at=timezone.now())
    if former is not None and change.report.get("kept"):  # the other agency stood in for it
        change.cohort.enrolments.filter(public_id=change.report["former"]).update(membership=former)
    successor = Membership.objects.filter(public_id=opened, joined_at=None).first() if opened else None
    if successor is not None and successor.ends_on is None:
        end_membership(successor)
