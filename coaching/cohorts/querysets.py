"""Reads of cohorts and enrolments; every method works inside one scope."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Count, Max, Q

if TYPE_CHECKING:
    from agencies.models import Membership
    from coaching.cohorts.models import Cohort, Enrolment, LiveSession
else:
    Cohort = Enrolment = LiveSession = Membership = Any


class CohortQuerySet(models.QuerySet["Cohort"]):
    def running(self) -> Self:
        return self.filter(status="running")

    def coached_by(self, membership: Membership) -> Self:
        """Cohorts this coach's membership is assigned to."""
        return self.filter(coaches__membership=membership)

    def recent_first(self) -> Self:
        return self.order_by("-starts_on", "-id")

    def with_version(self) -> Self:
        """The version's titles and checksum come along, not its document: `runtime` keeps that."""
        return self.select_related("programme_version").defer(
            "programme_version__document", "programme_version__rendered"
        )

    def with_figures(self) -> Self:
        """Adds `people` (not cancelled, replaced nor gone), `joined` (activated) and `last_due_at`."""
        present = ~Q(enrolments__status__in=("withdrawn", "replaced", "cancelled"))
        joined = present & Q(enrolments__activated_at__isnull=False)
        return self.annotate(
            people=Count("enrolments", filter=present, distinct=True),
            joined=Count("enrolments", filter=joined, distinct=True),
            last_due_at=Max("weeks__due_at"),
        )


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def live(self) -> Self:
        """Invited, active or paused."""
        return self.filter(status__in=("invited", "active", "paused"))

    def with_person(self) -> Self:
        """Person, agency and membership come along: every list shows them."""
        return self.select_related("membership__user", "membership__agency")

    def by_agency(self) -> Self:
        return self.order_by("membership__agency__name", "membership__user__name", "id")


class LiveSessionQuerySet(models.QuerySet["LiveSession"]):
    def coming(self, now: dt.datetime) -> Self:
        return self.filter(cancelled_at__isnull=True, starts_at__gte=now).order_by("starts_at")
