"""Practices of the demonstration: read, given back, handed in again, begun to read, taken back, waiting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from agencies.models import Membership
from agencies.scope import networks
from coaching.cohorts.models import Cohort, Enrolment
from coaching.learning.access import Learner, get_task_for
from coaching.learning.models import PracticeSubmission
from coaching.learning.reviewing import Grid, Words, grid_of, margin_at, sentences
from coaching.learning.services import (
    complete_step,
    note_consultation,
    note_opened,
    save_review,
    send_review,
    withdraw_submission,
    write_canned,
)
from coaching.programmes.runtime import outline_of
from config.demo import story
from config.demo.answers import answer_to

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
STILL_WAITING = 4
GIVEN_BACK, TO_TALK_OVER = 1, 3  # of those that waited longest


def read_practices(cohort: Cohort, coach: Membership, now: dt.datetime) -> None:
    """Answer all but the last few: one in six is given back, one is to be talked over, others are validated.

    Some answers are opened. One that was given back comes again; of the last ones, one is half read and
    one is taken back by its author.
    """
    with networks(cohort.network.pk, user_id=coach.user_id):
        for title, text in story.CANNED:
            write_canned(coach, title, text)
        rows = PracticeSubmission.objects.to_review(now.date()).filter(enrolment__cohort=cohort)
        waiting = list(rows.without_image())
        for number, submission in enumerate(waiting[: max(0, len(waiting) - STILL_WAITING)]):
            answered_at = min(submission.submitted_at + (1 + number % 3) * DAY, now - HOUR)
            _answer(cohort, coach, submission, number, answered_at)
            if number % 3:
                note_opened(submission, now=min(answered_at + DAY, now))
        _begin(cohort, coach, waiting[-1], now)
        given_back = waiting[GIVEN_BACK]
    _hand_in_again(cohort, given_back, now - 20 * HOUR)
    _take_back(cohort, waiting[-2], now - 2 * HOUR)


def _grid(cohort: Cohort, submission: PracticeSubmission) -> Grid:
    step = outline_of(cohort.programme_version).step(submission.address)
    assert step is not None
    return grid_of(step.content("fr", cohort.network.sector))


def _answer(
    cohort: Cohort, coach: Membership, submission: PracticeSubmission, number: int, at: dt.datetime
) -> None:
    grid = _grid(cohort, submission)
    gives_back = number % 6 == GIVEN_BACK
    words = _words(grid, submission, number, gives_back=gives_back)
    note_consultation(coach, submissions=[submission], now=at)
    send_review(
        submission,
        coach,
        grid,
        words,
        gives_back=gives_back,
        version=submission.revision,
        edition=0,
        now=at,
    )


def _words(grid: Grid, submission: PracticeSubmission, number: int, *, gives_back: bool) -> Words:
    """Points, a few words and a remark on one sentence."""
    low = 0 if gives_back or number == TO_TALK_OVER else 1
    points = {each.key: low + (number + place) % 2 for place, each in enumerate(grid.criteria)}
    content: object = submission.content
    text = str(content.get("text", "")) if isinstance(content, dict) else ""
    passage = next(iter(sentences(text)[1:2]), None)
    margin = margin_at(text, passage.start, passage.end, story.REMARK) if passage else None
    return Words(
        points=points,
        comment=story.TO_TALK_OVER
        if number == TO_TALK_OVER
        else story.FEEDBACK[number % len(story.FEEDBACK)],
        suggestion=story.SUGGESTION if gives_back else "",
        margins=(margin,) if margin else (),
    )


def _begin(cohort: Cohort, coach: Membership, submission: PracticeSubmission, now: dt.datetime) -> None:
    """A reading that the coach has begun and not sent."""
    grid = _grid(cohort, submission)
    words = Words(points={grid.criteria[0].key: 2}, comment=story.BEGUN)
    note_consultation(coach, submissions=[submission], now=now - HOUR)
    save_review(submission, coach, grid, words, version=submission.revision, edition=0, now=now - HOUR)


def _hand_in_again(cohort: Cohort, submission: PracticeSubmission, at: dt.datetime) -> None:
    """The suggestion taken up, by the author."""
    with _as_author(cohort, submission, at) as learner:
        step = learner.outline.step(submission.address)
        found = get_task_for(learner, step) if step else None
        assert found is not None
        content = {**answer_to(found[1], 0), "text": story.REWRITTEN}
        complete_step(learner.enrolment, submission.address, content, now=at)


def _take_back(cohort: Cohort, submission: PracticeSubmission, at: dt.datetime) -> None:
    with _as_author(cohort, submission, at) as learner:
        withdraw_submission(learner.enrolment, submission.address, now=at)


@contextmanager
def _as_author(cohort: Cohort, submission: PracticeSubmission, at: dt.datetime) -> Iterator[Learner]:
    rows = Enrolment.objects.with_version().select_related("network", "membership__user")
    with networks(cohort.network.pk):
        person = rows.get(pk=submission.enrolment_id).membership.user_id
    with networks(cohort.network.pk, user_id=person):
        yield Learner(rows.get(pk=submission.enrolment_id), at, "fr")
