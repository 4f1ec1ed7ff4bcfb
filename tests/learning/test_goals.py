"""Goals through their page: three at most, one line of one's own, in the words of the themes."""

from __future__ import annotations

import pytest

from tests.learning.player import GOALS, Player, soup

pytestmark = pytest.mark.django_db

OWN = "Que ma fille comprenne mon métier"


def test_the_nine_goals_are_named_as_the_themes(late: Player) -> None:
    page = late.page(GOALS)

    labels = [label.get_text() for label in page.select("label.tile")]
    assert len(labels) == 9
    assert labels[3] == "Le plaisir de l’échange"


def test_three_goals_finish_the_step(late: Player) -> None:
    late.submit(GOALS, {"goal-G1": "1", "goal-G4": "1", "goal-G9": "1", "own": ""})

    assert late.done() == {GOALS}
    goals = [item.get_text() for item in late.page(GOALS).select("article li")]
    assert goals[1] == "Le plaisir de l’échange"
    assert len(goals) == 3


def test_a_line_of_ones_own_is_enough(late: Player) -> None:
    late.submit(GOALS, {"own": OWN})

    assert late.done() == {GOALS}
    assert OWN in late.page(GOALS).get_text()


def test_a_fourth_goal_is_refused_and_nothing_chosen_is_lost(late: Player) -> None:
    four = {f"goal-G{n}": "1" for n in range(1, 5)}

    response = late.submit(GOALS, four | {"own": OWN})

    page = soup(response)
    assert response.status_code == 422
    assert "3 choix au plus" in page.select_one(".errsum").get_text()  # type: ignore[union-attr]
    assert len(page.select("input[checked]")) == 4
    assert OWN in page.select_one("textarea").get_text()  # type: ignore[union-attr]
    assert late.done() == set()


def test_nothing_at_all_is_gently_asked_for(late: Player) -> None:
    response = late.submit(GOALS, {"own": "  "})

    assert response.status_code == 422
    assert "Choisissez au moins une ligne" in response.content.decode()


def test_a_goal_can_be_taken_back(late: Player) -> None:
    late.submit(GOALS, {"goal-G1": "1", "goal-G4": "1", "own": ""})

    late.submit(GOALS, {"goal-G4": "1", "own": ""}, query="part=1")

    assert [item.get_text() for item in late.page(GOALS).select("article li")] == ["Le plaisir de l’échange"]
