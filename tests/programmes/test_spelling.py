"""Every word of the programme that ships, and of the site, is spelt right in its language."""

from __future__ import annotations

from pathlib import Path

import pytest

from coaching.programmes.package import PackageFiles
from tests.programmes import spelling
from tests.programmes.spelling import misspelt_in_catalogue, misspelt_in_package

ROOT = Path(__file__).parents[2]
READING = "modules/communiquer-c-est-relier/affiche-comptoir-mot"


def test_programme_is_spelt_right(starter_files: PackageFiles) -> None:
    assert list(map(str, misspelt_in_package(starter_files))) == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_site_is_spelt_right(language: str) -> None:
    assert list(map(str, misspelt_in_catalogue(ROOT, language))) == []


@pytest.mark.parametrize(
    ("language", "sentence", "word"),
    [
        ("fr", "La boulengère rappelle.", "boulengère"),
        ("fr", "C’est l’agense d’à côté.", "l’agense"),
        ("en", "The roofer cals back.", "cals"),
    ],
)
def test_a_misspelt_word_is_named_with_its_file_and_line(
    starter_files: PackageFiles, language: str, sentence: str, word: str
) -> None:
    name = f"{READING}.{language}.md"
    text = starter_files[name].decode()

    found = misspelt_in_package({**starter_files, name: f"{text}{sentence}\n".encode()})

    line = text.count("\n") + 1
    assert list(map(str, found)) == [f"{name}:{line}  {word}"]


def test_a_misspelt_word_in_a_short_text_is_named_with_its_line(starter_files: PackageFiles) -> None:
    name = "modules/enquete-a-chaud/module.yaml"
    lines = starter_files[name].decode().split("\n")
    at = next(number for number, line in enumerate(lines) if line.startswith("  en: "))
    lines[at] += " of collegues"

    found = misspelt_in_package({**starter_files, name: "\n".join(lines).encode()})

    assert list(map(str, found)) == [f"{name}:{at + 1}  collegues"]


@pytest.mark.parametrize("word", ["color", "neighbor", "organizacion", "recieve"])
def test_english_is_that_of_britain(word: str) -> None:
    assert [found for _, found in spelling.unknown_words(f"A {word} here.", "en")] == [word]


@pytest.mark.parametrize(
    "text", ["[^S47] [[variant]] %(count)d {card} <b>a</b> https://exmple.org/xq", "l’agence"]
)
def test_what_is_no_prose_is_passed_over(text: str) -> None:
    assert list(spelling.unknown_words(text, "fr")) == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_project_s_own_words_are_sorted_and_still_needed(language: str) -> None:
    words = spelling.list_of(language)

    assert words == sorted(set(words), key=lambda word: (word.casefold(), word))
    assert [word for word in words if spelling.is_in_dictionary(word, language)] == []
