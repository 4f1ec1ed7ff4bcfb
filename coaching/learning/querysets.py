"""Reads of completions, answers and shared copies; every method works inside one scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from agencies.roles import Audience
from coaching.cohorts.models import CoachContact

if TYPE_CHECKING:
    from coaching.cohorts.models import Enrolment
    from coaching.learning.models import (
        Answer,
        HelpRequest,
        Pair,
        PracticeSubmission,
        RoomDraft,
        SharedItem,
        StepCompletion,
    )
else:
    Answer = Enrolment = HelpRequest = Pair = PracticeSubmission = RoomDraft = Any
    SharedItem = StepCompletion = Any


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

    def with_author(self) -> Self:
        """The author's person and agency come along."""
        return self.select_related("enrolment__membership__user", "enrolment__membership__agency")


class PairQuerySet(models.QuerySet["Pair"]):
    def of(self, enrolment: Enrolment) -> Self:
        return self.filter(Q(first=enrolment) | Q(second=enrolment))

    def open(self) -> Self:
        """Proposed or agreed, and not ended."""
        return self.filter(ended_at__isnull=True)

    def current(self) -> Self:
        """Agreed by both and not ended."""
        return self.open().filter(accepted_at__isnull=False)

    def with_people(self) -> Self:
        """Both people, with their agencies."""
        sides = [f"{side}__membership__{name}" for side in ("first", "second") for name in ("user", "agency")]
        return self.select_related(*sides)


class PracticeSubmissionQuerySet(models.QuerySet["PracticeSubmission"]):
    def of(self, enrolment: Enrolment) -> Self:
        return self.filter(enrolment=enrolment)

    def standing(self) -> Self:
        """Handed in and not taken back."""
        return self.filter(withdrawn_at__isnull=True)

    def without_image(self) -> Self:
        """For lists: the picture has a page of its own."""
        return self.defer("image")


class RoomDraftQuerySet(models.QuerySet["RoomDraft"]):
    def of(self, enrolment: Enrolment) -> Self:
        return self.filter(enrolment=enrolment)


class HelpRequestQuerySet(models.QuerySet["HelpRequest"]):
    def of(self, enrolment: Enrolment) -> Self:
        return self.filter(enrolment=enrolment)

    def standing(self) -> Self:
        """Asked, not taken back, and no coach has spoken to them since; a try without answer is no talk."""
        of_this = {"network": OuterRef("network"), "enrolment": OuterRef("enrolment")}
        since = CoachContact.objects.filter(**of_this, happened_at__gte=OuterRef("asked_at"))
        return self.filter(~Exists(since.exclude(kind=CoachContact.Kind.ATTEMPT)), closed_at=None)
