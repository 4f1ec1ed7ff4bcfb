"""Writes the items of a quiz in the Markdown form that markdown.py reads, in one language. No Django."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any


def markdown_of(items: Sequence[Mapping[str, Any]], language: str) -> str:
    """The text of the file, ending with a line break; reading it gives the same items."""
    return "\n\n".join("\n".join(_lines(item, language)) for item in items) + "\n"


def _lines(item: Mapping[str, Any], language: str) -> Iterator[str]:
    first, *others = item["question"][language].split("\n")
    yield f"## {first} {{#{item['key']}}}"
    yield from others
    if item["type"] == "multiple" and sum(option["correct"] for option in item["options"]) == 1:
        yield "type: multiple"
    if item.get("themes"):
        yield f"themes: {' '.join(item['themes'])}"
    yield ""
    for number, entry in enumerate(item.get("options") or item["pairs"], 1):
        yield f"{_start(item['type'], entry, number)}{_words(entry, language)} {{#{entry['key']}}}"
        yield from (f"  > {line}" for line in entry["feedback"][language].split("\n") if line)


def _start(kind: str, entry: Mapping[str, Any], number: int) -> str:
    if kind == "ordering":
        return f"{number}. "
    if kind == "matching":
        return "- "
    return "- [x] " if entry["correct"] else "- [ ] "


def _words(entry: Mapping[str, Any], language: str) -> str:
    if "left" in entry:
        return f"{_flat(entry['left'][language])} -> {_flat(entry['right'][language])}"
    return _flat(entry["text"][language])


def _flat(text: str) -> str:
    return text.replace("\n", " ")
