"""Reads of completions, answers and shared copies; every method works inside one scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models

from agencies.roles import Audience

if TYPE_CHECKING:
    from coaching.cohorts.models import Enrolment
    from coaching.learning.models import Answer, SharedItem, StepCompletion
else:
    Answer = Enrolment = SharedItem = StepCompletion = Any


class StepCompletionQuerySet(models.QuerySet["StepCompletion"]):
    def of(self, enrolment: Enrolment) -> Self:
        return self.filter(enrolment=enrolment)

    def addresses(self) -> set[str]:
        """Addresses of the steps done."""
        return set(self.values_list("address", flat=True))


class AnswerQuerySet(models.QuerySet["Answer"]):
    def of(self, enrolment: Enrolment) -> Self:
        return self.filter(enrolment=enrolment)


class SharedItemQuerySet(models.QuerySet["SharedItem"]):
    def of(self, enrolment: Enrolment) -> Self:
        return self.filter(enrolment=enrolment)

    def standing(self) -> Self:
        """Shared and not taken back."""
        return self.filter(withdrawn_at__isnull=True)

    def for_audience(self, audience: Audience) -> Self:
        return self.filter(audience=audience)
