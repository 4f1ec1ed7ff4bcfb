"""Who was not there follows a session afterwards: every question right, once it is over, and not before."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.urls import reverse

from coaching.programmes.runtime import outline_of
from tests.cohorts.live import BEFORE, DURING, ENDS, Live, text_of
from tests.factories import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(ENDS, tick=False) as traveller:
        yield traveller


@pytest.fixture
def live(cast: Cast, clock: time_machine.Traveller) -> Live:
    return Live(cast)


def answers(live: Live, *, right: int | None = None) -> dict[str, str]:
    """What is posted when the first `right` questions are answered well, all of them for None."""
    sessions = outline_of(live.cast.cohort.programme_version).sessions
    plan = next(each.plan for each in sessions if each.key == "s1")
    assert plan is not None
    chosen = {}
    for number, item in enumerate(plan.check):
        is_right = right is None or number < right
        option = next(each for each in item["options"] if each["correct"] is is_right)
        chosen[f"q-{item['key']}"] = option["key"]
    assert len(chosen) == 3
    return chosen


def follow(live: Live, chosen: dict[str, str]) -> HttpResponse:
    url = reverse("learning:together_session", args=[live.cast.network.slug, live.session().public_id])
    return live.head.post(url, {"replay": "1"} | chosen)


def test_every_question_right_counts_as_followed_afterwards(live: Live) -> None:
    response = follow(live, answers(live))

    row = live.attendance()
    assert response.status_code == 302
    assert row is not None
    assert (row.state, row.how, row.signed_at) == ("replay", "replay", ENDS)


@pytest.mark.parametrize("right", [0, 1, 2])
def test_one_wrong_answer_counts_for_nothing_and_may_be_tried_again(live: Live, right: int) -> None:
    response = follow(live, answers(live, right=right))

    assert response.status_code == 422
    assert "Pas tout à fait" in text_of(response)
    assert live.attendance() is None
    follow(live, answers(live))
    assert live.attendance() is not None


def test_nothing_is_followed_before_the_end_nor_of_a_cancelled_session(
    cast: Cast, clock: time_machine.Traveller
) -> None:
    clock.move_to(DURING)
    follow(Live(cast), answers(Live(cast)))
    clock.move_to(BEFORE)
    Live(cast).cancel()
    clock.move_to(ENDS)

    follow(Live(cast), answers(Live(cast)))

    assert Live(cast).attendance() is None


def test_whoever_was_there_is_asked_nothing_and_changes_nothing(live: Live) -> None:
    live.mark("present")

    follow(live, answers(live))

    row = live.attendance()
    assert row is not None
    assert row.state == "present"
