"""Small tools shared by the checks. No Django."""

import re
from collections.abc import Iterator
from typing import Any

from coaching.programmes.problems import KeyPath
from coaching.programmes.typography import NO_BREAK_SPACE

FOOTNOTE = re.compile(r"\[\^(\w+)\]")
VARIANT_SLOT = "[[variant]]"


def walk(node: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Any]]:
    """Every part of a document with its path, outer parts first."""
    yield path, node
    if isinstance(node, dict):
        for key, value in node.items():
            yield from walk(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from walk(value, (*path, index))


def texts_of(document: Any) -> Iterator[tuple[KeyPath, str]]:
    """Every text a reader meets, with its path; the last part of the path is its language."""
    for path, node in walk(document):
        if len(path) > 1 and path[-1] in ("fr", "en") and isinstance(node, str):
            yield path, node


def words_of(text: str) -> list[str]:
    """The words a reader meets: marks of the format left out."""
    return re.findall(r"[\w’-]+", re.sub(r"\[\^\w+\]|\[\[\w+\]\]|[*_>#]", " ", text))


def around(text: str, at: int) -> str:
    """The text around a fault, with the no-break space made visible."""
    excerpt = text[max(0, at - 18) : at + 12]
    return "…" + excerpt.replace(NO_BREAK_SPACE, "␣").replace("\n", " ") + "…"
