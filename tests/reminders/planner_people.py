"""People for the planner's tests: one at work, one invited, and what is planned or refused for them."""

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from coaching.cohorts.calendar import CalendarInput, WorkingDays, generate_calendar, public_holidays
from coaching.reminders.planner import (
    NotSent,
    PersonFacts,
    Planned,
    SentMessage,
    WeekOpening,
    plan,
)
from coaching.reminders.policy import DEFAULT_POLICY, ReminderPolicy, SendCalendar, over_cap

PARIS = ZoneInfo("Europe/Paris")
FRANCE = WorkingDays(holidays=public_holidays("FR"))
WEEK = dt.timedelta(days=7)


def weeks_from(start: dt.date, zone: str = "Europe/Paris") -> tuple[WeekOpening, ...]:
    calendar = generate_calendar(CalendarInput(start, zone))
    return tuple(WeekOpening(week.number, week.key, week.opens_at) for week in calendar.weeks)


def at(month: int, day: int, hour: int, minute: int = 0, year: int = 2027) -> dt.datetime:
    return dt.datetime(year, month, day, hour, minute, tzinfo=PARIS)


def active(**changes) -> PersonFacts:
    """Invited 5 January 2027, activated the day after; what was open is taken, so that no silence counts."""
    return PersonFacts(
        **{
            "network_id": 1,
            "enrolment_id": 2,
            "status": "active",
            "time_zone": "Europe/Paris",
            "working": FRANCE,
            "weeks": weeks_from(dt.date(2027, 1, 12)),
            "invited_at": at(1, 5, 8, 45),
            "activated_at": at(1, 6, 9),
            "last_activity_at": at(1, 6, 9),
            "left_open_since": None,
            "history": (SentMessage("invitation", "first", at(1, 5, 8, 45)),),
            **changes,
        }
    )


def invited(**changes) -> PersonFacts:
    return active(**{"status": "invited", "activated_at": None, "last_activity_at": None, **changes})


def planned(facts: PersonFacts, now: dt.datetime, days: int = 14) -> list[tuple[str, str]]:
    items = plan(facts, DEFAULT_POLICY, now, dt.timedelta(days=days))
    return [(i.kind, f"{i.local_due:%a %d %H:%M}") for i in items if isinstance(i, Planned)]


def refusals(facts: PersonFacts, now: dt.datetime, days: int = 14) -> dict[tuple[str, str], str]:
    items = plan(facts, DEFAULT_POLICY, now, dt.timedelta(days=days))
    return {(i.kind, i.occurrence): i.because for i in items if isinstance(i, NotSent)}


def weekly_refusals(facts: PersonFacts, now: dt.datetime, days: int = 14) -> set[str]:
    found = refusals(facts, now, days).items()
    return {because for (kind, _), because in found if kind in ("weekly_digest", "midweek_nudge")}


MONDAY = at(1, 11, 12)


def cap_at(
    at: dt.datetime,
    sent: Sequence[dt.datetime],
    calendar: SendCalendar,
    policy: ReminderPolicy = DEFAULT_POLICY,
) -> str:
    """The cap that forbids one more message at `at`, whatever clock the instants were read on."""
    return over_cap(at.astimezone(dt.UTC), [each.astimezone(dt.UTC) for each in sent], calendar, policy)
