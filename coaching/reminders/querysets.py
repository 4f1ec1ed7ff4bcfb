"""Reads of the ledger; every method works inside one scope."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Count, Q

if TYPE_CHECKING:
    from coaching.cohorts.models import Cohort, Enrolment
    from coaching.reminders.models import Reminder
else:
    Cohort = Enrolment = Reminder = Any

# The pages' four drawers, by state.
DRAWERS: dict[str, tuple[str, ...]] = {
    "coming": ("due", "leased", "handing"),
    "sent": ("sent",),
    "not_sent": ("skipped", "cancelled"),
    "to_see": ("uncertain", "dead"),
}


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def due(self, now: dt.datetime) -> Self:
        return self.filter(state="due", next_try_at__lte=now)

    def sent(self) -> Self:
        return self.filter(state="sent")

    def of(self, enrolment: Enrolment) -> Self:
        return self.filter(enrolment=enrolment)

    def of_cohort(self, cohort: Cohort) -> Self:
        return self.filter(enrolment__cohort=cohort)

    def in_drawer(self, drawer: str) -> Self:
        """Those of one drawer: the next ones first, or the last ones."""
        rows = self.filter(state__in=DRAWERS[drawer])
        return rows.order_by("next_try_at", "id") if drawer == "coming" else rows.order_by("-due_at", "-id")

    def counted(self) -> dict[str, int]:
        """How many lie in each drawer; one query."""
        return self.aggregate(
            **{drawer: Count("pk", filter=Q(state__in=states)) for drawer, states in DRAWERS.items()}
        )

    def with_person(self) -> Self:
        """Person and agency come along: every list shows them."""
        return self.select_related("enrolment__membership__user", "enrolment__membership__agency")
