"""A page that came back knows no more than before: it overrules no other screen, nor quarrels with itself."""

from __future__ import annotations

import pytest
from bs4 import Tag

from agencies.models import BrandValue
from agencies.scope import networks
from tests.learning.brand import write_brand_values
from tests.learning.player import GESTURE, IF_THEN, Player, hidden_fields, soup

pytestmark = pytest.mark.django_db

PRACTICE = "p2-post-valeur/ecrire-un-post"
BRAND = "v3-ma-marque-et-moi/valeurs-de-la-marque"
TO_THE_WALL = "v3-ma-marque-et-moi/un-geste-au-mur"
TO_THE_PAIR = "v2-ce-que-je-defends/a-mon-binome"
# Address: the name of a text, what else the form holds, what makes the page come back.
WRITTEN = {
    IF_THEN: ("if", {"then": "j’écris une ligne"}, {"if": ""}),
    GESTURE: ("text", {}, {"text": " "}),
    PRACTICE: ("text", {"action": "later"}, {"text": "Sans passer le cadre"}),
    BRAND: ("text", {"tag": "je-la-vis"}, {"text": ""}),
    TO_THE_WALL: ("text", {}, {"text": "", "action": "share"}),
}


@pytest.fixture
def brand(late: Player) -> list[BrandValue]:
    with networks(late.cast.network.pk):
        return write_brand_values()


def form_of(response: object) -> Tag:
    form = soup(response).select_one("#step")
    assert form is not None
    return form


@pytest.mark.usefixtures("brand")
@pytest.mark.parametrize("address", WRITTEN)
def test_a_page_that_came_back_does_not_overwrite_what_another_screen_wrote(
    late: Player, address: str
) -> None:
    name, rest, wrong = WRITTEN[address]
    query = "p=1" if address == BRAND else ""
    late.submit(address, rest | {name: "Ici"}, query)
    refused = late.submit(address, wrong, query)
    elsewhere = late.submit(address, rest | {name: "Sur le téléphone"}, query)

    answer = late.post(address, hidden_fields(form_of(refused)) | rest | {name: "Corrigé ici"})

    assert (refused.status_code, elsewhere.status_code) == (422, 302)
    assert answer.status_code == 409
    assert "Sur le téléphone" in answer.content.decode()
    assert "Sur le téléphone" in str(late.content(address))


def test_a_text_made_shorter_is_no_quarrel_with_oneself(late: Player) -> None:
    late.submit(GESTURE, {"text": "Une première version"})
    refused = late.submit(GESTURE, {"text": "mot " * 6000})

    answer = late.post(GESTURE, hidden_fields(form_of(refused)) | {"text": "Plus court"})

    assert (refused.status_code, answer.status_code) == (422, 302)


def test_a_sentence_without_a_reader_can_be_kept_after_all(late: Player) -> None:
    late.submit(TO_THE_PAIR, {"text": "Je rappelle le jour même."})
    refused = late.submit(TO_THE_PAIR, {"text": "Je rappelle avant midi.", "action": "share"})

    answer = late.post(TO_THE_PAIR, hidden_fields(form_of(refused)) | {"text": "Je rappelle tôt."})

    assert (refused.status_code, answer.status_code) == (422, 302)
    assert "Je rappelle tôt." in str(late.content(TO_THE_PAIR))


def test_a_value_dropped_while_one_writes_is_told_and_not_passed_over(
    late: Player, brand: list[BrandValue]
) -> None:
    late.complete(BRAND)
    page = late.page(BRAND, "p=1").select_one("#step")
    assert page is not None
    with networks(late.cast.network.pk):
        write_brand_values(1)
        BrandValue.objects.get(pk=brand[0].pk).delete()

    answer = late.post(BRAND, hidden_fields(page) | {"tag": "je-la-vis", "text": "Trop tard"})

    assert answer.status_code == 422
    assert "Votre réseau a changé ses valeurs" in answer.content.decode()


def test_the_tag_of_an_older_screen_does_not_replace_a_newer_one(
    late: Player, brand: list[BrandValue]
) -> None:
    part = brand[0].public_id
    late.post(BRAND, {"part": part, "tag": "je-la-vis", "text": "Un geste", "revision": "0"})
    late.post(BRAND, {"part": part, "tag": "a-ma-facon", "text": "Un geste", "revision": "1"})

    answer = late.post(BRAND, {"part": part, "tag": "j-ai-du-mal", "text": "Un geste", "revision": "1"})

    assert answer.status_code == 409
    assert late.content(BRAND)["values"][part]["tag"] == "a-ma-facon"  # type: ignore[index]
