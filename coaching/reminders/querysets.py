"""Reads of the ledger; every method works inside one scope."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Case, Count, Exists, OuterRef, Q, When

if TYPE_CHECKING:
    from agencies.models import Membership
    from coaching.cohorts.models import Cohort, Enrolment
    from coaching.reminders.models import CoachMessage, Reminder, Settlement
else:
    CoachMessage = Cohort = Enrolment = Membership = Reminder = Settlement = Any

# The pages' four drawers, by state.
DRAWERS: dict[str, tuple[str, ...]] = {
    "coming": ("due", "leased", "handing"),
    "sent": ("sent",),
    "not_sent": ("skipped", "cancelled"),
    "to_see": ("uncertain", "dead", "bounced"),
}


OF_A_COACH = ("coach_message", "coach_circular")


class CoachMessageQuerySet(models.QuerySet["CoachMessage"]):
    def of_cohort(self, cohort: Cohort) -> Self:
        return self.filter(cohort=cohort)

    def readable_by(self, coach: Membership) -> Self:
        """One's own, and of the other coaches what they sent: a draft is its author's."""
        return self.filter(Q(author=coach) | ~Q(state="draft"))

    def with_author(self) -> Self:
        return self.select_related("author__user")

    def with_outcome(self) -> Self:
        """Adds `is_on_its_way`: somebody has yet to get it."""
        rows = apps.get_model("reminders", "Reminder")._default_manager
        here = {"network": OuterRef("network"), "occurrence": OuterRef("public_id")}
        waiting = rows.filter(**here, kind__in=OF_A_COACH, state__in=DRAWERS["coming"])
        return self.annotate(is_on_its_way=Exists(waiting))

    def recent_first(self) -> Self:
        return self.order_by("-written_at", "-id")


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def due(self, now: dt.datetime) -> Self:
        return self.filter(state="due", next_try_at__lte=now)

    def in_doubt_at(self, transport: str, now: dt.datetime, memory: dt.timedelta) -> Self:
        """What this transport may have, and knows again within `memory` of the first hand-over."""
        return self.filter(
            state="uncertain",
            transport=transport,
            in_doubt_since__gt=now - memory,
            next_try_at__lte=now,
            expires_at__gt=now,
        )

    def oldest_first(self, *, but: Collection[str] = ()) -> Self:
        """The order in which they leave; kinds of `but` come before all others."""
        return self.order_by(Case(When(kind__in=but, then=0), default=1), "next_try_at", "id")

    def sent(self) -> Self:
        return self.filter(state="sent")

    def of(self, enrolment: Enrolment) -> Self:
        return self.filter(enrolment=enrolment)

    def of_cohort(self, cohort: Cohort) -> Self:
        return self.filter(enrolment__cohort=cohort)

    def of_message(self, message: CoachMessage) -> Self:
        """The rows of a coach's message, one per person."""
        return self.filter(occurrence=message.public_id, kind__in=OF_A_COACH)

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


class SettlementQuerySet(models.QuerySet["Settlement"]):
    def of_cohort(self, cohort: Cohort) -> Self:
        return self.filter(reminder__enrolment__cohort=cohort)

    def together_with(self, decision: Settlement) -> Self:
        """All messages of the same decision."""
        return self.filter(coach=decision.coach_id, action=decision.action, settled_at=decision.settled_at)

    def with_message(self) -> Self:
        """Message, person and coach come along."""
        person = "reminder__enrolment__membership__user"
        return self.select_related(person, "reminder__enrolment__membership__agency", "coach__user")
