"""Differences below one part of a document: any value, lists of keyed entries by their key. No Django."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from coaching.programmes.checks.walk import walk
from coaching.programmes.difference.model import FieldChange, FieldState
from coaching.programmes.lasting import lasting_key
from coaching.programmes.problems import KeyPath

_LANGUAGES: tuple[Literal["fr", "en"], ...] = ("fr", "en")
MISSING: Any = object()


def field_changes(before: Any, after: Any, path: KeyPath = ()) -> Iterator[FieldChange]:
    """Every leaf, text or entry that differs between two values of the same part."""
    if before == after:
        return
    if before is MISSING or after is MISSING:
        yield from _whole(before, after, path)
    elif is_text(before) and is_text(after):
        yield from _text_changes(before, after, path)
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in [*before, *(key for key in after if key not in before)]:
            old, new = before.get(key, MISSING), after.get(key, MISSING)
            if key in ("fr", "en") and old is not MISSING and new is not MISSING:  # an objective
                if old != new:
                    yield FieldChange(path, "changed", key, old, new)
            else:
                yield from field_changes(old, new, (*path, key))
    elif is_keyed(before) and is_keyed(after) and (before or after):
        yield from _entry_changes(before, after, path)
    else:
        yield FieldChange(path, "changed", "", _plain(before), _plain(after))


def is_text(node: Any) -> bool:
    """A text in both languages and nothing else."""
    return isinstance(node, Mapping) and set(node) == {"fr", "en"}


def is_keyed(node: Any) -> bool:
    """A list whose entries have keys of their own."""
    return isinstance(node, list) and all(isinstance(entry, Mapping) and "key" in entry for entry in node)


def moved_keys(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """The fewest keys of both lists that have to change place to get from one order to the other."""
    places = {key: place for place, key in enumerate(before)}
    common = [key for key in after if key in places]
    return set(common) - set(_longest_in_order(common, places))


def _longest_in_order(keys: Sequence[str], places: Mapping[str, int]) -> list[str]:
    best: list[list[str]] = []
    for key in keys:
        runs = [run for run in best if places[run[-1]] < places[key]]
        best.append([*max(runs, key=len, default=[]), key])
    return max(best, key=len, default=[])


def _text_changes(
    before: Mapping[str, str], after: Mapping[str, str], path: KeyPath
) -> Iterator[FieldChange]:
    for language in _LANGUAGES:
        if before[language] != after[language]:
            yield FieldChange(path, "changed", language, before[language], after[language])


def _entry_changes(before: Sequence[Any], after: Sequence[Any], path: KeyPath) -> Iterator[FieldChange]:
    old = {lasting_key(entry): entry for entry in before}
    new = {lasting_key(entry): entry for entry in after}
    moved = moved_keys(list(old), list(new))
    for name, entry in new.items():
        here = (*path, entry["key"])
        if name not in old:
            yield from _whole(MISSING, entry, here)
            continue
        if name in moved:
            yield FieldChange(here, "moved")
        yield from field_changes(old[name], entry, here)
    for name, entry in old.items():
        if name not in new:
            yield from _whole(entry, MISSING, (*path, entry["key"]))


def _whole(before: Any, after: Any, path: KeyPath) -> Iterator[FieldChange]:
    """Something that comes or goes, told by its words in each language, else by its value."""
    state: FieldState = "added" if before is MISSING else "removed"
    node = after if before is MISSING else before
    told = False
    for language in _LANGUAGES:
        words = "\n".join(
            text for spot, text in walk(node) if spot[-1:] == (language,) and isinstance(text, str)
        )
        if words:
            told = True
            gone, come = (words, "") if state == "removed" else ("", words)
            yield FieldChange(path, state, language, gone, come)
    if not told:
        value = _plain(node)
        yield FieldChange(
            path, state, "", value if state == "removed" else "", value if state == "added" else ""
        )


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_plain(part)}" for key, part in value.items())
    return str(value)
