"""Reads of completions and answers; every method works inside one scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models

if TYPE_CHECKING:
    from coaching.cohorts.models import Enrolment
    from coaching.learning.models import Answer, StepCompletion
else:
    Answer = Enrolment = StepCompletion = Any


class StepCompletionQuerySet(models.QuerySet["StepCompletion"]):
    def of(self, enrolment: Enrolment) -> Self:
        return self.filter(enrolment=enrolment)

    def addresses(self) -> set[str]:
        """Addresses of the steps done."""
        return set(self.values_list("address", flat=True))


class AnswerQuerySet(models.QuerySet["Answer"]):
    def of(self, enrolment: Enrolment) -> Self:
        return self.filter(enrolment=enrolment)
