"""The bull's-eye through its three pages: sentences, distances, one act. Never a score."""

from __future__ import annotations

import pytest

from coaching.learning.steps.target import RINGS, target
from tests.learning.player import BULLSEYE, Player, soup

pytestmark = pytest.mark.django_db

DOMAINS = ("clients", "equipe", "pairs-partenaires", "territoire-marque")
SENTENCES = {f"sentence-{key}": f"Ce que je dois à {key}." for key in DOMAINS}
DISTANCES = {f"distance-{key}": str(n) for n, key in enumerate(DOMAINS, 2)}
ACT = {"obstacle": "La pudeur", "domain": "equipe", "act": "Jeudi, je le dis à l’équipe"}


def test_three_pages_lead_to_the_next_step(late: Player) -> None:
    first = late.submit(BULLSEYE, SENTENCES)
    second = late.submit(BULLSEYE, DISTANCES, query="part=2")
    assert late.done() == set()

    third = late.submit(BULLSEYE, ACT, query="part=3")

    assert first.headers["Location"] == late.url(BULLSEYE, "part=2")
    assert second.headers["Location"] == late.url(BULLSEYE, "part=3")
    assert third.headers["Location"] == late.url("v2-ce-que-je-defends/avec-tact")
    assert late.done() == {BULLSEYE}


@pytest.mark.parametrize(("pages", "asked"), [([], "1"), ([SENTENCES], "2"), ([SENTENCES, DISTANCES], "3")])
def test_one_comes_back_to_the_page_where_one_stopped(
    late: Player, pages: list[dict[str, str]], asked: str
) -> None:
    for number, data in enumerate(pages, 1):
        late.submit(BULLSEYE, data, query=f"part={number}")

    page = late.page(BULLSEYE)

    assert page.select_one("[name=part]")["value"] == asked  # type: ignore[index]


def test_each_sentence_stands_beside_its_scale(late: Player) -> None:
    late.submit(BULLSEYE, SENTENCES)

    page = late.page(BULLSEYE)

    quotes = [quote.get_text() for quote in page.select(".domain blockquote")]
    assert [SENTENCES[f"sentence-{key}"] in quote for key, quote in zip(DOMAINS, quotes, strict=True)]
    assert len(page.select("fieldset.domain input[type=radio]")) == 4 * RINGS


def test_a_missing_distance_is_named_and_the_others_stay_chosen(late: Player) -> None:
    late.submit(BULLSEYE, SENTENCES)

    response = late.submit(BULLSEYE, DISTANCES | {"distance-equipe": "9"}, query="part=2")

    page = soup(response)
    assert response.status_code == 422
    assert [a["href"] for a in page.select(".errsum a")] == ["#f-distance-equipe"]
    assert len(page.select("input[type=radio][checked]")) == 3


def test_the_drawing_says_what_the_scales_say(late: Player) -> None:
    late.submit(BULLSEYE, SENTENCES)
    late.submit(BULLSEYE, DISTANCES, query="part=2")

    page = late.page(BULLSEYE, "part=2")

    assert "Clients\u00a0: anneau 2 sur 7" in page.select_one("[data-said]").get_text()  # type: ignore[union-attr]
    assert len(page.select("[data-stone]:not([visibility])")) == 4


def test_without_an_act_the_last_page_keeps_the_rest(late: Player) -> None:
    response = late.submit(BULLSEYE, ACT | {"act": " "}, query="part=3")

    page = soup(response)
    assert response.status_code == 422
    assert page.select_one("#f-obstacle").get_text().strip() == "La pudeur"  # type: ignore[union-attr]
    assert page.select_one("input[checked]")["value"] == "equipe"  # type: ignore[index]


def test_the_finished_sheet_holds_words_and_no_figure_of_its_own(late: Player) -> None:
    late.submit(BULLSEYE, SENTENCES)
    late.submit(BULLSEYE, DISTANCES, query="part=2")
    late.submit(BULLSEYE, ACT, query="part=3")

    sheet = late.page(BULLSEYE).select_one("article.sheet")

    assert sheet is not None
    text = sheet.get_text()
    assert "Jeudi, je le dis à l’équipe" in text
    for word in ("score", "moyenne", "total", "écart", "%"):
        assert word not in text.lower()


def test_a_domain_more_or_less_leaves_the_scales_alone() -> None:
    assert target([("a", "A"), ("b", "B"), ("c", "C")], {}) is None


def test_a_stone_lies_in_its_quarter_and_on_its_ring() -> None:
    distances = {"clients": 2, "equipe": 3, "pairs-partenaires": 6}

    drawing = target([(key, key) for key in DOMAINS], distances)

    assert drawing is not None
    assert [stone["at"] for stone in drawing["stones"][:3]] == ["144.1 144.1", "211.2 128.8", "257.3 257.3"]
    assert [stone["is_placed"] for stone in drawing["stones"]] == [True, True, True, False]
    assert len(drawing["hits"]) == 4 * RINGS
