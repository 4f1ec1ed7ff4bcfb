"""Writes the items of a quiz as GIFT, in one language. No Django.

Moodle has no question that puts answers in order and no feedback for a pair: what is left out is
said in a comment at its place.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_SPECIAL = re.compile(r"[~=#{}:\\]")


def gift_of(items: Sequence[Mapping[str, Any]], language: str) -> str:
    """The text of the file, ending with a line break."""
    return "\n\n".join("\n".join(_lines(item, language)) for item in items) + "\n"


def _lines(item: Mapping[str, Any], language: str) -> Iterator[str]:
    if item["type"] == "ordering":
        yield f"// {item['key']}: ordering"
        yield from (f"// {number}. {_flat(each['text'], language)}" for number, each in _numbered(item))
        return
    yield f"::{_escaped(item['key'])}::{_said(item['question'], language)} {{"
    if item["type"] == "matching":
        for pair in item["pairs"]:
            yield f"={_said(pair['left'], language)} -> {_said(pair['right'], language)}"
            yield f"// {pair['key']}: {_flat(pair['feedback'], language)}"
    else:
        yield from _choices(item, language)
    yield "}"


def _choices(item: Mapping[str, Any], language: str) -> Iterator[str]:
    right = sum(option["correct"] for option in item["options"]) or 1  # a draft may have none yet
    for option in item["options"]:
        sign = "=" if option["correct"] else "~"
        if item["type"] == "multiple":
            share = f"{100 / right:.5f}".rstrip("0").rstrip(".")
            sign = f"~%{share}%" if option["correct"] else f"~%-{share}%"
        feedback = _said(option["feedback"], language)
        yield f"{sign}{_said(option['text'], language)}{'#' if feedback else ''}{feedback}"


def _numbered(item: Mapping[str, Any]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    return enumerate(item["options"], 1)


def _said(text: Mapping[str, str], language: str) -> str:
    return _escaped(text[language])


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda match: "\\" + match[0], text).replace("\n", "\\n")


def _flat(text: Mapping[str, str], language: str) -> str:
    return text[language].replace("\n", " ")
