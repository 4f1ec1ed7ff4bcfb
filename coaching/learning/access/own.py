"""What else is a person's own: copies they gave, charter, practices, drafts, recall, a word, a call."""

from __future__ import annotations

from django.http import Http404
from django.utils import timezone

from agencies.models import Membership
from agencies.public_id import is_public_id
from coaching.cohorts.models import CohortCoach, Enrolment
from coaching.learning.access.learner import Learner
from coaching.learning.models import (
    HelpRequest,
    LessonVote,
    PracticeImage,
    PracticeSubmission,
    PresenceCharter,
    RecallAnswer,
    RoomDraft,
    SharedItem,
    SurveyReply,
)
from coaching.learning.recall import Due, Given, next_due, questions_of
from coaching.learning.steps import Content
from coaching.programmes.content import content_for, is_shown


def get_own_copies(membership: Membership) -> list[SharedItem]:
    """What the person lets others read in this network at this moment, newest first; one query.

    By author and not by enrolment: a copy of an earlier programme can be taken back as well.
    """
    mine = SharedItem.objects.standing().filter(author_id=membership.user_id)
    return list(mine.order_by("-shared_at", "-pk"))


def get_charter(enrolment: Enrolment) -> PresenceCharter | None:
    """The acting person's own charter; the database shows nobody else's."""
    return PresenceCharter.objects.filter(enrolment=enrolment).first()


def get_sent_reply(enrolment: Enrolment, address: str) -> SurveyReply | None:
    """The survey as the acting person last sent it to their coach; None before that."""
    return SurveyReply.objects.filter(enrolment=enrolment, address=address).first()


def get_submission(enrolment: Enrolment, address: str) -> PracticeSubmission | None:
    """What the acting person has handed in of a practice, without its picture; None before that."""
    return PracticeSubmission.objects.of(enrolment).without_image().filter(address=address).first()


def get_handed_in(enrolment: Enrolment) -> list[PracticeSubmission]:
    """The practices that the acting person's coach can read now, latest first; no word of them; one query."""
    rows = PracticeSubmission.objects.of(enrolment).standing().without_words()
    return list(rows.order_by("-submitted_at", "-pk"))


def get_draft_image(enrolment: Enrolment, address: str) -> bytes:
    """The picture of the acting person's own draft; Http404 when there is none, or for anybody else."""
    image = PracticeImage.objects.filter(enrolment=enrolment, address=address).first()
    if image is None:
        raise Http404
    return bytes(image.content)


def get_room_drafts(enrolment: Enrolment) -> list[RoomDraft]:
    """The acting person's own drafts, latest first; the database shows nobody else's."""
    return list(RoomDraft.objects.of(enrolment).order_by("-updated_at", "-pk"))


def get_room_draft(enrolment: Enrolment, draft_id: str) -> RoomDraft:
    """One of the acting person's own drafts; Http404 for anybody else's."""
    if not is_public_id(draft_id):
        raise Http404
    draft = RoomDraft.objects.of(enrolment).filter(public_id=draft_id).first()
    if draft is None:
        raise Http404
    draft.enrolment = enrolment
    return draft


def get_due_recall(learner: Learner) -> Due | None:
    """The recall question to ask now, None when there is none; three queries."""
    rows = RecallAnswer.objects.filter(enrolment=learner.enrolment)
    given = [
        Given(address, after_days, at.astimezone(learner.zone).date())
        for address, after_days, at in rows.values_list("address", "after_days", "answered_at")
    ]
    questions = questions_of(learner.outline, learner.completed, learner.sector, learner.zone)
    return next_due(questions, given, learner.outline.recall_days, learner.breaks.pauses, learner.today)


def get_recall_answer(enrolment: Enrolment, address: str, after_days: int) -> RecallAnswer | None:
    """The acting person's own answer; the database shows nobody else's."""
    rows = RecallAnswer.objects.filter(enrolment=enrolment, address=address, after_days=after_days)
    return rows.first()


def get_recall_item(learner: Learner, address: str) -> Content | None:
    """A recall question in the reader's language; None when the version has none of this address."""
    module_key, _slash, key = address.partition("/")
    module = learner.outline.module(module_key)
    found = (item for item in (module.recall if module else ()) if item["key"] == key)
    item = next((each for each in found if is_shown(each, learner.sector)), None)
    return content_for(item, learner.language, learner.sector) if item is not None else None


def coach_names(learner: Learner) -> str:
    """« Claire Aubert », or several names; the coaches of this cohort whose mandate runs."""
    serving = CohortCoach.objects.serving(timezone.localdate(learner.now))
    rows = serving.filter(cohort_id=learner.enrolment.cohort_id).with_person()
    return ", ".join(sorted(row.membership.shown_name for row in rows))


def get_own_vote(enrolment: Enrolment, module_key: str) -> LessonVote | None:
    """What this person said of a module; the page of nobody else shows it."""
    return LessonVote.objects.filter(enrolment=enrolment, module_key=module_key).first()


def get_own_help_request(enrolment: Enrolment) -> HelpRequest | None:
    """The hand the acting person asked for and still waits for."""
    return HelpRequest.objects.of(enrolment).standing().first()
