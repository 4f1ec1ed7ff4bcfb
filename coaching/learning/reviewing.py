"""Reading a practice with its grid: what validates it, remarks beside a passage, until when. No Django.

A practice is validated when the points reach the grid's threshold and every criterion with a floor reaches
it: 5 of 8 and « cadre respecté » at 1 in the programme that ships (domain.md 6.5). Passages are named by two
places in the text, counted in characters (code points) from 0, the second one excluded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

ANSWERED_WITHIN = 5  # working days of the agency in which a coach answers (domain.md 6.5)
POINTS = (0, 1, 2)
MARGINS_MAX = 12
COMMENT_MAX = 4000
REMARK_MAX = 600
# A sentence ends with its mark and what closes it, or with its line.
_SENTENCE = re.compile(r"[^\n.!?…]*[.!?…]+[»”\"')\]\u00a0\u202f]*|[^\n.!?…]+")


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion of a grid in the reader's language; `levels` are the words for 0, 1 and 2."""

    key: str
    label: str
    must_reach: int
    levels: tuple[str, ...]
    comments: tuple[str, ...] = ()  # ready-made sentences of the programme


@dataclass(frozen=True, slots=True)
class Grid:
    criteria: tuple[Criterion, ...]
    validated_from: int

    @property
    def out_of(self) -> int:
        return max(POINTS) * len(self.criteria)


def grid_of(fields: Mapping[str, Any]) -> Grid:
    """The grid of a practice from the fields of its step; without criteria when the version has none."""
    rubric = fields.get("rubric") or {}
    criteria = tuple(
        Criterion(
            key=row["key"],
            label=row["label"],
            must_reach=row.get("must_reach", 0),
            levels=tuple(level["text"] for level in sorted(row["levels"], key=lambda each: each["points"])),
            comments=tuple(row.get("coach_comments", ())),
        )
        for row in rubric.get("criteria", ())
    )
    return Grid(criteria, rubric.get("validated_from", 0))


@dataclass(frozen=True, slots=True)
class Reached:
    """What the points of a reading come to; `is_whole` once every criterion has its points."""

    total: int
    is_whole: bool
    is_framed: bool
    is_validated: bool


def reached(grid: Grid, points: Mapping[str, int]) -> Reached:
    """Validated: whole, the threshold reached, and every floor (« cadre respecté ») as well."""
    given = [points.get(each.key) for each in grid.criteria]
    is_whole = bool(given) and None not in given
    is_framed = all(points.get(each.key, -1) >= each.must_reach for each in grid.criteria if each.must_reach)
    total = sum(each or 0 for each in given)
    return Reached(total, is_whole, is_framed, is_whole and is_framed and total >= grid.validated_from)


def known_points(grid: Grid, points: Mapping[str, Any]) -> dict[str, int]:
    """The points of criteria that the grid has; anything else is dropped."""
    keys = {each.key for each in grid.criteria}
    return {key: value for key, value in points.items() if key in keys and _is_points(value)}


def _is_points(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value in POINTS


@dataclass(frozen=True, slots=True)
class Words:
    """What a coach writes of a practice; `margins` are numbered from 1 in this order."""

    points: Mapping[str, int] = field(default_factory=dict)
    comment: str = ""
    suggestion: str = ""
    margins: tuple[Margin, ...] = ()
    remark: str = ""  # begun, and not yet put beside a passage

    @property
    def is_empty(self) -> bool:
        return not (
            self.points
            or self.comment.strip()
            or self.suggestion.strip()
            or self.margins
            or self.remark.strip()
        )


def words_of(content: Any) -> Words:
    """A stored answer, read without trust."""
    stored = content if isinstance(content, Mapping) else {}
    points, margins = stored.get("points"), stored.get("margins")
    return Words(
        {key: value for key, value in points.items() if _is_points(value)}
        if isinstance(points, Mapping)
        else {},
        str(stored.get("comment") or ""),
        str(stored.get("suggestion") or ""),
        tuple(_margin_of(each) for each in margins if isinstance(each, Mapping))
        if isinstance(margins, list)
        else (),
        str(stored.get("remark") or ""),
    )


def _margin_of(stored: Mapping[str, Any]) -> Margin:
    start, end = (stored.get(name) for name in ("start", "end"))
    places = (start, end) if isinstance(start, int) and isinstance(end, int) else (0, 0)
    return Margin(str(stored.get("text") or ""), *places, str(stored.get("quote") or ""))


def content_of(words: Words) -> dict[str, Any]:
    """The same for the database."""
    return {
        "points": dict(words.points),
        "comment": words.comment,
        "suggestion": words.suggestion,
        "margins": [
            {"start": each.start, "end": each.end, "quote": each.quote, "text": each.text}
            for each in words.margins
        ],
        "remark": words.remark,
    }


def what_is_missing(grid: Grid, words: Words, *, gives_back: bool) -> tuple[str, ...]:
    """What an answer still needs, by the name of its field: points, suggestion, comment; () when nothing.

    Without a grid (the step has left the version that is followed) words are enough. "remark": one was begun
    that has no place beside the others.
    """
    found = []
    if grid.criteria and not reached(grid, words.points).is_whole:
        found.append("points")
    if gives_back and not words.suggestion.strip():
        found.append("suggestion")
    if not (gives_back or words.comment.strip() or words.margins):
        found.append("comment")
    if words.remark.strip():
        found.append("remark")
    return tuple(found)


def what_is_too_long(words: Words) -> tuple[str, ...]:
    """What is longer than an answer holds, by the name of its field and "_long"; () when nothing is."""
    limits = {
        "comment": (words.comment, COMMENT_MAX),
        "suggestion": (words.suggestion, REMARK_MAX),
        "remark": (words.remark, REMARK_MAX),
    }
    return tuple(f"{name}_long" for name, (text, limit) in limits.items() if len(text) > limit)


# --- remarks beside the text -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Margin:
    """A remark beside one passage; without a quote once the passage is gone."""

    text: str
    start: int = 0
    end: int = 0
    quote: str = ""

    @property
    def has_passage(self) -> bool:
        return bool(self.quote)


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a text, as a choice: its sentence and where it stands."""

    number: int
    start: int
    end: int
    text: str

    @property
    def key(self) -> str:
        return f"{self.start}-{self.end}"


def sentences(text: str) -> list[Passage]:
    """The sentences of a text in order, numbered from 1, without the blanks around them."""
    found: list[Passage] = []
    for match in _SENTENCE.finditer(text):
        words = match.group().strip()
        if not words:
            continue
        start = match.start() + match.group().index(words[0])
        found.append(Passage(len(found) + 1, start, start + len(words), words))
    return found


def margin_at(text: str, start: int, end: int, remark: str) -> Margin | None:
    """A remark on text[start:end]; None without words, or for places that the text does not have."""
    words = remark.strip()
    if not (words and 0 <= start < end <= len(text) and text[start:end].strip()):
        return None
    return Margin(words[:REMARK_MAX], start, end, text[start:end])


def moved_to(text: str, margins: Iterable[Margin]) -> tuple[Margin, ...]:
    """The same remarks on another version of the text: where their passage still stands, else without one."""
    return tuple(_moved(text, each) for each in margins)


def _moved(text: str, margin: Margin) -> Margin:
    if not margin.has_passage or text[margin.start : margin.end] == margin.quote:
        return margin
    start = text.find(margin.quote)
    if start < 0:
        return without_passage(margin)
    return replace(margin, start=start, end=start + len(margin.quote))


def without_passage(margin: Margin) -> Margin:
    """The remark alone: nothing is left of a text that was taken back."""
    return Margin(margin.text)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a text and the numbers of the remarks that speak of it."""

    text: str
    numbers: tuple[int, ...] = ()

    @property
    def label(self) -> str:
        return ", ".join(str(number) for number in self.numbers)


def marked(text: str, margins: Sequence[Margin]) -> list[Stretch]:
    """The text cut where passages begin and end; joined again, the pieces are the text."""
    spans = [(n, each) for n, each in enumerate(margins, 1) if each.has_passage and each.end <= len(text)]
    cuts = {0, len(text)} | {place for _n, each in spans for place in (each.start, each.end)}
    edges = sorted(cuts)
    return [
        Stretch(text[a:b], tuple(n for n, each in spans if each.start <= a and b <= each.end))
        for a, b in pairwise(edges)
        if a < b
    ]
