"""Every fault names its file, its line, its keys and its reason: the examples of the format, and more."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from coaching.programmes.package import PackageFiles, read_files
from coaching.programmes.problems import Problem
from tests.programmes.said import report, sentence

Edit = Callable[..., list[Problem]]
LineOf = Callable[[str, str], int]

L01 = "modules/communiquer-c-est-relier/module.yaml"
L02 = "modules/lieux-et-ambiances/module.yaml"
MAIN = "programme.yaml"
DECK = "decks/valeurs-60.yaml"
V1 = "modules/v1-mes-valeurs/module.yaml"
L09 = "modules/montrer-sans-nommer/module.yaml"


def test_missing_translation_points_to_its_twin(small_files: PackageFiles) -> None:
    lines = small_files[L01].decode().split("\n")
    start = next(number for number, line in enumerate(lines) if "- key: dire-vrai" in line)
    feedback = next(n for n in range(start, len(lines)) if lines[n].strip() == "feedback:")
    english = next(n for n in range(feedback, len(lines)) if lines[n].strip() == "en: |-")
    end = next(n for n in range(english, len(lines)) if "go_to" in lines[n])
    broken = "\n".join(lines[:english] + lines[end:]).encode()

    problems = read_files({**small_files, L01: broken}).problems

    assert [report(problem) for problem in problems] == [
        f"{L01}:{feedback + 1}  steps > une-question-en-public > scenes > depart > options > dire-vrai"
        f" > feedback > en\n    The English text is missing; its twin is at {L01}:{feedback + 2}."
    ]


def test_typing_slip_in_a_key_is_named(small_files: PackageFiles) -> None:
    text = small_files[L01].decode()
    at = text.index("effect:", text.index("- key: message-prive"))
    broken = text[:at] + "efect:" + text[at + len("effect:") :]

    problems = read_files({**small_files, L01: broken.encode()}).problems

    line = text.count("\n", 0, at) + 1
    assert [report(problem) for problem in problems] == [
        f"{L01}:{line}  steps > une-question-en-public > scenes > depart > options > message-prive > efect\n"
        "    This key is unknown here (a typing slip, or one level too far left or right?)."
    ]


def test_colon_inside_a_plain_text_is_explained(problems_after: Edit) -> None:
    problems = problems_after(L02, "fr: Des lieux, des ambiances", "fr: Lieux : des ambiances")

    assert [report(problem) for problem in problems] == [
        f"{L02}:6  column 13\n"
        "    The text has a colon in it: put it on the next line, under |-, two spaces further right."
    ]


def test_minutes_that_do_not_add_up_are_refused(problems_after: Edit, line_of: LineOf) -> None:
    problems = problems_after(L09, "\nminutes: 15\n", "\nminutes: 16\n")

    assert [report(problem) for problem in problems] == [
        f"{L09}:{line_of(L09, 'code: L09') + 2}  minutes\n    It says 16, but its steps add up to 15."
    ]


def test_road_to_a_missing_scene_is_refused(small_files: PackageFiles, problems_after: Edit) -> None:
    text = small_files[L09].decode()
    scene = text.index("- key: la-poignee-de-main")
    target = text[text.index("then:", scene) :].split("\n")[0]
    broken = text[:scene] + text[scene:].replace(target, "then: trois-nom", 1)

    problems = read_files({**small_files, L09: broken.encode()}).problems

    line = text.count("\n", 0, scene) + 1
    expected = (
        f"{L09}:{line}  steps > quelle-valeur > scenes > la-poignee-de-main\n"
        "    This scene leads to “trois-nom”, which is not a scene of this step."
    )
    assert expected in [report(problem) for problem in problems]


def test_typography_fault_shows_where_in_the_long_text(problems_after: Edit, line_of: LineOf) -> None:
    name = "modules/lieux-et-ambiances/quatre-portes.fr.md"

    problems = problems_after(name, "Non\u00a0: même personne", "Non : même personne")

    assert [report(problem) for problem in problems] == [
        f"{name}:{line_of(name, 'même personne')}  steps > quatre-portes > body > fr\n"
        "    Typography (run tidy_programme): …joué un rôle␣? Non : même pers…"
    ]


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        (MAIN, "version: '1.2.0'", "version: 2", "Text is expected here"),
        (MAIN, "pass_percent: 70", "pass_percent: '70'", "A whole number is expected"),
        (MAIN, "pass_percent: 70", "pass_percent: 170", "at most 100"),
        (MAIN, "recall_days: [2, 7, 21]", "recall_days: 2", "A list is expected here"),
        (MAIN, "cairn-programme/1", "cairn-programme/9", "One of these values is expected"),
        (MAIN, "- communiquer-c-est-relier", "- communiquer", "has no folder and is not listed"),
        (MAIN, "key: s1\n    week: w1", "key: s1\n    week: w11", "no week “w11”"),
        (MAIN, "licence:", "themes: {}\nlicence:", "has files of its own"),
        (MAIN, "licence:", "licence: a\nlicence:", "written twice in the same block"),
        (MAIN, "licence: CC-BY-SA-4.0", "licence: &a CC", "Anchors (&), aliases (*) and tags (!)"),
        (MAIN, "licence: CC-BY-SA-4.0", "licence: *a", "Anchors (&), aliases (*) and tags (!)"),
        (MAIN, "licence: CC-BY-SA-4.0", "licence: !!str CC", "Anchors (&), aliases (*) and tags"),
        ("themes.yaml", "T1:\n", "theme1:\n", "does not have the expected form"),
        (L01, "kind: lesson", "kind: lecon", "One of these values is expected"),
        (L01, "    kind: scenario\n", "    kind: scenari\n", "“scenari” is not known here"),
        (L01, "    kind: scenario\n", "", "This key is missing."),
        (L01, "sources: [S11]", "sources: [S99]", "Source S99 is not declared in sources.yaml"),
        (L01, "[T1, T2, T5, T8, T14]", "[T1, T2, T5, T8]", "missing from the themes of the module"),
        (L01, "[w0-accueil]", "[nulle-part]", "“nulle-part” is in no week"),
        (L01, "[w0-accueil]", "[v1-mes-valeurs]", "comes later in the programme"),
        (L01, "key: communiquer-c-est-relier", "key: communiquer", "folder and key have the same name"),
        (DECK, "pensee\n    family: self-direction", "pensee\n    family: self", "no family “self”"),
        (DECK, "- key: autonomie\n", "- key: curiosite\n", "already used by a neighbour"),
        (V1, "deck: valeurs-60", "deck: valeurs-61", "no file decks/valeurs-61.yaml"),
        (V1, "for_each: tri-des-cartes/top-3", "for_each: tri/top-3", "“tri” is not an earlier step"),
    ],
)
def test_fault_is_named_in_its_own_file(
    problems_after: Edit, name: str, old: str, new: str, message: str
) -> None:
    problems = problems_after(name, old, new)

    assert message in " | ".join(sentence(problem) for problem in problems if problem.file == name)
    assert all(problem.line >= 1 for problem in problems)


def test_two_right_answers_are_refused_at_the_question(
    problems_after: Edit, small_files: PackageFiles
) -> None:
    text = small_files[L09].decode()
    at = text.index("correct: false", text.index("type: single"))
    broken = text[:at] + "correct: true" + text[at + len("correct: false") :]

    problems = read_files({**small_files, L09: broken.encode()}).problems

    assert [sentence(problem) for problem in problems] == [
        "A single-choice question has exactly one right option (key correct)."
    ]
    assert problems[0].path.startswith("steps > ")
    assert problems[0].path.count(" > items > ") == 1


def test_footnote_without_source_is_refused(problems_after: Edit) -> None:
    name = "modules/communiquer-c-est-relier/affiche-comptoir-mot.fr.md"

    problems = problems_after(name, "[^S11]", "[^S4]")

    assert "Footnote [^S4] is not in the sources of the step “affiche-comptoir-mot”." in {
        sentence(p) for p in problems
    }
    assert "S11 is listed, but the French text has no footnote [^S11]." in {sentence(p) for p in problems}


def test_variant_slot_without_general_passage_is_refused(small_files: PackageFiles) -> None:
    files = {name: content for name, content in small_files.items() if "@general" not in name}

    messages = {sentence(problem) for problem in read_files(files).problems}

    assert "[[variant]] needs at least the @general text, for every other sector." in messages


def test_words_to_avoid_only_warn(problems_after: Edit) -> None:
    problems = problems_after(
        "modules/lieux-et-ambiances/quatre-portes.fr.md", "Rien de grave.", "Rien de viral."
    )

    assert [(sentence(problem), problem.is_error) for problem in problems] == [
        ("Word to avoid: viral", False)
    ]


@pytest.mark.parametrize("name", ["programme.yaml", "themes.yaml", "sources.yaml", L01])
def test_missing_file_is_named(small_files: PackageFiles, name: str) -> None:
    files = {other: content for other, content in small_files.items() if other != name}

    problems = read_files(files).problems

    assert (name, 1, "This file is missing.") in [(p.file, p.line, sentence(p)) for p in problems]


def test_missing_long_text_is_named_at_its_step(small_files: PackageFiles) -> None:
    stem = "modules/lieux-et-ambiances/quatre-portes"
    files = {name: content for name, content in small_files.items() if not name.startswith(stem)}

    problems = read_files(files).problems

    assert [sentence(problem) for problem in problems] == [
        "The text is missing: write quatre-portes.fr.md and quatre-portes.en.md next to module.yaml."
    ]


def test_long_text_without_step_is_named(small_files: PackageFiles) -> None:
    name = "modules/lieux-et-ambiances/brouillon.fr.md"

    problems = read_files({**small_files, name: b"Texte.\n"}).problems

    assert [(problem.file, sentence(problem)) for problem in problems] == [
        (name, "No reading or practice step has this key: rename the file or remove it.")
    ]
