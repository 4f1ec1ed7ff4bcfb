"""A part of the document -> what its form shows, field by field, with the English beside the French."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from coaching.programmes.authoring import fields as f
from coaching.programmes.authoring.reading import Reading
from coaching.programmes.authoring.words import add_words, hint_of, label_of, value_words
from coaching.programmes.problems import Problem
from coaching.programmes.schema.document import Document
from coaching.programmes.translation import Stale, changed_words, entry_name
from coaching.programmes.wording import problem_sentence

_LONG = {"body", "body_variants"}
_EXCERPT = 50


@dataclass
class Option:
    value: str
    label: Any
    is_chosen: bool = False


@dataclass
class Control:
    """One field of the form; `kind` is its template, `path` its place in keys, for what is to be reviewed."""

    kind: str
    name: str
    label: Any = ""
    hint: Any = ""
    value: Any = ""
    fr: str = ""
    en: str = ""
    path: str = ""
    status: str = ""  # of the English: « ok », « stale », « missing », "" where there is no text at all
    was: str = ""  # the French that the English was written for, what differs of it
    now: str = ""
    error: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    stored: dict[str, str] = field(default_factory=dict)  # what another window wrote here meanwhile
    options: list[Option] = field(default_factory=list)
    children: list[Control] = field(default_factory=list)
    adds: list[Option] = field(default_factory=list)
    is_optional: bool = False
    is_long: bool = False
    count: int = 0
    place: str = ""  # of an entry in its list: what its buttons name
    is_first: bool = False
    is_last: bool = False

    @property
    def id(self) -> str:
        return f"f-{self.name}"


@dataclass(frozen=True)
class Around:
    """What a form needs to know of the rest: choices, flags, and where its part stands in keys."""

    document: Document
    stale: Stale
    path: str = ""
    root: Mapping[str, Any] = field(default_factory=dict)


def controls_of(
    group: f.Group, data: Mapping[str, Any], around: Around, reading: Reading | None = None
) -> list[Control]:
    """The fields of this form in the order to fill them; what could not be read shows as it was typed."""
    builder = _Builder(around, reading or Reading())
    return builder.group(_ordered(group), data, "", around.path)


def flat(controls: Sequence[Control]) -> Iterator[Control]:
    """Every control, those inside others too."""
    for control in controls:
        yield control
        yield from flat(control.children)


def texts_in(controls: Sequence[Control]) -> dict[str, str]:
    """Every value by the name of its input, to compare two states of a form."""
    found: dict[str, str] = {}
    for control in flat(controls):
        if control.kind == "pair":
            found |= {f"{control.name}.fr": control.fr, f"{control.name}.en": control.en}
        elif control.kind in ("line", "long", "number"):
            found[control.name] = str(control.value)
        elif control.kind in ("choice", "checks", "flag"):
            found[control.name] = ", ".join(str(each.label) for each in control.options if each.is_chosen)
    return found


def _ordered(group: f.Group) -> f.Group:
    """What changes rarely comes last."""
    last = [field for field in group.fields if field.name in f.ORDER_LAST]
    first = [field for field in group.fields if field.name not in f.ORDER_LAST]
    last.sort(key=lambda field: f.ORDER_LAST.index(field.name))
    return f.Group(group.model, (*first, *last)) if group.model.endswith("Step") else group


class _Builder:
    def __init__(self, around: Around, reading: Reading) -> None:
        self.around, self.reading = around, reading

    def group(self, group: f.Group, data: Mapping[str, Any], prefix: str, path: str) -> list[Control]:
        return [
            self.field(each, data.get(each.name), prefix + each.name, f"{path}/{each.name}".lstrip("/"), data)
            for each in group.fields
        ]

    def field(self, each: Any, value: Any, name: str, path: str, data: Mapping[str, Any]) -> Control:
        control = self._simple(each, value, name, path, data) or self._several(each, value, name, path)
        control.label = control.label or label_of(each.owner, each.name)
        control.hint = hint_of(each.owner, each.name)
        control.is_optional = not each.is_required
        control.path = path
        if name in self.reading.errors:
            control.error = self._sentence(name)
        if name in self.reading.typed:
            control.value = self.reading.typed[name]
        return control

    def _simple(self, each: Any, value: Any, name: str, path: str, data: Mapping[str, Any]) -> Control | None:
        if isinstance(each, f.Pair):
            control = self.pair(name, path, value, is_long=each.name in _LONG)
            chosen = value.get("level") if isinstance(value, Mapping) else ""
            control.options = [
                Option(level, value_words("level", level), level == chosen) for level in each.levels
            ]
            return control
        if isinstance(each, f.Plain):
            return self._plain(each, value, name, data)
        if isinstance(each, f.Number):
            shown = each.default if value is None else value
            return Control("number", name, value="" if shown is None else shown)
        if isinstance(each, f.Flag):
            return Control("flag", name, options=[Option("1", label_of(each.owner, each.name), bool(value))])
        if isinstance(each, f.Choice):
            chosen = each.default if value is None else value
            options = [Option(str(v), value_words(each.name, v), v == chosen) for v in each.values]
            if not each.is_required and each.default is None:
                options.insert(0, Option("", "—", chosen is None))
            return Control("choice", name, options=options)
        if isinstance(each, f.Many):
            options = [Option(v, value_words(each.name, v), v in (value or [])) for v in each.values]
            return Control("checks", name, options=options)
        if isinstance(each, f.Words):
            kind = "hidden" if each.is_hidden else "line"
            return Control(kind, name, value=", ".join(map(str, value or [])))
        return None

    def _plain(self, each: f.Plain, value: Any, name: str, data: Mapping[str, Any]) -> Control:
        if each.is_hidden:
            return Control("hidden", name, value=value if isinstance(value, str) else "")
        offered = choices_for(each.name, self.around, data)
        if offered is None:
            return Control("long" if each.is_long else "line", name, value=value or "")
        options = [Option(key, label, key == value) for key, label in offered]
        if value and not any(option.is_chosen for option in options):
            options.append(Option(value, value, is_chosen=True))
        if not each.is_required or not value:
            options.insert(0, Option("", "—", not value))
        return Control("choice", name, options=options)

    def pair(self, name: str, path: str, value: Any, *, is_long: bool = False) -> Control:
        texts = value if isinstance(value, Mapping) else {}
        control = Control("pair", name, fr=texts.get("fr", ""), en=texts.get("en", ""), path=path)
        control.is_long = is_long or "\n\n" in control.fr or len(control.fr) > 400
        if control.fr and not control.en:
            control.status = "missing"
        elif path in self.around.stale:
            control.status = "stale"
            control.was, control.now = changed_words(self.around.stale[path]["was"], control.fr)
        elif control.fr:
            control.status = "ok"
        for language in ("fr", "en"):
            if f"{name}.{language}" in self.reading.errors:
                control.errors[language] = self._sentence(f"{name}.{language}")
        return control

    def _several(self, each: Any, value: Any, name: str, path: str) -> Control:
        control = Control("list", name, path=path)
        if isinstance(each, f.Part):
            return self._part(each, value, name, path)
        if isinstance(each, f.BySector):
            return self._by_sector(each, value, name, path)
        if isinstance(each, f.Table):
            control.children = list(self._table(each, value or {}, name, path))
        elif isinstance(each, f.Lines):
            control.children = list(self._lines(value or [], name, path))
        else:
            control.children = list(self._entries(each, value or [], name, path))
        control.count = len(control.children)
        control.adds = self._adds(each, name)
        if control.children:
            control.children[0].is_first = control.children[-1].is_last = True
        return control

    @staticmethod
    def _adds(each: Any, name: str) -> list[Option]:
        if isinstance(each, f.Entries) and len(each.groups) > 1:
            return [Option(f"add:{name}:{kind}", value_words("type", kind)) for kind, _group in each.groups]
        return [Option(f"add:{name}", add_words(each.name))]

    def _part(self, each: f.Part, value: Any, name: str, path: str) -> Control:
        control = Control("part", name)
        if value is None and not each.is_required:
            control.adds = [Option(f"add:{name}", add_words(each.name))]
            return control
        control.value = "1"
        control.place = "" if each.is_required else name
        control.children = self.group(each.group, value or {}, f"{name}.", path)
        return control

    def _by_sector(self, each: f.BySector, value: Any, name: str, path: str) -> Control:
        texts = value or {}
        control = Control("sectors", name)
        for sector in each.sectors:
            child = self.pair(f"{name}.{sector}", f"{path}/{sector}", texts.get(sector))
            child.label = value_words("sector", sector)
            control.children.append(child)
        control.count = len(texts)
        control.is_long = any(each.errors or each.status in ("stale", "missing") for each in control.children)
        return control

    def _entries(self, each: Any, value: Sequence[Any], name: str, path: str) -> Iterator[Control]:
        for number, entry in enumerate(value):
            place, inside = f"{name}.{number}", f"{path}/{entry_name(entry, number)}"
            control = Control("entry", place, place=place)
            if isinstance(each, f.Texts):
                control.children = [self.pair(place, inside, entry)]
            else:
                group = each.group_of(entry)
                control.children = self.group(group, entry, f"{place}.", inside)
                if each.groups[0][0]:
                    control.children.insert(
                        0, Control("hidden", f"{place}.type", value=entry.get("type", ""))
                    )
                    control.label = value_words("type", entry.get("type"))
            control.value = number + 1
            yield control

    def _table(self, each: f.Table, value: Mapping[str, Any], name: str, path: str) -> Iterator[Control]:
        for number, (code, entry) in enumerate(value.items()):
            place = f"{name}.{number}"
            control = Control("entry", place, place=place, value=number + 1)
            typed = self.reading.typed.get(f"{place}~key", code)
            key = Control("line", f"{place}~key", label=_("Code ou clé"), value=typed)
            if f"{place}~key" in self.reading.errors:
                key.error = self._sentence(f"{place}~key")
            if each.group is None:
                inner = [self.pair(place, f"{path}/{code}", entry)]
            else:
                inner = self.group(each.group.without("key"), entry, f"{place}.", f"{path}/{code}")
            control.children = [key, *inner]
            control.is_long = True  # no order: nothing to move
            yield control

    def _lines(self, value: Sequence[Mapping[str, Any]], name: str, path: str) -> Iterator[Control]:
        columns = self.around.root.get("columns", [])
        labels = {
            column["key"]: column.get("label", {}).get("fr", "") for column in columns if "key" in column
        }
        for number, line in enumerate(value):
            place = f"{name}.{number}"
            control = Control("entry", place, place=place, value=number + 1)
            keys = list(dict.fromkeys([*labels, *line]))
            control.children.append(Control("hidden", f"{place}~columns", value=" ".join(keys)))
            for key in keys:
                child = self.pair(f"{place}.{key}", f"{path}/{number}/{key}", line.get(key))
                child.label = labels.get(key) or key
                control.children.append(child)
            yield control

    def _sentence(self, name: str) -> str:
        reason, params = self.reading.errors[name]
        return problem_sentence(Problem("", 0, "", reason, params))


def choices_for(name: str, around: Around, data: Mapping[str, Any]) -> list[tuple[str, str]] | None:
    """What a reference may name here; None where anything may be typed."""
    document = around.document
    if name == "deck":
        return [(key, excerpt(deck.get("title"))) for key, deck in document.get("decks", {}).items()]
    if name == "week":
        return [(week["key"], excerpt(week.get("title"))) for week in document.get("weeks", [])]
    if name == "family":
        return _families(around.document, data)
    if name in ("go_to", "then"):
        scenes = around.root.get("scenes", [])
        return [
            (scene.get("key", ""), f"{number}. {excerpt(scene.get('text'))}")
            for number, scene in enumerate(scenes, 1)
        ]
    if name == "card":
        decks = document.get("decks", {}).values()
        return [(card["key"], excerpt(card.get("label"))) for deck in decks for card in deck.get("cards", [])]
    return None


def _families(document: Document, card: Mapping[str, Any]) -> list[tuple[str, str]] | None:
    for deck in document.get("decks", {}).values():
        if any(card is other for other in deck.get("cards", [])) or card.get("family") in {
            family.get("key") for family in deck.get("families", [])
        }:
            return [(family["key"], excerpt(family.get("label"))) for family in deck["families"]]
    return None


def on_one_line(text: str) -> str:
    """Spaces and line breaks are one space each; a narrow or no-break space stays what it is."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip(" ")


def excerpt(text: Any, language: str = "fr", longest: int = _EXCERPT) -> str:
    """The beginning of a text, on one line."""
    words = on_one_line(str(text.get(language, ""))) if isinstance(text, Mapping) else ""
    return words if len(words) <= longest else f"{words[:longest].rsplit(' ', 1)[0]}…"
