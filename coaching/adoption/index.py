"""The adoption index of a person, an agency and a network, with its bands (domain.md 4.5). No Django."""

from __future__ import annotations

import datetime as dt
import statistics
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from coaching.adoption.results import Figure, Part

PRACTICE_TARGET = 6.0
PRACTICE_TARGET_MIN = 2.0
PRACTICE_WINDOW_DAYS = 28
PRACTICE_POINTS_PER_WEEK = 4  # the rule against chasing numbers
PRACTICE_ITEMS_PER_DAY = 3

Band = Literal["to_start", "on_the_way", "settled", "rooted"]
BANDS: tuple[tuple[Band, int], ...] = (("to_start", 0), ("on_the_way", 25), ("settled", 50), ("rooted", 75))


@dataclass(frozen=True, slots=True)
class IndexWeights:
    """Weights of the adoption index, stored on the programme version; they sum to 1."""

    activated: float = 0.15
    learning: float = 0.35
    practice: float = 0.30
    regularity: float = 0.20


DEFAULT_WEIGHTS = IndexWeights()


def learning_component(done: float | None, due: float | None, *, is_completed: bool = False) -> float | None:
    """L = min(1, progress / expected); 1 when nothing is due yet, or once completed."""
    if is_completed or due == 0:
        return 1.0
    if done is None or due is None:
        return None
    return min(1.0, done / due)


@dataclass(frozen=True, slots=True)
class Practised:
    """A practice handed in: the day it first was, at the agency, and what it counts for (domain.md 4.3)."""

    on: dt.date
    points: int


def practice_count(items: Iterable[Practised], today: dt.date) -> int:
    """practice_count_28d: practices of the last 28 days, `today` included, three a day at most."""
    return len(_recent(items, today))


def practice_points(items: Iterable[Practised], today: dt.date) -> float:
    """practice_points_28d: the points of the last 28 days, four an ISO week at most."""
    weeks: Counter[tuple[int, int]] = Counter()
    for item in _recent(items, today):
        weeks[item.on.isocalendar()[:2]] += item.points
    return float(sum(min(points, PRACTICE_POINTS_PER_WEEK) for points in weeks.values()))


def _recent(items: Iterable[Practised], today: dt.date) -> list[Practised]:
    """Those of the window; of a day the three that count for most."""
    first = today - dt.timedelta(days=PRACTICE_WINDOW_DAYS - 1)
    days: dict[dt.date, list[Practised]] = {}
    for item in items:
        if first <= item.on <= today:
            days.setdefault(item.on, []).append(item)
    kept = (sorted(day, key=lambda item: -item.points)[:PRACTICE_ITEMS_PER_DAY] for day in days.values())
    return [item for day in kept for item in day]


def practice_component(points_28d: float | None, days_since_due: int | None) -> float | None:
    """P = min(1, points / target); the target grows from 2 to 6 over 28 days; null before it is due."""
    if points_28d is None or days_since_due is None or days_since_due < 0:
        return None
    grown = PRACTICE_TARGET * days_since_due / PRACTICE_WINDOW_DAYS
    target = PRACTICE_TARGET if days_since_due >= PRACTICE_WINDOW_DAYS else max(PRACTICE_TARGET_MIN, grown)
    return min(1.0, points_28d / target)


def adoption_index(
    *,
    is_activated: bool,
    learning: float | None,
    practice: float | None,
    regularity: float | None,
    is_too_early: bool = False,
    weights: IndexWeights = DEFAULT_WEIGHTS,
) -> Figure:
    """100 x sum(w x) / sum(w) over what applies, 0 to 100; each part carries its share and weight.

    Null with "too_early" until ten working days after the invitation or activation, whichever is
    first; someone eligible and not activated has 0.
    """
    if is_too_early:
        return Figure(None, "too_early")
    if not is_activated:
        return Figure(0.0, "", (Part("activated", 0.0, weight=weights.activated),), note="not_activated")
    parts = (
        Part("activated", 1.0, weight=weights.activated),
        Part("learning", learning, weight=weights.learning),
        Part("practice", practice, weight=weights.practice),
        Part("regularity", regularity, weight=weights.regularity),
    )
    applicable = [(part.value, part.weight) for part in parts if part.value is not None and part.weight]
    total = sum(weight for _, weight in applicable)
    if not total:
        return Figure(None, "nothing_applies", parts)
    return Figure(100 * sum(value * weight for value, weight in applicable) / total, "", parts)


def sustain_index(practice: float | None, regularity: float | None) -> Figure:
    """For 90 days after the end: 100 x (0.6 P + 0.4 R); null when either is."""
    parts = (Part("practice", practice, weight=0.6), Part("regularity", regularity, weight=0.4))
    if practice is None or regularity is None:
        return Figure(None, "nothing_applies", parts)
    return Figure(100 * (0.6 * practice + 0.4 * regularity), "", parts)


def band(index: float | None) -> Band | None:
    """The band of an index as it is shown, rounded to a whole number, so that 74.6 reads 75 and rooted."""
    if index is None:
        return None
    shown = int(index + 0.5)
    return next(name for name, floor in reversed(BANDS) if shown >= floor)


@dataclass(frozen=True, slots=True)
class RegionIndex:
    """The three numbers that are always printed together (index and adjusted 0-100, coverage 0-1)."""

    index: Figure
    coverage: Figure
    adjusted: Figure
    distribution: tuple[tuple[Band, int], ...]


def agency_index(people: Iterable[float | None]) -> Figure:
    """Mean of the agency's people; their number is a part, for agencies with two heads."""
    values = [value for value in people if value is not None]
    parts = (Part("people", len(values)),)
    return Figure(statistics.fmean(values), "", parts) if values else Figure(None, "no_figure_yet", parts)


def region_index(agencies: Iterable[float | None], covered: Figure) -> RegionIndex:
    """Mean of the agencies, one agency one voice; adjusted = index x coverage."""
    values = [value for value in agencies if value is not None]
    parts = (Part("agencies", len(values)),)
    index = Figure(statistics.fmean(values), "", parts) if values else Figure(None, "no_figure_yet", parts)
    adjusted = Figure(None, index.reason or covered.reason)
    if index.value is not None and covered.value is not None:
        both = (Part("index", index.value), Part("coverage", covered.value))
        adjusted = Figure(index.value * covered.value, "", both)
    names = [band(value) for value in values]
    return RegionIndex(index, covered, adjusted, tuple((name, names.count(name)) for name, _ in BANDS))
