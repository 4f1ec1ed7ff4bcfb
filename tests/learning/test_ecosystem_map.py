"""The ecosystem map through its pages: names in circles, then two relations and a first act."""

from __future__ import annotations

import pytest

from coaching.learning.steps.ecosystem_map import names_in
from tests.learning.player import ECOSYSTEM, Player, soup

pytestmark = pytest.mark.django_db

CIRCLES = {"who-clients": "Mme L., Joël", "who-pairs": "Anne"}
KEPT = {"keep-1": "Joël", "act-1": "Passer jeudi", "keep-2": "Anne", "act-2": "L’appeler lundi"}


def test_names_then_relations_finish_the_step(late: Player) -> None:
    first = late.submit(ECOSYSTEM, CIRCLES)
    assert first.headers["Location"] == late.url(ECOSYSTEM, "part=2")

    late.submit(ECOSYSTEM, KEPT, query="part=2")

    sheet = late.page(ECOSYSTEM).select_one("article.sheet")
    assert late.done() == {ECOSYSTEM}
    assert [name.get_text() for name in sheet.select(".rounds .on")] == ["Joël", "Anne"]  # type: ignore[union-attr]
    assert "Passer jeudi" in sheet.get_text()  # type: ignore[union-attr]


def test_the_relations_are_chosen_among_the_names_written(late: Player) -> None:
    late.submit(ECOSYSTEM, CIRCLES)

    page = late.page(ECOSYSTEM)

    options = [option.get_text() for option in page.select("#f-keep-1 optgroup option")]
    assert options == ["Mme L.", "Joël", "Anne"]
    assert [group["label"] for group in page.select("#f-keep-1 optgroup")] == ["Clients", "Pairs"]


def test_circles_may_stay_empty_but_two_names_are_needed(late: Player) -> None:
    response = late.submit(ECOSYSTEM, {"who-pairs": "Anne"})

    page = soup(response)
    assert response.status_code == 422
    assert "Notez au moins 2 noms" in page.select_one(".errsum").get_text()  # type: ignore[union-attr]
    assert page.select_one("#f-who-pairs").get_text().strip() == "Anne"  # type: ignore[union-attr]


def test_the_same_person_twice_is_one_relation(late: Player) -> None:
    late.submit(ECOSYSTEM, CIRCLES)

    response = late.submit(ECOSYSTEM, KEPT | {"keep-2": "Joël"}, query="part=2")

    assert response.status_code == 422
    assert [a["href"] for a in soup(response).select(".errsum a")] == ["#f-keep-2"]


def test_a_relation_outlives_the_name_on_the_map(late: Player) -> None:
    late.submit(ECOSYSTEM, CIRCLES)
    late.submit(ECOSYSTEM, KEPT, query="part=2")

    late.submit(ECOSYSTEM, {"who-clients": "Mme L.", "who-pairs": "Anne"}, query="part=1")

    page = late.page(ECOSYSTEM, "part=2")
    assert page.select_one("#f-keep-1 option[selected]").get_text() == "Joël"  # type: ignore[union-attr]


def test_names_are_apart_by_lines_commas_or_semicolons() -> None:
    assert names_in("Mme L., Joël ;\n Anne\n\nAnne") == ["Mme L.", "Joël", "Anne"]
    assert len(names_in("x" * 500)[0]) == 80
