"""What a coach's screen posts of an answer, read without trust."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from coaching.learning.models import CannedComment
from coaching.learning.reviewing import MARGINS_MAX, REMARK_MAX, Grid, Margin, Words, margin_at
from coaching.learning.steps.base import typed_number, typed_text

GIVE_BACK, ONLY_READ = "return", "read"
WHOLE_TEXT = ""  # a remark that is about no passage


class Form(Protocol):
    def get(self, name: str, /) -> object: ...
    def getlist(self, name: str, /) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Posted:
    """The words, the edition and the version that the screen began with, and what becomes of the answer."""

    words: Words
    edition: int
    version: int
    gives_back: bool


def read_form(form: Form, grid: Grid, text: str, *, may_give_back: bool, is_saving: bool = False) -> Posted:
    """The form over this text. A remark that was begun joins the others, unless one is still typing it."""
    words = Words(
        points=_points(form, grid),
        comment=typed_text(form.get("comment")),
        suggestion=typed_text(form.get("suggestion")),
        margins=tuple(_margins(form)),
        remark=typed_text(form.get("remark")),
    )
    if not is_saving:
        words = with_remark(words, text, str(form.get("passage") or WHOLE_TEXT))
    gives_back = may_give_back and form.get("outcome") != ONLY_READ
    return Posted(words, typed_number(form.get("revision")), typed_number(form.get("version")), gives_back)


def _points(form: Form, grid: Grid) -> dict[str, int]:
    given = {each.key: form.get(f"points-{each.key}") for each in grid.criteria}
    return {key: int(str(value)) for key, value in given.items() if value in ("0", "1", "2")}


def _margins(form: Form) -> list[Margin]:
    """Remarks as listed: « start-end » and its quote; a passage that is not that quote has moved."""
    places, quotes = form.getlist("margin-at"), form.getlist("margin-quote")
    found = []
    for place, quote, remark in zip(places, quotes, form.getlist("margin-text"), strict=False):
        words, (start, end) = typed_text(remark), _place(place)
        if not words.strip():
            continue  # emptied: taken off
        found.append(Margin(words, start, end, typed_text(quote)) if quote else Margin(words))
    return found


def with_remark(words: Words, text: str, passage: str) -> Words:
    """The remark that was begun, put beside its passage, or at the end when it is about the whole.

    Where there are as many as an answer holds, or when it is too long for one, it stays in its field.
    """
    if not words.remark.strip():
        return replace(words, remark="")
    if len(words.margins) >= MARGINS_MAX or len(words.remark.strip()) > REMARK_MAX:
        return words
    start, end = _place(passage)
    margin = margin_at(text, start, end, words.remark) or Margin(words.remark.strip())
    return replace(words, margins=(*words.margins, margin), remark="")


def without_margin(words: Words, number: str) -> Words:
    """Without the remark of this number, from 1."""
    taken = typed_number(number)
    return replace(words, margins=tuple(each for n, each in enumerate(words.margins, 1) if n != taken))


def _place(place: str) -> tuple[int, int]:
    start, _dash, end = str(place).partition("-")
    return typed_number(start), typed_number(end)


def inserted(words: Words, chosen: str, canned: Sequence[CannedComment], grid: Grid) -> Words:
    """The comment with the chosen ready-made words after what stands in it; unknown ones change nothing."""
    known: Mapping[str, str] = {each.public_id: each.text for each in canned} | dict(of_programme(grid))
    if chosen not in known:
        return words
    parts = (words.comment.strip(), known[chosen])
    return replace(words, comment="\n\n".join(part for part in parts if part))


def of_programme(grid: Grid) -> list[tuple[str, str]]:
    """The ready-made words that come with the programme, each with its key, in the order of the grid."""
    return [
        (f"{each.key}:{number}", comment)
        for each in grid.criteria
        for number, comment in enumerate(each.comments)
    ]
