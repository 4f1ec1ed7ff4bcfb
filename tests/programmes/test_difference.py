"""What differs between two versions, by keys: what an author and a coach read first."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from coaching.programmes.difference import FieldChange, compare, pieces
from coaching.programmes.outline import outline_document
from coaching.programmes.package import files_of_document, read_files
from coaching.programmes.problems import Reason
from tests.programmes.tiny import DOCUMENT, LABEL, both, question, step

Document = dict[str, Any]


@pytest.fixture
def after() -> Document:
    return copy.deepcopy(DOCUMENT)


def lesson(document: Document) -> Document:
    return document["modules"]["la-lecon"]


def only_step(after: Document) -> Any:
    [module] = compare(DOCUMENT, after).modules
    [found] = module.steps
    return found


def test_the_same_document_differs_in_nothing(after: Document) -> None:
    difference = compare(DOCUMENT, after)

    assert difference.is_empty
    assert not difference.counts


def test_another_key_of_the_same_programme_is_no_difference(after: Document) -> None:
    after["key"] = "le-mien"

    assert compare(DOCUMENT, after).is_empty


def test_a_text_that_changed_is_told_in_its_language_word_by_word(after: Document) -> None:
    lesson(after)["steps"][0]["title"] = both("Titre relire", "Title lire")

    found = only_step(after)

    assert found.fields == (FieldChange(("title",), "changed", "fr", "Titre lire", "Titre relire"),)
    assert [tuple(piece) for piece in found.fields[0].pieces] == [
        ("same", "Titre "),
        ("gone", "lire"),
        ("come", "relire"),
    ]


def test_an_added_question_is_told_by_its_words_and_the_others_stay_silent(after: Document) -> None:
    lesson(after)["steps"][1]["items"].insert(0, question("neuve", "single", "un"))

    found = only_step(after)

    assert [(field.path, field.state, field.language) for field in found.fields] == [
        (("items", "neuve"), "added", "fr"),
        (("items", "neuve"), "added", "en"),
    ]
    assert "Quoi donc" in found.fields[0].after


def test_minutes_and_required_are_told_as_facts(after: Document) -> None:
    lesson(after)["steps"][1] |= {"minutes": 4, "optional": True}

    found = only_step(after)

    assert found.minutes == (1, 4)
    assert found.is_required == (True, False)
    assert found.fields == ()


def test_a_renamed_step_is_one_step_with_its_former_key(after: Document) -> None:
    lesson(after)["steps"][1] |= {"key": "interroger", "formerly": ["quiz"]}

    found = only_step(after)

    assert (found.key, found.former_key, found.state) == ("interroger", "quiz", "changed")


def test_one_step_that_changed_place_is_the_only_one_said_to_have_moved(after: Document) -> None:
    lesson(after)["steps"].append(lesson(after)["steps"].pop(0))

    found = only_step(after)

    assert (found.key, found.is_moved) == ("lire", True)


def test_a_step_taken_to_another_module_says_where_it_came_from(after: Document) -> None:
    taken = lesson(after)["steps"].pop(1)
    after["modules"]["autre"] = {**lesson(after), "key": "autre", "steps": [taken]}
    after["weeks"][0]["modules"].append("autre")
    before = copy.deepcopy(DOCUMENT)
    before["modules"]["autre"] = {**lesson(after), "key": "autre", "steps": [step("seul", "reading", 2)]}
    before["weeks"][0]["modules"].append("autre")

    found = compare(before, after)

    came = [each for module in found.modules for each in module.steps if each.state == "added"]
    assert [(each.key, each.came_from and each.came_from.fr) for each in came] == [("quiz", "La leçon")]


def test_modules_that_come_go_and_change_week_are_told(after: Document) -> None:
    after["weeks"][0]["modules"], after["weeks"][1]["modules"] = ["a-ecrire"], ["la-lecon", "neuf"]
    after["modules"]["neuf"] = {**lesson(after), "key": "neuf"}

    found = {module.key: module for module in compare(DOCUMENT, after).modules}

    assert found["neuf"].state == "added"
    assert found["la-lecon"].weeks == ("w1", "w2")
    assert found["la-lecon"].is_moved
    back = {module.key: module.state for module in compare(after, DOCUMENT).modules}
    assert back["neuf"] == "removed"


def test_weeks_themes_sources_and_decks_are_told_by_part(after: Document) -> None:
    after["weeks"][0]["title"] = both("Semaine d’accueil", "Week")
    after["themes"]["T2"] = LABEL
    after["decks"]["le-jeu"]["cards"].pop()

    found = {part.name: part.fields for part in compare(DOCUMENT, after).parts}

    assert set(found) == {"weeks", "themes", "decks"}
    assert found["decks"][0].path == ("le-jeu", "cards", "carte-b")
    assert found["decks"][0].state == "removed"


def test_two_long_texts_are_compared_without_taking_seconds() -> None:
    found = pieces("mot " * 9_000, "mot " * 9_000 + "fin")

    assert [piece.state for piece in found] == ["same", "come"]


def test_progress_keeps_hanging_on_the_first_name_after_renaming(after: Document) -> None:
    module = after["modules"].pop("la-lecon")
    module |= {"key": "lecon-un", "formerly": ["la-lecon"]}
    module["steps"][4] |= {"key": "trier", "formerly": ["tri"]}
    module["steps"][5] |= {"for_each": "trier/top-3"}
    after["modules"]["lecon-un"] = module
    after["weeks"][0]["modules"] = ["lecon-un"]

    before, renamed = outline_document(DOCUMENT), outline_document(after)

    assert [step.address for step in renamed.steps] == [step.address for step in before.steps]
    assert renamed.steps[5].data["for_each"] == "tri/top-3"


def test_a_former_key_that_a_neighbour_bears_is_refused(after: Document) -> None:
    lesson(after)["steps"][1]["formerly"] = ["lire"]

    package = read_files(files_of_document(after))

    [problem] = [each for each in package.errors if each.reason is Reason.KEY_OF_NEIGHBOUR]
    assert problem.path.endswith("quiz > formerly")
