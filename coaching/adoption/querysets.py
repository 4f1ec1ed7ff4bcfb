"""Facts of adoption, read in as few queries for one person as for four hundred; every read needs a scope."""

from __future__ import annotations

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, OuterRef, Q, Subquery, When
from django.utils import timezone

from agencies.models import Membership
from coaching.cohorts.models import Blackout, CoachContact, EnrolmentPause, OwnDueDate
from coaching.cohorts.querysets import CohortQuerySet, EnrolmentQuerySet
from coaching.learning.models import PracticeSubmission


def with_facts(enrolments: EnrolmentQuerySet) -> EnrolmentQuerySet:
    """Each enrolment with person and agency, and what the metrics look at, in one query.

    Adds `pause_starts` and `pause_ends` (dates, in step), `own_weeks` and `own_days` (in step),
    `contacts_at` (instants), `handled_at` (the last « c’est réglé »), `practised_at` and `practice_points`
    (in step) and `successor_id` (the membership in office that follows one that ended).
    """
    own = {"network": OuterRef("network"), "enrolment": OuterRef("pk")}
    pauses = EnrolmentPause.objects.filter(**own).order_by("starts_on", "pk")
    own_dates = OwnDueDate.objects.filter(**own).order_by("week_number")
    contacts = CoachContact.objects.filter(**own).order_by("happened_at")
    handled = CoachContact.objects.filter(**own, kind=CoachContact.Kind.HANDLED).order_by("-happened_at")
    practices = PracticeSubmission.objects.filter(**own).order_by("pk")
    after = {name: OuterRef(f"membership__{name}") for name in ("agency", "user")}
    today, ended_on = timezone.localdate(), OuterRef("membership__ends_on")
    heads = Membership.objects.taking_over(today, since=ended_on, **after)
    successor = When(membership__ends_on__isnull=False, then=Subquery(heads.values("pk")[:1]))
    return enrolments.with_person().annotate(
        successor_id=Case(successor),
        pause_starts=ArraySubquery(pauses.values("starts_on")),
        pause_ends=ArraySubquery(pauses.values("ends_on")),
        own_weeks=ArraySubquery(own_dates.values("week_number")),
        own_days=ArraySubquery(own_dates.values("days")),
        contacts_at=ArraySubquery(contacts.values("happened_at")),
        handled_at=Subquery(handled.values("happened_at")[:1]),
        practised_at=ArraySubquery(practices.values("first_submitted_at")),
        practice_points=ArraySubquery(practices.values("points")),
    )


def with_blackouts(cohorts: CohortQuerySet) -> CohortQuerySet:
    """Adds `blackout_starts` and `blackout_ends`, dates in step; the network's own among them."""
    here = Q(cohort=OuterRef("pk")) | Q(cohort=None)
    rows = Blackout.objects.filter(here, network=OuterRef("network"))
    ordered = rows.order_by("starts_on", "pk")
    return cohorts.annotate(
        blackout_starts=ArraySubquery(ordered.values("starts_on")),
        blackout_ends=ArraySubquery(ordered.values("ends_on")),
    )
