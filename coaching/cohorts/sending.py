"""When people are written to at all (domain.md 3.2), for the rules and for pages that foretell."""

from __future__ import annotations

import datetime as dt

from coaching.cohorts.working_days import WorkingDays

OPENS, CLOSES = dt.time(8, 30), dt.time(18, 0)
LAST_WEEKDAY = 5  # never on weekends, even where the agency opens on Saturday
SEARCHED_DAYS = 60  # an agency open on weekends only, or at rest for long, has no slot


def next_sending(working: WorkingDays, local: dt.datetime) -> dt.datetime | None:
    """The first moment from `local` on, on that clock, at which somebody with these days is written to."""
    first = local.date() + dt.timedelta(days=local.time() >= CLOSES)
    days = (first + dt.timedelta(days=step) for step in range(SEARCHED_DAYS + 1))
    day = next((day for day in days if day.isoweekday() <= LAST_WEEKDAY and working.is_open(day)), None)
    return None if day is None else max(local, dt.datetime.combine(day, OPENS, local.tzinfo))
