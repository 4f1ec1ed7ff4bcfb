"""What people say of a lesson, in numbers; below five votes nothing is said. No Django."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

VOTES_MIN = 5  # domain.md 2.5, 4.8: no aggregate of fewer than five


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many found a module useful or not clear; the notes by alphabet, so that no place tells who."""

    useful: int
    unclear: int
    notes: tuple[str, ...]


def verdicts(votes: Iterable[tuple[str, str, str]]) -> dict[str, Verdict]:
    """Module key -> its verdict, from (module key, word, note); modules with too few votes are left out."""
    by_module: dict[str, list[tuple[str, str]]] = {}
    for key, word, note in votes:
        by_module.setdefault(key, []).append((word, note))
    return {
        key: Verdict(
            useful=sum(word == "useful" for word, _note in found),
            unclear=sum(word == "unclear" for word, _note in found),
            notes=tuple(sorted(note for _word, note in found if note)),
        )
        for key, found in by_module.items()
        if len(found) >= VOTES_MIN
    }
