"""What hinders publishing, and what deserves a second look, each with its place in the editor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from coaching.programmes.authoring.controls import excerpt
from coaching.programmes.authoring.words import PARTS, Words, label_of
from coaching.programmes.examination import examine
from coaching.programmes.problems import Finding, Places
from coaching.programmes.schema.document import Document
from coaching.programmes.translation import with_french_for_missing
from coaching.programmes.wording import problem_sentence

OF_MODULE, RECALL = "~module", "~recall"  # blocks that are no step; no key begins so
_OUTSIDE = ("sessions", "boosters", "themes", "sources", "decks")


@dataclass(frozen=True)
class Fault:
    """One thing to mend: its sentence, its place in words, and in the editor (module and block, or part)."""

    sentence: str
    where: str
    module: str = ""
    block: str = ""
    part: str = ""
    anchor: str = ""
    is_error: bool = True


def faults_of(document: Document, module_key: str = "") -> list[Fault]:
    """Every fault of the draft as it would be published, errors first; of one module alone when named."""
    filled = with_french_for_missing(document)
    if module_key:
        filled = _alone(filled, module_key)
    places = Places("programme.json")
    _, findings = examine(filled, places)
    if module_key:
        findings = [each for each in findings if each.path[:2] == ("modules", module_key)]
    faults = [_fault(filled, finding, places) for finding in findings]
    return sorted(faults, key=lambda fault: not fault.is_error)


def _alone(document: Document, module_key: str) -> Document:
    """The programme with the other modules announced only, so that one page reads one module."""
    others = {key: 1 for key in _placed(document) if key != module_key}
    return {**document, "modules": {module_key: document["modules"][module_key]}, "to_write": others}


def _placed(document: Document) -> list[str]:
    return [
        key for name in ("weeks", "boosters") for each in document.get(name, []) for key in each["modules"]
    ]


def _fault(document: Document, finding: Finding, places: Places) -> Fault:
    problem, path = places.problem(document, finding), finding.path
    words: dict[str, Any] = {"sentence": problem_sentence(problem), "is_error": problem.is_error}
    if path[:1] == ("modules",) and len(path) > 1:
        return _fault_in_module(document, path, words)
    part = str(path[0]) if path and path[0] in _OUTSIDE else "settings"
    if path[:1] == ("weeks",):
        return Fault(**words, where=_week_words(document, path))
    named = [str(PARTS[part]), *(str(label) for label in _labels(path[1:]))]
    return Fault(**words, where=" › ".join(named), part=part, anchor=_anchor(path))


def _fault_in_module(document: Document, path: Any, words: dict[str, Any]) -> Fault:
    module = document["modules"][path[1]]
    named = [module.get("code", ""), excerpt(module.get("title"))]
    block, rest = OF_MODULE, path[2:]
    if path[2:3] == ("steps",) and len(path) > 3:
        step = module["steps"][path[3]]
        block, rest = str(step.get("key", "")), path[4:]
        named = [*named, excerpt(step.get("title")) or str(step.get("key", ""))]
    elif path[2:3] == ("recall",):
        block = RECALL
    named += [str(label) for label in _labels(rest)]
    return Fault(
        **words,
        where=" › ".join(filter(None, named)),
        module=str(path[1]),
        block=block,
        anchor=_anchor(rest),
    )


def _labels(path: Any) -> list[Words]:
    """The names of the fields on the way, with the number of each entry; languages say themselves."""
    named: list[Words] = []
    for part in path:
        if isinstance(part, int):
            named = [*named[:-1], f"{named[-1]} {part + 1}"] if named else [str(part + 1)]
        elif part in ("fr", "en"):
            named.append(part.upper())
        else:
            named.append(label_of("", part))
    return named


def _anchor(path: Any) -> str:
    return f"f-{'.'.join(map(str, path))}" if path else ""


def _week_words(document: Mapping[str, Any], path: Any) -> str:
    week = document["weeks"][path[1]] if len(path) > 1 else {}
    return excerpt(week.get("title"))
