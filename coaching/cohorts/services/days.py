"""The calendar of a cohort as its rows say, each person's due dates, and the days an agency works."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from agencies.models import Agency, Network
from coaching.cohorts.calendar import (
    CalendarInput,
    CohortCalendar,
    Period,
    SessionPlan,
    WeekPlan,
    WorkingDays,
    generate_calendar,
    public_holidays,
)
from coaching.cohorts.due_dates import effective_due_at
from coaching.cohorts.models import Cohort, CohortWeek, Enrolment
from coaching.programmes.runtime import outline_of


def draw_calendar(cohort: Cohort, blackouts: Iterable[Period]) -> CohortCalendar:
    """The calendar of a cohort with these pauses, from its version's weeks and sessions (domain.md 6.7)."""
    outline = outline_of(cohort.programme_version)
    network: Network = cohort.network
    return generate_calendar(
        CalendarInput(
            starts_on=cohort.starts_on,
            time_zone=cohort.time_zone,
            blackouts=tuple(blackouts),
            country=network.country,
            subdivision=network.holiday_subdivision,
            weeks=tuple(WeekPlan(week.number, week.key) for week in outline.weeks),
            sessions=tuple(
                SessionPlan(session.key, session.week_key, session.minutes) for session in outline.sessions
            ),
            session_weekday=cohort.session_weekday,
            session_time=cohort.session_time,
        )
    )


def calendar_of(cohort: Cohort) -> CohortCalendar:
    """The calendar with the pauses that are stored."""
    return draw_calendar(cohort, blackout_periods(cohort))


def blackout_periods(cohort: Cohort) -> tuple[Period, ...]:
    return tuple(Period(row.starts_on, row.ends_on, row.label) for row in cohort.blackouts.all())


def due_dates_of(enrolment: Enrolment, weeks: Iterable[CohortWeek], time_zone: str) -> dict[int, dt.datetime]:
    """Week number -> when it is due for this person, from rows with `pauses` and `own_dates` prefetched."""
    pauses = [Period(pause.starts_on, pause.ends_on) for pause in enrolment.pauses.all()]
    own = {row.week_number: row.days for row in enrolment.own_dates.all()}
    return {
        week.number: effective_due_at(
            week.due_at, pauses, enrolment.shift_days, own.get(week.number), time_zone=time_zone
        )
        for week in weeks
    }


def working_days_of(
    agency: Agency | None,
    network: Network,
    blackouts: Iterable[Period] = (),
    pauses: Iterable[Period] = (),
) -> WorkingDays:
    """Working days of an agency (or of the network for people without one), as domain.md 4.1 counts them."""
    subdivision = (agency.holiday_subdivision if agency else "") or network.holiday_subdivision
    return WorkingDays(
        open_days=tuple(agency.open_days) if agency else (1, 2, 3, 4, 5),
        holidays=public_holidays(network.country, subdivision),
        blackouts=tuple(blackouts),
        pauses=tuple(pauses),
    )
