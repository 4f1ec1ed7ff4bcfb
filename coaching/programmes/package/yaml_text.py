"""Reads one YAML file of a package: three plain types, no aliases, a place for every key. No Django.

Nodes are built from the parser's events, so an alias is refused before anything is expanded and
depth is bounded before anything is nested.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import yaml

from coaching.programmes.problems import KeyPath, Place, Places, Problem, Reason

MAX_DEPTH = 30
_BOOLEAN = re.compile(r"true|false")
_WHOLE_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,11}")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

MISSING = object()


class _Refused(Exception):
    def __init__(self, event: Any, path: str, reason: Reason) -> None:
        super().__init__(reason)
        self.line, self.column = (1, 1) if event is None else (_line(event), _column(event))
        self.path, self.reason = path, reason


def read_yaml(text: str, *, file: str, path: KeyPath, places: Places, problems: list[Problem]) -> Any:
    """The data of one file, or MISSING after a problem was added; `places` learns every line."""
    try:
        return _Builder(text, file, places, problems).document(path)
    except _Refused as refused:
        found = Problem(file, refused.line, refused.path, refused.reason, column=refused.column)
        problems.append(found)
    except yaml.MarkedYAMLError as error:
        problems.append(_syntax_problem(file, error))
    except yaml.YAMLError:
        problems.append(Problem(file, 1, "", Reason.NOT_YAML))
    return MISSING


# What libyaml says, in the order to look for it, and what it means to an author.
_SYNTAX = (
    ("mapping values", Reason.COLON_IN_TEXT),
    ("cannot start any token", Reason.BAD_START),
    ("found a tab", Reason.BAD_START),
    ("',' or", Reason.UNCLOSED_BRACKET),
    ("node content", Reason.UNCLOSED_BRACKET),
    ("unexpected end of stream", Reason.UNCLOSED_QUOTE),
    ("unknown escape", Reason.BAD_ESCAPE),
    ("escape code", Reason.BAD_ESCAPE),
    ("hexdecimal", Reason.BAD_ESCAPE),
    ("did not find expected", Reason.BAD_INDENT),
    ("could not find expected ':'", Reason.BAD_INDENT),
    ("expected <block end>", Reason.BAD_INDENT),
    ("not allowed in this context", Reason.BAD_INDENT),
)


def _syntax_problem(file: str, error: yaml.MarkedYAMLError) -> Problem:
    said = str(error.problem or error.context)
    reason = next((reason for words, reason in _SYNTAX if words in said), Reason.NOT_YAML)
    marks = [error.problem_mark, error.context_mark]
    if reason is Reason.UNCLOSED_QUOTE:  # the file ends far below the quotation mark that opens
        marks.reverse()
    mark = next(filter(None, marks), None)
    if mark is None:
        return Problem(file, 1, "", reason)
    return Problem(file, mark.line + 1, "", reason, column=mark.column + 1)


class _Builder:
    """Turns the events of one YAML text into dicts, lists, text, whole numbers and booleans."""

    def __init__(self, text: str, file: str, places: Places, problems: list[Problem]) -> None:
        self._events: Iterator[Any] = iter(yaml.parse(text, Loader=_LOADER))
        self._file = file
        self._places = places
        self._problems = problems

    def document(self, path: KeyPath) -> Any:
        event = self._next()
        if isinstance(event, yaml.StreamEndEvent):
            raise _Refused(None, "", Reason.EMPTY)
        self._refuse_directives(event)
        data = self._node(self._next(), path)
        self._next()
        extra = self._next()
        if not isinstance(extra, yaml.StreamEndEvent):
            raise _Refused(extra, "", Reason.SEVERAL_DOCUMENTS)
        return data

    def _next(self) -> Any:
        event = next(self._events)
        return next(self._events) if isinstance(event, yaml.StreamStartEvent) else event

    @staticmethod
    def _refuse_directives(event: Any) -> None:
        if event.version or event.tags:
            raise _Refused(event, "", Reason.DIRECTIVES)

    def _node(self, event: Any, path: KeyPath) -> Any:
        self._refuse_foreign(event, path)
        is_block = isinstance(event, yaml.ScalarEvent) and event.style in ("|", ">")
        known = self._places.exact(path)
        here = (
            known
            if known and known.file == self._file
            else Place(self._file, _line(event), False, _column(event))
        )
        self._places.remember(path, replace(here, is_block=is_block))
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        return _scalar(event)

    def _refuse_foreign(self, event: Any, path: KeyPath) -> None:
        if isinstance(event, yaml.AliasEvent) or event.anchor or getattr(event, "tag", None):
            raise _Refused(event, _words(path), Reason.ANCHORS)
        if len(path) > MAX_DEPTH:
            raise _Refused(event, _words(path[:4]), Reason.TOO_DEEP)

    def _mapping(self, path: KeyPath) -> dict[str, Any]:
        data: dict[str, Any] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            self._refuse_foreign(event, path)
            if not isinstance(event, yaml.ScalarEvent):
                raise _Refused(event, _words(path), Reason.KEY_IS_ONE_WORD)
            key = event.value
            if key in data:
                twice = Problem(self._file, _line(event), key[:60], Reason.KEY_TWICE, column=_column(event))
                self._problems.append(twice)
            self._places.remember((*path, key), Place(self._file, _line(event), column=_column(event)))
            data[key] = self._node(self._next(), (*path, key))
        return data

    def _sequence(self, path: KeyPath) -> list[Any]:
        data: list[Any] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            data.append(self._node(event, (*path, len(data))))
        return data


def _scalar(event: Any) -> str | int | bool:
    """`no`, `on`, 1.0, null and dates stay text: only true, false and whole numbers are anything else."""
    value: str = event.value
    is_plain = event.style in (None, "")
    if is_plain and _BOOLEAN.fullmatch(value):
        return value == "true"
    if is_plain and _WHOLE_NUMBER.fullmatch(value):
        return int(value)
    return value


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _column(event: Any) -> int:
    return int(event.start_mark.column) + 1


def _words(path: KeyPath) -> str:
    parts = path[2:] if path[:1] == ("modules",) else path
    return " > ".join(str(part)[:60] for part in parts)
