"""The grid of a practice, remarks beside passages: pure, with the starter's own grid and Hypothesis."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.learning.reviewing import (
    Grid,
    Margin,
    Words,
    content_of,
    grid_of,
    known_points,
    margin_at,
    marked,
    moved_to,
    reached,
    sentences,
    what_is_missing,
    words_of,
)
from coaching.programmes.outline import ProgrammeOutline, outline_document
from tests.factories import starter_document

TEXT = "Jeudi, 18 h 10. Le volet est à moitié baissé… Élodie garde son manteau !\nEt vous ?"


@pytest.fixture(scope="module")
def programme() -> ProgrammeOutline:
    return outline_document(starter_document())


def grids(programme: ProgrammeOutline) -> list[Grid]:
    steps = [step for step in programme.steps if step.kind == "practice"]
    return [grid_of(step.content("fr", "insurance")) for step in steps]


def test_each_of_the_four_practices_has_four_criteria_one_of_them_the_frame(
    programme: ProgrammeOutline,
) -> None:
    found = grids(programme)

    assert [len(grid.criteria) for grid in found] == [4, 4, 4, 4]
    assert [grid.validated_from for grid in found] == [5, 5, 5, 5]
    assert [[each.must_reach for each in grid.criteria].count(1) for grid in found] == [1, 1, 1, 1]
    assert all(len(each.levels) == 3 for grid in found for each in grid.criteria)


@pytest.mark.parametrize(
    ("others", "frame", "is_validated"),
    [
        ((2, 2, 1), 0, False),  # five points, the frame is not respected
        ((2, 2, 0), 1, True),  # five, and the frame
        ((2, 1, 1), 1, True),
        ((1, 1, 1), 1, False),  # four
        ((2, 2, 2), 2, True),
        ((1, 1, 1), 2, True),
    ],
)
def test_five_of_eight_with_the_frame_validates(
    programme: ProgrammeOutline, others: tuple[int, ...], frame: int, is_validated: bool
) -> None:
    grid = grids(programme)[1]
    left = iter(others)
    points = {each.key: frame if each.must_reach else next(left) for each in grid.criteria}

    verdict = reached(grid, points)

    assert (verdict.is_validated, verdict.total) == (is_validated, sum(others) + frame)


def test_a_criterion_without_points_validates_nothing(programme: ProgrammeOutline) -> None:
    grid = grids(programme)[1]
    points = {each.key: 2 for each in grid.criteria[1:]}

    assert not reached(grid, points).is_whole
    assert not reached(grid, points).is_validated
    assert what_is_missing(grid, Words(points, "Un mot"), gives_back=False) == ("points",)


def test_a_suggestion_is_asked_for_when_it_is_given_back_and_a_word_otherwise(
    programme: ProgrammeOutline,
) -> None:
    grid = grids(programme)[1]
    points = {each.key: 0 for each in grid.criteria}

    assert what_is_missing(grid, Words(points), gives_back=True) == ("suggestion",)
    assert what_is_missing(grid, Words(points, suggestion=" "), gives_back=True) == ("suggestion",)
    assert what_is_missing(grid, Words(points, suggestion="Ouvrez ici."), gives_back=True) == ()
    assert what_is_missing(grid, Words(points), gives_back=False) == ("comment",)
    assert what_is_missing(grid, Words(points, margins=(Margin("Oui"),)), gives_back=False) == ()


def test_points_that_the_grid_does_not_know_are_dropped(programme: ProgrammeOutline) -> None:
    grid = grids(programme)[1]
    key = grid.criteria[0].key

    assert known_points(grid, {key: 2, "autre": 1}) == {key: 2}
    assert known_points(grid, {key: 3}) == known_points(grid, {key: True}) == {}


def test_sentences_end_with_their_mark_or_their_line() -> None:
    found = [each.text for each in sentences(TEXT)]

    assert found == [
        "Jeudi, 18 h 10.",
        "Le volet est à moitié baissé…",
        "Élodie garde son manteau !",
        "Et vous ?",
    ]


@given(st.text(max_size=300))
def test_a_sentence_is_what_stands_at_its_place(text: str) -> None:
    found = sentences(text)

    assert all(text[each.start : each.end] == each.text for each in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


@given(st.text(max_size=120), st.lists(st.tuples(st.integers(0, 120), st.integers(0, 120)), max_size=6))
def test_a_marked_text_is_the_text(text: str, places: list[tuple[int, int]]) -> None:
    margins = [each for a, b in places if (each := margin_at(text, min(a, b), max(a, b), "Oui"))]

    pieces = marked(text, margins)

    assert "".join(each.text for each in pieces) == text
    for number, margin in enumerate(margins, 1):
        assert "".join(each.text for each in pieces if number in each.numbers) == margin.quote


def test_a_remark_follows_its_passage_and_loses_it_with_the_words() -> None:
    margin = margin_at(TEXT, 17, 46, "J’y suis.")
    assert margin is not None

    (moved,) = moved_to("Avant. " + TEXT, [margin])
    (lost,) = moved_to("Un autre texte.", [margin])

    assert (moved.start, moved.quote) == (margin.start + 7, margin.quote)
    assert lost == Margin("J’y suis.")


@given(
    st.dictionaries(st.text(max_size=8), st.sampled_from([0, 1, 2]), max_size=4),
    st.text(max_size=40),
    st.lists(st.builds(Margin, st.text(max_size=9), st.just(0), st.just(3), st.just("abc")), max_size=3),
)
def test_words_come_back_from_the_database_as_they_went(
    points: dict[str, int], comment: str, margins: list[Margin]
) -> None:
    words = Words(points, comment, "Suite", tuple(margins), "Entamé")

    assert words_of(content_of(words)) == words


@pytest.mark.parametrize("content", [None, [], "x", {"points": [1]}, {"points": {"a": 9}, "margins": ["x"]}])
def test_whatever_is_stored_is_read_without_trust(content: object) -> None:
    assert words_of(content) == Words()
