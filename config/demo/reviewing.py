"""The coach of the demonstration has read the practices that waited longest; the latest still wait."""

from __future__ import annotations

import datetime as dt

from agencies.models import Membership
from agencies.scope import networks
from coaching.cohorts.models import Cohort
from coaching.learning.models import PracticeSubmission
from coaching.learning.reviewing import Grid, Words, grid_of, margin_at, sentences
from coaching.learning.services import note_consultation, note_opened, send_review, write_canned
from coaching.programmes.runtime import outline_of
from config.demo import story

DAY = dt.timedelta(days=1)
STILL_WAITING = 4


def read_practices(cohort: Cohort, coach: Membership, now: dt.datetime) -> None:
    """Answer all but the last few: one in six is given back, the others are validated; some are opened."""
    with networks(cohort.network.pk, user_id=coach.user_id):
        for title, text in story.CANNED:
            write_canned(coach, title, text)
        rows = PracticeSubmission.objects.to_review(now.date()).filter(enrolment__cohort=cohort)
        waiting = list(rows.without_image())
        for number, submission in enumerate(waiting[: max(0, len(waiting) - STILL_WAITING)]):
            answered_at = min(submission.submitted_at + (1 + number % 3) * DAY, now - dt.timedelta(hours=1))
            _answer(cohort, coach, submission, number, answered_at)
            if number % 3:
                note_opened(submission, now=min(answered_at + DAY, now))


def _answer(
    cohort: Cohort, coach: Membership, submission: PracticeSubmission, number: int, at: dt.datetime
) -> None:
    step = outline_of(cohort.programme_version).step(submission.address)
    assert step is not None
    grid = grid_of(step.content("fr", cohort.network.sector))
    gives_back = number % 6 == 1
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
    low = 0 if gives_back else 1
    points = {each.key: low + (number + place) % 2 for place, each in enumerate(grid.criteria)}
    content: object = submission.content
    text = str(content.get("text", "")) if isinstance(content, dict) else ""
    passage = next(iter(sentences(text)[1:2]), None)
    margin = margin_at(text, passage.start, passage.end, story.REMARK) if passage else None
    return Words(
        points=points,
        comment=story.FEEDBACK[number % len(story.FEEDBACK)],
        suggestion=story.SUGGESTION if gives_back else "",
        margins=(margin,) if margin else (),
    )
