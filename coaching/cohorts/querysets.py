"""Reads of cohorts and enrolments; every method works inside one scope."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from agencies.querysets import shown_name

if TYPE_CHECKING:
    from agencies.models import Membership
    from coaching.cohorts.models import (
        Appointment,
        Attendance,
        Cohort,
        CohortChange,
        CohortCoach,
        Enrolment,
        LiveSession,
    )
else:
    Appointment = Attendance = Cohort = CohortChange = CohortCoach = Any
    Enrolment = LiveSession = Membership = Any

LIVE = ("invited", "active", "paused")
COMING = (*LIVE, "completed")  # who has nothing left to do still comes to the sessions
NOT_PRESENT = ("withdrawn", "replaced", "cancelled")


def _gone(day: dt.date, prefix: str = "") -> Q:
    """Withdrawn, replaced or cancelled; or the mandate has ended and nobody has told the enrolment."""
    over = {f"{prefix}status__in": LIVE, f"{prefix}membership__ends_on__lte": day}
    return Q(**{f"{prefix}status__in": NOT_PRESENT}) | Q(**over)


class CohortQuerySet(models.QuerySet["Cohort"]):
    def running(self) -> Self:
        return self.filter(status="running")

    def coached_by(self, membership: Membership) -> Self:
        """Cohorts this coach's membership is assigned to."""
        return self.filter(coaches__membership=membership)

    def without_coach(self, day: dt.date) -> Self:
        """Running or in preparation, and every coach's mandate has ended."""
        from coaching.cohorts.models import CohortCoach

        served = CohortCoach.objects.serving(day).values("cohort")
        return self.filter(status__in=("draft", "running")).exclude(pk__in=served)

    def recent_first(self) -> Self:
        return self.order_by("-starts_on", "-id")

    def with_version(self) -> Self:
        """The version's titles and checksum come along, not its document: `runtime` keeps that."""
        return self.select_related("programme_version").defer(
            "programme_version__document", "programme_version__rendered"
        )

    def with_figures(self, day: dt.date) -> Self:
        """Adds `people` (not cancelled, replaced nor gone), `joined` (activated) and `last_due_at`."""
        present = ~_gone(day, "enrolments__")
        joined = present & Q(enrolments__activated_at__isnull=False)
        return self.annotate(
            people=Count("enrolments", filter=present, distinct=True),
            joined=Count("enrolments", filter=joined, distinct=True),
            last_due_at=Max("weeks__due_at"),
        )


class CohortCoachQuerySet(models.QuerySet["CohortCoach"]):
    def serving(self, day: dt.date) -> Self:
        """Coaches whose mandate runs: the others signed, read and noted, and do so no more."""
        return self.exclude(membership__ends_on__lte=day)

    def with_person(self) -> Self:
        return self.select_related("membership__user")


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def live(self) -> Self:
        """Invited, active or paused."""
        return self.filter(status__in=LIVE)

    def coming(self) -> Self:
        """Who comes to the sessions and talks still to be held: the live, and those who have finished."""
        return self.filter(status__in=COMING)

    def present(self, day: dt.date) -> Self:
        """Neither withdrawn, replaced nor cancelled, nor left behind by a mandate that has ended."""
        return self.exclude(_gone(day))

    def with_person(self) -> Self:
        """Person, agency and membership come along: every list shows them."""
        return self.select_related("membership__user", "membership__agency")

    def with_version(self) -> Self:
        """The version of the cohort comes along, as `CohortQuerySet.with_version` says."""
        return self.select_related("cohort__programme_version").defer(
            "cohort__programme_version__document", "cohort__programme_version__rendered"
        )

    def by_agency(self) -> Self:
        return self.order_by("membership__agency__name", shown_name("membership__"), "id")


class LiveSessionQuerySet(models.QuerySet["LiveSession"]):
    def coming(self, now: dt.datetime) -> Self:
        return self.filter(cancelled_at__isnull=True, starts_at__gte=now).order_by("starts_at")

    def standing(self) -> Self:
        """Those that are not cancelled."""
        return self.filter(cancelled_at__isnull=True)

    def with_choices(self) -> Self:
        """Adds what `LiveSession.expected` counts with: who chose this slot or the other, which is first."""
        choices = apps.get_model("cohorts", "SlotChoice")._default_manager
        same = {"network": OuterRef("network"), "key": OuterRef("key")}
        chosen = choices.filter(**same, session__cohort=OuterRef("cohort"), enrolment__status__in=LIVE)
        slots = self.model._default_manager.filter(**same, cohort=OuterRef("cohort"), cancelled_at=None)
        return self.annotate(
            chose_it=_counted(chosen.filter(session=OuterRef("pk"))),
            chose_another=_counted(chosen.exclude(session=OuterRef("pk"))),
            has_earlier_slot=Exists(slots.filter(slot__lt=OuterRef("slot"))),
        )


def _counted(rows: Any) -> Coalesce:
    """How many rows of one session's key; 0 for none."""
    return Coalesce(Subquery(rows.order_by().values("key").annotate(n=Count("pk")).values("n")), 0)


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    def of(self, enrolment: Enrolment) -> Self:
        return self.filter(network=enrolment.network_id, enrolment=enrolment)

    def of_cohort(self, cohort: Cohort) -> Self:
        return self.filter(enrolment__cohort=cohort)


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def standing(self) -> Self:
        """Those that are not cancelled, somebody's or still free."""
        return self.filter(cancelled_at__isnull=True)

    def free(self, now: dt.datetime) -> Self:
        """What one may choose: nobody's, and still to come."""
        return self.standing().filter(enrolment__isnull=True, starts_at__gt=now)

    def with_person(self) -> Self:
        return self.select_related("enrolment__membership__user", "enrolment__membership__agency")


class CohortChangeQuerySet(models.QuerySet["CohortChange"]):
    def standing(self) -> Self:
        """Not undone."""
        return self.filter(undone_at=None)

    def latest_first(self) -> Self:
        return self.select_related("made_by__user", "undone_by__user").order_by("-made_at", "-pk")
