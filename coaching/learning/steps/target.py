"""The drawing of the bull's-eye, 340 by 340: four quarters, seven rings, a stone per domain."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

SIZE, MIDDLE, OUTER, CORE = 340, 170, 160, 8
RINGS = 7
RING = (OUTER - CORE) / RINGS
DIAGONAL = 0.5**0.5
# The quarters in the order of the domains: to the left or right of the middle, above or below it.
QUARTERS = ((-1, -1), (1, -1), (1, 1), (-1, 1))


def target(domains: Sequence[tuple[str, str]], distances: Mapping[str, int]) -> dict[str, Any] | None:
    """Rings, quarters to tap, labels and stones as the template draws them.

    `domains` are keys and labels; a domain without a distance has its stone ready, unseen. None when there
    are not exactly four: the scales alone then do.
    """
    if len(domains) != len(QUARTERS):
        return None
    placed = list(zip(domains, QUARTERS, strict=True))
    return {
        "rings": [{"r": _point(CORE + RING * n), "shade": (n + 2) // 2} for n in range(RINGS, 0, -1)],
        "hits": [
            {"key": key, "distance": distance, "path": _slice(side, distance)}
            for (key, _label), side in placed
            for distance in range(RINGS, 0, -1)
        ],
        "labels": [line for (_key, label), side in placed for line in _lines(label, side)],
        "stones": [
            {"key": key, "number": number, "at": stone_at(side, distances.get(key, RINGS)), "side": side}
            | {"is_placed": key in distances}
            for number, ((key, _label), side) in enumerate(placed, 1)
        ],
    }


def stone_at(side: tuple[int, int], distance: int) -> str:
    """« 144.1 144.1 »: the middle of a ring, on the diagonal of a quarter."""
    along = (CORE + (distance - 0.5) * RING - 4) * DIAGONAL
    return f"{_point(MIDDLE + side[0] * along)} {_point(MIDDLE + side[1] * along)}"


def _slice(side: tuple[int, int], distance: int) -> str:
    """One ring of one quarter, as a path."""
    (across, down), outer = side, CORE + distance * RING
    inner = outer - RING
    turn = 1 if across * down > 0 else 0
    far, near = MIDDLE + across * outer, MIDDLE + across * inner
    below, above = MIDDLE + down * outer, MIDDLE + down * inner
    out, back = _point(outer), _point(inner)
    return (
        f"M{_point(far)} {MIDDLE}A{out} {out} 0 0 {turn} {MIDDLE} {_point(below)}"
        f"L{MIDDLE} {_point(above)}A{back} {back} 0 0 {1 - turn} {_point(near)} {MIDDLE}Z"
    )


def _lines(label: str, side: tuple[int, int]) -> list[dict[str, Any]]:
    """A label in its corner, on two lines when it is long."""
    lines = textwrap.wrap(label, 12, break_long_words=False)[:3]
    first = 22 if side[1] < 0 else 333 - 15 * (len(lines) - 1)
    x = 10 if side[0] < 0 else 330
    return [
        {"text": line, "x": x, "y": first + 15 * n, "is_end": side[0] > 0} for n, line in enumerate(lines)
    ]


def _point(value: float) -> str:
    """With a point in every language: it goes into a drawing."""
    return f"{value:.1f}"
