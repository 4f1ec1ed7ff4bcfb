"""Compares two documents of a programme: modules and steps by their lasting keys. No Django."""

from collections.abc import Iterator, Mapping
from typing import Any

from coaching.programmes.bilingual import Text, bilingual
from coaching.programmes.difference.fields import MISSING, field_changes, moved_keys
from coaching.programmes.difference.model import (
    Difference,
    FieldChange,
    ModuleDifference,
    PartDifference,
    State,
    StepDifference,
)
from coaching.programmes.lasting import lasting_key
from coaching.programmes.schema import Document

_PARTS = ("weeks", "boosters", "sessions", "to_write", "themes", "sources", "decks", "sectors")
_TOLD_APART = ("modules", "format", "version", "untranslated", "key")
# Told as what they are (minutes, place, required), not as fields.
_MODULE_FACTS = ("key", "formerly", "steps", "minutes", "untranslated")
_STEP_FACTS = ("key", "formerly", "minutes", "optional", "untranslated")


def compare(before: Document, after: Document) -> Difference:
    """What changes from one document to the other; empty for the same content."""
    parts = [PartDifference("programme", tuple(_own_fields(before, after)))]
    parts += [
        PartDifference(name, tuple(_part(before, after, name)), _titles(before, name) | _titles(after, name))
        for name in _PARTS
    ]
    modules = _Modules(before, after)
    return Difference(
        tuple(part for part in parts if part.fields),
        tuple(module for module in modules.differences() if module.state != "same"),
        (_minutes(before), _minutes(after)),
    )


def _own_fields(before: Document, after: Document) -> Iterator[FieldChange]:
    names = [name for name in {**before, **after} if name not in (*_PARTS, *_TOLD_APART)]
    yield from field_changes(
        {name: before[name] for name in names if name in before},
        {name: after[name] for name in names if name in after},
    )


def _part(before: Document, after: Document, name: str) -> Iterator[FieldChange]:
    old, new = before.get(name, MISSING), after.get(name, MISSING)
    if name in ("weeks", "boosters"):  # their modules are told with each module
        old, new = _without_modules(old), _without_modules(new)
    yield from field_changes(old, new)


def _titles(document: Document, name: str) -> dict[str, Text]:
    """The entries of a part that have a title, by their key."""
    entries = document.get(name, [])
    if isinstance(entries, Mapping):
        entries = entries.values()
    titled = (each for each in entries if isinstance(each, Mapping) and "key" in each and "title" in each)
    return {each["key"]: bilingual(each["title"]) for each in titled}


def _without_modules(entries: Any) -> list[Any]:
    if entries is MISSING:
        return []
    return [{key: value for key, value in entry.items() if key != "modules"} for entry in entries]


def _minutes(document: Document) -> int:
    return sum(
        step["minutes"]
        for module in document["modules"].values()
        for step in module["steps"]
        if not step.get("optional")
    )


def _places(document: Document) -> dict[str, str]:
    """Where each module stands: the key of its week or booster, in the order people meet them."""
    return {
        key: entry["key"]
        for entry in [*document["weeks"], *document.get("boosters", [])]
        for key in entry["modules"]
    }


class _Modules:
    """The modules of both documents, paired by their lasting keys."""

    def __init__(self, before: Document, after: Document) -> None:
        self._old_places, self._new_places = _places(before), _places(after)
        self._old_weeks, self._new_weeks = _titles(before, "weeks"), _titles(after, "weeks")
        self._old = {lasting_key(module): module for module in before["modules"].values()}
        self._new = {lasting_key(module): module for module in after["modules"].values()}
        self._left = self._steps_that_left()

    def differences(self) -> Iterator[ModuleDifference]:
        order = {key: place for place, key in enumerate(self._new_places)}
        moved = self._moved()
        for name, module in sorted(self._new.items(), key=lambda each: order.get(each[1]["key"], 0)):
            yield self._one(self._old.get(name), module, is_moved=name in moved)
        for name, module in self._old.items():
            if name not in self._new:
                yield self._one(module, None, is_moved=False)

    def _moved(self) -> set[str]:
        """Modules that changed week, or place within it."""
        old = {lasting_key(module): module["key"] for module in self._old.values()}
        new = {lasting_key(module): module["key"] for module in self._new.values()}
        names = [name for name in new if name in old]
        changed = {
            name for name in names if self._old_places.get(old[name]) != self._new_places.get(new[name])
        }
        rest = [name for name in names if name not in changed]
        before = sorted(rest, key=lambda name: list(self._old_places).index(old[name]))
        after = sorted(rest, key=lambda name: list(self._new_places).index(new[name]))
        return changed | moved_keys(before, after)

    def _one(self, before: Document | None, after: Document | None, *, is_moved: bool) -> ModuleDifference:
        module: Document = after or before or {}
        steps = tuple(self._steps(before, after)) if before and after else ()
        fields = tuple(field_changes(_fields(before), _fields(after))) if before and after else ()
        former = before["key"] if before and after and before["key"] != after["key"] else ""
        state: State = "added" if before is None else "removed" if after is None else "changed"
        if state == "changed" and not (steps or fields or former or is_moved):
            state = "same"
        return ModuleDifference(
            key=module["key"],
            title=bilingual(module["title"]),
            state=state,
            minutes=(_minutes_of(before), _minutes_of(after)),
            weeks=(
                self._old_places.get(before["key"], "") if before else "",
                self._new_places.get(after["key"], "") if after else "",
            ),
            week_titles=(
                self._old_weeks.get(self._old_places.get(before["key"], "")) if before else None,
                self._new_weeks.get(self._new_places.get(after["key"], "")) if after else None,
            ),
            former_key=former,
            is_moved=is_moved,
            fields=fields,
            steps=steps,
        )

    def _steps(self, before: Document, after: Document) -> Iterator[StepDifference]:
        old = {lasting_key(step): step for step in before["steps"]}
        new = {lasting_key(step): step for step in after["steps"]}
        moved = moved_keys(list(old), list(new))
        for name, step in new.items():
            came_from = self._left.get((name, step["kind"])) if name not in old else None
            found = _step(old.get(name), step, is_moved=name in moved, came_from=came_from)
            if found.state != "same":
                yield found
        for name, step in old.items():
            if name not in new:
                yield _step(step, None)

    def _steps_that_left(self) -> dict[tuple[str, str], Text]:
        """(lasting key, kind) of each step that its module has lost -> that module's title."""
        left = {}
        for name, module in self._old.items():
            kept = {lasting_key(step) for step in self._new[name]["steps"]} if name in self._new else set()
            for step in module["steps"]:
                if lasting_key(step) not in kept:
                    left[lasting_key(step), step["kind"]] = bilingual(module["title"])
        return left


def _fields(module: Document | None) -> Mapping[str, Any]:
    return {key: value for key, value in (module or {}).items() if key not in _MODULE_FACTS}


def _step(
    before: Document | None,
    after: Document | None,
    *,
    is_moved: bool = False,
    came_from: Text | None = None,
) -> StepDifference:
    step: Document = after or before or {}
    fields: tuple[FieldChange, ...] = ()
    state: State = "added" if before is None else "removed"
    former = ""
    if before and after:
        fields = tuple(field_changes(_without(before), _without(after)))
        former = before["key"] if before["key"] != after["key"] else ""
        facts = [(each["minutes"], each.get("optional", False)) for each in (before, after)]
        differs = fields or former or is_moved or facts[0] != facts[1]
        state = "changed" if differs else "same"
    return StepDifference(
        key=step["key"],
        kind=step["kind"],
        title=bilingual(step["title"]),
        state=state,
        minutes=(_minutes_of(before), _minutes_of(after)),
        is_required=(_required(before), _required(after)),
        former_key=former,
        came_from=came_from,
        is_moved=is_moved,
        fields=fields,
    )


def _without(step: Document) -> Mapping[str, Any]:
    return {key: value for key, value in step.items() if key not in _STEP_FACTS}


def _required(step: Document | None) -> bool:
    return step is not None and not step.get("optional", False)


def _minutes_of(entry: Document | None) -> int | None:
    return entry["minutes"] if entry else None
