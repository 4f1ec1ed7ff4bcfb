"""The editorial table through its pages: one idea each, with a value from one's own sort and a tone."""

from __future__ import annotations

import pytest
from django.utils import translation

from coaching.learning.steps import Task
from coaching.learning.steps.editorial_table import EditorialTable
from tests.learning.player import EDITORIAL, SORT, Player, soup
from tests.learning.test_validators import outline

pytestmark = pytest.mark.django_db


def line(number: int, value: str = "ecoute") -> dict[str, str]:
    """One row, as posted."""
    cells = {"theme": "La rue", "idee": f"Idée {number}", "valeur": value, "ton": "voisin"}
    return {f"row-{number}-{key}": text for key, text in cells.items()}


def offered(player: Player, query: str = "part=1") -> list[str]:
    return [str(option["value"]) for option in player.page(EDITORIAL, query).select("select option[value]")]


def test_six_lines_one_page_each(late: Player) -> None:
    for number in range(1, 6):
        response = late.submit(EDITORIAL, line(number))
        assert response.headers["Location"] == late.url(EDITORIAL, f"part={number + 1}")
    assert late.done() == set()

    late.submit(EDITORIAL, line(6))

    assert late.done() == {EDITORIAL}
    rows = late.page(EDITORIAL).select("table.lines tbody tr")
    assert [cell.get_text() for cell in rows[2].select("td")] == [
        "La rue",
        "Idée 3",
        "Écoute",
        "Voisin\u00a0: je raconte",
    ]


def test_one_goes_on_at_the_first_unwritten_line(late: Player) -> None:
    late.submit(EDITORIAL, line(1))
    late.submit(EDITORIAL, line(3), query="part=3")

    page = late.page(EDITORIAL)

    assert page.select_one("[name=part]")["value"] == "2"  # type: ignore[index]
    assert "Idée 3" in page.select_one("nav.note").get_text()  # type: ignore[union-attr]


def test_the_values_offered_are_those_of_ones_own_sort(late: Player) -> None:
    late.complete(SORT, seed=3)
    top = [entry["key"] for entry in late.content(SORT)["top"]]  # type: ignore[index]

    assert offered(late) == ["", *top]


def test_without_a_sort_the_whole_deck_is_offered_by_family(late: Player) -> None:
    assert len(offered(late)) == 61
    assert len(late.page(EDITORIAL).select("select optgroup")) == 10


def test_a_value_chosen_before_a_new_sort_stays_chosen(late: Player) -> None:
    late.complete(SORT, seed=3)
    top = [entry["key"] for entry in late.content(SORT)["top"]]  # type: ignore[index]
    other = next(card.key for card in outline().deck("valeurs-60").cards if card.key not in top)
    late.submit(EDITORIAL, line(1, other))

    page = late.page(EDITORIAL, "part=1")

    assert page.select_one("select option[selected]")["value"] == other  # type: ignore[index]


def test_a_line_without_a_tone_says_so_and_keeps_the_idea(late: Player) -> None:
    response = late.submit(EDITORIAL, line(1) | {"row-1-ton": ""})

    page = soup(response)
    assert response.status_code == 422
    assert [a["href"] for a in page.select(".errsum a")] == ["#f-row-1-ton"]
    assert page.select_one("#f-row-1-idee").get_text().strip() == "Idée 1"  # type: ignore[union-attr]


def test_an_example_stands_beside_each_line(late: Player) -> None:
    first, second = (late.page(EDITORIAL, f"part={n}").select_one("aside dl") for n in (1, 2))

    assert "chaussettes" in first.get_text()  # type: ignore[union-attr]
    assert "Quote-part" in second.get_text()  # type: ignore[union-attr]


def test_a_column_may_ask_for_a_platform() -> None:
    step = outline().step(EDITORIAL)
    assert step is not None
    column = {"key": "ou", "label": "Où", "fill": "network"}
    task = Task(step, {"rows": 1, "columns": [column]}, "fr")

    with translation.override("fr"):
        (blank,) = EditorialTable().parts(task)[0]

    assert blank.accepts("linkedin")
    assert not blank.accepts("minitel")
    assert blank.words("linkedin") == "LinkedIn"
