"""The fields of a form, read from the schema: a few shapes instead of a form per kind. No Django.

Every kind of step, and every other part of a programme, is made of these shapes. Adding a field to the schema
adds it to the editor; `words.py` gives it its label.
"""

from __future__ import annotations

import types
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import BaseModel, StringConstraints
from pydantic.fields import FieldInfo

from coaching.programmes.schema.containers import Module, Objective, ProgrammeDocument
from coaching.programmes.schema.steps import Step
from coaching.programmes.schema.text import Sector, Text

_KEPT = {"untranslated"}  # set by publication (translation.py)


@dataclass(frozen=True)
class Field:
    """What every field has: its key in the document, whether it may be left out, and for what."""

    name: str
    owner: str  # the model, for the words
    is_required: bool = True
    default: Any = None


@dataclass(frozen=True)
class Pair(Field):
    """A text in both languages; an objective also has a level."""

    levels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plain(Field):
    """One text without a language: a key, an address, a note, a drawing."""

    pattern: str = ""
    longest: int = 20_000
    is_long: bool = False
    is_hidden: bool = False


@dataclass(frozen=True)
class Number(Field):
    least: int = 0
    most: int = 100_000


@dataclass(frozen=True)
class Flag(Field):
    pass


@dataclass(frozen=True)
class Choice(Field):
    """One of these values, words or numbers."""

    values: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Many(Field):
    """Any of these values."""

    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Words(Field):
    """Short words on one line, set apart by commas: codes, keys, or whole numbers."""

    pattern: str = ""
    is_number: bool = False
    least: int = 0
    most: int = 100_000
    longest: int = 200
    is_hidden: bool = False


@dataclass(frozen=True)
class Group:
    """The fields of one model."""

    model: str
    fields: tuple[Any, ...]

    def only(self, *names: str) -> Group:
        """The same group with these fields alone, in this order."""
        by_name = {field.name: field for field in self.fields}
        return Group(self.model, tuple(by_name[name] for name in names))

    def without(self, *names: str) -> Group:
        return Group(self.model, tuple(field for field in self.fields if field.name not in names))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields)


@dataclass(frozen=True)
class Entries(Field):
    """A list of entries, each a group; several groups where an entry has a `type`."""

    groups: tuple[tuple[str, Group], ...] = ()
    least: int = 0
    most: int = 200

    def group_of(self, entry: Any) -> Group:
        kind = entry.get("type", "") if isinstance(entry, dict) else ""
        return dict(self.groups).get(kind, self.groups[0][1])


@dataclass(frozen=True)
class Texts(Field):
    """A list of texts in both languages."""

    most: int = 200


@dataclass(frozen=True)
class BySector(Field):
    """A text per sector."""

    sectors: tuple[str, ...] = get_args(Sector)


@dataclass(frozen=True)
class Table(Field):
    """Entries under a code or key of their own; `group` is None for plain texts."""

    group: Group | None = None
    pattern: str = ""


@dataclass(frozen=True)
class Lines(Field):
    """Lines of an example: a text per column of the same step."""


@dataclass(frozen=True)
class Part(Field):
    """A group inside the group."""

    group: Group = Group("", ())


@cache
def group_of(model: type[BaseModel]) -> Group:
    """The group of a model of the schema."""
    fields = (
        _field(name, info, model.__name__)
        for name, info in model.model_fields.items()
        if name not in _KEPT and not _is_what_it_is(info)
    )
    return Group(model.__name__, tuple(fields))


@cache
def step_groups() -> dict[str, Group]:
    """The group of each kind of step."""
    members = get_args(get_args(Step)[0])
    return {
        get_args(each.model_fields["kind"].annotation)[0]: group_of(each).without("key") for each in members
    }


@cache
def programme_parts() -> dict[str, Group]:
    """The forms of a programme outside its modules, by their name in an address."""
    whole = group_of(ProgrammeDocument)
    thresholds = ("pass_percent", "practice_percent", "attendance_percent")
    settings = ("title", "audience", "objective", "licence", *thresholds, "recall_days", "sectors")
    parts = {"settings": whole.only(*settings)}
    return parts | {name: whole.only(name) for name in ("sessions", "boosters", "themes", "sources", "decks")}


ORDER_LAST = ("themes", "sources", "optional", "only_for", "not_for", "note")  # what a step rarely changes


@cache
def module_group() -> Group:
    """What a module says of itself; its minutes are the sum of its steps, its questions have a form."""
    return group_of(Module).without("key", "minutes", "steps", "recall")


@cache
def recall_group() -> Group:
    return group_of(Module).only("recall")


def _is_what_it_is(info: FieldInfo) -> bool:
    """Whether the value follows from the model: the kind of a step, the type of a question."""
    return get_origin(info.annotation) is Literal and len(get_args(info.annotation)) == 1


def _field(name: str, info: FieldInfo, owner: str) -> Any:
    common: dict[str, Any] = {
        "name": name,
        "owner": owner,
        "is_required": info.is_required(),
        "default": None if info.is_required() else info.default,
    }
    kind, metadata = _unwrapped(info.annotation, list(info.metadata))
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is Text:
        return Pair(**common)
    if kind is Objective:
        levels = get_args(Objective.model_fields["level"].annotation)
        return Pair(**common, levels=levels)
    if origin is Literal:
        return Choice(**common, values=arguments)
    if kind is bool:
        return Flag(**common)
    if kind is int:
        return Number(**common, **_bounds(metadata))
    if kind is str:
        return _plain(name, metadata, common)
    if origin is list:
        return _list(name, arguments[0], metadata, common)
    if origin is dict:
        return _mapping(name, arguments, common)
    return Part(**common, group=group_of(kind))


def _plain(name: str, metadata: list[Any], common: dict[str, Any]) -> Plain:
    pattern, longest = _text_bounds(metadata)
    is_long = not pattern and longest > 1000
    return Plain(**common, pattern=pattern, longest=longest, is_long=is_long, is_hidden=name == "key")


def _list(name: str, inner: Any, metadata: list[Any], common: dict[str, Any]) -> Any:
    kind, inside = _unwrapped(inner, [])
    most = next((each.max_length for each in metadata if isinstance(each, MaxLen)), 200)
    least = next((each.min_length for each in metadata if isinstance(each, MinLen)), 0)
    if get_origin(kind) is Literal:
        return Many(**common, values=get_args(kind))
    if kind is int:
        return Words(**common, is_number=True, longest=most, **_bounds(inside))
    if kind is str:
        return Words(**common, pattern=_text_bounds(inside)[0], is_hidden=name == "formerly")
    if kind is Text:
        return Texts(**common)
    if get_origin(kind) is dict:
        return Lines(**common)
    members = get_args(kind) or (kind,)
    groups = tuple((_type_of(member), group_of(member)) for member in members)
    return Entries(**common, groups=groups, least=least, most=most)


def _mapping(name: str, arguments: tuple[Any, ...], common: dict[str, Any]) -> Any:
    key, value = arguments
    if key == Sector:
        return BySector(**common)
    kind, _ = _unwrapped(value, [])
    if kind is int:
        return Plain(**common, is_hidden=True)
    pattern = _text_bounds(_unwrapped(key, [])[1])[0]
    return Table(**common, group=None if kind is Text else _entry_group(kind), pattern=pattern)


def _entry_group(kind: type[BaseModel]) -> Group:
    """Modules have pages of their own; a deck keeps its key, which is also its place in the table."""
    return Group(kind.__name__, ()) if kind is Module else group_of(kind)


def _type_of(model: Any) -> str:
    field = model.model_fields.get("type")
    values = get_args(field.annotation) if field else ()
    return str(values[0]) if len(values) == 1 else ""


def _unwrapped(kind: Any, metadata: list[Any]) -> tuple[Any, list[Any]]:
    """The type without Annotated and without « or None », and the bounds met on the way."""
    while True:
        if get_origin(kind) is Annotated:
            kind, *more = get_args(kind)
            metadata = [*metadata, *more]
        elif get_origin(kind) in (Union, types.UnionType) and type(None) in get_args(kind):
            kind = next(each for each in get_args(kind) if each is not type(None))
        else:
            return kind, _flat(metadata)


def _flat(metadata: list[Any]) -> list[Any]:
    """Constraints one by one: those of a Field come as a list of their own."""
    flat: list[Any] = []
    for each in metadata:
        flat += each.metadata if isinstance(each, FieldInfo) else [each]
    return flat


def _bounds(metadata: list[Any]) -> dict[str, Any]:
    bounds: dict[str, Any] = {}
    for each in metadata:
        if isinstance(each, Ge):
            bounds["least"] = each.ge
        elif isinstance(each, Le):
            bounds["most"] = each.le
    return bounds


def _text_bounds(metadata: list[Any]) -> tuple[str, int]:
    pattern, longest = "", 20_000
    for each in metadata:
        if isinstance(each, StringConstraints):
            pattern = str(each.pattern) if each.pattern else pattern
            longest = each.max_length or longest
        elif isinstance(each, MaxLen):
            longest = each.max_length
        elif getattr(each, "pattern", None):
            pattern = str(each.pattern)
    return pattern, longest
