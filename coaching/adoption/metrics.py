"""Adoption figures with their parts, from facts alone (domain.md 4). No Django, no clock, null never zero."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from coaching.adoption.index import (
    BANDS,
    DEFAULT_WEIGHTS,
    Band,
    IndexWeights,
    Practised,
    RegionIndex,
    adoption_index,
    agency_index,
    band,
    learning_component,
    practice_component,
    practice_count,
    practice_points,
    region_index,
    sustain_index,
)
from coaching.adoption.ladder import (
    BEHIND_PACE_POINTS,
    DEFAULT_LADDER,
    FAR_PACE_POINTS,
    LadderFacts,
    LadderRule,
    Risk,
    RiskFacts,
    RiskReason,
    Visibility,
    manager_visibility,
    risk,
)
from coaching.adoption.rates import (
    AgencyFacts,
    Coverage,
    EligibilityFacts,
    activation_rate,
    completion_rate,
    coverage,
    is_eligible,
    optout_ratio,
    practice_rate,
    reminder_yield,
    time_to_activation,
)
from coaching.adoption.results import Figure, Part
from coaching.cohorts.regularity import GRACE_WEEKS, DotState, dots_of
from coaching.cohorts.working_days import WorkingDays

__all__ = [
    "BANDS",
    "DEFAULT_LADDER",
    "DEFAULT_WEIGHTS",
    "AgencyFacts",
    "Band",
    "Bucket",
    "Coverage",
    "DotState",
    "EligibilityFacts",
    "EnrolmentFacts",
    "EnrolmentFigures",
    "Figure",
    "IndexWeights",
    "LadderFacts",
    "LadderRule",
    "PaceBand",
    "Part",
    "Practised",
    "RegionIndex",
    "Regularity",
    "Risk",
    "RiskFacts",
    "RiskReason",
    "Visibility",
    "WeekDue",
    "activation_rate",
    "adoption_index",
    "agency_index",
    "band",
    "completion_rate",
    "coverage",
    "enrolment_figures",
    "expected",
    "is_eligible",
    "learning_component",
    "manager_visibility",
    "optout_ratio",
    "pace_band",
    "pace_gap",
    "practice_component",
    "practice_count",
    "practice_points",
    "practice_rate",
    "progress",
    "recency",
    "recency_bucket",
    "region_index",
    "regularity",
    "reminder_yield",
    "risk",
    "sustain_index",
    "time_to_activation",
]

TOO_EARLY_WORKING_DAYS = 10
RECENT_WORKING_DAYS = 5
FEW_WEEKS_WORKING_DAYS = 15
FROZEN_STATUSES = frozenset({"completed", "ended_incomplete"})
OUTSIDE_STATUSES = frozenset({"withdrawn", "replaced", "cancelled"})

Bucket = Literal["not_started", "this_week", "one_to_three_weeks", "over_three_weeks"]
PaceBand = Literal["on_track", "behind", "far"]


@dataclass(frozen=True, slots=True)
class WeekDue:
    """Required minutes of one week and the instant they fall due for this person (`effective_due_at`)."""

    number: int
    minutes: int
    due_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Regularity:
    """Active weeks over eligible weeks of the last eight, and the dots that draw them, oldest first."""

    figure: Figure
    dots: tuple[tuple[dt.date, DotState], ...] = ()


@dataclass(frozen=True, slots=True)
class EnrolmentFacts:
    """One person in one cohort. Days are on the agency's wall calendar; instants are aware.

    `counts_from`: first day that counts for regularity (opening of week 1, or a late joiner's own
    start). `practised`: what was handed in, ever; `practice_due_on` is None in a programme without practice.
    `frozen_on`: day of the pause or of the end; figures then stand as of that day.
    """

    status: str
    invited_on: dt.date | None
    activated_on: dt.date | None
    counts_from: dt.date
    done_minutes: int
    total_minutes: int
    weeks: tuple[WeekDue, ...]
    activity_on: tuple[dt.date, ...]
    working: WorkingDays
    practised: tuple[Practised, ...] = ()
    practice_due_on: dt.date | None = None
    frozen_on: dt.date | None = None
    progress_floor: float = 0.0


@dataclass(frozen=True, slots=True)
class EnrolmentFigures:
    """Every figure of one person, each with its parts; `frozen` is "", "paused" or "ended"."""

    progress: Figure
    expected: Figure
    pace_gap: Figure
    pace_band: PaceBand | None
    regularity: Regularity
    recency: Figure
    recency_bucket: Bucket
    adoption_index: Figure
    band: Band | None
    practice_count: int = 0
    practice_points: float = 0.0
    is_practice_due: bool = False
    frozen: str = ""


def progress(done_minutes: int, total_minutes: int, floor: float = 0.0) -> Figure:
    """Minutes of required steps done over all of the person's version, 0 to 1.

    `floor` is what a change of version found reached: the figure never falls below it (domain.md 4.8).
    """
    parts: tuple[Part, ...] = (Part("done_minutes", done_minutes, of=total_minutes),)
    if total_minutes <= 0:
        return Figure(None, "no_required_step", parts)
    ratio = min(1.0, done_minutes / total_minutes)
    if floor > ratio:
        return Figure(floor, "", (*parts, Part("content_updated", floor)))
    return Figure(ratio, "", parts)


def expected(weeks: Sequence[WeekDue], total_minutes: int, now: dt.datetime) -> Figure:
    """Minutes of required steps whose due date is past, over all, 0 to 1."""
    due = sum(week.minutes for week in weeks if week.due_at <= now)
    parts = (Part("due_minutes", due, of=total_minutes),)
    if total_minutes <= 0:
        return Figure(None, "no_required_step", parts)
    return Figure(min(1.0, due / total_minutes), "", parts)


def pace_gap(done: Figure, due: Figure) -> Figure:
    """Progress minus expected, in points of a hundred."""
    parts = (Part("progress", done.value), Part("expected", due.value))
    if done.value is None or due.value is None:
        return Figure(None, done.reason or due.reason, parts)
    # Rounded far below what is shown, so that -10 points exactly stays on the right side.
    return Figure(round(100 * (done.value - due.value), 6), "", parts)


def pace_band(points: float | None) -> PaceBand | None:
    if points is None:
        return None
    if points >= BEHIND_PACE_POINTS:
        return "on_track"
    return "behind" if points >= FAR_PACE_POINTS else "far"


def recency(last_activity_on: dt.date | None, today: dt.date, working: WorkingDays) -> Figure:
    """Working days since the last meaningful activity; null when there was none."""
    if last_activity_on is None:
        return Figure(None, "not_started")
    return Figure(float(working.between(last_activity_on, today)), "")


def recency_bucket(working_days: float | None) -> Bucket:
    """What a manager sees instead of a date (domain.md 0.3 rule 7)."""
    if working_days is None:
        return "not_started"
    if working_days <= RECENT_WORKING_DAYS:
        return "this_week"
    return "one_to_three_weeks" if working_days <= FEW_WEEKS_WORKING_DAYS else "over_three_weeks"


def regularity(
    activity_on: Collection[dt.date],
    counts_from: dt.date,
    today: dt.date,
    working: WorkingDays,
    *,
    grace_weeks: int = GRACE_WEEKS,
) -> Regularity:
    """Active ISO weeks over eligible ones among the last eight (`coaching.cohorts.regularity`)."""
    return _regularity_of(dots_of(activity_on, counts_from, today, working, grace_weeks=grace_weeks))


def _regularity_of(dots: tuple[tuple[dt.date, DotState], ...]) -> Regularity:
    states = [state for _, state in dots]
    active, grace, missed = states.count("active"), states.count("grace"), states.count("none")
    eligible = active + grace + missed
    parts = (Part("active_weeks", active, of=eligible), Part("grace_weeks", grace))
    if not eligible:
        return Regularity(Figure(None, "no_eligible_week", parts), dots)
    return Regularity(Figure((active + grace) / eligible, "", parts), dots)


def enrolment_figures(
    facts: EnrolmentFacts, now: dt.datetime, today: dt.date, weights: IndexWeights = DEFAULT_WEIGHTS
) -> EnrolmentFigures:
    """All figures of one person as of `now`, whose day at the agency is `today`."""
    if facts.frozen_on is not None and facts.frozen_on < today:
        now -= dt.timedelta(days=(today - facts.frozen_on).days)
        today = facts.frozen_on
    is_completed = facts.status == "completed"
    done = progress(facts.done_minutes, facts.total_minutes, facts.progress_floor)
    due = expected(facts.weeks, facts.total_minutes, now)
    gap = pace_gap(done, due)
    regular = regularity(facts.activity_on, facts.counts_from, today, facts.working)
    recent = recency(max(facts.activity_on, default=None), today, facts.working)
    days_since_practice = (today - facts.practice_due_on).days if facts.practice_due_on else None
    points = practice_points(facts.practised, today)
    index = adoption_index(
        is_activated=facts.activated_on is not None,
        learning=learning_component(done.value, due.value, is_completed=is_completed),
        practice=practice_component(points, days_since_practice),
        regularity=regular.figure.value,
        is_too_early=_is_too_early(facts, today),
        weights=weights,
    )
    if facts.status in OUTSIDE_STATUSES:
        index = Figure(None, facts.status)
    frozen = "paused" if facts.status == "paused" else "ended" if facts.status in FROZEN_STATUSES else ""
    return EnrolmentFigures(
        progress=done,
        expected=due,
        pace_gap=gap,
        pace_band=pace_band(gap.value),
        regularity=regular,
        recency=recent,
        recency_bucket=recency_bucket(recent.value),
        adoption_index=index,
        band=band(index.value),
        practice_count=practice_count(facts.practised, today),
        practice_points=points,
        is_practice_due=days_since_practice is not None and days_since_practice >= 0,
        frozen=frozen,
    )


def _is_too_early(facts: EnrolmentFacts, today: dt.date) -> bool:
    if facts.activated_on is not None:
        return False
    if facts.invited_on is None:
        return True
    return facts.working.between(facts.invited_on, today) < TOO_EARLY_WORKING_DAYS
