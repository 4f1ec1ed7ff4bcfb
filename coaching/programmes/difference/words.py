"""Two texts word by word: what stays, what goes, what comes. No Django."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

_TOKENS = re.compile(r"\w+|\s+|[^\w\s]")
_MOST_TOKENS = 6_000  # beyond, the whole text stands as gone and come: comparing would take seconds


class Piece(NamedTuple):
    """A run of text: on both sides, only before, or only after."""

    state: Literal["same", "gone", "come"]
    text: str


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """The runs in reading order, what goes ahead of what comes in its place."""
    old, new = _TOKENS.findall(before), _TOKENS.findall(after)
    if len(old) + len(new) > _MOST_TOKENS:
        return _plain(before, after)
    found: list[Piece] = []
    for tag, start, end, start_new, end_new in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            _put(found, "same", old[start:end])
            continue
        _put(found, "gone", old[start:end])
        _put(found, "come", new[start_new:end_new])
    return tuple(found)


def _put(found: list[Piece], state: Literal["same", "gone", "come"], tokens: Sequence[str]) -> None:
    if tokens:
        found.append(Piece(state, "".join(tokens)))


def _plain(before: str, after: str) -> tuple[Piece, ...]:
    shared = len(_common(before, after))
    rest = (Piece("gone", before[shared:]), Piece("come", after[shared:]))
    return tuple(piece for piece in (Piece("same", before[:shared]), *rest) if piece.text)


def _common(before: str, after: str) -> str:
    length = 0
    for old, new in zip(before, after, strict=False):
        if old != new:
            break
        length += 1
    return before[:length]
