"""What the buttons of a form do to the lists in it: add, move, copy, take away. No Django.

A button names the list by its place in the form: `add:items:single`, `up:items.1`, `copy:items.0.options.2`,
`drop:rubric`. The part is changed in place of what was typed, so nothing typed is lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from coaching.programmes.authoring import fields as f
from coaching.programmes.authoring.reading import blank, with_keys
from coaching.programmes.blank import key_from
from coaching.programmes.schema.document import Document
from coaching.programmes.translation import entry_name


@dataclass(frozen=True)
class Changed:
    """The part after a button, where the hand goes on, and which part is a copy of which (paths in keys)."""

    data: Document
    place: str
    copied: tuple[str, str] | None = None


def press(group: f.Group, data: Document, button: str) -> Changed | None:
    """What this button makes of the part; None for a button that this form does not have."""
    verb, _, rest = button.partition(":")
    name, _, kind = rest.partition(":")
    steps: list[str | int] = [int(part) if part.isdecimal() else part for part in name.split(".")]
    if verb == "add":
        return _add(group, data, steps, kind)
    if verb == "drop" and isinstance(steps[-1], str):
        return _drop_part(group, data, steps)
    if verb not in ("up", "down", "copy", "drop") or len(steps) < 2 or not isinstance(steps[-1], int):
        return None
    found = _find(group, data, steps[:-1])
    if found is None or not isinstance(found[1], list | dict) or steps[-1] >= len(found[1]):
        return None
    return _change(data, steps, found[1], verb)


def _add(group: f.Group, data: Document, steps: list[str | int], kind: str) -> Changed | None:
    holder = _find(group, data, steps[:-1])
    field = _field(holder[0], str(steps[-1])) if holder and isinstance(holder[0], f.Group) else None
    if holder is None or field is None:
        return None
    name, place = str(steps[-1]), ".".join(map(str, steps))
    if isinstance(field, f.Part):
        return Changed(_with(data, steps, blank(field.group)), place)
    if isinstance(field, f.Table):
        table = holder[1].get(name) or {}
        code = _free_code(field, table)
        entry = {"fr": "", "en": ""} if field.group is None else blank(field.group)
        if field.group is not None and "key" in field.group.names:
            entry = {"key": code, **entry}
        return Changed(_with(data, steps, {**table, code: entry}), f"{place}.{len(table)}")
    entries = list(holder[1].get(name) or [])
    if isinstance(field, f.Texts):
        entries.append({"fr": "", "en": ""})
    elif isinstance(field, f.Lines):
        entries.append({})
    elif isinstance(field, f.Entries):
        kind = kind if kind in dict(field.groups) else field.groups[0][0]
        chosen = dict(field.groups)[kind]
        known = {"type": kind} if kind else {}
        entries.append(blank(chosen, **known))
        if "key" in chosen.names:
            entries = with_keys(entries, name.rstrip("s"))
    else:
        return None
    return Changed(_with(data, steps, entries), f"{place}.{len(entries) - 1}")


def _drop_part(group: f.Group, data: Document, steps: list[str | int]) -> Changed | None:
    holder = _find(group, data, steps[:-1])
    field = _field(holder[0], str(steps[-1])) if holder and isinstance(holder[0], f.Group) else None
    if holder is None or not isinstance(field, f.Part) or field.is_required:
        return None
    rest = {key: value for key, value in holder[1].items() if key != steps[-1]}
    return Changed(_with(data, steps[:-1], rest) if steps[:-1] else rest, "")


def _change(data: Document, steps: list[str | int], whole: Any, verb: str) -> Changed:
    at, place = int(steps[-1]), ".".join(map(str, steps[:-1]))
    if isinstance(whole, dict):  # a table has no order: only its entries go
        kept = {key: value for number, (key, value) in enumerate(whole.items()) if number != at}
        return Changed(_with(data, steps[:-1], kept if verb == "drop" else whole), place)
    entries = list(whole)
    if verb == "drop":
        del entries[at]
        return Changed(_with(data, steps[:-1], entries), f"{place}.{max(at - 1, 0)}" if entries else place)
    if verb == "copy":
        entry = _copy_of(entries[at], entries)
        entries.insert(at + 1, entry)
        above = _path(data, steps[:-1])
        copied = (f"{above}/{entry_name(entries[at], at)}", f"{above}/{entry_name(entry, at + 1)}")
        return Changed(_with(data, steps[:-1], entries), f"{place}.{at + 1}", copied)
    to = min(max(at + (1 if verb == "down" else -1), 0), len(entries) - 1)
    entries.insert(to, entries.pop(at))
    return Changed(_with(data, steps[:-1], entries), f"{place}.{to}")


def _copy_of(entry: Any, entries: list[Any]) -> Any:
    if not isinstance(entry, dict) or "key" not in entry:
        return entry
    return {**entry, "key": key_from(str(entry["key"]), {str(each.get("key")) for each in entries})}


def _free_code(field: f.Table, table: Document) -> str:
    if "A-Z" not in field.pattern:
        return key_from("jeu", set(table))
    letter = next((code[0] for code in reversed(list(table))), "S" if field.name == "sources" else "T")
    return next(code for code in (f"{letter}{number}" for number in range(1, 1000)) if code not in table)


def _find(group: f.Group, data: Any, steps: list[str | int]) -> tuple[Any, Any] | None:
    """The field or group at this place of the form, and what stands there."""
    here: Any = group
    for step in steps:
        if isinstance(step, str):
            field = _field(here, step) if isinstance(here, f.Group) else None
            if field is None or not isinstance(data, dict):
                return None
            data = data.get(step, {} if isinstance(field, f.Table | f.Part) else [])
            here = field.group if isinstance(field, f.Part) else field
            continue
        values = list(data.values()) if isinstance(data, dict) else data
        if not isinstance(values, list) or step >= len(values):
            return None
        data = values[step]
        here = here.group_of(data) if isinstance(here, f.Entries) else getattr(here, "group", None)
    return here, data


def _field(group: f.Group, name: str) -> Any:
    return next((field for field in group.fields if field.name == name), None)


def _with(data: Any, steps: list[str | int], value: Any) -> Any:
    """The data with this value at this place."""
    if not steps:
        return value
    first, *rest = steps
    if isinstance(data, list):
        return [_with(each, rest, value) if number == first else each for number, each in enumerate(data)]
    if isinstance(first, int):
        return {
            key: _with(each, rest, value) if number == first else each
            for number, (key, each) in enumerate(data.items())
        }
    return {**data, first: _with(data.get(first, {}), rest, value)}


def _path(data: Any, steps: list[str | int]) -> str:
    """The place of the form as a path in keys."""
    names = []
    for step in steps:
        if isinstance(data, list):
            data = data[int(step)]
            names.append(entry_name(data, int(step)))
        elif isinstance(step, int):
            key, data = list(data.items())[step]
            names.append(key)
        else:
            data = data.get(step, {})
            names.append(step)
    return "/".join(names)
