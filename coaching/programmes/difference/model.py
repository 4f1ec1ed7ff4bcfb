"""The difference as plain data: programme, modules, steps, fields. No Django."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from coaching.programmes.bilingual import Text
from coaching.programmes.difference.words import Piece, pieces
from coaching.programmes.problems import KeyPath

State = Literal["added", "removed", "changed", "same"]
FieldState = Literal["added", "removed", "changed", "moved"]


@dataclass(frozen=True)
class FieldChange:
    """One value, or one entry of a list, that differs. `language` is "" where it has none.

    `path` starts below the part that holds it; entries of lists stand in it by their key.
    """

    path: KeyPath
    state: FieldState
    language: Literal["", "fr", "en"] = ""
    before: str = ""
    after: str = ""

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """The two texts word by word, what stays, goes and comes in reading order."""
        return pieces(self.before, self.after)


@dataclass(frozen=True)
class StepDifference:
    """One step. `former_key` when it was renamed, `came_from` the module it left (its title)."""

    key: str
    kind: str
    title: Text
    state: State
    minutes: tuple[int | None, int | None]
    is_required: tuple[bool, bool]
    former_key: str = ""
    came_from: Text | None = None
    is_moved: bool = False
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True)
class ModuleDifference:
    """One module; `weeks` are the keys of the weeks (or boosters) it stood in and stands in.

    `week_titles` name them; None for a booster, which has no title.
    """

    key: str
    title: Text
    state: State
    minutes: tuple[int | None, int | None]
    weeks: tuple[str, str]
    week_titles: tuple[Text | None, Text | None] = (None, None)
    former_key: str = ""
    is_moved: bool = False
    fields: tuple[FieldChange, ...] = ()
    steps: tuple[StepDifference, ...] = ()


@dataclass(frozen=True)
class PartDifference:
    """Weeks, sessions, themes, sources, decks: what differs under that name.

    `titles` name its entries that have a title, by their key, as they are called now.
    """

    name: str
    fields: tuple[FieldChange, ...]
    titles: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True)
class Difference:
    """Everything that differs; `parts` in the order of the format, modules in the order people meet them."""

    parts: tuple[PartDifference, ...]
    modules: tuple[ModuleDifference, ...]
    minutes: tuple[int, int]

    @property
    def is_empty(self) -> bool:
        return not self.parts and not self.modules

    @cached_property
    def counts(self) -> Counter[str]:
        """How many of what: "module added", "step changed", "text changed"… for a sentence."""
        found = Counter(f"module {module.state}" for module in self.modules)
        for module in self.modules:
            if module.state != "changed":
                continue
            found["module moved"] += module.is_moved
            for step in module.steps:
                found[f"step {step.state}"] += 1
        found["text changed"] = sum(field.state == "changed" and bool(field.language) for field in self.texts)
        return +found

    @property
    def texts(self) -> Iterator[FieldChange]:
        """Every change of a field, wherever it stands."""
        for part in self.parts:
            yield from part.fields
        for module in self.modules:
            yield from module.fields
            for step in module.steps:
                yield from step.fields
