"""An assessment through its pages: all answered before any feedback, two attempts, then a talk."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine

from coaching.learning.access import get_learner_for, get_task_for
from coaching.learning.models import StepCompletion
from coaching.learning.steps import Accepted, Task
from coaching.learning.steps.assessment import Assessment, is_passed
from tests.adoption.people import signed_in
from tests.factories import PARIS
from tests.learning.examples import right_response
from tests.learning.player import Player, soup
from tests.learning.test_quiz import answer_to

pytestmark = pytest.mark.django_db

FINAL = "evaluation-finale/dix-situations"
COUNT, NEEDED = 10, 7


@pytest.fixture
def clock() -> Any:
    """The last week, when the assessment is open."""
    with time_machine.travel(dt.datetime(2027, 3, 20, 9, 0, tzinfo=PARIS), tick=False) as traveller:
        yield traveller


def task_of(player: Player) -> Task:
    with player.inside():
        learner = get_learner_for(player.membership)
        assert learner is not None
        step = learner.outline.step(FINAL)
        assert step is not None
        found = get_task_for(learner, step)
        assert found is not None
        return found[1]


def answer(player: Player, *, right: int, attempt: int = 1) -> list[str]:
    """Answer every question in the order of the pages, the first ones rightly; the keys in that order."""
    items = {item["key"]: item for item in task_of(player).fields["items"]}
    order = []
    for number in range(1, COUNT + 1):
        page = player.page(FINAL, f"q={number}")
        key = page.select_one("#step [name=item]")["value"]  # type: ignore[index]
        order.append(str(key))
        player.submit(FINAL, answer_to(items[key], right=number <= right), query=f"q={number}")
    return order


def hand_in(player: Player) -> None:
    player.submit(FINAL, {}, query="view=review")


def completion(player: Player) -> StepCompletion | None:
    with player.inside():
        return player.enrolment().completions.filter(address=FINAL).first()


def text(player: Player, query: str = "") -> str:
    return player.page(FINAL, query).get_text().replace("\u00a0", " ")


def test_no_feedback_is_given_before_everything_is_handed_in(player: Player) -> None:
    answer(player, right=2)

    pages = (
        text(player) + text(player, "q=1") + text(player, "view=feedback&q=1") + text(player, "view=result")
    )

    assert "Tout est répondu" in pages
    assert "bien vu" not in pages.lower()
    assert completion(player) is None


def test_an_answer_can_be_changed_until_it_is_handed_in(player: Player) -> None:
    answer(player, right=0)
    first = task_of(player).fields["items"][0]

    player.submit(FINAL, answer_to(first, right=True), query="q=1")

    chosen = player.page(FINAL, "q=1").select_one("#step input[checked]")
    assert chosen["value"] == right_response(first)  # type: ignore[index]


def test_one_goes_on_at_the_first_question_left_open(player: Player) -> None:
    items = task_of(player).fields["items"]
    for number in (1, 2):
        player.submit(FINAL, answer_to(items[number - 1], right=True), query=f"q={number}")

    page = player.page(FINAL)

    assert page.select_one("#step [name=item]")["value"] == items[2]["key"]  # type: ignore[index]


def test_handing_in_names_the_questions_without_an_answer(player: Player) -> None:
    items = task_of(player).fields["items"]
    player.submit(FINAL, answer_to(items[0], right=True), query="q=1")

    response = player.submit(FINAL, {}, query="view=review")

    assert response.status_code == 422
    assert "2, 3, 4, 5, 6, 7, 8, 9, 10" in soup(response).select_one(".errsum").get_text()  # type: ignore[union-attr]
    assert completion(player) is None


def test_enough_right_answers_finish_the_step_with_feedback_on_every_question(player: Player) -> None:
    answer(player, right=NEEDED)

    hand_in(player)

    noted = completion(player)
    assert noted is not None
    assert (noted.score, noted.max_score, noted.attempt_scores) == (NEEDED, COUNT, [NEEDED])
    assert "C’est réussi" in text(player)
    assert len(player.page(FINAL).select(".list a[href*='view=feedback']")) == COUNT
    assert "Oui, c’est bien vu" in text(player, "view=feedback&q=1")
    assert "Pas tout à fait" in text(player, f"view=feedback&q={COUNT}")


def test_a_second_attempt_asks_the_same_questions_in_another_order(player: Player) -> None:
    first = answer(player, right=NEEDED - 1)
    hand_in(player)
    shown = text(player)

    second = answer(player, right=COUNT, attempt=2)
    hand_in(player)

    assert "Encore un essai" in shown
    assert sorted(first) == sorted(second)
    assert first != second
    noted = completion(player)
    assert noted is not None
    assert (noted.score, noted.attempt_scores, noted.missed) == (COUNT, [NEEDED - 1, COUNT], [])


def test_after_two_attempts_a_talk_comes_next_and_no_third_attempt(player: Player) -> None:
    for attempt in (1, 2):
        answer(player, right=attempt, attempt=attempt)
        hand_in(player)

    page = text(player, "q=1")

    assert "un échange avec votre coach" in page
    assert "Essayer encore" not in page
    noted = completion(player)
    assert noted is not None
    assert (noted.attempt_scores, len(noted.missed)) == ([1, 2], COUNT - 2)


def test_handing_in_twice_is_one_attempt(player: Player) -> None:
    answer(player, right=1)
    form = {"attempt": "1", "hand_in": "1"}

    player.post(FINAL, form)
    again = player.post(FINAL, form)

    assert again.headers["Location"] == player.url(FINAL)
    content = player.content(FINAL)
    assert content is not None
    assert len(content["done"]) == 1


def test_a_positioning_speaks_neither_of_passing_nor_of_a_second_attempt(player: Player) -> None:
    task = task_of(player)
    fields = {**task.fields, "pass_percent": 0, "attempts": 1}
    positioning = Task(task.step, fields, "fr", seed=task.seed)
    wrong = {item["key"]: item["options"][0]["key"] for item in fields["items"]}
    kind = Assessment()

    outcome = kind.validate(positioning, FormOf(attempt="1", hand_in="1"), {"done": [], "now": wrong})

    assert isinstance(outcome, Accepted)
    assert kind.is_complete(positioning, outcome.content)
    assert kind.context(positioning, outcome.content, FormOf())["has_threshold"] is False
    assert is_passed(positioning, wrong)


def pages_of(player: Player) -> tuple[str, str]:
    """The participant's page for the coach, the agency's sheet for the manager."""
    cast = player.cast
    coach, manager = signed_in(cast.coach), signed_in(cast.manager)
    root = f"/n/{cast.network.slug}"
    person = f"{root}/cohorts/{cast.cohort.public_id}/people/{cast.enrolment.public_id}/"
    sheet = f"{root}/agencies/{cast.agencies[0].public_id}/"
    return soup(coach.get(person)).get_text(), soup(manager.get(sheet)).get_text()


def test_the_coach_reads_both_scores_and_is_asked_for_a_talk(player: Player) -> None:
    for attempt in (1, 2):
        answer(player, right=attempt, attempt=attempt)
        hand_in(player)

    coach, _manager = pages_of(player)

    assert "Un échange avec vous est la suite prévue" in coach
    assert "Essai 1 : 1 sur 10, Essai 2 : 2 sur 10" in coach.replace("\u00a0", " ")
    assert coach.count("À revoir") >= COUNT - 2


def test_the_manager_reads_passed_or_not_yet_and_never_a_score(player: Player) -> None:
    _coach, before = pages_of(player)
    for attempt in (1, 2):
        answer(player, right=1, attempt=attempt)
        hand_in(player)
    _coach, failed = pages_of(player)
    with player.inside():
        StepCompletion.objects.filter(address=FINAL).update(score=NEEDED)
    _coach, passed = pages_of(player)

    assert "Évaluation finalePas encore" in before
    assert "Évaluation finalePas encore" in failed
    assert "Évaluation finaleRéussie" in passed
    assert not re.search(r"\b\d+ sur 10\b|À revoir", before + failed + passed)


class FormOf(dict[str, str]):
    def __init__(self, **fields: str) -> None:
        super().__init__(fields)

    def getlist(self, key: str) -> list[str]:
        return [self[key]] if key in self else []
