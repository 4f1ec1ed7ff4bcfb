"""The doors to messages: a person's own, and for a coach those of their cohorts."""

from __future__ import annotations

from django.http import Http404

from agencies.models import Membership
from coaching.cohorts.models import Enrolment
from coaching.learning.access import get_enrolment_for
from coaching.reminders.tokens import BadToken, Holder, Purpose, read_token

__all__ = ["get_enrolment_behind", "get_holder", "get_own_enrolment"]


def get_own_enrolment(membership: Membership) -> Enrolment:
    """The person's own enrolment with person and agency; Http404 when they have none."""
    enrolment = get_enrolment_for(membership)
    if enrolment is None:
        raise Http404
    return enrolment


def get_holder(purpose: Purpose, token: str) -> Holder:
    """Whose link it is; Http404 for a token that is not ours or not for this."""
    try:
        return read_token(purpose, token)
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
