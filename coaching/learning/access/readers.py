"""What others may read: copies and submissions given to a coach, copies given to a manager by name."""

from __future__ import annotations

from django.db.models import Q
from django.http import Http404
from django.utils import timezone

from agencies.access import require
from agencies.models import Agency, Membership
from agencies.public_id import is_public_id
from agencies.roles import Audience, Permission
from coaching.cohorts.models import Cohort, Enrolment
from coaching.learning.access.reviews import require_coach_of
from coaching.learning.models import (
    HelpRequest,
    LessonVote,
    PracticeSubmission,
    SharedItem,
    SurveyReply,
)
from coaching.learning.votes import Verdict, verdicts


def get_shared_items_for(coach: Membership, enrolment: Enrolment) -> list[SharedItem]:
    """Copies shared with this cohort's coach and not taken back, newest first; Http404 for others."""
    require_coach_of(coach, enrolment.cohort_id)
    return list(
        SharedItem.objects.of(enrolment).standing().for_audience(Audience.COACH).order_by("-shared_at")
    )


def get_copies_given_to(manager: Membership, agency: Agency | None = None) -> list[SharedItem]:
    """Charters and brand acts that people in office gave to their manager by name, newest first; one query.

    Nothing tells "not written" from "not given". PermissionDenied without the permission.
    """
    require(manager, Permission.READ_GIVEN_COPIES)
    given = SharedItem.objects.standing().for_audience(Audience.MANAGER)
    ends_on, today = "enrolment__membership__ends_on", timezone.localdate()
    given = given.filter(Q(**{f"{ends_on}__isnull": True}) | Q(**{f"{ends_on}__gt": today}))
    if agency is not None:
        given = given.filter(enrolment__membership__agency=agency)
    people = given.select_related("enrolment__membership__user", "enrolment__membership__agency")
    return list(people.order_by("-shared_at", "-pk"))


def get_survey_replies_for(coach: Membership, enrolment: Enrolment) -> list[SurveyReply]:
    """Surveys sent to the coach of this cohort; Http404 for anyone else."""
    require_coach_of(coach, enrolment.cohort_id)
    return list(SurveyReply.objects.filter(enrolment=enrolment).order_by("sent_at"))


def get_submissions_for(coach: Membership, enrolment: Enrolment) -> list[PracticeSubmission]:
    """Practices handed in to this cohort's coach and not taken back, latest first; Http404 for others.

    Without their words: those stand where they are read. `answered_as` is the state of the last answer.
    """
    require_coach_of(coach, enrolment.cohort_id)
    return list(
        PracticeSubmission.objects.of(enrolment)
        .standing()
        .without_words()
        .with_answer()
        .order_by("-submitted_at", "-pk")
    )


def get_pictured_for(coach: Membership, enrolment: Enrolment, submission_id: str) -> PracticeSubmission:
    """A practice with a picture, handed in to this cohort's coach; Http404 for others and without one."""
    require_coach_of(coach, enrolment.cohort_id)
    if not is_public_id(submission_id):
        raise Http404
    rows = PracticeSubmission.objects.of(enrolment).standing().filter(public_id=submission_id)
    found = rows.only("network", "image").first()
    if found is None or not found.image:
        raise Http404
    return found


def get_help_request_for(coach: Membership, enrolment: Enrolment) -> HelpRequest | None:
    """What this person asked the coaches of the cohort for, while it stands; Http404 for anyone else."""
    require_coach_of(coach, enrolment.cohort_id)
    return HelpRequest.objects.of(enrolment).standing().first()


def get_verdicts_for(coach: Membership, cohort: Cohort) -> dict[str, Verdict]:
    """What this cohort says of its modules, in numbers from five votes on; Http404 for another coach."""
    require_coach_of(coach, cohort.pk)
    rows = LessonVote.objects.filter(enrolment__cohort=cohort).values_list("module_key", "word", "note")
    return verdicts((key, word, str(note)) for key, word, note in rows)
