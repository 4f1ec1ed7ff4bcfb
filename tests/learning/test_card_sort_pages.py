"""The card sort through its pages: three rounds by plain posts, undo, redo, the circle."""

from __future__ import annotations

import pytest

from tests.learning.player import SORT, Player, hidden_fields, in_third_round, shown_card, soup

pytestmark = pytest.mark.django_db


def test_each_placement_is_saved_and_the_next_card_waits(player: Player) -> None:
    first = shown_card(player)

    player.client.post(player.url(SORT), {"card": first, "pile": "2"})

    second = shown_card(player)
    assert second != first
    assert shown_card(player) == second  # resumes exactly
    assert player.content(SORT)["sort"]["ratings"] == {first: 2}  # type: ignore[index]


def test_undo_brings_the_last_card_back(player: Player) -> None:
    first = shown_card(player)
    player.client.post(player.url(SORT), {"card": first, "pile": "0"})

    player.client.post(player.url(SORT), {"undo": "1"})

    assert shown_card(player) == first


def test_undo_sent_twice_takes_one_card_back(player: Player) -> None:
    for _card in (1, 2):
        player.client.post(player.url(SORT), {"card": shown_card(player), "pile": "0"})
    form = hidden_fields(player.page(SORT).select_one("form[data-card-sort]"))  # type: ignore[arg-type]

    for _click in (1, 2):
        player.client.post(player.url(SORT), form | {"undo": "1"})

    assert len(player.content(SORT)["sort"]["ratings"]) == 1  # type: ignore[index]


def test_a_card_moved_up_twice_from_one_page_is_one_place_higher(player: Player) -> None:
    for card in in_third_round(player)[:4]:
        player.client.post(player.url(SORT), {"choose": card})
    page = player.page(SORT)
    last = page.select("button[name=up]")[-1]["value"]
    form = hidden_fields(page.select_one("form:has(button[name=up])"))  # type: ignore[arg-type]

    for _click in (1, 2):
        player.client.post(player.url(SORT), form | {"up": last})

    assert player.content(SORT)["sort"]["ranks"][2] == last  # type: ignore[index]


def test_an_own_card_sent_twice_is_one_card(player: Player) -> None:
    for _click in (1, 2):
        player.client.post(player.url(SORT), {"own_label": "Patience", "add_own": "1"})

    assert [card["label"] for card in player.content(SORT)["sort"]["own"]] == ["Patience"]  # type: ignore[index]


def test_a_choice_that_arrives_again_does_not_reopen_a_finished_sort(player: Player) -> None:
    chosen = in_third_round(player)[:5]
    for card in chosen:
        player.client.post(player.url(SORT), {"choose": card})
    player.client.post(player.url(SORT), {"finish": "1"})

    player.client.post(player.url(SORT), {"choose": chosen[4]})

    assert player.content(SORT)["finished"] is True  # type: ignore[index]


def test_a_double_click_does_not_place_the_next_card(player: Player) -> None:
    first = shown_card(player)
    for _click in range(2):
        player.client.post(player.url(SORT), {"card": first, "pile": "1"})

    assert player.content(SORT)["sort"]["ratings"] == {first: 1}  # type: ignore[index]


def test_the_list_sorts_many_cards_at_once(player: Player) -> None:
    form = player.page(SORT, "view=list").select("input[type=radio][value='1']")
    cards = {str(field["name"]): "1" for field in form}

    response = player.client.post(player.url(SORT), {"list": "1", **cards})

    assert len(cards) == 60
    assert response.status_code == 302
    assert "Garder dix cartes" in player.page(SORT).get_text()


def test_two_cards_of_ones_own_and_not_a_third(player: Player) -> None:
    for label in ("Patience", "Sobriété"):
        assert player.client.post(player.url(SORT), {"own_label": label, "add_own": "1"}).status_code == 302

    third = player.client.post(player.url(SORT), {"own_label": "Encore", "add_own": "1"})
    empty = player.client.post(player.url(SORT), {"own_label": " ", "add_own": "1"})

    assert third.status_code == empty.status_code == 422
    assert [card["label"] for card in player.content(SORT)["sort"]["own"]] == ["Patience", "Sobriété"]  # type: ignore[index]


def test_three_rounds_by_plain_posts_lead_to_the_circle(player: Player) -> None:
    for _number in range(60):
        player.client.post(player.url(SORT), {"card": shown_card(player), "pile": "2"})
    for number in range(50):
        player.client.post(player.url(SORT), {"card": shown_card(player), "let_go": "1"})
        assert number < 49 or "Votre ordre" in player.page(SORT).get_text()
    for _number in range(5):
        button = player.page(SORT).select_one("button[name=choose]")
        player.client.post(player.url(SORT), {"choose": button["value"]})  # type: ignore[index]
    strange = player.client.post(player.url(SORT), {"undo": "1", "choose": "no-such-card"})
    assert strange.status_code == 302
    again = player.page(SORT).select_one("button[name=choose]")
    player.client.post(player.url(SORT), {"choose": again["value"]})  # type: ignore[index]
    lowest = player.page(SORT).select("button[name=up]")[-1]["value"]
    player.client.post(player.url(SORT), {"up": lowest})
    assert player.done() == set()

    response = player.client.post(player.url(SORT), {"finish": "1"})

    page = player.page(SORT).get_text()
    assert response.status_code == 302
    assert player.done() == {SORT}
    assert "Pas encore de contraste" in page  # all on one pile
    assert "ni un test ni un diagnostic" in page
    assert player.content(SORT)["top"][3]["key"] == lowest  # type: ignore[index]


def test_the_circle_table_and_values_page_show_the_same_order(player: Player) -> None:
    player.complete(SORT, seed=3)

    circle = [b.get_text() for b in player.page(SORT).select("ol.rank b")]
    values = soup(player.client.get(player.home + "values/")).select("ol.rank b")

    assert len(circle) == 5
    assert [b.get_text() for b in values] == circle
    assert len(player.page(SORT).select("table.mini tbody tr")) == 10
    assert circle[0] in soup(player.get()).select_one(".note").get_text()  # type: ignore[union-attr]


def test_redoing_the_sort_keeps_the_values_until_the_new_ones_are_there(player: Player) -> None:
    player.complete(SORT, seed=3)
    before = [b.get_text() for b in player.page(SORT).select("ol.rank b")]

    player.client.post(player.url(SORT), {"redo": "1"})

    assert shown_card(player)
    values = soup(player.client.get(player.home + "values/")).select("ol.rank b")
    assert [b.get_text() for b in values] == before


def test_the_last_circle_stays_until_the_new_sort_is_finished(player: Player) -> None:
    player.complete(SORT, seed=3)
    before = [b.get_text() for b in player.page(SORT).select("ol.rank b")]
    assert "restent lisibles" in player.page(SORT, "view=redo").get_text()
    player.client.post(player.url(SORT), {"redo": "1"})
    player.client.post(player.url(SORT), {"card": shown_card(player), "pile": "2"})

    last = player.page(SORT, "view=circle")

    assert [b.get_text() for b in last.select("ol.rank b")] == before
    assert "Un nouveau tri est en cours" in last.get_text()


def test_a_new_sort_can_be_given_up(player: Player) -> None:
    player.complete(SORT, seed=3)
    before = player.content(SORT)
    player.client.post(player.url(SORT), {"redo": "1"})
    player.client.post(player.url(SORT), {"card": shown_card(player), "pile": "2"})

    player.client.post(player.url(SORT), {"give_up": "1"})

    assert player.content(SORT) == before


def test_a_second_click_on_redo_keeps_the_cards_already_placed(player: Player) -> None:
    player.complete(SORT, seed=3)
    player.client.post(player.url(SORT), {"redo": "1"})
    player.client.post(player.url(SORT), {"card": shown_card(player), "pile": "2"})

    player.client.post(player.url(SORT), {"redo": "1"})

    assert len(player.content(SORT)["sort"]["ratings"]) == 1  # type: ignore[index]


def gone_to(player: Player, data: dict) -> str:
    """The part of the page that a post leads to; it is there."""
    place = player.client.post(player.url(SORT), data).headers["Location"].partition("#")[2]
    assert player.page(SORT).find(id=place), place
    return place


def test_choosing_goes_on_with_the_card_that_takes_the_place(player: Player) -> None:
    cards = in_third_round(player)
    assert len(cards) == 10

    assert gone_to(player, {"choose": cards[8]}) == f"choose-{cards[9]}"
    assert gone_to(player, {"choose": cards[9]}) == f"choose-{cards[7]}"
    assert gone_to(player, {"choose": cards[0]}) == f"choose-{cards[1]}"
    assert gone_to(player, {"up": cards[0]}) == f"up-{cards[0]}"
    assert gone_to(player, {"up": cards[0]}) == f"down-{cards[0]}"
    assert gone_to(player, {"unchoose": cards[0]}) == f"choose-{cards[0]}"
    for card in cards[:2]:
        gone_to(player, {"choose": card})
    assert gone_to(player, {"choose": cards[2]}) == "ranked"


def test_passing_a_card_goes_on_with_the_next_at_the_same_button(player: Player) -> None:
    assert gone_to(player, {"card": shown_card(player), "skip": "1"}) == "skip"
