"""A scenario through its pages: consequences, going back, the map of the roads."""

from __future__ import annotations

import pytest

from tests.learning.player import SCENARIO, Player

pytestmark = pytest.mark.django_db


def test_a_scenario_shows_the_consequence_and_goes_back(player: Player) -> None:
    player.submit(SCENARIO, {"choice": "appelez-nous"})
    page = player.page(SCENARIO)
    assert "Ce que votre choix a changé" in page.get_text()
    assert "Donc non" in page.get_text()

    player.submit(SCENARIO, {"back": "1"})

    assert "Ce que votre choix a changé" not in player.page(SCENARIO).get_text()
    assert player.done() == set()


def test_a_scenario_is_done_at_an_end_and_double_clicks_change_nothing(player: Player) -> None:
    player.submit(SCENARIO, {"choice": "appelez-nous"})
    player.client.post(player.url(SCENARIO), {"at": "0", "choice": "appelez-nous"})
    assert player.content(SCENARIO)["path"] == ["appelez-nous"]  # type: ignore[index]

    player.submit(SCENARIO, {"choice": "reprendre"})

    assert player.done() == {SCENARIO}
    assert "au bout de ce chemin" in player.page(SCENARIO).get_text()


def test_going_back_twice_from_one_page_goes_back_once(player: Player) -> None:
    for choice in ("appelez-nous", "reprendre"):
        player.submit(SCENARIO, {"choice": choice})

    for _click in (1, 2):
        player.post(SCENARIO, {"at": "2", "back": "1"})

    assert player.content(SCENARIO)["path"] == ["appelez-nous"]  # type: ignore[index]


def test_a_choice_that_arrives_again_does_not_lead_back_to_its_crossing(player: Player) -> None:
    for choice in ("appelez-nous", "reprendre"):
        player.submit(SCENARIO, {"choice": choice})

    player.post(SCENARIO, {"at": "0", "choice": "appelez-nous"})

    assert player.content(SCENARIO)["path"] == ["appelez-nous", "reprendre"]  # type: ignore[index]


def test_the_situation_can_be_read_again_after_a_choice(player: Player) -> None:
    opening = player.page(SCENARIO).select_one(".bubble").get_text()  # type: ignore[union-attr]

    player.submit(SCENARIO, {"choice": "appelez-nous"})

    again = player.page(SCENARIO).select_one("details.more")
    assert again is not None
    assert opening in again.get_text()


def test_the_map_keeps_the_roads_not_taken(player: Player) -> None:
    roads = len(player.page(SCENARIO).select("button[name=choice]"))

    player.submit(SCENARIO, {"choice": "appelez-nous"})

    page = player.page(SCENARIO)
    ahead = len(page.select("button[name=choice]"))
    assert len(page.select(".fork .past")) == 1
    assert len(page.select(".fork ellipse[rx='11']")) == roads - 1
    assert len(page.select(".fork ellipse[rx='13']")) == ahead


def test_a_scenario_can_be_passed(player: Player) -> None:
    onwards = player.page(SCENARIO).select_one(".stepbar .btn:not(.btn--sq)")

    assert onwards is not None
    assert "Passer" in onwards.get_text()
    assert player.client.get(str(onwards["href"])).status_code == 200
    assert player.done() == set()


def test_an_unknown_road_is_refused(player: Player) -> None:
    assert player.submit(SCENARIO, {"choice": "fuir"}).status_code == 422
