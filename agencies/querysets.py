"""Reads of agencies and memberships; every method works inside one scope."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce, NullIf

if TYPE_CHECKING:
    from agencies.models import Agency, BrandValue, Membership
else:
    Agency = BrandValue = Membership = Any

# Membership.shown_name for hand-written statements, of a membership `m` and its account `u`.
SHOWN_NAME = (
    "COALESCE(CASE WHEN m.joined_at IS NOT NULL THEN NULLIF(u.name, '') END, "
    "NULLIF(m.written_name, ''), u.email)"
)


def shown_name(prefix: str = "") -> Coalesce:
    """Membership.shown_name for queries; `prefix` leads to the membership, « membership__ »."""
    own = Case(When(**{f"{prefix}joined_at__isnull": False}, then=NullIf(f"{prefix}user__name", Value(""))))
    written = NullIf(f"{prefix}written_name", Value(""))
    return Coalesce(own, written, F(f"{prefix}user__email"), output_field=models.CharField())


class AgencyQuerySet(models.QuerySet["Agency"]):
    def active_on(self, day: dt.date) -> Self:
        """Agencies open for business on that day."""
        opened = Q(opened_on__isnull=True) | Q(opened_on__lte=day)
        return self.filter(opened, Q(closed_on__isnull=True) | Q(closed_on__gt=day))

    def by_name(self) -> Self:
        return self.order_by("name", "id")


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

    def taking_over(self, day: dt.date, *, agency: Any, user: Any, since: Any) -> Self:
        """Heads in office that day who follow `user` at the agency, from the day that mandate ended.

        `agency`, `user` and `since` are values or OuterRefs. The one to name comes first: in title before
        interim, then the latest.
        """
        rows = self.heads().filter(agency=agency, starts_on__gte=since, ends_on__isnull=True)
        rows = rows.filter(starts_on__lte=day)
        return rows.exclude(user=user).order_by("is_interim", "-starts_on", "-pk")

    def with_person(self) -> Self:
        """The person and the agency come along: lists show both."""
        return self.select_related("user", "agency")


class BrandValueQuerySet(models.QuerySet["BrandValue"]):
    def in_order(self) -> Self:
        return self.order_by("place", "pk")
