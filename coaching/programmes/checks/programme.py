"""All the checks of a programme, in the order an author reads them. No Django."""

from collections.abc import Iterator
from typing import Any

from coaching.programmes.checks.modules import check_module
from coaching.programmes.checks.texts import check_texts
from coaching.programmes.checks.walk import walk
from coaching.programmes.problems import Finding
from coaching.programmes.schema import Document, ProgrammeDocument, canonical_document


def check_programme(programme: ProgrammeDocument) -> Iterator[Finding]:
    """Every finding beyond the shape, errors and warnings."""
    document = canonical_document(programme)
    yield from _check_keys(document)
    yield from _check_codes(programme, document)
    yield from _check_weeks(programme)
    for key, module in programme.modules.items():
        yield from check_module(programme, key, module, document["modules"][key])
    yield from _check_decks(programme)
    yield from check_texts(document)


def _check_keys(document: Document) -> Iterator[Finding]:
    """Keys are unique among siblings: progress and answers hang on them."""
    for path, node in walk(document):
        if not _is_keyed_list(node):
            continue
        seen: set[str] = set()
        for index, entry in enumerate(node):
            if entry["key"] in seen:
                yield Finding((*path, index, "key"), f"key '{entry['key']}' is already used by a neighbour")
            seen.add(entry["key"])


def _is_keyed_list(node: Any) -> bool:
    if not isinstance(node, list) or not node:
        return False
    return all(isinstance(entry, dict) and isinstance(entry.get("key"), str) for entry in node)


def _check_codes(programme: ProgrammeDocument, document: Document) -> Iterator[Finding]:
    for path, node in walk(document):
        if not path or not isinstance(node, list):
            continue
        if path[-1] in ("themes", "goals"):
            for code in _codes(node):
                if code not in programme.themes:
                    yield Finding(path, f"theme {code} is not declared in themes.yaml")
        if path[-1] == "sources":
            for code in _codes(node):
                if code not in programme.sources:
                    yield Finding(path, f"source {code} is not declared in sources.yaml")


def _codes(node: list[Any]) -> list[str]:
    return [entry for entry in node if isinstance(entry, str)]


def _check_weeks(programme: ProgrammeDocument) -> Iterator[Finding]:
    placed = [key for week in programme.weeks for key in week.modules]
    for index, week in enumerate(programme.weeks):
        for key in week.modules:
            if key not in programme.modules and key not in programme.to_write:
                yield Finding(
                    ("weeks", index, "modules"),
                    f"module '{key}' has no folder and is not listed under to_write",
                )
            if placed.count(key) > 1:
                yield Finding(("weeks", index, "modules"), f"module '{key}' is placed twice")
    for key in programme.to_write:
        if key not in placed:
            yield Finding(("to_write", key), "this module is in no week of programme.yaml")
    known = {week.key for week in programme.weeks}
    for index, session in enumerate(programme.sessions):
        if session.week not in known:
            yield Finding(("sessions", index, "week"), f"no week '{session.week}' in this programme")


def _check_decks(programme: ProgrammeDocument) -> Iterator[Finding]:
    for key, deck in programme.decks.items():
        if deck.key != key:
            yield Finding(("decks", key, "key"), f"the file is called '{key}': file and key must be the same")
        families = {family.key for family in deck.families}
        for index, card in enumerate(deck.cards):
            if card.family not in families:
                yield Finding(("decks", key, "cards", index, "family"), f"unknown family '{card.family}'")
