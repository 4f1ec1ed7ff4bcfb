"""The drawing of a person's families of values: petals around their own mean (screen 10). Pure geometry."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from coaching.learning.card_sort import Deck, FamilyProfile, FamilyScore

CENTRE = (200.0, 190.0)
CORE, MEAN, RIM = 24.0, 64.0, 103.0
PER_POINT = 52.0  # length of one point of distance to the mean, unless that would cross the rim
HALF_PETAL, HALF_SHARED = 16.0, 8.0  # degrees; two families on one angle share its petal
LABEL_AT = 116.0
LABEL_MOST, LABEL_LEADING = 17, 14.0  # characters of a line, and from one line to the next


@dataclass(frozen=True, slots=True)
class Petal:
    """One family: its outline, where its name stands, and whether it is longer than the mean."""

    label: str
    path: str
    lines: list[dict[str, Any]]  # the label, on two lines when it is long
    anchor: str
    is_high: bool


def petals(profile: FamilyProfile, deck: Deck, labels: Mapping[str, str]) -> list[Petal]:
    """A petal for each family that is shown; `labels` are the families' short names."""
    shown = [score for score in profile.scores if score.centred is not None]
    widest = max((abs(score.centred or 0) for score in shown), default=0)
    per_point = min(PER_POINT, (RIM - MEAN) / widest) if widest else PER_POINT
    return [_petal(score, per_point, labels, deck) for score in shown]


def _petal(score: FamilyScore, per_point: float, labels: Mapping[str, str], deck: Deck) -> Petal:
    middle, half = _sector(score, deck)
    centred = score.centred or 0.0
    radius = max(CORE + 2, MEAN + per_point * centred)
    x, y = _point(middle, LABEL_AT)
    side = math.sin(math.radians(middle))
    anchor = "middle" if abs(side) < 0.1 else "start" if side > 0 else "end"
    label = labels[score.family.key]
    lines = _lines(label, x, y + 5)
    return Petal(label, _outline(middle, half, radius), lines, anchor, centred > 0)


def _lines(label: str, x: float, y: float) -> list[dict[str, Any]]:
    """Centred on y; a longer line would leave its card on a phone. Rows are about equally long."""
    count = len(textwrap.wrap(label, LABEL_MOST, break_long_words=False))
    wraps = (textwrap.wrap(label, most, break_long_words=False) for most in range(1, LABEL_MOST + 1))
    rows = next(rows for rows in wraps if len(rows) == count)
    first = y - LABEL_LEADING * (len(rows) - 1) / 2
    return [{"text": row, "x": x, "y": first + LABEL_LEADING * n} for n, row in enumerate(rows)]


def _sector(score: FamilyScore, deck: Deck) -> tuple[float, float]:
    """The middle angle and half width: families on the same angle stand side by side."""
    family = score.family
    if not any(other.angle == family.angle and other.key != family.key for other in deck.families):
        return family.angle, HALF_PETAL
    return family.angle + (HALF_SHARED if family.outer else -HALF_SHARED), HALF_SHARED - 1


def _outline(middle: float, half: float, radius: float) -> str:
    (ax, ay), (bx, by) = _point(middle - half, CORE), _point(middle - half, radius)
    (cx, cy), (dx, dy) = _point(middle + half, radius), _point(middle + half, CORE)
    outer, inner = f"A{radius:.1f} {radius:.1f} 0 0 1 {cx} {cy}", f"A{CORE} {CORE} 0 0 0 {ax} {ay}"
    return f"M{ax} {ay}L{bx} {by}{outer}L{dx} {dy}{inner}Z"


def _point(angle: float, radius: float) -> tuple[float, float]:
    """A point at an angle in degrees, clockwise from the top."""
    turn = math.radians(angle)
    x, y = CENTRE[0] + radius * math.sin(turn), CENTRE[1] - radius * math.cos(turn)
    return round(x, 1), round(y, 1)
