"""The doors to messages: a person's own, and for a coach those of their cohorts and what they write."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404

from agencies.models import Membership
from coaching.cohorts.models import Cohort, Enrolment
from coaching.learning.access import get_enrolment_for
from coaching.reminders.models import CoachMessage, Reminder
from coaching.reminders.taps import Action, Expired, Tap, read_tap
from coaching.reminders.tokens import BadToken, Holder, Purpose, read_token

__all__ = [
    "get_enrolment_behind",
    "get_holder",
    "get_message_for",
    "get_own_enrolment",
    "get_own_message_for",
    "get_reminder_for",
    "get_tap",
]


def get_own_enrolment(membership: Membership) -> Enrolment:
    """The person's own enrolment with person and agency; Http404 when they have none."""
    enrolment = get_enrolment_for(membership)
    if enrolment is None:
        raise Http404
    return enrolment


def get_message_for(membership: Membership, cohort: Cohort, public_id: str) -> CoachMessage:
    """A message written to people of this cohort; another coach's draft does not exist. Http404 otherwise."""
    rows = CoachMessage.objects.of_cohort(cohort).readable_by(membership).with_author()
    try:
        message = rows.get(public_id=public_id)
    except CoachMessage.DoesNotExist:
        raise Http404 from None
    message.cohort = cohort
    return message


def get_own_message_for(membership: Membership, cohort: Cohort, public_id: str) -> CoachMessage:
    """One that this coach wrote; PermissionDenied for another's: only its author sends it."""
    message = get_message_for(membership, cohort, public_id)
    if message.author_id != membership.pk:
        raise PermissionDenied
    return message


def get_reminder_for(cohort: Cohort, public_id: str) -> Reminder:
    """A message of the ledger to somebody of this cohort, with the person; Http404 otherwise."""
    try:
        return Reminder.objects.of_cohort(cohort).with_person().get(public_id=public_id)
    except Reminder.DoesNotExist:
        raise Http404 from None


def get_holder(purpose: Purpose, token: str) -> Holder:
    """Whose link it is; Http404 for a token that is not ours or not for this."""
    try:
        return read_token(purpose, token)
    except BadToken:
        raise Http404 from None


def get_tap(action: Action, token: str) -> Tap | None:
    """What an address of a mail is good for; None after its two weeks, Http404 when not ours."""
    try:
        return read_tap(action, token)
    except Expired:
        return None
    except BadToken:
        raise Http404 from None


def get_enrolment_behind(holder: Holder) -> Enrolment:
    """The enrolment of a link; needs the scope of its network. Http404 when it is gone."""
    try:
        return Enrolment.objects.select_related(
            "membership__user", "membership__agency", "network", "cohort"
        ).get(public_id=holder.enrolment_id)
    except Enrolment.DoesNotExist:
        raise Http404 from None
