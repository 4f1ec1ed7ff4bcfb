"""What an origin changed is taken up, one's own changes stay, and what both changed waits for a choice."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.programmes.merging import merge
from coaching.programmes.schema import ProgrammeDocument, canonical_document
from tests.programmes.tiny import DOCUMENT, both, question, step

Document = dict[str, Any]


def changed(**own: Any) -> Document:
    return copy.deepcopy(DOCUMENT) | own


def lesson(document: Document) -> Document:
    return document["modules"]["la-lecon"]


def quiz(document: Document) -> Document:
    return lesson(document)["steps"][1]


def test_a_text_changed_there_is_taken_and_one_changed_here_is_kept() -> None:
    ours, theirs = changed(key="le-mien"), changed(version="1.1")
    lesson(ours)["title"] = both("Ma leçon", "My lesson")
    quiz(theirs)["title"] = both("Leur quiz", "Their quiz")

    merged = merge(DOCUMENT, ours, theirs)

    assert not merged.conflicts
    assert (merged.document["key"], merged.document["version"]) == ("le-mien", "1.0")
    assert lesson(merged.document)["title"]["fr"] == "Ma leçon"
    assert quiz(merged.document)["title"]["fr"] == "Leur quiz"


def test_a_text_changed_on_both_sides_waits_for_a_choice() -> None:
    ours, theirs = changed(), changed()
    quiz(ours)["title"] = both("Ici", "Title quiz")
    quiz(theirs)["title"] = both("Là-bas", "There")

    merged = merge(DOCUMENT, ours, theirs)
    [conflict] = merged.conflicts
    chosen = merge(DOCUMENT, ours, theirs, {conflict.name: "theirs"})

    assert conflict.path == ("modules", "la-lecon", "steps", "quiz", "title", "fr")
    assert (conflict.ours, conflict.theirs) == ("Ici", "Là-bas")
    assert quiz(merged.document)["title"] == both("Ici", "There")
    assert quiz(chosen.document)["title"] == both("Là-bas", "There")


def test_steps_added_on_both_sides_stand_both_and_minutes_are_summed() -> None:
    ours, theirs = changed(), changed()
    lesson(ours)["steps"].insert(1, step("ici", "quiz", 2, items=[question("a", "single", "un")]))
    lesson(theirs)["steps"].append(step("la-bas", "quiz", 3, items=[question("a", "single", "un")]))
    lesson(ours)["minutes"], lesson(theirs)["minutes"] = 24, 25

    merged = merge(DOCUMENT, ours, theirs)

    keys = [each["key"] for each in lesson(merged.document)["steps"]]
    assert not merged.conflicts
    assert keys == ["lire", "ici", "quiz", "choix", "scenario", "tri", "noter", "agir", "la-bas"]
    assert lesson(merged.document)["minutes"] == 27


def test_a_step_taken_away_there_goes_unless_it_was_changed_here() -> None:
    ours, theirs = changed(), changed()
    lesson(theirs)["steps"] = [
        each for each in lesson(theirs)["steps"] if each["key"] not in ("quiz", "choix")
    ]
    quiz(ours)["title"] = both("Mon quiz", "My quiz")

    merged = merge(DOCUMENT, ours, theirs)
    [conflict] = merged.conflicts
    chosen = merge(DOCUMENT, ours, theirs, {conflict.name: "theirs"})

    keys = [each["key"] for each in lesson(merged.document)["steps"]]
    assert keys == ["lire", "quiz", "scenario", "tri", "noter", "agir"]
    assert [each["key"] for each in lesson(chosen.document)["steps"]] == [
        "lire",
        "scenario",
        "tri",
        "noter",
        "agir",
    ]


def test_a_step_renamed_there_is_the_same_step_here() -> None:
    ours, theirs = changed(), changed()
    quiz(ours)["title"] = both("Mon quiz", "My quiz")
    quiz(theirs).update(key="interroger", formerly=["quiz"], minutes=2)

    merged = merge(DOCUMENT, ours, theirs)

    [found] = [
        each for each in lesson(merged.document)["steps"] if each["kind"] == "quiz" and "seule" in str(each)
    ]
    assert not merged.conflicts
    assert found["minutes"] == 2
    assert found["title"]["fr"] == "Mon quiz"


def test_a_module_kept_here_that_left_its_week_there_goes_back_to_it() -> None:
    ours, theirs = changed(), changed()
    lesson(ours)["title"] = both("Ma leçon", "My lesson")
    theirs["modules"].pop("la-lecon")
    theirs["weeks"][0]["modules"] = []

    merged = merge(DOCUMENT, ours, theirs)

    assert [conflict.name for conflict in merged.conflicts] == ["modules/la-lecon"]
    assert merged.document["weeks"][0]["modules"] == ["la-lecon"]


@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_nothing_changed_on_one_side_gives_the_other(side: str) -> None:
    other = changed()
    lesson(other)["steps"].reverse()
    lesson(other)["teaser"] = both("Autre", "Other")
    ours, theirs = (other, DOCUMENT) if side == "ours" else (DOCUMENT, other)

    merged = merge(DOCUMENT, copy.deepcopy(ours), copy.deepcopy(theirs))

    assert not merged.conflicts
    assert merged.document == other


MOVES = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.booleans()), max_size=4)


@given(MOVES, MOVES)
def test_any_two_sets_of_changes_give_a_document_of_the_format_with_nothing_twice(
    here: Any, there: Any
) -> None:
    ours, theirs = (_moved(copy.deepcopy(DOCUMENT), moves) for moves in (here, there))

    merged = merge(DOCUMENT, ours, theirs).document

    keys = [each["key"] for each in lesson(merged)["steps"]]
    assert len(keys) == len(set(keys))
    canonical_document(ProgrammeDocument.model_validate(merged))


def _moved(document: Document, moves: list[tuple[int, int, bool]]) -> Document:
    steps = lesson(document)["steps"]
    for start, end, stays in moves:
        if len(steps) < 2:
            break
        taken = steps.pop(start % len(steps))
        if stays:
            steps.insert(end % (len(steps) + 1), taken)
    return document
