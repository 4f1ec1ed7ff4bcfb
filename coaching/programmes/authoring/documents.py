"""What the buttons around the blocks do to a document: weeks, modules and steps, each by its key. No Django.

A button pressed twice, or on what another window took away, changes nothing. Minutes of a module are never
typed: they are the sum of its steps.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from coaching.programmes.authoring import fields as f
from coaching.programmes.authoring.reading import blank
from coaching.programmes.blank import key_from
from coaching.programmes.schema.document import Document

Holder = Literal["weeks", "boosters"]
_STEP_KEYS = {
    "reading": "lecture",
    "quiz": "questions",
    "scenario": "situation",
    "reflection": "reflexion",
    "practice": "pratique",
    "survey": "enquete",
    "assessment": "evaluation",
    "card_sort": "tri",
    "bullseye": "cercles",
    "brand_values": "marque",
    "goals": "objectifs",
    "editorial_table": "tableau",
    "ecosystem_map": "carte",
    "if_then": "si-alors",
    "pair_dialogue": "dialogue",
}
_NEW_STEP_MINUTES = 3
_MAX_MINUTES = 120


@dataclass(frozen=True)
class Edited:
    """The document after a button, where the hand goes on (`key`), and which part was copied to which."""

    document: Document
    key: str = ""
    copies: Mapping[str, str] = field(default_factory=dict)


def add_week(document: Document) -> Edited:
    weeks = document["weeks"]
    number = len(weeks) + 1
    key = key_from(f"w{number}", {week["key"] for week in weeks})
    title = {"fr": f"Semaine {number}", "en": f"Week {number}"}
    return Edited({**document, "weeks": [*weeks, {"key": key, "title": title, "modules": []}]}, key)


def copy_week(document: Document, key: str) -> Edited:
    """A week with copies of its modules, just after it."""
    at = _index(document["weeks"], key)
    if at is None:
        return Edited(document)
    week = document["weeks"][at]
    fresh = key_from(key, {each["key"] for each in document["weeks"]})
    copies = {f"weeks/{key}": f"weeks/{fresh}"}
    modules, keys = dict(document["modules"]), []
    for module_key in week["modules"]:
        if module_key in modules:
            new = _copied_module(modules, module_key)
            copies[f"modules/{module_key}"] = f"modules/{new}"
            keys.append(new)
    weeks = [*document["weeks"]]
    weeks.insert(at + 1, {**week, "key": fresh, "modules": keys})
    return Edited({**document, "weeks": weeks, "modules": modules}, fresh, copies)


def move_week(document: Document, key: str, by: int) -> Edited:
    return Edited({**document, "weeks": _moved(document["weeks"], key, by)}, key)


def drop_week(document: Document, key: str) -> Edited:
    """A week and its modules go; a programme keeps one week at least."""
    at = _index(document["weeks"], key)
    if at is None or len(document["weeks"]) < 2:
        return Edited(document)
    for module_key in document["weeks"][at]["modules"]:
        document = drop_module(document, module_key).document
    weeks = [week for week in document["weeks"] if week["key"] != key]
    return Edited({**document, "weeks": weeks}, weeks[max(at - 1, 0)]["key"])


def add_module(document: Document, holder: Holder, key: str, kind: str) -> Edited:
    """A new module at the end of a week or of what comes after the end."""
    at = _index(document.get(holder, []), key)
    if at is None:
        return Edited(document)
    fresh = key_from("nouveau module", _module_keys(document))
    module = {
        "key": fresh,
        "code": _free_code(document, kind),
        "kind": "booster" if holder == "boosters" else kind,
        "minutes": _NEW_STEP_MINUTES,
        "title": {"fr": "", "en": ""},
        "teaser": {"fr": "", "en": ""},
        "objective": {"level": "apply", "fr": "", "en": ""},
        "steps": [new_step("reading", ())],
    }
    placed = _with_modules(document, holder, at, [*document[holder][at]["modules"], fresh])
    return Edited({**placed, "modules": {**document["modules"], fresh: module}}, fresh)


def move_module(document: Document, key: str, by: int) -> Edited:
    """One place up or down, into the neighbouring week at the edge."""
    found = _holder_of(document, key)
    if found is None:
        return Edited(document)
    holder, at, place = found
    keys = list(document[holder][at]["modules"])
    to = place + by
    if 0 <= to < len(keys):
        keys.insert(to, keys.pop(place))
        return Edited(_with_modules(document, holder, at, keys), key)
    if not 0 <= at + by < len(document[holder]):
        return Edited(document, key)
    del keys[place]
    there = list(document[holder][at + by]["modules"])
    there.insert(len(there) if by < 0 else 0, key)
    return Edited(_with_modules(_with_modules(document, holder, at, keys), holder, at + by, there), key)


def copy_module(document: Document, key: str) -> Edited:
    found = _holder_of(document, key)
    if found is None or key not in document["modules"]:
        return Edited(document)
    holder, at, place = found
    modules = dict(document["modules"])
    fresh = _copied_module(modules, key)
    keys = list(document[holder][at]["modules"])
    keys.insert(place + 1, fresh)
    placed = _with_modules({**document, "modules": modules}, holder, at, keys)
    return Edited(placed, fresh, {f"modules/{key}": f"modules/{fresh}"})


def drop_module(document: Document, key: str) -> Edited:
    """A module goes, from its week and from what others ask to begin before."""
    found = _holder_of(document, key)
    if found is None:
        return Edited(document)
    holder, at, _place = found
    placed = _with_modules(
        document, holder, at, [each for each in document[holder][at]["modules"] if each != key]
    )
    modules = {
        name: _without_prerequisite(module, key) for name, module in placed["modules"].items() if name != key
    }
    left: Document = {**placed, "modules": modules}
    if "to_write" in left:
        left["to_write"] = {name: minutes for name, minutes in left["to_write"].items() if name != key}
    return Edited(left)


def new_step(kind: str, taken: Collection[str]) -> Document:
    """A step of this kind, empty, with a key of its own."""
    key = key_from(_STEP_KEYS[kind], taken)
    step = blank(f.step_groups()[kind], key=key, kind=kind)
    step["minutes"] = _NEW_STEP_MINUTES
    if kind == "practice":
        step["stages"] = [{"key": "phase", "minutes": _NEW_STEP_MINUTES, "label": _empty(), "help": _empty()}]
        step["evidence"] = ["text"]
    return step


def add_step(module: Document, kind: str) -> Edited:
    if kind not in f.step_groups():
        return Edited(module)
    step = new_step(kind, {each["key"] for each in module["steps"]})
    return Edited(with_minutes({**module, "steps": [*module["steps"], step]}), step["key"])


def move_step(module: Document, key: str, by: int) -> Edited:
    return Edited({**module, "steps": _moved(module["steps"], key, by)}, key)


def copy_step(module: Document, key: str) -> Edited:
    at = _index(module["steps"], key)
    if at is None:
        return Edited(module)
    fresh = key_from(key, {step["key"] for step in module["steps"]})
    step = {**copy.deepcopy(module["steps"][at]), "key": fresh}
    step.pop("formerly", None)
    steps = [*module["steps"]]
    steps.insert(at + 1, step)
    above = f"modules/{module['key']}/steps/"
    return Edited(with_minutes({**module, "steps": steps}), fresh, {above + key: above + fresh})


def drop_step(module: Document, key: str) -> Edited:
    steps = [step for step in module["steps"] if step["key"] != key]
    return Edited(with_minutes({**module, "steps": steps}))


def with_minutes(module: Document) -> Document:
    """The module with the sum of its steps' minutes, optional ones left out (format.md, choice 7)."""
    return {**module, "minutes": min(minutes_of(module), _MAX_MINUTES)}


def minutes_of(module: Mapping[str, Any]) -> int:
    steps = [step for step in module.get("steps", []) if not step.get("optional")]
    return sum(step["minutes"] for step in steps if isinstance(step.get("minutes"), int))


def _empty() -> Document:
    return {"fr": "", "en": ""}


def _index(entries: list[Any], key: str) -> int | None:
    return next((number for number, entry in enumerate(entries) if entry["key"] == key), None)


def _moved(entries: list[Any], key: str, by: int) -> list[Any]:
    at, moved = _index(entries, key), list(entries)
    if at is not None and 0 <= at + by < len(moved):
        moved.insert(at + by, moved.pop(at))
    return moved


def _holder_of(document: Document, key: str) -> tuple[Holder, int, int] | None:
    holders: tuple[Holder, ...] = ("weeks", "boosters")
    for holder in holders:
        for at, entry in enumerate(document.get(holder, [])):
            if key in entry["modules"]:
                return holder, at, entry["modules"].index(key)
    return None


def _with_modules(document: Document, holder: Holder, at: int, keys: list[str]) -> Document:
    entries = [*document[holder]]
    entries[at] = {**entries[at], "modules": keys}
    return {**document, holder: entries}


def _copied_module(modules: dict[str, Any], key: str) -> str:
    fresh = key_from(key, modules)
    module = {**copy.deepcopy(modules[key]), "key": fresh}
    module.pop("formerly", None)
    modules[fresh] = module
    return fresh


def _without_prerequisite(module: Document, key: str) -> Document:
    if key not in module.get("prerequisites", []):
        return module
    return {**module, "prerequisites": [each for each in module["prerequisites"] if each != key]}


def _module_keys(document: Document) -> set[str]:
    return {*document["modules"], *document.get("to_write", {})}


def _free_code(document: Document, kind: str) -> str:
    """L14 after L13: the letter of the kind, the next number."""
    letter = {"practice": "P", "values": "V", "booster": "R"}.get(kind, "L")
    codes = {module.get("code", "") for module in document["modules"].values()}
    return next(code for code in (f"{letter}{number:02}" for number in range(1, 1000)) if code not in codes)
