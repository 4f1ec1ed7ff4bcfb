"""Facts of adoption, read in as few queries for one person as for four hundred; every read needs a scope."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import DateField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Cast, TruncWeek

from agencies.models import Agency, Membership
from coaching.adoption.rates import ELIGIBLE_STATUSES
from coaching.cohorts.models import Blackout, CoachContact, Cohort, Enrolment, EnrolmentPause
from coaching.cohorts.querysets import CohortQuerySet, EnrolmentQuerySet
from coaching.learning.models import StepCompletion

NOT_PRESENT = ("withdrawn", "replaced", "cancelled")


def with_facts(enrolments: EnrolmentQuerySet, zone: ZoneInfo) -> EnrolmentQuerySet:
    """Each enrolment with person and agency, and what the metrics look at, in one query.

    Adds `pause_starts` and `pause_ends` (dates, in step), `contacts_at` (instants) and `active_weeks`
    (Mondays in `zone`, the network's). No completion row is loaded: only which weeks had one.
    """
    own = {"network": OuterRef("network"), "enrolment": OuterRef("pk")}
    pauses = EnrolmentPause.objects.filter(**own).order_by("starts_on", "pk")
    contacts = CoachContact.objects.filter(**own).order_by("happened_at")
    # Cast in SQL: inside an array, Django would hand the week back as an instant.
    week = Cast(TruncWeek("completed_at", tzinfo=zone), DateField())
    weeks = StepCompletion.objects.filter(**own).annotate(week=week).order_by("week").distinct()
    return enrolments.with_person().annotate(
        pause_starts=ArraySubquery(pauses.values("starts_on")),
        pause_ends=ArraySubquery(pauses.values("ends_on")),
        contacts_at=ArraySubquery(contacts.values("happened_at")),
        active_weeks=ArraySubquery(weeks.values("week")),
    )


def with_blackouts(cohorts: CohortQuerySet) -> CohortQuerySet:
    """Adds `blackout_starts` and `blackout_ends`, dates in step."""
    rows = Blackout.objects.filter(network=OuterRef("network"), cohort=OuterRef("pk"))
    ordered = rows.order_by("starts_on", "pk")
    return cohorts.annotate(
        blackout_starts=ArraySubquery(ordered.values("starts_on")),
        blackout_ends=ArraySubquery(ordered.values("ends_on")),
    )


def agencies_with_heads(today: dt.date, besides: Cohort | None = None) -> QuerySet[Agency]:
    """Agencies not closed on that day, by name, each with `has_head` and `enrolled_elsewhere`.

    `enrolled_elsewhere`: somebody there takes part in another running cohort than `besides`, so that
    two cohorts side by side do not make each other's agencies look left out.
    """
    of_agency = {"network": OuterRef("network"), "agency": OuterRef("pk")}
    heads = Membership.objects.heads().open_on(today).filter(**of_agency)
    elsewhere = Enrolment.objects.filter(
        network=OuterRef("network"),
        membership__agency=OuterRef("pk"),
        cohort__status=Cohort.Status.RUNNING,
        status__in=ELIGIBLE_STATUSES,
    )
    if besides is not None:
        elsewhere = elsewhere.exclude(cohort=besides)
    still_open = Q(closed_on__isnull=True) | Q(closed_on__gt=today)
    return (
        Agency.objects.filter(still_open)
        .annotate(has_head=Exists(heads), enrolled_elsewhere=Exists(elsewhere))
        .by_name()
    )


def heads_by_agency(today: dt.date) -> QuerySet[Membership]:
    """Open headships with their person: who runs which agency today."""
    return Membership.objects.heads().open_on(today).select_related("user").order_by(F("agency_id"), "pk")
