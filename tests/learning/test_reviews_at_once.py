"""A coach and the author at the same practice in the same moment: one waits for the other, nobody fails."""

from __future__ import annotations

import pytest
import time_machine

from agencies.scope import networks
from coaching.learning.models import PracticeReview, PracticeSubmission
from coaching.learning.reviewing import Criterion, Grid, Words
from coaching.learning.services import (
    ReviewProblem,
    lock_learner,
    note_opened,
    recall_review,
    send_review,
    withdraw_submission,
)
from tests.adoption.reviewing import NOW, POST, Desk, hand_in
from tests.at_once import SomebodyElse
from tests.factories import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)

GRID = Grid((Criterion("scene", "Une scène", 0, ("non", "un peu", "oui")),), 1)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def answer(cast: Cast, submission: PracticeSubmission) -> PracticeReview:
    return send_review(
        submission,
        cast.coach,
        GRID,
        Words({"scene": 2}, "Bravo."),
        gives_back=False,
        version=submission.revision,
        edition=0,
        now=NOW,
    )


def test_an_answer_sent_while_the_text_is_taken_back_waits_and_is_told_so(cast: Cast) -> None:
    submission = hand_in(cast)
    coach = SomebodyElse(cast.coach, lambda: answer(cast, submission))

    with networks(cast.network.pk, user_id=cast.head.user_id):
        lock_learner(cast.enrolment, NOW)
        coach.until_it_waits()
        withdraw_submission(cast.enrolment, POST, now=NOW)

    assert coach.how_it_ended() == "gone"
    with networks(cast.network.pk):
        assert PracticeSubmission.objects.get().withdrawn_at == NOW
        assert not PracticeReview.objects.exists()


def test_an_answer_that_its_author_is_opening_is_not_taken_back(cast: Cast) -> None:
    submission = hand_in(cast)
    with time_machine.travel(NOW, tick=False):
        Desk(cast.coach, cast, submission).send(2)
    coach = SomebodyElse(cast.coach, lambda: recall_review(submission, cast.coach, now=NOW))

    with networks(cast.network.pk, user_id=cast.head.user_id):
        note_opened(submission, now=NOW)
        coach.until_it_waits()

    assert coach.how_it_ended() == "too_late"
    with networks(cast.network.pk):
        review = PracticeReview.objects.get()
        assert (review.state, review.opened_at) == ("validated", NOW)
    assert isinstance(coach.failed, ReviewProblem)
