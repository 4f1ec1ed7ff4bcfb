"""When a week is due for one person. No Django, no clock; nobody else computes a due date.

Three things move the date of the cohort's calendar, always in this order:
1. the person's own date for that week, in days from the cohort's (`own_days`); else, for somebody who
   joined late, the days of all their weeks (`shift_days`). An own date takes the place of the shift.
2. each pause of the person that began by that day, by its days not yet counted.
What moves the whole cohort moves its calendar, and own dates with it: they count from there.

A step that a change of version newly asks (Cohort.came_on) is due with its week, but never before
`due_after_coming`: nobody falls behind by a change they had no part in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

from coaching.cohorts.calendar import DUE_TIME, local_instant
from coaching.cohorts.working_days import Period

ONE_DAY = dt.timedelta(days=1)


def effective_due_at(
    due_at: dt.datetime,
    pauses: Sequence[Period] = (),
    shift_days: int = 0,
    own_days: int | None = None,
    *,
    time_zone: str,
) -> dt.datetime:
    """When a week, due at `due_at` by the calendar, is due for one person (UTC): only this moves a due date.

    Each pause that began by the due date moves it, and all later ones, by the days of the pause not
    yet counted (domain.md 4.3 "expected"). The wall clock of the cohort is kept across clock changes.
    """
    days = shift_days if own_days is None else own_days
    if not pauses and not days:
        return due_at
    local = due_at.astimezone(ZoneInfo(time_zone))
    due_on = after_pauses(local.date() + dt.timedelta(days=days), pauses)
    return local_instant(due_on, local.time(), time_zone)


def due_after_coming(came_on: dt.date, breaks: Iterable[Period], *, time_zone: str) -> dt.datetime:
    """When a step that came on this day is due at the earliest (UTC): the Monday evening that leaves a week.

    `breaks` are those of the cohort and of the person; what is left of them from that day on is added.
    """
    monday = came_on + dt.timedelta(days=7)
    monday += dt.timedelta(days=-monday.weekday() % 7)
    left = [Period(max(each.starts_on, came_on), each.ends_on) for each in breaks if each.ends_on >= came_on]
    return local_instant(after_pauses(monday, left), DUE_TIME, time_zone)


def after_pauses(due_on: dt.date, pauses: Iterable[Period]) -> dt.date:
    """The day a due day becomes: it falls in no pause, and the order of two due days is kept."""
    for first, last in _apart(pauses):
        if first > due_on:
            break
        due_on += last - first + ONE_DAY
    return due_on


def own_days_for(due_at: dt.datetime, wanted_on: dt.date, pauses: Iterable[Period], *, time_zone: str) -> int:
    """The own date, in days from the cohort's, that makes a week due on the day that is wanted.

    Within a pause nothing falls due: then it is the day after it.
    """
    days_of_pause = 0
    for first, last in _apart(pauses):
        if first > wanted_on:
            break
        wanted_on = max(wanted_on, last + ONE_DAY)
        days_of_pause += (last - first).days + 1
    local_on = due_at.astimezone(ZoneInfo(time_zone)).date()
    return (wanted_on - local_on).days - days_of_pause


def _apart(pauses: Iterable[Period]) -> Iterator[tuple[dt.date, dt.date]]:
    """First and last day of each pause, in order, without the days that an earlier one has."""
    counted_until = dt.date.min
    for pause in sorted(pauses, key=lambda period: period.starts_on):
        first = max(pause.starts_on, counted_until + ONE_DAY)
        if first <= pause.ends_on:
            yield first, pause.ends_on
            counted_until = pause.ends_on
