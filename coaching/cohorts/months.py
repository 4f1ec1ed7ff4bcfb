"""A cohort's calendar laid out as months of weeks, for the preview. Pure: no Django, no clock."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from coaching.cohorts.calendar import CohortCalendar, DaySet, Period


@dataclass(frozen=True, slots=True)
class Day:
    """One square. `kind`: open, live, off (pause), hol (public holiday), we (weekend) or "" ."""

    on: dt.date
    kind: str


@dataclass(frozen=True, slots=True)
class Month:
    """One month; each week has seven squares from Monday, None outside of the month."""

    first_on: dt.date
    weeks: tuple[tuple[Day | None, ...], ...]


def months_of(drawn: CohortCalendar, pauses: tuple[Period, ...], holidays: DaySet) -> tuple[Month, ...]:
    """Every month from the first opening to the last date, whole weeks, Monday first."""
    openings = {week.opens_on for week in drawn.weeks}
    sessions = {slot.held_on for slot in drawn.sessions}
    first = min(openings)
    last = max(drawn.ends_on, *(week.due_on for week in drawn.weeks))

    def kind(day: dt.date) -> str:
        if day in sessions:
            return "live"
        if day in openings:
            return "open"
        if day.isoweekday() > 5:
            return "we"
        if any(day in pause for pause in pauses):
            return "off"
        return "hol" if day in holidays else ""

    return tuple(
        Month(
            month,
            tuple(
                tuple(Day(day, kind(day)) if day.month == month.month else None for day in week)
                for week in calendar.Calendar().monthdatescalendar(month.year, month.month)
            ),
        )
        for month in _first_days(first, last)
    )


def _first_days(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = (month + dt.timedelta(days=32)).replace(day=1)
