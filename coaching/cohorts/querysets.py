"""Reads of cohorts and enrolments; every method works inside one scope."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.db import models

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
