"""The last eight weeks of a person, one dot each (domain.md 3.2, 4.3). No Django, no clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Literal

from coaching.cohorts.working_days import WorkingDays

SHOWN_WEEKS = 8
GRACE_WEEKS = 2
MIN_OPEN_DAYS = 2

DotState = Literal["active", "grace", "none", "not_eligible", "running"]
Dots = tuple[tuple[dt.date, DotState], ...]


def dots_of(
    activity_on: Collection[dt.date],
    counts_from: dt.date,
    today: dt.date,
    working: WorkingDays,
    *,
    grace_weeks: int = GRACE_WEEKS,
) -> Dots:
    """The Monday and the state of each ISO week since `counts_from`, the last eight, oldest first.

    A week is eligible with two open days at least, and, while it runs, only once it is active: a
    Monday is no gap. The first inactive weeks of the programme, two at most, are filled in silence,
    once the person has been active at all: grace forgives a gap, it does not invent a start.
    """
    active = {monday_of(day) for day in activity_on if day <= today}
    this_week = monday_of(today)
    grace_left = grace_weeks if active else 0
    dots: list[tuple[dt.date, DotState]] = []
    monday = monday_of(counts_from)
    while monday <= this_week:
        state: DotState = "active"
        if not _is_eligible(monday, working):
            state = "not_eligible"
        elif monday not in active:
            state = "running" if monday == this_week else "grace" if grace_left else "none"
            grace_left -= state == "grace"
        dots.append((monday, state))
        monday += dt.timedelta(days=7)
    return tuple(dots[-SHOWN_WEEKS:])


def monday_of(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def _is_eligible(monday: dt.date, working: WorkingDays) -> bool:
    return working.between(monday - dt.timedelta(days=1), monday + dt.timedelta(days=6)) >= MIN_OPEN_DAYS
