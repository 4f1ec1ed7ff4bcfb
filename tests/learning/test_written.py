"""What all written forms do: save while one types, never let an older screen win, open where one stopped."""

from __future__ import annotations

from typing import Any

import pytest

from coaching.learning.models import StepCompletion
from coaching.learning.services import complete_step
from coaching.learning.steps import InvalidAnswer
from tests.learning.player import (
    BULLSEYE,
    ECOSYSTEM,
    EDITORIAL,
    GOALS,
    IF_THEN,
    Player,
    hidden_fields,
    soup,
)

pytestmark = pytest.mark.django_db

WRITTEN = [IF_THEN, BULLSEYE, EDITORIAL, ECOSYSTEM, GOALS]
# A text of the first page of each.
TEXTS = {
    IF_THEN: "if",
    BULLSEYE: "sentence-clients",
    EDITORIAL: "row-1-idee",
    ECOSYSTEM: "who-clients",
    GOALS: "own",
}
WORDS = "Le marché du samedi, sous la pluie"


def save(player: Player, address: str, data: dict[str, Any]) -> Any:
    """As the script does while one types."""
    form = player.page(address).select_one("#step")
    assert form is not None
    url = player.url(f"{address}/autosave")
    return player.client.post(url, hidden_fields(form) | data, headers={"Accept": "application/json"})


def written(player: Player, address: str, name: str, query: str = "") -> str:
    field = player.page(address, query).select_one(f"[name='{name}']")
    assert field is not None
    return field.get_text().strip()


@pytest.mark.parametrize("address", WRITTEN)
def test_a_text_is_kept_before_the_form_is_whole(late: Player, address: str) -> None:
    response = save(late, address, {TEXTS[address]: WORDS})

    assert response.json()["revision"] == 1
    assert late.content(address)[TEXTS[address]] == WORDS  # type: ignore[index]
    assert late.done() == set()


@pytest.mark.parametrize("address", WRITTEN)
def test_an_older_screen_shows_both_texts_and_stores_nothing(late: Player, address: str) -> None:
    name = TEXTS[address]
    stale = late.page(address, "part=1").select_one("#step")
    assert stale is not None
    save(late, address, {name: "La version du téléphone"})
    save(late, address, {name: "La version du soir", "revision": "1"})

    response = late.post(address, hidden_fields(stale) | {name: WORDS, "revision": "1"})

    assert response.status_code == 409
    page = soup(response)
    assert "La version du soir" in page.select_one(".errsum").get_text()  # type: ignore[union-attr]
    assert page.select_one(f"[name='{name}']").get_text().strip() == WORDS  # type: ignore[union-attr]
    assert late.content(address)[name] == "La version du soir"  # type: ignore[index]


@pytest.mark.parametrize("address", WRITTEN)
def test_sending_again_after_a_conflict_is_deliberate(late: Player, address: str) -> None:
    name = TEXTS[address]
    save(late, address, {name: "a"})
    save(late, address, {name: "b", "revision": "1"})
    conflict = late.post(address, {"part": "1", name: WORDS, "revision": "1"})
    again = soup(conflict).select_one("#step")
    assert again is not None

    late.client.post(late.url(f"{address}/autosave"), hidden_fields(again) | {name: WORDS})

    assert late.content(address)[name] == WORDS  # type: ignore[index]


@pytest.mark.parametrize("address", WRITTEN)
def test_a_text_too_long_comes_back_whole(late: Player, address: str) -> None:
    name, text = TEXTS[address], "mot " * 100

    response = late.submit(address, {name: text}, query="part=1")

    assert response.status_code == 422
    assert soup(response).select_one(f"[name='{name}']").get_text().strip() == text.strip()  # type: ignore[union-attr]
    assert late.content(address) is None
    assert save(late, address, {name: text}).status_code == 422


@pytest.mark.parametrize("address", WRITTEN)
def test_an_empty_form_says_what_is_missing(late: Player, address: str) -> None:
    response = late.submit(address, {}, query="part=1")

    assert response.status_code == 422
    page = soup(response)
    links = [str(link["href"]) for link in page.select(".errsum a")]
    assert links
    assert all(page.select_one(link) for link in links)
    assert late.done() == set()


@pytest.mark.parametrize("address", WRITTEN)
def test_two_clicks_are_one_answer(late: Player, address: str) -> None:
    late.complete(address)
    before = late.content(address)
    form = late.page(address, "part=1").select_one("#step")
    assert form is not None
    assert before is not None
    fields = hidden_fields(form) | {name: text for name, text in before.items() if text}

    first, second = late.post(address, fields), late.post(address, fields)

    assert first.status_code == second.status_code == 302
    assert late.content(address) == before
    assert late.done() == {address}


@pytest.mark.parametrize("address", [BULLSEYE, EDITORIAL, ECOSYSTEM])
def test_a_second_page_written_elsewhere_is_no_quarrel_about_the_first(late: Player, address: str) -> None:
    late.complete(address)
    first = late.page(address, "part=1").select_one("#step")
    assert first is not None
    second = late.page(address, "part=2").select_one("#step textarea, #step input[type=radio][value='3']")
    assert second is not None
    late.submit(address, {str(second["name"]): str(second.get("value", "autre chose"))}, query="part=2")

    response = late.post(address, hidden_fields(first) | {TEXTS[address]: WORDS})

    assert response.status_code == 302
    assert late.content(address)[TEXTS[address]] == WORDS  # type: ignore[index]


@pytest.mark.parametrize("address", [BULLSEYE, EDITORIAL, ECOSYSTEM, GOALS])
def test_a_finished_answer_opens_to_read_and_can_be_changed(late: Player, address: str) -> None:
    late.complete(address)
    page = late.page(address)
    assert page.select_one("#step") is None
    assert page.select_one("[data-print]") is not None
    words = str(late.content(address)[TEXTS[address]])  # type: ignore[index]
    assert words in page.get_text()

    change = page.select_one("article a[href='?part=1']")

    assert change is not None
    assert written(late, address, TEXTS[address], "part=1") == words


@pytest.mark.parametrize("address", [BULLSEYE, EDITORIAL, ECOSYSTEM, GOALS])
def test_a_form_that_was_saved_whole_but_never_sent_is_still_a_form(late: Player, address: str) -> None:
    late.complete(address)
    with late.inside():
        StepCompletion.objects.all().delete()

    page = late.page(address)

    assert page.select_one("#step") is not None
    assert page.select_one(".stepbar button[form=step]") is not None


@pytest.mark.parametrize("address", WRITTEN)
def test_a_program_is_told_what_an_answer_lacks(late: Player, address: str) -> None:
    with late.inside(), pytest.raises(InvalidAnswer):
        complete_step(late.enrolment(), address, {})
    with late.inside(), pytest.raises(InvalidAnswer):
        complete_step(late.enrolment(), address, {TEXTS[address]: ["a", "list"]})


@pytest.mark.parametrize("address", WRITTEN)
def test_a_form_reads_in_english_too(late: Player, address: str) -> None:
    late.complete(address)
    late.membership.user.language = "en"
    late.membership.user.save()

    page = late.page(address)

    assert page.html["lang"] == "en"  # type: ignore[index]
    assert "Only you" in page.get_text()


@pytest.mark.parametrize("address", WRITTEN)
def test_nobody_else_reads_a_form(late: Player, address: str) -> None:
    page = late.page(address, "part=1")

    assert "Vous seul·e lisez ceci" in page.get_text()
    assert page.select_one("[data-autosave]") is not None
