"""Reads of completions, answers and shared copies; every method works inside one scope."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery

from agencies.roles import Audience
from coaching.cohorts.models import CoachContact
from coaching.cohorts.querysets import LIVE

if TYPE_CHECKING:
    from coaching.cohorts.models import Enrolment
    from coaching.learning.models import (
        Answer,
        HelpRequest,
        Pair,
        PracticeReview,
        PracticeSubmission,
        RoomDraft,
        SharedItem,
        StepCompletion,
    )
else:
    Answer = Enrolment = HelpRequest = Pair = PracticeReview = PracticeSubmission = RoomDraft = Any
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

    def without_words(self) -> Self:
        """For lists that name practices: neither text nor picture is read."""
        return self.defer("image", "content")

    def to_review(self, day: dt.date) -> Self:
        """Handed in, not validated, and its present revision not answered yet; the longest wait first.

        Whoever left the cohort is not waited upon, and an archived cohort is only read (domain.md 4.8).
        """
        answered = Q(state="validated") | Q(revision=OuterRef("revision"))
        return (
            self.standing()
            .filter(~Exists(_reviews_of_this().exclude(state="draft").filter(answered)))
            .filter(enrolment__status__in=(*LIVE, "completed", "ended_incomplete"))
            .filter(enrolment__cohort__status__in=("running", "ended"))
            .exclude(enrolment__membership__ends_on__lte=day)
            .order_by("submitted_at", "pk")
        )

    def with_answer(self) -> Self:
        """Adds `answered_as`: the state that holds now, None while an answer is waited for."""
        answered = Q(state="validated") | Q(revision=OuterRef("revision"))
        sent = _reviews_of_this().exclude(state="draft").filter(answered).order_by("-sent_at", "-pk")
        return self.annotate(answered_as=Subquery(sent.values("state")[:1]))

    def with_review_facts(self) -> Self:
        """Adds `was_returned`: this is a second version."""
        return self.annotate(was_returned=Exists(_reviews_of_this().filter(state="returned")))


def _reviews_of_this() -> models.QuerySet[PracticeReview]:
    """The readings of the submission that a query looks at."""
    reviews = apps.get_model("learning", "PracticeReview")._default_manager
    return reviews.filter(network=OuterRef("network"), submission=OuterRef("pk"))


class PracticeReviewQuerySet(models.QuerySet["PracticeReview"]):
    def sent(self) -> Self:
        """Answers to their author, drafts left out."""
        return self.exclude(state="draft")

    def unopened(self) -> Self:
        """Sent, and not yet read by the author; a practice taken back since is no news."""
        return self.sent().filter(opened_at=None, submission__withdrawn_at=None)

    def with_coach(self) -> Self:
        """Who signs comes along."""
        return self.select_related("coach__user")


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
