"""A coach answers a practice: words kept, sent, taken back at once; and who opened what was given.

Each holds the submission until its transaction ends: its author may be taking it back, or handing in a new
version, and another coach of the cohort may be answering.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from agencies.models import Membership
from coaching.cohorts.models import Cohort, Enrolment
from coaching.learning.models import Consultation, PracticeReview, PracticeSubmission, SharedItem
from coaching.learning.reviewing import (
    MARGINS_MAX,
    Grid,
    Words,
    content_of,
    known_points,
    moved_to,
    reached,
    what_is_missing,
    what_is_too_long,
    without_passage,
    words_of,
)
from coaching.learning.services.completion import look_again

UNDO_FOR = dt.timedelta(minutes=15)  # a mail waits as long before it tells of an answer (reminders.letters)
State = PracticeReview.State


class ReviewProblem(Exception):
    """An answer that cannot be kept or sent now; `code` chooses the sentence.

    Codes: gone (taken back by its author), closed (the cohort is archived), new_version, answered,
    returned_before, too_late.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NewerReview(Exception):
    """An older screen would overwrite newer words; nothing was stored."""

    def __init__(self, review: PracticeReview) -> None:
        super().__init__("newer")
        self.review = review


class IncompleteReview(Exception):
    """Not to be sent yet, or not even to be kept; nothing was stored.

    `missing` are names of fields (`reviewing.what_is_missing`), or of what is too long (`what_is_too_long`).
    """

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing


@transaction.atomic
def save_review(
    submission: PracticeSubmission,
    coach: Membership,
    grid: Grid,
    words: Words,
    *,
    version: int,
    edition: int,
    now: dt.datetime | None = None,
) -> PracticeReview | None:
    """Keep what a coach is writing of one version of a practice; None while nothing is written.

    The draft belongs to the coaches of the cohort; `edition` is the one the screen began with. Raises
    ReviewProblem, NewerReview, or IncompleteReview where a text is too long.
    """
    held = _hold(submission, version)
    return _keep(held, coach, _within_limits(grid, held, words), edition, now or timezone.now())


@transaction.atomic
def send_review(
    submission: PracticeSubmission,
    coach: Membership,
    grid: Grid,
    words: Words,
    *,
    gives_back: bool,
    version: int,
    edition: int,
    now: dt.datetime | None = None,
) -> PracticeReview:
    """Answer the author: validated when the grid says so, else given back once or read (domain.md 6.5).

    The same answer sent twice by the same coach is one. Raises ReviewProblem, NewerReview, or
    IncompleteReview: nothing is stored or sent then.
    """
    now = now or timezone.now()
    _hold_author(submission)
    held = _hold(submission, version, answered_by=coach)
    words = _within_limits(grid, held, words)
    sent = PracticeReview.objects.sent().filter(submission=held, revision=held.revision).first()
    if sent is not None:
        if words_of(sent.content) != words:
            raise ReviewProblem("answered")
        return sent
    verdict = reached(grid, words.points)
    gives_back = gives_back and not verdict.is_validated
    if gives_back and PracticeReview.objects.filter(submission=held, state=State.RETURNED).exists():
        raise ReviewProblem("returned_before")
    if missing := what_is_missing(grid, words, gives_back=gives_back):
        raise IncompleteReview(missing)
    review = _keep(held, coach, words, edition, now)
    assert review is not None  # nothing is missing
    review.state = State.VALIDATED if verdict.is_validated else State.RETURNED if gives_back else State.READ
    review.coach, review.sent_at = coach, now
    review.save(update_fields=["state", "coach", "sent_at"])
    # The next digest tells of it, even when nothing else is left to say.
    Enrolment.objects.live().filter(pk=held.enrolment_id).update(next_check_at=now)
    if verdict.is_validated:
        look_again(held.enrolment_id, now)
    return review


@transaction.atomic
def recall_review(
    submission: PracticeSubmission, coach: Membership, *, now: dt.datetime | None = None
) -> PracticeReview:
    """Take an answer of one's own back, for some minutes and as long as its author has not opened it.

    It is a draft again. Raises ReviewProblem("too_late") afterwards, or once a new version was handed in.
    """
    now = now or timezone.now()
    _hold_author(submission)
    held = PracticeSubmission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
    mine = PracticeReview.objects.filter(submission=held, coach=coach).order_by("-revision")
    review = mine.select_for_update(of=("self",)).first()  # its author may be opening it: note_opened
    if review is None or not may_be_recalled(review, now) or review.revision != held.revision:
        raise ReviewProblem("too_late")
    review.state, review.sent_at = State.DRAFT, None
    review.save(update_fields=["state", "sent_at"])
    look_again(held.enrolment_id, now, undone=("practices",))
    return review


def may_be_recalled(review: PracticeReview, now: dt.datetime) -> bool:
    """Whether it has just been sent and nobody has read it."""
    return review.sent_at is not None and review.opened_at is None and now < review.sent_at + UNDO_FOR


def note_opened(submission: PracticeSubmission, *, now: dt.datetime | None = None) -> None:
    """The author has the answers before their eyes; the first time stays. Idempotent."""
    fresh = PracticeReview.objects.sent().filter(submission=submission, opened_at=None)
    fresh.update(opened_at=now or timezone.now())


def erase_quotes(submissions: Collection[int]) -> None:
    """Practices taken back: drafts about them go, and no answer quotes them any more.

    The caller has erased the submissions' own words in the same transaction.
    """
    PracticeReview.objects.filter(submission__in=submissions, state=State.DRAFT).delete()
    for review in PracticeReview.objects.filter(submission__in=submissions).select_for_update(of=("self",)):
        words = words_of(review.content)
        if any(each.has_passage for each in words.margins):
            margins = tuple(without_passage(each) for each in words.margins)
            review.content = content_of(replace(words, margins=margins))
            review.save(update_fields=["content"])


def note_consultation(
    reader: Membership,
    *,
    items: Collection[SharedItem] = (),
    submissions: Collection[PracticeSubmission] = (),
    now: dt.datetime | None = None,
) -> None:
    """These words are before this reader's eyes; their author is told so. One query for each kind given."""
    at = now or timezone.now()
    for name, given in (("item", items), ("submission", submissions)):
        if given:
            Consultation.objects.bulk_create(
                [Consultation(**{name: each}, reader=reader, first_at=at, last_at=at) for each in given],
                update_conflicts=True,
                unique_fields=["network", name, "reader"],
                update_fields=["last_at"],
            )


def _hold_author(submission: PracticeSubmission) -> None:
    """The enrolment first, as every hand that takes both does: whether they have finished may follow."""
    Enrolment.objects.select_for_update().values_list("pk").get(pk=submission.enrolment_id)


def _hold(
    submission: PracticeSubmission, version: int, answered_by: Membership | None = None
) -> PracticeSubmission:
    """The row until the transaction ends, when there is something to answer in it.

    With `answered_by`, an answer that this coach has just sent is let through: two taps are one.
    """
    rows = PracticeSubmission.objects.without_image().select_related("enrolment__cohort")
    held = rows.select_for_update(of=("self",)).get(pk=submission.pk)
    if held.withdrawn_at is not None:
        raise ReviewProblem("gone")
    if held.enrolment.cohort.status == Cohort.Status.ARCHIVED:
        raise ReviewProblem("closed")
    sent = PracticeReview.objects.sent().filter(submission=held)
    here = sent.filter(revision=held.revision).first()
    is_mine = here is not None and answered_by is not None and here.coach_id == answered_by.pk
    if here is not None and not is_mine:
        raise ReviewProblem("answered")
    if here is None and sent.filter(state=State.VALIDATED).exists():
        raise ReviewProblem("answered")
    if held.revision != version:
        raise ReviewProblem("new_version")
    return held


def _within_limits(grid: Grid, held: PracticeSubmission, words: Words) -> Words:
    """What the screen sent, of what the grid and an answer hold; passages are those of the text as it stands.

    No text is cut: IncompleteReview says which one is too long.
    """
    if too_long := what_is_too_long(words):
        raise IncompleteReview(too_long)
    text = str(held.content.get("text", "")) if isinstance(held.content, dict) else ""
    margins = (each for each in words.margins if each.text.strip())
    return Words(
        known_points(grid, words.points),
        words.comment,
        words.suggestion,
        moved_to(text, margins)[:MARGINS_MAX],
        words.remark,
    )


def _keep(
    held: PracticeSubmission, coach: Membership, words: Words, edition: int, now: dt.datetime
) -> PracticeReview | None:
    draft = PracticeReview.objects.filter(submission=held, state=State.DRAFT).first()
    content = content_of(words)
    if draft is None:
        if words.is_empty:
            return None
        return PracticeReview.objects.create(
            submission=held, revision=held.revision, coach=coach, content=content, saved_at=now
        )
    stored: object = draft.content
    if stored == content and draft.revision == held.revision:
        return draft
    if edition < draft.edition and stored != content:
        draft.coach = Membership.objects.select_related("user").get(pk=draft.coach_id)
        raise NewerReview(draft)
    draft.revision, draft.coach, draft.content, draft.saved_at = held.revision, coach, content, now
    draft.edition += 1
    draft.save(update_fields=["revision", "coach", "content", "saved_at", "edition"])
    return draft
