"""Takes up what an origin changed and keeps one's own changes: three documents, by keys and fields. Pure.

Changed there alone: theirs. Changed here alone: ours. On both sides, and differently: a conflict, which
stays ours until somebody chooses. The result is a draft, not a version: an author reads it first.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from coaching.programmes.difference.fields import MISSING, is_keyed
from coaching.programmes.lasting import lasting_key, with_names_of
from coaching.programmes.problems import KeyPath
from coaching.programmes.schema import Document

Choice = Literal["ours", "theirs"]

_OWN = ("key", "version")  # of the programme itself: each keeps its own


@dataclass(frozen=True)
class Conflict:
    """A place that both sides changed. MISSING where a side has taken it away."""

    path: KeyPath
    before: Any
    ours: Any
    theirs: Any

    @property
    def name(self) -> str:
        """How a choice names it."""
        return "/".join(map(str, self.path))


@dataclass(frozen=True)
class Merged:
    """The document, and every conflict in it."""

    document: Document
    conflicts: tuple[Conflict, ...]


def merge(
    before: Document, ours: Document, theirs: Document, choices: Mapping[str, Choice] | None = None
) -> Merged:
    """`ours` with what `theirs` changed since `before`; `choices` by the name of a conflict."""
    merging = _Merging(choices or {})
    base, other = with_names_of(before, ours, theirs), with_names_of(theirs, ours)
    found = merging.mapping({**base, **_own(ours)}, ours, {**other, **_own(ours)}, ())
    return Merged(_placed_again(_summed(found), ours), tuple(merging.conflicts))


def _own(document: Document) -> Document:
    return {name: document[name] for name in _OWN}


class _Merging:
    def __init__(self, choices: Mapping[str, Choice]) -> None:
        self._choices = choices
        self.conflicts: list[Conflict] = []

    def mapping(self, before: Any, ours: Document, theirs: Document, path: KeyPath) -> Document:
        base = before if isinstance(before, Mapping) else {}
        found = {}
        for key in [*ours, *(key for key in theirs if key not in ours)]:
            sides = base.get(key, MISSING), ours.get(key, MISSING), theirs.get(key, MISSING)
            value = self._value(*sides, (*path, key))
            if value is not MISSING:
                found[key] = value
        return found

    def _value(self, before: Any, ours: Any, theirs: Any, path: KeyPath) -> Any:
        if ours == theirs or before == theirs:
            return ours
        if before == ours:
            return theirs
        if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
            return self.mapping(before, dict(ours), dict(theirs), path)
        if is_keyed(ours) and is_keyed(theirs):
            return self._entries(before if is_keyed(before) else [], ours, theirs, path)
        if _is_plain_list(ours) and _is_plain_list(theirs):
            base = before if _is_plain_list(before) else []
            return _ordered(base, ours, theirs, set(base) - set(ours) | set(base) - set(theirs))
        if path[:1] == ("modules",) and len(path) == 3 and path[2] == "minutes":
            return ours  # summed afterwards
        return self._conflict(before, ours, theirs, path)

    def _conflict(self, before: Any, ours: Any, theirs: Any, path: KeyPath) -> Any:
        conflict = Conflict(path, before, ours, theirs)
        self.conflicts.append(conflict)
        return theirs if self._choices.get(conflict.name) == "theirs" else ours

    def _entries(
        self, before: Sequence[Any], ours: Sequence[Any], theirs: Sequence[Any], path: KeyPath
    ) -> list[Any]:
        base, here, there = ({lasting_key(entry): entry for entry in side} for side in (before, ours, theirs))
        merged = {}
        for name in [*here, *(name for name in there if name not in here)]:
            entry = here.get(name) or there[name]
            sides = base.get(name, MISSING), here.get(name, MISSING), there.get(name, MISSING)
            value = self._value(*sides, (*path, entry["key"]))
            if value is not MISSING:
                merged[name] = value
        order = _ordered(list(base), list(here), list(there), set(base) - set(merged))
        return [merged[name] for name in order if name in merged]


def _is_plain_list(node: Any) -> bool:
    return isinstance(node, list) and all(isinstance(entry, str | int) for entry in node)


def _ordered(before: Sequence[Any], ours: Sequence[Any], theirs: Sequence[Any], gone: set[Any]) -> list[Any]:
    """One order of both lists: theirs where ours did not change it, then what only the other has."""
    common = [name for name in before if name in ours]
    is_ours_moved = [name for name in ours if name in before] != common
    first, second = (ours, theirs) if is_ours_moved else (theirs, ours)
    order = [name for name in first if name not in gone]
    for place, name in enumerate(second):
        if name in order or name in gone:
            continue
        ahead = next((each for each in reversed(second[:place]) if each in order), None)
        order.insert(0 if ahead is None else order.index(ahead) + 1, name)
    return order


def _summed(document: Document) -> Document:
    """The minutes of each module are those of its steps, whoever added one."""
    for module in document["modules"].values():
        minutes = [step.get("minutes") for step in module["steps"] if not step.get("optional")]
        if all(isinstance(each, int) for each in minutes):
            module["minutes"] = sum(minutes)
    return document


def _placed_again(document: Document, ours: Document) -> Document:
    """A module that was kept though the other side took it from its week goes back to the week it had."""
    written = {*document["modules"], *document.get("to_write", {})}
    placed = set()
    for entry in _places(document):
        entry["modules"] = [key for key in entry["modules"] if key in written and key not in placed]
        placed |= set(entry["modules"])
    for key in [key for key in document["modules"] if key not in placed]:
        home = next((entry["key"] for entry in _places(ours) if key in entry["modules"]), None)
        found = [entry for entry in _places(document) if entry["key"] == home] or document["weeks"][-1:]
        found[0]["modules"].append(key)
    return document


def _places(document: Document) -> Iterator[Document]:
    yield from document["weeks"]
    yield from document.get("boosters", [])


def in_words(value: Any, language: str, removed: Callable[[], str]) -> str:
    """What a side of a conflict says, to be read beside the other: its texts in this language, else all."""
    if value is MISSING:
        return removed()
    if isinstance(value, Mapping | list):
        entries = value.items() if isinstance(value, Mapping) else enumerate(value)
        said = [
            in_words(part, language, removed)
            for key, part in entries
            if key not in ("key", "formerly", "fr", "en") or key == language
        ]
        return "\n".join(filter(None, said))
    return str(value)
