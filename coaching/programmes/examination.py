"""Reads a raw document to the end: its shape, then, wherever the shape holds, its rules. No Django.

An author mends everything in one go: a fault in one module hides nothing of the others. What is
faulty is set aside, harmless stand-ins take the place of what the programme itself lacks, and
references to what was set aside are not held against the parts that make them.
"""

from collections.abc import Collection, Iterator
from typing import Any

from coaching.programmes.checks import check_programme
from coaching.programmes.problems import Finding, KeyPath, Places, Reason
from coaching.programmes.schema import FORMAT, Document, ProgrammeDocument
from coaching.programmes.validation import parse_programme

_TEXT = {"fr": "…", "en": "…"}
STAND_IN: Document = {
    "format": FORMAT,
    "key": "x",
    "version": "1",
    "languages": ["fr", "en"],
    "title": _TEXT,
    "audience": _TEXT,
    "objective": _TEXT,
    "licence": "…",
    "pass_percent": 0,
    "recall_days": [],
    "sectors": [],
    "weeks": [{"key": "x", "title": _TEXT, "modules": []}],
    "boosters": [],
    "sessions": [],
    "to_write": {},
    "themes": {},
    "sources": {},
    "decks": {},
    "modules": {},
}
_PARTS = ("themes", "sources", "decks", "modules")  # these lose the faulty entry alone

# The findings that mean nothing once one of these parts, or the entry of it they name, is set aside.
_LEANS_ON: dict[Reason, tuple[tuple[str, str | None], ...]] = {
    Reason.UNKNOWN_THEME: (("themes", "code"),),
    Reason.UNKNOWN_SOURCE: (("sources", "code"),),
    Reason.UNKNOWN_DECK: (("decks", "deck"),),
    Reason.UNKNOWN_CARD: (("decks", None),),
    Reason.MODULE_NOT_WRITTEN: (("modules", "module"), ("to_write", None)),
    Reason.UNKNOWN_MODULE: (("weeks", None), ("boosters", None)),
    Reason.UNKNOWN_WEEK: (("weeks", None),),
    Reason.MODULE_IN_NO_WEEK: (("weeks", None), ("boosters", None)),
    Reason.NOT_A_BOOSTER: (("boosters", None),),
}


def examine(
    raw: Any, places: Places, lost: Collection[KeyPath] = ()
) -> tuple[ProgrammeDocument | None, list[Finding]]:
    """The programme, unless its shape has a fault, and every finding in it.

    `lost` names the parts whose file could not be read: ("themes",) or ("modules", "a-key").
    """
    programme, findings = parse_programme(raw, places)
    if programme is not None and not lost:
        return programme, list(check_programme(programme))
    aside = {*lost, *(_faulty_part(finding.path) for finding in findings)}
    sound = _without(raw, aside)
    if sound is not None:
        findings.extend(_checked(sound, places, aside))
    return programme, findings


def _faulty_part(path: KeyPath) -> KeyPath:
    return path[:2] if path[:1] and path[0] in _PARTS else path[:1]


def _without(raw: Any, aside: Collection[KeyPath]) -> Document | None:
    """The document without these parts, or None when nothing of it can be kept."""
    if not isinstance(raw, dict) or () in aside:
        return None
    kept = {name: part for name, part in raw.items() if (name,) not in aside}
    for name in _PARTS:
        if isinstance(part := kept.get(name), dict):
            kept[name] = {key: entry for key, entry in part.items() if (name, key) not in aside}
    return {**STAND_IN, **kept}


def _checked(sound: Document, places: Places, aside: Collection[KeyPath]) -> Iterator[Finding]:
    programme, _ = parse_programme(sound, places)
    if programme is None:  # more faults than one reading tells
        return
    for finding in check_programme(programme):
        if not any(_is_aside(finding, *leaning, aside) for leaning in _LEANS_ON.get(finding.reason, ())):
            yield finding


def _is_aside(finding: Finding, part: str, param: str | None, aside: Collection[KeyPath]) -> bool:
    if param is None:
        return any(path[0] == part for path in aside)
    return (part,) in aside or (part, finding.params[param]) in aside
