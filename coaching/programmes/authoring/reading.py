"""A posted form -> a part of the document, with what cannot be read said by field. No Django.

Names are paths with dots (`items.0.options.1.text.fr`); a list says its length in `items~n`. Texts may be
empty, a draft may be incomplete: only what has no place in the document at all is an error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from coaching.programmes.authoring import fields as f
from coaching.programmes.blank import key_from
from coaching.programmes.problems import Reason
from coaching.programmes.schema.document import Document
from coaching.programmes.schema.text import KEY_PATTERN
from coaching.programmes.sentences import tidy_text
from coaching.programmes.validation import EXAMPLES

MISSING: Any = object()
_MAX_TEXT = 20_000
_INVISIBLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_KEY_WORDS = ("label", "title", "question", "text", "left")


@dataclass
class Reading:
    """What a form says: the part of the document, and the faults by field name."""

    data: Document = field(default_factory=dict)
    errors: dict[str, tuple[Reason, Mapping[str, object]]] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)  # what could not be read, for the page to show again

    def refuse(self, name: str, typed: str, reason: Reason, **params: object) -> None:
        self.errors[name] = (reason, params)
        self.typed[name] = typed


def read_group(group: f.Group, form: Mapping[str, Any]) -> Reading:
    """Everything that this group's form posted."""
    reading = Reading()
    reading.data = _group(group, "", _Posted(form), reading)
    return reading


def blank(group: f.Group, **known: Any) -> Document:
    """A new entry: what it must have, empty; a reference or a key is for somebody to choose."""
    needed = [each for each in group.fields if each.is_required and not _is_reference(each)]
    return {**known, **{each.name: _blank(each) for each in needed}}


def _is_reference(each: Any) -> bool:
    return isinstance(each, f.Plain) and bool(each.pattern)


def with_keys(entries: Sequence[Any], default: str) -> list[Any]:
    """The entries, each with a key of its own: new ones get theirs from their words."""
    taken = {entry["key"] for entry in entries if entry.get("key")}
    keyed = []
    for entry in entries:
        if not entry.get("key"):
            words = next((entry[name]["fr"] for name in _KEY_WORDS if isinstance(entry.get(name), dict)), "")
            key = key_from(" ".join(words.split()[:6]), taken, default)
            taken.add(key)
            entry = {"key": key, **{name: value for name, value in entry.items() if name != "key"}}
        keyed.append(entry)
    return keyed


class _Posted:
    """A form as texts: QueryDict or plain mapping."""

    def __init__(self, form: Mapping[str, Any]) -> None:
        self._form = form

    def text(self, name: str) -> str:
        value = str(self._form.get(name, "") or "").replace("\r\n", "\n").replace("\r", "\n")
        return _INVISIBLE.sub(
            "", re.sub(r"[ \t]+$", "", value.replace("\t", " "), flags=re.MULTILINE)
        ).strip()

    def count(self, name: str) -> int:
        text = str(self._form.get(f"{name}~n", ""))
        return min(int(text), 300) if text.isascii() and text.isdecimal() and len(text) < 5 else 0

    def all(self, name: str) -> list[str]:
        getlist = getattr(self._form, "getlist", None)
        return [str(value) for value in (getlist(name) if getlist else self._form.get(name, []))]

    def has(self, name: str) -> bool:
        return name in self._form


def _group(group: f.Group, prefix: str, posted: _Posted, reading: Reading) -> Document:
    data: Document = {}
    for each in group.fields:
        value = _value(each, prefix + each.name, posted, reading)
        if value is not MISSING and not (not each.is_required and value == each.default):
            data[each.name] = value
    return data


def _value(each: Any, name: str, posted: _Posted, reading: Reading) -> Any:
    if isinstance(each, f.Pair):
        return _pair(each, name, posted, reading)
    if isinstance(each, f.Plain):
        return _plain(each, name, posted, reading)
    if isinstance(each, f.Number):
        return _number(each, name, posted.text(name), reading)
    if isinstance(each, f.Flag):
        return posted.has(name)
    if isinstance(each, f.Choice):
        return _choice(each, name, posted, reading)
    if isinstance(each, f.Many):
        return [value for value in each.values if value in posted.all(name)]
    if isinstance(each, f.Words):
        return _words(each, name, posted.text(name), reading)
    return _several(each, name, posted, reading)


def _several(each: Any, name: str, posted: _Posted, reading: Reading) -> Any:
    if isinstance(each, f.Entries):
        return _entries(each, name, posted, reading)
    if isinstance(each, f.Texts):
        pairs = [_text(f"{name}.{n}", posted, reading) for n in range(posted.count(name))]
        return [pair if pair is not MISSING else {"fr": "", "en": ""} for pair in pairs]
    if isinstance(each, f.BySector):
        by_sector = {sector: _text(f"{name}.{sector}", posted, reading) for sector in each.sectors}
        return {sector: pair for sector, pair in by_sector.items() if pair is not MISSING} or MISSING
    if isinstance(each, f.Table):
        return _table(each, name, posted, reading)
    if isinstance(each, f.Lines):
        return _lines(name, posted, reading) or MISSING
    if not posted.has(f"{name}~there"):
        return MISSING
    return _group(each.group, f"{name}.", posted, reading)


def _pair(each: f.Pair, name: str, posted: _Posted, reading: Reading) -> Any:
    pair = _text(name, posted, reading)
    if each.levels:
        level = posted.text(f"{name}.level")
        pair = {"fr": "", "en": ""} if pair is MISSING else pair
        return {"level": level if level in each.levels else each.levels[0], **pair}
    if pair is MISSING and each.is_required:
        return {"fr": "", "en": ""}
    return pair


def _text(name: str, posted: _Posted, reading: Reading) -> Any:
    """Both languages with the typography of each; MISSING when neither has a word."""
    pair = {}
    for language in ("fr", "en"):
        typed = posted.text(f"{name}.{language}")
        pair[language] = tidy_text(language, typed) if typed else ""
        if len(pair[language]) > _MAX_TEXT:
            reading.refuse(f"{name}.{language}", typed, Reason.TEXT_TOO_LONG, limit=_MAX_TEXT)
    return pair if any(pair.values()) else MISSING


def _plain(each: f.Plain, name: str, posted: _Posted, reading: Reading) -> Any:
    typed = posted.text(name)
    if each.is_hidden:
        return typed if re.fullmatch(KEY_PATTERN, typed) and len(typed) <= 60 else MISSING
    if not each.is_long:
        typed = " ".join(typed.split())
    if not typed:
        return MISSING if not each.is_required or each.pattern else ""
    if each.pattern and not re.search(each.pattern, typed):
        reading.refuse(name, typed, Reason.BAD_FORM, example=EXAMPLES[each.pattern])
    elif len(typed) > each.longest:
        reading.refuse(name, typed, Reason.TEXT_TOO_LONG, limit=each.longest)
    return typed


def _number(each: f.Number, name: str, typed: str, reading: Reading) -> Any:
    if not typed:
        return MISSING
    if not re.fullmatch(r"-?[0-9]{1,9}", typed):
        reading.refuse(name, typed, Reason.WHOLE_NUMBER)
        return MISSING
    number = int(typed)
    if number < each.least:
        reading.refuse(name, typed, Reason.NUMBER_TOO_SMALL, limit=each.least)
    elif number > each.most:
        reading.refuse(name, typed, Reason.NUMBER_TOO_LARGE, limit=each.most)
    return number


def _choice(each: f.Choice, name: str, posted: _Posted, reading: Reading) -> Any:
    typed = posted.text(name)
    found = next((value for value in each.values if str(value) == typed), MISSING)
    if typed and found is MISSING:
        expected = ", ".join(map(str, each.values))
        reading.refuse(name, typed, Reason.UNKNOWN_VALUE, value=typed[:60], expected=expected)
    return found


def _words(each: f.Words, name: str, typed: str, reading: Reading) -> Any:
    words = [word for word in re.split(r"[,;\s]+", typed) if word]
    if each.is_number:
        if not all(re.fullmatch(r"[0-9]{1,9}", word) for word in words):
            reading.refuse(name, typed, Reason.WHOLE_NUMBER)
            return MISSING
        for word in words:
            _number(f.Number(each.name, each.owner, least=each.least, most=each.most), name, word, reading)
        return [int(word) for word in words]
    wrong = next((word for word in words if each.pattern and not re.search(each.pattern, word)), None)
    if wrong is not None:
        reading.refuse(name, typed, Reason.BAD_FORM, example=EXAMPLES[each.pattern])
    return words


def _entries(each: f.Entries, name: str, posted: _Posted, reading: Reading) -> list[Any]:
    groups, entries = dict(each.groups), []
    for number in range(posted.count(name)):
        prefix = f"{name}.{number}."
        kind = posted.text(f"{prefix}type")
        group = groups.get(kind) or each.groups[0][1]
        entry = _group(group, prefix, posted, reading)
        entries.append({"type": kind, **entry} if kind in groups and kind else entry)
    return (
        with_keys(entries, _DEFAULT_KEYS.get(name.rsplit(".", 1)[-1], each.name))
        if _is_keyed(each)
        else entries
    )


_DEFAULT_KEYS = {"items": "question", "recall": "rappel", "options": "reponse", "scenes": "scene"}


def _is_keyed(each: f.Entries) -> bool:
    return any(isinstance(part, f.Plain) and part.name == "key" for part in each.groups[0][1].fields)


def _table(each: f.Table, name: str, posted: _Posted, reading: Reading) -> Document:
    table: Document = {}
    for number in range(posted.count(name)):
        prefix = f"{name}.{number}"
        code = posted.text(f"{prefix}~key")
        if not re.search(each.pattern, code):
            reading.refuse(f"{prefix}~key", code, Reason.BAD_FORM, example=EXAMPLES[each.pattern])
        elif code in table:
            reading.refuse(f"{prefix}~key", code, Reason.KEY_OF_NEIGHBOUR, key=code)
        if each.group is None:
            pair = _text(prefix, posted, reading)
            entry: Any = {"fr": "", "en": ""} if pair is MISSING else pair
        else:
            entry = _group(each.group, f"{prefix}.", posted, reading)
            if "key" in each.group.names:
                entry = {**entry, "key": code}
        table[code if code not in table else f"{code}~{number}"] = entry
    return table


def _lines(name: str, posted: _Posted, reading: Reading) -> list[Document]:
    lines = []
    for number in range(posted.count(name)):
        columns = [
            key for key in posted.text(f"{name}.{number}~columns").split() if re.search(KEY_PATTERN, key)
        ]
        pairs = {key: _text(f"{name}.{number}.{key}", posted, reading) for key in columns}
        lines.append({key: pair for key, pair in pairs.items() if pair is not MISSING})
    return lines


def _blank(each: Any) -> Any:
    if isinstance(each, f.Pair):
        return {"level": each.levels[2], "fr": "", "en": ""} if each.levels else {"fr": "", "en": ""}
    if isinstance(each, f.Number):
        return max(each.least, 1)
    if isinstance(each, f.Flag):
        return False
    if isinstance(each, f.Choice):
        return each.values[0]
    if isinstance(each, f.Part):
        return blank(each.group)
    if isinstance(each, f.Entries):
        return _blank_entries(each)
    return "" if isinstance(each, f.Plain) else {} if isinstance(each, f.Table | f.BySector) else []


def _blank_entries(each: f.Entries) -> list[Any]:
    """As many as there must be; the three levels of a rubric are 0, 1 and 2 points."""
    kind, group = each.groups[0]
    known = {"type": kind} if kind else {}
    entries = [blank(group, **known) for _ in range(each.least)]
    if "points" in group.names and each.least == 3:
        entries = [{**entry, "points": points} for points, entry in enumerate(entries)]
    return with_keys(entries, _DEFAULT_KEYS.get(each.name, each.name)) if _is_keyed(each) else entries
