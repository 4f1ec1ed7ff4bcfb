"""Every fault says file, line, key and reason, in the reader's language, and all are said at once."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pytest
from django.utils.translation import override

from coaching.programmes.package import (
    Package,
    PackageFiles,
    read_files,
    read_folder,
    read_json_text,
    read_package,
    read_zip,
)
from coaching.programmes.package import files as limits
from coaching.programmes.package.files import unreadable
from coaching.programmes.problems import Problem, Reason
from coaching.programmes.wording import SENTENCES, problem_sentence
from tests.programmes.said import report, sentence
from tests.programmes.tiny import DECK, ENGLISH, FRENCH, LESSON, tiny_files

MAIN = "programme.yaml"
STRANGERS = {
    "fr": "the|this|that|is|are|has|here|of|and|or|not|an|at|in|to|text|key|missing|expected|least|words",
    "en": "le|la|les|un|une|des|ce|cette|est|sont|ici|et|ou|du|au|il|en|texte|clé|manque|attend|mots|plus",
}
QUOTED = re.compile(r"« .+? »|“.+?”|…[^…]*…|\S*[./_@\[|]\S*|\bU\+\w+|\b(?:true|false|correct|then|rank)\b")


class Fault(NamedTuple):
    """`old` becomes `new` in `file`; `reason` then stands at `path`, on the first line that holds `line`."""

    reason: Reason
    file: str
    old: str
    new: str
    line: str
    path: str
    elsewhere: str = ""  # the file where it is said, when that is another one


LONG = "mot " * 40
FAULTS = [
    # YAML
    Fault(Reason.CONTROL_CHARACTER, MAIN, "CC-BY", "CC\x01BY", "CC\x01BY", ""),
    Fault(Reason.SEVERAL_DOCUMENTS, MAIN, "licence:", "---\nlicence:", "---", ""),
    Fault(Reason.DIRECTIVES, MAIN, "format:", "%YAML 1.1\n---\nformat:", "%YAML", ""),
    Fault(Reason.ANCHORS, LESSON, "deck: le-jeu", "deck: &a le-jeu", "&a", "steps > 4 > deck"),
    Fault(
        Reason.TOO_DEEP, MAIN, "licence: CC-BY", "licence: " + "[" * 40, "licence: [", "licence > 0 > 0 > 0"
    ),
    Fault(Reason.KEY_IS_ONE_WORD, MAIN, "licence: CC-BY", "? [a]\n: b", "? [a]", ""),
    Fault(Reason.KEY_TWICE, LESSON, "kind: lesson", "kind: lesson\nkind: lesson  # again", "# again", "kind"),
    Fault(Reason.COLON_IN_TEXT, LESSON, "fr: La leçon", "fr: La leçon : fin", "La leçon : fin", ""),
    Fault(Reason.BAD_START, LESSON, "fr: La leçon", "fr: @leçon", "@leçon", ""),
    Fault(Reason.BAD_INDENT, LESSON, "  fr: La leçon", "    fr: La leçon", "en: The lesson", ""),
    Fault(Reason.UNCLOSED_BRACKET, LESSON, "themes: [T1]", "themes: [T1", "steps:", ""),
    Fault(Reason.UNCLOSED_QUOTE, MAIN, "a-ecrire: 5", "a-ecrire: '5", "a-ecrire: '5", ""),
    Fault(Reason.BAD_ESCAPE, MAIN, "CC-BY", '"\\q"', '"\\q"', ""),
    Fault(Reason.NOT_YAML, MAIN, "CC-BY", "!<%zz> CC", "!<%zz>", ""),
    Fault(Reason.HAS_OWN_FILES, MAIN, "licence:", "themes: {}\nlicence:", "themes: {}", "themes"),
    # the shape
    Fault(Reason.MISSING, LESSON, "kind: lesson\n", "", "key: la-lecon", "kind"),
    Fault(Reason.MISSING_TEXT, LESSON, "  en: The lesson\n", "", "title:", "title > en"),
    Fault(Reason.UNKNOWN_KEY, LESSON, "teaser:", "teazer:", "teazer:", "teazer"),
    Fault(
        Reason.KEYS_EXPECTED,
        LESSON,
        "title:\n  fr: La leçon\n  en: The lesson",
        "title: La leçon",
        "La leçon",
        "title",
    ),
    Fault(Reason.LIST_EXPECTED, LESSON, "themes: [T1]", "themes: T1", "themes: T1", "themes"),
    Fault(Reason.TEXT_EXPECTED, MAIN, "version: '1.0'", "version: 2", "version: 2", "version"),
    Fault(Reason.NUMBER_EXPECTED, LESSON, "minutes: 22", "minutes: '22'", "minutes: '22'", "minutes"),
    Fault(
        Reason.BOOLEAN_EXPECTED,
        LESSON,
        "correct: true",
        "correct: oui",
        "correct: oui",
        "steps > quiz > items > seule > options > un > correct",
    ),
    Fault(Reason.ONE_OF, LESSON, "kind: lesson", "kind: lecon", "kind: lecon", "kind"),
    Fault(
        Reason.UNKNOWN_VALUE, LESSON, "kind: card_sort", "kind: cartes", "kind: cartes", "steps > tri > kind"
    ),
    Fault(Reason.BAD_FORM, MAIN, "key: parcours", "key: Mon Parcours", "key: Mon", "key"),
    Fault(Reason.INVISIBLE_CHARACTER, LESSON, "fr: La leçon", "fr: La\tleçon", "La\t", "title > fr"),
    Fault(Reason.EDGE_SPACES, LESSON, "fr: La leçon", "fr: 'La leçon '", "'La leçon '", "title > fr"),
    Fault(Reason.ONE_LINE, MAIN, "licence: CC-BY", "licence: |-\n  CC\n  BY", "  CC", "licence"),
    Fault(Reason.TEXT_EMPTY, LESSON, "fr: La leçon", "fr: ''", "fr: ''", "title > fr"),
    Fault(Reason.TEXT_TOO_LONG, LESSON, "fr: La leçon", "fr: " + "x" * 20_001, "fr: xxx", "title > fr"),
    Fault(Reason.NUMBER_TOO_SMALL, LESSON, "minutes: 22", "minutes: 0", "minutes: 0", "minutes"),
    Fault(Reason.NUMBER_TOO_LARGE, MAIN, "pass_percent: 70", "pass_percent: 170", "170", "pass_percent"),
    Fault(Reason.TOO_FEW_ENTRIES, MAIN, "languages: [fr, en]", "languages: []", "languages:", "languages"),
    Fault(
        Reason.TOO_MANY_ENTRIES,
        LESSON,
        "    routes:",
        "    words: [1, 2, 3]\n    routes:",
        "words:",
        "steps > agir > words",
    ),
    Fault(
        Reason.ONE_RIGHT_OPTION,
        LESSON,
        "correct: false",
        "correct: true",
        "- key: seule",
        "steps > quiz > items > seule",
    ),
    Fault(
        Reason.RIGHT_AND_WRONG_OPTIONS,
        LESSON,
        "correct: true\n\n  - key: scenario",
        "correct: false\n\n  - key: scenario",
        "- key: plusieurs",
        "steps > choix > items > plusieurs",
    ),
    # the programme
    Fault(Reason.KEY_OF_FOLDER, LESSON, "key: la-lecon", "key: la-lecon-2", "key: la-lecon-2", "key"),
    Fault(Reason.KEY_OF_FILE, DECK, "key: le-jeu", "key: le-jeu-2", "key: le-jeu-2", "decks > le-jeu > key"),
    Fault(
        Reason.KEY_OF_NEIGHBOUR,
        DECK,
        "key: carte-b",
        "key: carte-a  # again",
        "# again",
        "decks > le-jeu > cards > carte-a > key",
    ),
    Fault(Reason.UNKNOWN_THEME, LESSON, "themes: [T1]", "themes: [T1, T9]", "T9", "themes"),
    Fault(
        Reason.UNKNOWN_SOURCE, LESSON, "sources: [S1]", "sources: [S1, S9]", "S9", "steps > lire > sources"
    ),
    Fault(
        Reason.UNKNOWN_MODULE,
        LESSON,
        "themes: [T1]\nsteps",
        "prerequisites: [rien]\nthemes: [T1]\nsteps",
        "rien",
        "prerequisites",
    ),
    Fault(Reason.UNKNOWN_WEEK, MAIN, "week: w1", "week: w9", "week: w9", "sessions > seance > week"),
    Fault(Reason.UNKNOWN_DECK, LESSON, "deck: le-jeu", "deck: autre", "deck: autre", "steps > tri > deck"),
    Fault(
        Reason.UNKNOWN_CARD,
        LESSON,
        "card: carte-a",
        "card: carte-z",
        "card: carte-z",
        "steps > scenario > scenes > debut > options > aller > card",
    ),
    Fault(
        Reason.UNKNOWN_FAMILY,
        DECK,
        "family: famille",
        "family: autre",
        "family: autre",
        "decks > le-jeu > cards > carte-a > family",
    ),
    Fault(
        Reason.MODULE_NOT_WRITTEN,
        MAIN,
        "- a-ecrire",
        "- autre",
        "modules:\n      - autre",
        "weeks > w2 > modules",
    ),
    Fault(
        Reason.MODULE_WRITTEN,
        MAIN,
        "a-ecrire: 5",
        "a-ecrire: 5\n  la-lecon: 5",
        "key: la-lecon",
        "modules > la-lecon",
        LESSON,
    ),
    Fault(
        Reason.MODULE_TWICE,
        MAIN,
        "- a-ecrire",
        "- a-ecrire\n      - a-ecrire",
        "modules:\n      - a-ecrire",
        "weeks > w2 > modules",
    ),
    Fault(
        Reason.MODULE_IN_NO_WEEK,
        MAIN,
        "a-ecrire: 5",
        "a-ecrire: 5\n  de-trop: 5",
        "de-trop: 5",
        "to_write > de-trop",
    ),
    Fault(
        Reason.MODULE_COMES_LATER,
        LESSON,
        "themes: [T1]\nsteps",
        "prerequisites: [a-ecrire]\nthemes: [T1]\nsteps",
        "a-ecrire",
        "prerequisites",
    ),
    Fault(Reason.NO_RECALL, LESSON, "recall:", "recall: []\nnote: |-", "key: la-lecon", "modules > la-lecon"),
    Fault(Reason.MODULE_MINUTES, LESSON, "minutes: 22", "minutes: 23", "minutes: 23", "minutes"),
    Fault(
        Reason.STAGE_MINUTES,
        LESSON,
        "        minutes: 6",
        "        minutes: 5",
        "minutes: 6",
        "steps > agir > minutes",
    ),
    Fault(
        Reason.STEP_TOO_LONG, LESSON, "minutes: 3", "minutes: 8", "minutes: 8", "steps > scenario > minutes"
    ),
    Fault(
        Reason.THEME_NOT_ANNOUNCED,
        LESSON,
        "themes: [T1]\nsteps",
        "themes: []\nsteps",
        "    themes: [T1]",
        "steps > lire > themes",
    ),
    Fault(Reason.THEME_NOT_CARRIED, LESSON, "    themes: [T1]\n", "", "themes: [T1]", "themes"),
    Fault(
        Reason.NOTHING_FOR_SECTOR,
        LESSON,
        "        type:",
        "        not_for: [bank]\n        type:",
        "- key: quiz",
        "steps > quiz",
    ),
    Fault(Reason.CARD_COUNTS, LESSON, "keep_max: 2", "keep_max: 9", "keep_max: 9", "steps > tri > keep_max"),
    Fault(
        Reason.NOT_AN_EARLIER_STEP,
        LESSON,
        "for_each: tri/",
        "for_each: agir/",
        "agir/top",
        "steps > noter > for_each",
    ),
    Fault(
        Reason.NO_SUCH_SCENE,
        LESSON,
        "go_to: suite",
        "go_to: ailleurs",
        "- key: debut",
        "steps > scenario > scenes > debut",
    ),
    Fault(
        Reason.SCENE_LEADS_BACK,
        LESSON,
        "go_to: suite",
        "go_to: debut",
        "- key: debut",
        "steps > scenario > scenes > debut",
    ),
    Fault(
        Reason.SCENE_NEEDS_THEN,
        LESSON,
        "- key: debut\n",
        "- key: debut\n        not_for: [bank]\n",
        "- key: debut",
        "steps > scenario > scenes > debut",
    ),
    Fault(
        Reason.SCENE_OUT_OF_REACH,
        LESSON,
        "            go_to: suite\n",
        "",
        "- key: suite",
        "steps > scenario > scenes > suite",
    ),
    # the texts
    Fault(
        Reason.NO_VARIANT_LINE,
        FRENCH,
        "Mot Mot",
        "[[variant]]\n\nMot Mot",
        "Word",
        "steps > lire > body > en",
        ENGLISH,
    ),
    Fault(
        Reason.NO_GENERAL_TEXT,
        FRENCH,
        "Mot Mot",
        "[[variant]]\n\nMot Mot",
        "- key: lire",
        "steps > lire",
        LESSON,
    ),
    Fault(Reason.FOOTNOTE_WITHOUT_SOURCE, FRENCH, "[^S1]", "[^S1][^S9]", "[^S9]", "steps > lire > body > fr"),
    Fault(Reason.SOURCE_NOT_CITED, FRENCH, "[^S1]", "", "sources: [S1]", "steps > lire > sources", LESSON),
    Fault(Reason.TYPOGRAPHY, FRENCH, "fin.", "fin !", "fin !", "steps > lire > body > fr"),
    Fault(Reason.FRENCH_IN_ENGLISH, ENGLISH, "end.", "end\u00a0!", "end", "steps > lire > body > en"),
    Fault(Reason.STRAIGHT_QUOTE, FRENCH, "fin.", '"fin".', '"fin"', "steps > lire > body > fr"),
    Fault(Reason.DOUBLE_SPACE, FRENCH, "Mot fin", "Mot  fin", "Mot  fin", "steps > lire > body > fr"),
    Fault(Reason.BODY_LENGTH, FRENCH, "Mot " * 100, "", "fin", "steps > lire > body > fr"),
    Fault(Reason.PARAGRAPHS, FRENCH, "Mot fin", "Mot\n\nfin", "Word", "steps > lire > body > en", ENGLISH),
    Fault(
        Reason.RIGHT_IS_LONGEST,
        LESSON,
        "Choix un",
        LONG.strip(),
        "            text:",
        "steps > quiz > items > seule > options > un > text",
    ),
    Fault(Reason.WORD_TO_AVOID, LESSON, "La leçon", "La leçon virale", "virale", "title > fr"),
    Fault(Reason.TOO_MANY_CHARACTERS, LESSON, "La leçon", LONG.strip(), "mot mot", "title > fr"),
    Fault(
        Reason.SHORT_FEEDBACK,
        LESSON,
        "Une phrase assez longue pour apprendre vraiment une chose utile à quelqu’un.",
        "Non.",
        "Non.",
        "steps > quiz > items > seule > options > un > feedback > fr",
    ),
    Fault(
        Reason.LONG_SCENE,
        LESSON,
        "Scène debut",
        (LONG * 3).strip(),
        "mot mot",
        "steps > scenario > scenes > debut > text > fr",
    ),
]


def broken(fault: Fault, files: PackageFiles) -> PackageFiles:
    text = files[fault.file].decode()
    assert fault.old in text
    return {**files, fault.file: text.replace(fault.old, fault.new, 1).encode()}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.reason)
def test_fault_names_file_line_and_key(fault: Fault) -> None:
    files = broken(fault, tiny_files())

    found = [problem for problem in read_files(files).problems if problem.reason is fault.reason]

    name = fault.elsewhere or fault.file
    before = files[name].decode().partition(fault.line)[0]
    assert (found[0].file, found[0].line, found[0].path) == (name, before.count("\n") + 1, fault.path)
    assert found[0].path or found[0].column or found[0].reason in WHOLE_FILE
    assert_said_in_both_languages(found[0])


WHOLE_FILE = {Reason.CONTROL_CHARACTER, Reason.SEVERAL_DOCUMENTS, Reason.DIRECTIVES, Reason.KEY_IS_ONE_WORD}


def assert_said_in_both_languages(problem: Problem) -> None:
    """Each language in its own words, once what the author wrote and the format's own words are put aside."""
    said = {language: sentence(problem, language) for language in ("fr", "en")}
    assert said["fr"] != said["en"]
    for language, text in said.items():
        assert text.strip()
        assert "%(" not in text
        strangers = re.findall(rf"\b(?:{STRANGERS[language]})\b", QUOTED.sub("", text), re.IGNORECASE)
        assert strangers == [], text


def zipped(files: PackageFiles, *, flags: int = 0, method: int = 0) -> BytesIO:
    """A ZIP of these files, its entries marked as encrypted or as compressed by an unknown method."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    content = bytearray(stream.getvalue())
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= flags
    if method:
        content[at + 10] = method
    return BytesIO(bytes(content))


def of_files(**changes: bytes | None) -> Package:
    files = {**tiny_files(), **{PATHS[name]: content for name, content in changes.items()}}
    return read_files({name: content for name, content in files.items() if content is not None})


PATHS = {
    "main": MAIN,
    "themes": "themes.yaml",
    "lesson": LESSON,
    "french": FRENCH,
    "english": ENGLISH,
    "stray": "modules/la-lecon/brouillon.fr.md",
}


def of_folder(folder: Path) -> Package:
    (folder / "programme.yaml").mkdir()
    (folder / "decks").mkdir()
    (folder / "decks" / "Mon jeu.yaml").write_text("key: a")
    return read_folder(folder)


def of_path(folder: Path, name: str) -> Package:
    (folder / "folder.zip").mkdir()
    return read_package(folder / name)


WHOLES = {
    Reason.NO_FOLDER: ("absent", lambda folder: read_folder(folder / "absent")),
    Reason.NO_FILE: ("absent.json", lambda folder: of_path(folder, "absent.json")),
    Reason.UNREADABLE: ("folder.zip", lambda folder: of_path(folder, "folder.zip")),
    Reason.BAD_NAME: ("decks/Mon jeu.yaml", of_folder),
    Reason.NOT_A_PLAIN_FILE: (MAIN, of_folder),
    Reason.NOT_ZIP: ("package.zip", lambda folder: read_zip(BytesIO(b"PK"))),
    Reason.ZIP_UNSUPPORTED: ("package.zip", lambda folder: read_zip(zipped(tiny_files(), method=77))),
    Reason.LEADS_OUT: ("../a", lambda folder: read_zip(zipped({**tiny_files(), "../a": b""}))),
    Reason.PASSWORD: (DECK, lambda folder: read_zip(zipped(tiny_files(), flags=1))),
    Reason.FILE_TOO_LARGE: (FRENCH, lambda folder: read_zip(zipped({FRENCH: b" " * 1_000_001}))),
    Reason.MISSING_FILE: ("themes.yaml", lambda folder: of_files(themes=None)),
    Reason.STRAY_TEXT: (PATHS["stray"], lambda folder: of_files(stray=b"Texte.\n")),
    Reason.NOT_UTF8: (FRENCH, lambda folder: of_files(french="été".encode("latin-1"))),
    Reason.EMPTY: (MAIN, lambda folder: of_files(main=b"")),
    Reason.KEYS_EXPECTED: (MAIN, lambda folder: of_files(main=b"- a\n")),
    Reason.NO_BODY: (LESSON, lambda folder: of_files(french=None, english=None)),
    Reason.NOT_JSON: ("programme.json", lambda folder: read_json_text(b'{"a": 1,}')),
    Reason.NOT_AN_OBJECT: ("programme.json", lambda folder: read_json_text(b"[]")),
    Reason.NOT_A_NUMBER: ("programme.json", lambda folder: read_json_text(b'{"a": NaN}')),
    Reason.NUMBER_TOO_LONG: (
        "programme.json",
        lambda folder: read_json_text(b'{"a": ' + b"9" * 5_000 + b"}"),
    ),
    Reason.KEY_TWICE: ("programme.json", lambda folder: read_json_text(b'{"a": 1, "a": 2}')),
    Reason.BAD_CHARACTERS: ("programme.json", lambda folder: read_json_text(b'{"licence": "\\ud800"}')),
}


@pytest.mark.parametrize("reason", WHOLES)
def test_fault_of_a_whole_file_names_it(reason: Reason, tmp_path: Path) -> None:
    name, read = WHOLES[reason]

    found = [problem for problem in read(tmp_path).problems if problem.reason is reason]

    assert found[0].file.endswith(name)
    assert found[0].line >= 1
    assert_said_in_both_languages(found[0])


def test_limits_of_a_package_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_FILES", 2)
    too_many = read_zip(zipped(tiny_files())).problems
    monkeypatch.setattr(limits, "MAX_FILES", 100)
    monkeypatch.setattr(limits, "MAX_TOTAL_BYTES", 2)
    too_large = read_zip(zipped(tiny_files())).problems

    assert [problem.reason for problem in (too_many[0], too_large[0])] == [
        Reason.TOO_MANY_FILES,
        Reason.PACKAGE_TOO_LARGE,
    ]
    for problem in (too_many[0], too_large[0]):
        assert_said_in_both_languages(problem)


def test_file_twice_in_a_zip_is_said() -> None:
    stream = zipped(tiny_files())
    with zipfile.ZipFile(stream, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr(MAIN, b"")

    found = [problem for problem in read_zip(stream).problems if problem.reason is Reason.FILE_TWICE]

    assert [problem.file for problem in found] == [MAIN]
    assert_said_in_both_languages(found[0])


# Not met by breaking a package: what publication adds, what a root user never meets, what pydantic may add.
OTHERS = [
    unreadable("programme.json", PermissionError(13, "Permission denied")),
    Problem(MAIN, 1, "version", Reason.VERSION_TAKEN, {"version": "1.0"}),
    Problem(MAIN, 1, "to_write", Reason.STILL_TO_WRITE, {"modules": "a-ecrire"}),
    Problem(MAIN, 1, "version", Reason.INVALID, {"key": "version", "value": "zzz"}),
]


@pytest.mark.parametrize("problem", OTHERS, ids=lambda problem: problem.reason)
def test_other_fault_is_said_in_both_languages(problem: Problem) -> None:
    assert_said_in_both_languages(problem)


def test_no_reason_is_left_without_a_sentence_or_a_test() -> None:
    here = {Reason.TOO_MANY_FILES, Reason.PACKAGE_TOO_LARGE, Reason.FILE_TWICE}
    tested = here | {fault.reason for fault in FAULTS} | set(WHOLES) | {problem.reason for problem in OTHERS}

    assert set(SENTENCES) == tested == set(Reason)


def test_refusal_that_pydantic_alone_knows_names_key_and_value() -> None:
    from pydantic_core import ErrorDetails

    from coaching.programmes.problems import Places
    from coaching.programmes.validation import _finding

    detail = ErrorDetails(
        type="multiple_of", loc=("version",), msg="Input should be…", input="x" * 200, ctx={}
    )

    problem = Places(MAIN).problem({}, _finding({}, detail, Places(MAIN)))

    with override("fr"):
        assert (
            problem_sentence(problem)
            == f"La valeur «\u00a0{'x' * 60}…\u00a0» ne convient pas à la clé «\u00a0version\u00a0»."
        )
    with override("en"):
        assert problem_sentence(problem) == f"The value “{'x' * 60}…” does not suit the key “version”."


def test_faults_of_every_stage_are_said_at_once() -> None:
    """A file that cannot be parsed, a wrong shape, broken rules, poor texts: nothing hides the rest."""
    breaks = [
        (DECK, b"family: famille", b"famille: famille"),
        (MAIN, b"pass_percent: 70", b"pass_percent: many"),
        (MAIN, b"week: w1", b"week: w9"),
        (LESSON, b"minutes: 22", b"minutes: 23\nkind: lesson"),
        (FRENCH, b"Mot fin.", b"Mot 'fin' !"),
        ("themes.yaml", b"T1:", b"T2: [\nT1:"),
    ]
    files = tiny_files()
    for name, old, new in breaks:
        assert old in files[name]
        files[name] = files[name].replace(old, new, 1)

    problems = read_files(files).problems

    assert [(problem.file, problem.reason) for problem in problems] == [
        (DECK, Reason.MISSING),
        (DECK, Reason.UNKNOWN_KEY),
        (FRENCH, Reason.TYPOGRAPHY),
        (FRENCH, Reason.STRAIGHT_QUOTE),
        (LESSON, Reason.MODULE_MINUTES),
        (LESSON, Reason.KEY_TWICE),
        (MAIN, Reason.NUMBER_EXPECTED),
        (MAIN, Reason.UNKNOWN_WEEK),
        ("themes.yaml", Reason.UNCLOSED_BRACKET),
    ]


def test_unreadable_part_is_not_held_against_what_refers_to_it() -> None:
    for name in (MAIN, "themes.yaml", "sources.yaml", DECK, LESSON, FRENCH):
        problems = read_files({**tiny_files(), name: b"\xff"}).problems

        assert [(problem.file, problem.reason) for problem in problems] == [(name, Reason.NOT_UTF8)]


def test_refused_file_is_not_also_said_to_be_missing() -> None:
    for name in (MAIN, "themes.yaml", DECK, LESSON, FRENCH):
        problems = read_zip(zipped({**tiny_files(), name: b" " * 1_000_001})).problems

        assert [(problem.file, problem.reason) for problem in problems] == [(name, Reason.FILE_TOO_LARGE)]


def test_report_gives_place_then_sentence() -> None:
    problem = read_files(broken(FAULTS[7], tiny_files())).problems[0]

    assert report(problem, "fr") == (
        f"{LESSON}:6  colonne 16\n    Le texte contient un deux-points\u00a0: "
        "écrivez-le à la ligne suivante, sous |-, deux espaces plus à droite."
    )
    assert report(problem, "en").startswith(f"{LESSON}:6  column 16\n    The text has a colon in it")
