"""The only doors to cohorts and enrolments for those who run them: assigned coaches, nobody else.

Another coach of the same network gets the 404 of a cohort that does not exist (domain.md 1.3, C1).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import Q
from django.http import Http404

from agencies.access import require
from agencies.models import Membership
from agencies.public_id import is_public_id
from agencies.roles import Permission, has_permission
from coaching.cohorts.models import (
    CONTACT_UNDO,
    Appointment,
    CoachContact,
    Cohort,
    CohortChange,
    CohortCoach,
    Enrolment,
    LiveSession,
)
from coaching.cohorts.querysets import CohortQuerySet


def cohorts_for(membership: Membership) -> CohortQuerySet:
    """Cohorts this membership is assigned to. Raises PermissionDenied for other roles."""
    require(membership, Permission.SEE_COHORTS)
    return Cohort.objects.coached_by(membership)


def get_cohort_for(membership: Membership, public_id: str) -> Cohort:
    """One cohort, its version's titles and its network; Http404 unless the membership is assigned to it."""
    try:
        return cohorts_for(membership).with_version().select_related("network").get(public_id=public_id)
    except Cohort.DoesNotExist:
        raise Http404 from None


def get_enrolment_for(membership: Membership, cohort_id: str, public_id: str) -> Enrolment:
    """One person of a cohort of this membership, with person and agency; Http404 otherwise."""
    cohort = get_cohort_for(membership, cohort_id)
    try:
        enrolment = Enrolment.objects.with_person().get(cohort=cohort, public_id=public_id)
    except Enrolment.DoesNotExist:
        raise Http404 from None
    enrolment.cohort = cohort
    return enrolment


def get_own_contact_for(enrolment: Enrolment, membership: Membership, public_id: str) -> CoachContact | None:
    """An exchange that this coach noted with this person; None when it is gone, or somebody else's."""
    return enrolment.contacts.filter(coach=membership, public_id=public_id).first()


def get_just_noted_for(
    memberships: Sequence[Membership], public_id: str, now: dt.datetime
) -> CoachContact | None:
    """The exchange that one of these coaches has just noted and may still take back, with its person."""
    if not is_public_id(public_id):
        return None
    rows = CoachContact.objects.filter(
        coach__in=[membership.pk for membership in memberships],
        public_id=public_id,
        happened_at__gte=now - CONTACT_UNDO,
    )
    return rows.select_related("enrolment__cohort__network", "enrolment__membership__user").first()


def get_session_for(membership: Membership, cohort_id: str, public_id: str) -> LiveSession:
    """One slot of a session of a cohort of this membership; Http404 otherwise."""
    cohort = get_cohort_for(membership, cohort_id)
    session = LiveSession.objects.filter(cohort=cohort, public_id=public_id).first()
    if session is None:
        raise Http404
    session.cohort = cohort
    return session


def get_appointment_for(membership: Membership, cohort_id: str, public_id: str) -> Appointment:
    """One one-to-one of a cohort of this membership, free or somebody's; Http404 otherwise."""
    cohort = get_cohort_for(membership, cohort_id)
    found = Appointment.objects.with_person().filter(cohort=cohort, public_id=public_id).first()
    if found is None:
        raise Http404
    found.cohort = cohort
    return found


def get_change_for(membership: Membership, cohort_id: str, public_id: str) -> CohortChange:
    """One change of a cohort of this membership; Http404 otherwise."""
    cohort = get_cohort_for(membership, cohort_id)
    try:
        change = cohort.changes.select_related("made_by__user", "undone_by__user").get(public_id=public_id)
    except CohortChange.DoesNotExist:
        raise Http404 from None
    change.cohort = cohort
    return change


def get_successor_for(enrolment: Enrolment, today: dt.date) -> Membership | None:
    """Who runs the agency of a head whose mandate has ended, with the account; None while nobody does."""
    former = enrolment.membership
    if not former.is_head or not former.is_over_on(today):
        return None
    after = {"agency": former.agency_id, "user": former.user_id, "since": former.ends_on}
    return Membership.objects.taking_over(today, **after).select_related("user").first()


def readable_cohorts(memberships: Sequence[Membership]) -> CohortQuerySet:
    """Cohorts a person may read about in one network: all launched ones for its managers, a coach's
    own, drafts included, and for a head those they take part in.
    """
    rows = Cohort.objects.filter(network=memberships[0].network)
    if any(has_permission(each.role, Permission.SEE_OVERVIEW) for each in memberships):
        seen = ~Q(status=Cohort.Status.DRAFT)
    else:
        own = Enrolment.objects.filter(membership__in=memberships).values("cohort")
        seen = Q(pk__in=own) & ~Q(status=Cohort.Status.DRAFT)
    coached = CohortCoach.objects.filter(membership__in=[m for m in memberships if m.is_coach])
    return rows.filter(seen | Q(pk__in=coached.values("cohort")))
