"""One practice for its coach: the text with remarks, the grid, what was answered before. Needs a scope."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language

from agencies.models import Membership
from coaching.adoption.coach_reads import facts_of
from coaching.adoption.facts import person_facts
from coaching.adoption.querysets import with_blackouts, with_facts
from coaching.adoption.review_form import GIVE_BACK, ONLY_READ, of_programme
from coaching.adoption.review_queue import Waiting, waiting
from coaching.cohorts.models import Cohort, Enrolment
from coaching.learning.access import get_canned_for, get_queue_of, get_reviews
from coaching.learning.answers import Answer, answer_of
from coaching.learning.models import CannedComment, PracticeReview, PracticeSubmission
from coaching.learning.reviewing import (
    Criterion,
    Grid,
    Passage,
    Reached,
    Stretch,
    Words,
    grid_of,
    marked,
    moved_to,
    reached,
    sentences,
    words_of,
)
from coaching.learning.services import may_be_recalled
from coaching.programmes.runtime import outline_of

State = PracticeReview.State


@dataclass(frozen=True)
class Case:
    """A practice with its grid and its readings; enough to save or send an answer."""

    submission: PracticeSubmission
    fields: Mapping[str, Any]
    reviews: tuple[PracticeReview, ...]

    @cached_property
    def grid(self) -> Grid:
        return grid_of(self.fields)

    @property
    def content(self) -> Mapping[str, Any]:
        stored = self.submission.content
        return stored if isinstance(stored, dict) else {}

    @property
    def text(self) -> str:
        return str(self.content.get("text") or "")

    @property
    def draft(self) -> PracticeReview | None:
        return next((each for each in self.reviews if each.state == State.DRAFT), None)

    @property
    def sent(self) -> tuple[PracticeReview, ...]:
        return tuple(each for each in self.reviews if each.state != State.DRAFT)

    @property
    def may_give_back(self) -> bool:
        """Once per practice (domain.md 6.5)."""
        return all(each.state != State.RETURNED for each in self.sent)

    @property
    def is_answered(self) -> bool:
        """Nothing is waited for: this version has its answer, or the practice is validated."""
        revision = self.submission.revision
        return any(each.state == State.VALIDATED or each.revision == revision for each in self.sent)

    @property
    def words(self) -> Words:
        """The draft on the text as it stands."""
        if self.draft is None:
            return Words()
        stored = words_of(self.draft.content)
        return replace(stored, margins=moved_to(self.text, stored.margins))

    def answers(self) -> tuple[Answer, ...]:
        """What was sent, the latest first, as its author reads it."""
        return tuple(
            answer_of(
                words_of(each.content),
                each.state,
                self.grid,
                coach=each.coach.shown_name,
                sent_at=each.sent_at,
                text=self.text if each.revision == self.submission.revision else "",
            )
            for each in reversed(self.sent)
        )


def load_case(submission: PracticeSubmission) -> Case:
    """The practice with its readings; one query."""
    cohort, network = submission.enrolment.cohort, submission.enrolment.cohort.network
    step = outline_of(cohort.programme_version).step(submission.address)
    fields = step.content(get_language() or "fr", network.sector) if step else {}
    return Case(submission, fields, tuple(get_reviews(submission)))


@dataclass(frozen=True)
class Row:
    """A criterion on the screen, with the points chosen so far."""

    criterion: Criterion
    chosen: int | None

    @property
    def levels(self) -> list[tuple[int, str]]:
        return list(enumerate(self.criterion.levels))


@dataclass(frozen=True)
class ReviewPage:
    """Everything the page shows, already read; `words` are those of the draft, or what was typed."""

    case: Case
    waiting: Waiting
    words: Words
    edition: int
    outcome: str
    queue: tuple[tuple[str, str], ...]
    canned: tuple[CannedComment, ...]
    now: dt.datetime
    reader: Membership

    @property
    def submission(self) -> PracticeSubmission:
        return self.case.submission

    @property
    def grid(self) -> Grid:
        return self.case.grid

    @property
    def name(self) -> str:
        return self.waiting.name

    @property
    def route(self) -> str:
        routes = self.case.fields.get("routes", [])
        return next((each["label"] for each in routes if each["key"] == self.submission.route), "")

    @property
    def links(self) -> Sequence[str]:
        return tuple(self.case.content.get("links", ()))

    @property
    def values(self) -> Sequence[str]:
        return tuple(value["label"] for value in self.case.content.get("values", ()))

    @property
    def frame(self) -> list[tuple[str, str]]:
        """The points of the frame with the person's answer."""
        checks = self.case.content.get("checks", {})
        points = self.case.fields.get("checklist", [])
        return [(each["text"], checks[each["key"]]) for each in points if each["key"] in checks]

    @cached_property
    def rows(self) -> list[Row]:
        return [Row(each, self.words.points.get(each.key)) for each in self.grid.criteria]

    @cached_property
    def reached(self) -> Reached:
        return reached(self.grid, self.words.points)

    @cached_property
    def stretches(self) -> list[Stretch]:
        return marked(self.case.text, self.words.margins)

    @cached_property
    def passages(self) -> list[Passage]:
        return sentences(self.case.text)

    @property
    def of_programme(self) -> list[tuple[str, str]]:
        return of_programme(self.grid)

    @property
    def may_recall(self) -> bool:
        """Whether the last answer is the reader's own and can still be taken back."""
        sent = self.case.sent
        return bool(sent) and sent[-1].coach_id == self.reader.pk and may_be_recalled(sent[-1], self.now)

    @cached_property
    def preview(self) -> Answer:
        """What the author would read if this were sent now."""
        state = State.VALIDATED if self.reached.is_validated else State.READ
        if not self.reached.is_validated and self.outcome == GIVE_BACK:
            state = State.RETURNED
        return answer_of(self.words, state, self.grid, coach="", sent_at=None, text=self.case.text)

    @cached_property
    def place(self) -> int | None:
        """Where this practice stands in the queue, from 1; None once it is answered."""
        ids = [public_id for _cohort, public_id in self.queue]
        return ids.index(self.submission.public_id) + 1 if self.submission.public_id in ids else None

    @property
    def next_url(self) -> str:
        return self._neighbour(1)

    @property
    def previous_url(self) -> str:
        return self._neighbour(-1)

    def _neighbour(self, step: int) -> str:
        if self.place is None:
            return self._url(self.queue[0]) if self.queue and step > 0 else ""
        index = self.place - 1 + step
        return self._url(self.queue[index]) if 0 <= index < len(self.queue) else ""

    def _url(self, keys: tuple[str, str]) -> str:
        return review_url(self.waiting.network.slug, *keys)


def review_url(slug: str, cohort_id: str, submission_id: str) -> str:
    return reverse("adoption:review", args=[slug, cohort_id, submission_id])


Keys = tuple[str, str]  # public ids of a cohort and of a practice in it


def following(queue: Sequence[Keys], answered: str, before: Sequence[Keys]) -> Keys | None:
    """The practice after the one just answered, by the queue as it was `before`; else the oldest that waits.

    Whoever passed some over on purpose is not led back to them at once.
    """
    left = set(queue)
    ids = [public_id for _cohort, public_id in before]
    later = before[ids.index(answered) + 1 :] if answered in ids else ()
    return next((each for each in later if each in left), queue[0] if queue else None)


def load_review_page(
    coach: Membership,
    case: Case,
    now: dt.datetime,
    *,
    words: Words | None = None,
    edition: int | None = None,
    outcome: str = "",
) -> ReviewPage:
    """Read one practice of a cohort of this coach, the days of its author and the queue around it."""
    submission = case.submission
    cohort = submission.enrolment.cohort
    read = with_blackouts(Cohort.objects.filter(pk=cohort.pk)).with_version().prefetch_related("weeks").get()
    facts = facts_of([read], {cohort.network_id: cohort.network}, now)[cohort.pk]
    person = person_facts(facts, with_facts(Enrolment.objects.filter(pk=submission.enrolment_id)).get())
    submission.was_returned = not case.may_give_back  # type: ignore[attr-defined]
    if not case.may_give_back:
        outcome = ONLY_READ
    return ReviewPage(
        case=case,
        waiting=waiting(submission, person),
        words=case.words if words is None else words,
        edition=(case.draft.edition if case.draft else 0) if edition is None else edition,
        outcome=outcome or GIVE_BACK,
        queue=tuple(get_queue_of(coach, person.today)),
        canned=tuple(get_canned_for(coach)),
        now=now,
        reader=coach,
    )
