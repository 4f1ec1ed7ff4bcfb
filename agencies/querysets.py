"""Reads of agencies and memberships; every method works inside one scope."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import OuterRef, Q, Value
from django.db.models.functions import Coalesce, NullIf

if TYPE_CHECKING:
    from agencies.models import Agency, Membership
else:
    Agency = Membership = Any


class AgencyQuerySet(models.QuerySet["Agency"]):
    def active_on(self, day: dt.date) -> Self:
        """Agencies open for business on that day."""
        opened = Q(opened_on__isnull=True) | Q(opened_on__lte=day)
        return self.filter(opened, Q(closed_on__isnull=True) | Q(closed_on__gt=day))

    def by_name(self) -> Self:
        return self.order_by("name", "id")

    def with_heads(self, day: dt.date) -> Self:
        """Adds `heads`: the names of who runs the agency on that day, an address where there is no name."""
        from agencies.models import Membership

        name = Coalesce(NullIf("user__name", Value("")), "user__email", output_field=models.CharField())
        heads = Membership.objects.heads().open_on(day)
        own = heads.filter(network=OuterRef("network"), agency=OuterRef("pk")).order_by("pk")
        return self.annotate(heads=ArraySubquery(own.values_list(name)))


class MembershipQuerySet(models.QuerySet["Membership"]):
    def open_on(self, day: dt.date) -> Self:
        """Memberships running on that day (the last day is excluded)."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day), starts_on__lte=day)

    def running_or_announced(self, day: dt.date) -> Self:
        """Memberships that are not over on that day, those that begin later included."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day))

    def heads(self) -> Self:
        return self.filter(role="agency_head")

    def coaches(self) -> Self:
        return self.filter(role="coach")

    def with_person(self) -> Self:
        """The person and the agency come along: lists show both."""
        return self.select_related("user", "agency")
