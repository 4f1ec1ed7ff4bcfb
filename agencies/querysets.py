"""Reads of agencies and memberships; every method works inside one scope."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from agencies.models import Agency, Invitation, Membership
else:
    Agency = Invitation = Membership = Any


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

    def with_person(self) -> Self:
        """The person and the agency come along: lists show both."""
        return self.select_related("user", "agency")


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def usable(self, now: dt.datetime) -> Self:
        return self.filter(accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now)
