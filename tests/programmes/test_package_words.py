"""Every fault says file, line, key and reason, in the reader's language, and all are said at once."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path

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
from tests.programmes.faults import FAULTS, MAIN, Fault, broken
from tests.programmes.said import report, sentence
from tests.programmes.tiny import DECK, ENGLISH, FIGURE, FRENCH, LESSON, tiny_files

STRANGERS = {
    "fr": "the|this|that|is|are|has|here|of|and|or|not|an|at|in|to|text|key|missing|expected|least|words",
    "en": "le|la|les|un|une|des|ce|cette|est|sont|ici|et|ou|du|au|il|en|texte|clé|manque|attend|mots|plus",
}
QUOTED = re.compile(r"« .+? »|“.+?”|…[^…]*…|\S*[./_@\[|]\S*|\bU\+\w+|\b(?:true|false|correct|then|rank)\b")


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
    "figure": FIGURE,
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
    Reason.NO_FIGURE: (ENGLISH, lambda folder: of_files(figure=None)),
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
    Problem(MAIN, 1, "minutes", Reason.WHOLE_NUMBER),
    Problem(MAIN, 1, "key", Reason.PROGRAMME_KEY_TAKEN, {"key": "parcours"}),
    Problem(MAIN, 1, "to_write", Reason.STILL_TO_WRITE, {"modules": "a-ecrire"}),
    Problem(MAIN, 1, "version", Reason.INVALID, {"key": "version", "value": "zzz"}),
]
# Met by breaking a quiz file (test_quiz_files.py), never a package.
QUIZ_PARAMS: dict[Reason, dict[str, object]] = {
    Reason.FEW_ANSWERS: {"actual": 2},
    Reason.TWIN_QUESTIONS: {"french": 3, "english": 2},
    Reason.TWIN_ANSWERS: {"line": 7},
}
QUIZ_REASONS = [
    reason for reason in Reason if list(Reason).index(Reason.NO_QUESTION) <= list(Reason).index(reason)
]
QUIZ_REASONS = QUIZ_REASONS[: QUIZ_REASONS.index(Reason.TWIN_ANSWERS) + 1]
OTHERS += [Problem("quiz.md", 3, "", reason, QUIZ_PARAMS.get(reason, {}), 4) for reason in QUIZ_REASONS]


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
