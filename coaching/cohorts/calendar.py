"""The calendar of a cohort, drawn from a start and closed days (domain.md 6.2, 6.7). No Django, no clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from coaching.cohorts.suggestions import BlackoutSuggestion, suggest_blackouts
from coaching.cohorts.working_days import (
    MONDAY_TO_FRIDAY,
    CalendarError,
    DaySet,
    Period,
    PublicHolidays,
    WorkingDays,
    periods,
    public_holidays,
)
from coaching.programmes.schema import ONE_TO_ONE_MAX_MINUTES

__all__ = [
    "MONDAY_TO_FRIDAY",
    "AgencyDays",
    "BlackoutSuggestion",
    "CalendarError",
    "CalendarInput",
    "CalendarNote",
    "CalendarWeek",
    "Closure",
    "CohortCalendar",
    "DaySet",
    "OneToOneWindow",
    "Period",
    "PublicHolidays",
    "SessionPlan",
    "SessionSlot",
    "WeekPlan",
    "WorkingDays",
    "closures",
    "generate_calendar",
    "local_instant",
    "periods",
    "public_holidays",
    "suggest_blackouts",
]

TUESDAY = 2
OPENS_TIME = dt.time(6, 0)  # no message before 08:45 (domain.md 6.2)
DUE_TIME = dt.time(18, 0)
WEEK = dt.timedelta(days=7)
BOOSTER_WEEKS = (4, 8, 12)  # the last one is the cold survey
FEEDBACK_WORKING_DAYS = 5
CERTIFICATE_WORKING_DAYS = 5
ONE_TO_ONE_WEEKS = 2  # W5-W6
_MAX_JUMPS = 52


@dataclass(frozen=True, slots=True)
class WeekPlan:
    """A week as the programme lists it; number 0 is the one before the start."""

    number: int
    key: str


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """A live session as the programme lists it, tied to a week by the week's key."""

    key: str
    week_key: str
    minutes: int = 60

    @property
    def is_one_to_one(self) -> bool:
        """The package has no kind for it: 30 minutes or less is a call in a window, not a class."""
        return self.minutes <= ONE_TO_ONE_MAX_MINUTES


DEFAULT_WEEKS = tuple(WeekPlan(number, f"w{number}") for number in range(9))
DEFAULT_SESSIONS = (
    SessionPlan("s1", "w1"),
    SessionPlan("s2", "w3"),
    SessionPlan("entretien", "w5", 20),
    SessionPlan("s3", "w6"),
    SessionPlan("s4", "w8"),
)


@dataclass(frozen=True, slots=True)
class CalendarInput:
    """What the coach chooses: week 1 opens on Tuesday `starts_on`; weekdays are ISO numbers, Monday 1."""

    starts_on: dt.date
    time_zone: str = "Europe/Paris"
    open_days: tuple[int, ...] = MONDAY_TO_FRIDAY
    blackouts: tuple[Period, ...] = ()
    country: str = "FR"
    subdivision: str = ""
    weeks: tuple[WeekPlan, ...] = DEFAULT_WEEKS
    sessions: tuple[SessionPlan, ...] = DEFAULT_SESSIONS
    session_weekday: int = 4
    session_time: dt.time = dt.time(8, 45)


@dataclass(frozen=True, slots=True)
class CalendarNote:
    """Something the coach should read before launch; `code` chooses the sentence.

    Codes: week_moved, week_zero_moved, due_moved, session_moved, opening_on_holiday, booster_moved.
    `because` is closed_day, public_holiday or blackout; `detail` the holiday's or blackout's name.
    """

    code: str
    key: str
    from_on: dt.date
    to_on: dt.date
    because: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CalendarWeek:
    """One week: aware UTC instants, and the same days on the wall calendar of the cohort."""

    number: int
    key: str
    opens_at: dt.datetime
    due_at: dt.datetime
    opens_on: dt.date
    due_on: dt.date
    feedback_due_on: dt.date


@dataclass(frozen=True, slots=True)
class SessionSlot:
    """A live session in its place; when it was moved, `held_on` differs from `wished_on`, see `because`."""

    key: str
    week_number: int
    starts_at: dt.datetime
    held_on: dt.date
    minutes: int
    wished_on: dt.date
    because: str = ""


@dataclass(frozen=True, slots=True)
class OneToOneWindow:
    """Days, both included, in which the coach calls each person once."""

    key: str
    week_number: int
    starts_on: dt.date
    ends_on: dt.date
    minutes: int


@dataclass(frozen=True, slots=True)
class CohortCalendar:
    """All that a start date decides; `ends_on` is the day of the closing session."""

    starts_on: dt.date
    time_zone: str
    weeks: tuple[CalendarWeek, ...]
    sessions: tuple[SessionSlot, ...]
    one_to_one_window: OneToOneWindow | None
    ends_on: dt.date
    boosters: tuple[dt.date, ...]
    cold_survey_on: dt.date
    certificate_on: dt.date
    notes: tuple[CalendarNote, ...]


@dataclass(slots=True)
class _Draft:
    """Work in progress of one generation: the input, its working days, and the notes so far."""

    given: CalendarInput
    working: WorkingDays
    holidays: PublicHolidays
    notes: list[CalendarNote] = field(default_factory=list)

    def blackout(self, day: dt.date) -> Period | None:
        return next((period for period in self.given.blackouts if day in period), None)

    def detail(self, day: dt.date) -> str:
        period = self.blackout(day)
        return self.holidays.name(day) or (period.label if period else "")

    def note(self, code: str, key: str, from_on: dt.date, to_on: dt.date, because: str) -> None:
        self.notes.append(CalendarNote(code, key, from_on, to_on, because, self.detail(from_on)))


def local_instant(day: dt.date, time: dt.time, time_zone: str) -> dt.datetime:
    """Wall clock to UTC: a time skipped by the clock moves forward, a repeated one is its first (PEP 495)."""
    return dt.datetime.combine(day, time, ZoneInfo(time_zone)).replace(fold=0).astimezone(dt.UTC)


def generate_calendar(given: CalendarInput) -> CohortCalendar:
    """Draw the calendar; raises CalendarError (its `code` says which field to mend)."""
    _check(given)
    holidays = public_holidays(given.country, given.subdivision)
    draft = _Draft(given, WorkingDays(given.open_days, holidays, given.blackouts), holidays)
    weeks = _weeks(draft)
    sessions = _sessions(draft, weeks)
    ends_on = sessions[-1].held_on if sessions else weeks[-1].due_on
    boosters = tuple(_booster(draft, ends_on, after) for after in BOOSTER_WEEKS)
    return CohortCalendar(
        starts_on=next(week.opens_on for week in weeks if week.number > 0),
        time_zone=given.time_zone,
        weeks=weeks,
        sessions=sessions,
        one_to_one_window=_one_to_one(given, weeks),
        ends_on=ends_on,
        boosters=boosters,
        cold_survey_on=boosters[-1],
        certificate_on=draft.working.add(ends_on, CERTIFICATE_WORKING_DAYS),
        notes=tuple(draft.notes),
    )


def _check(given: CalendarInput) -> None:
    if given.starts_on.isoweekday() != TUESDAY:
        raise CalendarError("start_not_tuesday", f"{given.starts_on} is not a Tuesday")
    if given.starts_on.year < 2000 or given.starts_on.year > 2100:
        raise CalendarError("start_out_of_range", f"{given.starts_on} is not between 2000 and 2100")
    if not given.open_days or not set(given.open_days) <= set(range(1, 8)):
        raise CalendarError("bad_open_days", "open days are ISO weekdays 1 to 7, at least one")
    if given.session_weekday not in range(1, 8):
        raise CalendarError("bad_session_weekday", "the session day is an ISO weekday 1 to 7")
    try:
        ZoneInfo(given.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise CalendarError("unknown_time_zone", f"{given.time_zone!r} is no time zone") from error
    _check_weeks(given)


def _check_weeks(given: CalendarInput) -> None:
    numbers = [week.number for week in given.weeks]
    if numbers != sorted(set(numbers)) or not any(number > 0 for number in numbers) or numbers[0] < 0:
        raise CalendarError("bad_weeks", "weeks are numbered upwards from 0 or 1, each once")
    keys = {week.key for week in given.weeks}
    if len(keys) != len(numbers):
        raise CalendarError("bad_weeks", "each week has its own key")
    for session in given.sessions:
        if session.week_key not in keys:
            raise CalendarError("session_without_week", f"{session.key} names no week of the programme")


def _weeks(draft: _Draft) -> tuple[CalendarWeek, ...]:
    """Week 1 first: week 0 stands seven days before where it really opens."""
    openings: dict[int, dt.date] = {}
    wish = draft.given.starts_on
    for week in draft.given.weeks:
        if week.number > 0:
            openings[week.number] = _free_day(draft, "week_moved", week.key, wish)
            wish = openings[week.number] + WEEK
    first = min(openings.values())
    for week in draft.given.weeks:
        if week.number == 0:
            # It prepares week 1, so it goes back in time where the others jump forward.
            openings[0] = _free_day(draft, "week_zero_moved", week.key, first - WEEK, -WEEK)
    return tuple(_week(draft, week, openings[week.number]) for week in draft.given.weeks)


def _free_day(draft: _Draft, code: str, key: str, wish: dt.date, step: dt.timedelta = WEEK) -> dt.date:
    """The wished day, or the same weekday as many weeks away as it takes to leave the blackouts."""
    found = wish
    for _ in range(_MAX_JUMPS):
        if draft.blackout(found) is None:
            if found != wish:
                draft.note(code, key, wish, found, "blackout")
            return found
        found += step
    raise CalendarError("no_free_week", f"the blackouts leave no free week in the year around {wish}")


def _week(draft: _Draft, week: WeekPlan, opens_on: dt.date) -> CalendarWeek:
    if opens_on in draft.holidays:
        draft.note("opening_on_holiday", week.key, opens_on, opens_on, "public_holiday")
    # During a blackout nothing falls due either.
    due_on = _free_day(draft, "due_moved", week.key, opens_on + dt.timedelta(days=6))
    zone = draft.given.time_zone
    return CalendarWeek(
        number=week.number,
        key=week.key,
        opens_at=local_instant(opens_on, OPENS_TIME, zone),
        due_at=local_instant(due_on, DUE_TIME, zone),
        opens_on=opens_on,
        due_on=due_on,
        feedback_due_on=draft.working.add(due_on, FEEDBACK_WORKING_DAYS),
    )


def _sessions(draft: _Draft, weeks: Sequence[CalendarWeek]) -> tuple[SessionSlot, ...]:
    by_key = {week.key: week for week in weeks}
    found = [
        _session(draft, session, by_key[session.week_key])
        for session in draft.given.sessions
        if not session.is_one_to_one
    ]
    return tuple(sorted(found, key=lambda slot: (slot.starts_at, slot.week_number, slot.key)))


def _session(draft: _Draft, session: SessionPlan, week: CalendarWeek) -> SessionSlot:
    given = draft.given
    wish = week.opens_on + dt.timedelta(days=(given.session_weekday - TUESDAY) % 7)
    held_on = draft.working.add(wish, 0)
    because = draft.working.why_closed(wish)
    if because:
        draft.note("session_moved", session.key, wish, held_on, because)
    starts_at = local_instant(held_on, given.session_time, given.time_zone)
    return SessionSlot(session.key, week.number, starts_at, held_on, session.minutes, wish, because)


def _one_to_one(given: CalendarInput, weeks: Sequence[CalendarWeek]) -> OneToOneWindow | None:
    plan = next((session for session in given.sessions if session.is_one_to_one), None)
    if plan is None:
        return None
    place = next(index for index, week in enumerate(weeks) if week.key == plan.week_key)
    last = weeks[min(place + ONE_TO_ONE_WEEKS, len(weeks)) - 1]
    return OneToOneWindow(plan.key, weeks[place].number, weeks[place].opens_on, last.due_on, plan.minutes)


def _booster(draft: _Draft, ends_on: dt.date, weeks_after: int) -> dt.date:
    wish = ends_on + weeks_after * WEEK
    found = draft.working.add(wish, 0)
    if found != wish:
        draft.note("booster_moved", f"+{weeks_after}", wish, found, draft.working.why_closed(wish))
    return found


@dataclass(frozen=True, slots=True)
class AgencyDays:
    """An agency by its name, its clock and its own days."""

    name: str
    time_zone: str
    working: WorkingDays


@dataclass(frozen=True, slots=True)
class Closure:
    """Dates of the calendar on which these agencies are closed: one session, or due days (no session key)."""

    agencies: tuple[str, ...]
    days: tuple[dt.date, ...]
    week_numbers: tuple[int, ...]
    session_key: str = ""


def closures(drawn: CohortCalendar, agencies: Sequence[AgencyDays]) -> tuple[Closure, ...]:
    """What the calendar, drawn on Monday to Friday, puts on a closed day of whose agency; sessions first.

    Due days on which the same agencies are closed make one entry. Days are read on each agency's clock.
    """
    found = [
        Closure(closed, (slot.held_on,), (slot.week_number,), slot.key)
        for slot in drawn.sessions
        if (closed := _closed(slot.starts_at, agencies))
    ]
    due: dict[tuple[str, ...], list[CalendarWeek]] = {}
    for week in drawn.weeks:
        due.setdefault(_closed(week.due_at, agencies), []).append(week)
    due.pop((), None)
    for closed, weeks in due.items():
        days = tuple(week.due_on for week in weeks)
        found.append(Closure(closed, days, tuple(week.number for week in weeks)))
    return tuple(found)


def _closed(instant: dt.datetime, agencies: Sequence[AgencyDays]) -> tuple[str, ...]:
    return tuple(
        agency.name
        for agency in agencies
        if not agency.working.is_open(instant.astimezone(ZoneInfo(agency.time_zone)).date())
    )
