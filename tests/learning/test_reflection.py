"""A reflection through its pages: nothing lost, older screens never win, thinking without writing."""

from __future__ import annotations

import pytest

from tests.learning.player import GESTURE, MOMENTS, SORT, Player, hidden_fields, soup

pytestmark = pytest.mark.django_db


def test_a_reflection_repeats_the_three_first_cards(player: Player) -> None:
    player.complete(SORT, seed=3)
    cards = [b.get_text() for b in player.page(SORT).select("ol.rank b")][:3]

    for number, card in enumerate(cards, 1):
        page = player.page(MOMENTS, f"p={number}")
        assert card in page.h1.get_text()  # type: ignore[union-attr]
        response = player.submit(MOMENTS, {"text": f"Un moment de {card}."}, query=f"p={number}")

    assert response.headers["Location"] == player.url(GESTURE)
    assert player.done() == {SORT, MOMENTS}


def test_a_reflection_waits_for_its_sort(player: Player) -> None:
    assert "D’abord le tri" in player.page(MOMENTS).get_text()
    assert player.post(MOMENTS, {"prompt": "un-moment", "text": "x"}).status_code == 422


def test_one_may_think_without_writing(player: Player) -> None:
    empty = player.submit(GESTURE, {"text": "  "})
    assert empty.status_code == 422

    player.submit(GESTURE, {"text": "", "action": "thought"})

    assert player.done() == {GESTURE}


def test_a_text_erased_twice_from_one_page_is_erased_once(player: Player) -> None:
    player.submit(GESTURE, {"text": "Un geste."})
    form = hidden_fields(player.page(GESTURE).select_one("#step"))  # type: ignore[arg-type]

    for _click in (1, 2):
        player.post(GESTURE, form | {"action": "clear"})

    assert player.content(GESTURE)["texts"]["un-geste"] == {"text": "", "revision": 2}  # type: ignore[index]


def test_a_sign_that_stands_alone_is_no_word(player: Player) -> None:
    player.submit(GESTURE, {"text": "« Et vous ? » — oui"})

    assert player.page(GESTURE).select_one("[data-words]").get_text() == "3\u00a0mots"  # type: ignore[union-attr]


def test_a_text_too_long_comes_back_whole(player: Player) -> None:
    text = "mot " * 6000

    response = player.submit(GESTURE, {"text": text})

    assert response.status_code == 422
    assert soup(response).textarea.get_text().strip() == text.strip()  # type: ignore[union-attr]


def test_an_older_screen_never_overwrites_a_newer_text(player: Player) -> None:
    player.submit(GESTURE, {"text": "Première version"})
    player.submit(GESTURE, {"text": "Version du téléphone"})

    response = player.submit(GESTURE, {"text": "Version du bureau", "revision": "1"})

    page = soup(response)
    assert response.status_code == 409
    assert "Version du téléphone" in page.blockquote.get_text()  # type: ignore[union-attr]
    assert page.textarea.get_text().strip() == "Version du bureau"  # type: ignore[union-attr]
    assert player.content(GESTURE)["texts"]["un-geste"]["text"] == "Version du téléphone"  # type: ignore[index]


def test_sending_again_after_both_were_shown_is_deliberate(player: Player) -> None:
    player.submit(GESTURE, {"text": "a"})
    player.submit(GESTURE, {"text": "b"})
    conflict = soup(player.submit(GESTURE, {"text": "c", "revision": "1"}))
    revision = conflict.select_one("#step input[name=revision]")["value"]  # type: ignore[index]

    player.submit(GESTURE, {"text": "c", "revision": revision})

    assert player.content(GESTURE)["texts"]["un-geste"]["text"] == "c"  # type: ignore[index]
