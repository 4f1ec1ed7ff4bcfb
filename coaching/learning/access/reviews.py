"""Who reads and answers a practice; what its author is told of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.http import Http404
from django.utils import timezone

from agencies.models import Membership
from agencies.public_id import is_public_id
from agencies.roles import Permission, has_permission
from coaching.cohorts.models import Cohort, CohortCoach, Enrolment
from coaching.learning.models import (
    CannedComment,
    Consultation,
    PracticeReview,
    PracticeSubmission,
    SharedItem,
)


def get_handed_in_for(coach: Membership, cohort: Cohort, submission_id: str) -> PracticeSubmission:
    """A practice of this coach's cohort with its author, without its picture; Http404 for another coach.

    One that was taken back is found too, empty: the page says so.
    """
    require_coach_of(coach, cohort.pk)
    if not is_public_id(submission_id):
        raise Http404
    rows = PracticeSubmission.objects.without_image().select_related(
        "enrolment__membership__user", "enrolment__membership__agency"
    )
    found = rows.filter(enrolment__cohort=cohort, public_id=submission_id).first()
    if found is None:
        raise Http404
    found.enrolment.cohort = cohort
    return found


def get_reviews(submission: PracticeSubmission) -> list[PracticeReview]:
    """The readings of a practice, the earliest first, a draft of the coaches among them; one query."""
    return list(PracticeReview.objects.filter(submission=submission).with_coach().order_by("revision"))


def get_answers_to(submission: PracticeSubmission) -> list[PracticeReview]:
    """What its author was answered, the latest first; one query."""
    rows = PracticeReview.objects.sent().filter(submission=submission).with_coach()
    return list(rows.order_by("-sent_at", "-pk"))


def get_news_for(enrolment: Enrolment) -> list[PracticeReview]:
    """Answers that the acting person has not opened yet, the latest first; one query."""
    rows = PracticeReview.objects.unopened().filter(submission__enrolment=enrolment).with_coach()
    return list(rows.select_related("submission").defer("submission__image", "submission__content"))


def get_queue_of(coach: Membership, today: dt.date) -> list[tuple[str, str]]:
    """Every practice that waits for this coach in the network, the longest wait first, as the public ids of
    its cohort and its own; one query."""
    rows = PracticeSubmission.objects.to_review(today).filter(enrolment__cohort__coaches__membership=coach)
    return list(rows.values_list("enrolment__cohort__public_id", "public_id"))


def get_canned_for(coach: Membership) -> list[CannedComment]:
    """This coach's own ready-made words, by title; one query."""
    return list(CannedComment.objects.filter(coach=coach).order_by("title", "pk"))


@dataclass(frozen=True, slots=True)
class Opened:
    """Who opened what was given: their name, when first and when last."""

    name: str
    first_at: dt.datetime
    last_at: dt.datetime

    @property
    def is_again(self) -> bool:
        """On another day, by the reader's clock."""
        return timezone.localdate(self.last_at) != timezone.localdate(self.first_at)


def opened_by(
    *, items: Collection[SharedItem] = (), submissions: Collection[PracticeSubmission] = ()
) -> dict[int, list[Opened]]:
    """Who opened these copies, or else these practices, by their id, the first reader first; one query.

    For the author's own pages. Without anything to ask about, no query.
    """
    about, wanted = ("item", items) if items else ("submission", submissions)
    if not wanted:
        return {}
    rows = Consultation.objects.filter(**{f"{about}__in": wanted}).select_related("reader__user")
    found: dict[int, list[Opened]] = {}
    for row in rows.order_by("first_at", "pk"):
        key: int = getattr(row, f"{about}_id")
        found.setdefault(key, []).append(Opened(row.reader.shown_name, row.first_at, row.last_at))
    return found


def require_coach_of(coach: Membership, cohort_id: int) -> None:
    """Http404 for whoever is no coach of this cohort."""
    is_theirs = CohortCoach.objects.filter(cohort_id=cohort_id, membership=coach).exists()
    if not (has_permission(coach.role, Permission.RUN_COHORTS) and is_theirs):
        raise Http404
