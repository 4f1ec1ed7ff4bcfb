"""A running cohort as it stands, and what a coach may make of it: pure, no Django, no clock.

`State` holds all that a change may touch. Each change is a function from a state to a state; what is
past at `now` never moves: a week that is open stays open, a due date or a session that is past stays.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from coaching.cohorts.calendar import BOOSTER_WEEKS, local_instant
from coaching.cohorts.due_dates import effective_due_at, own_days_for
from coaching.cohorts.working_days import CalendarError, Period, WorkingDays

WEEK = dt.timedelta(days=7)
_MAX_JUMPS = 52
LIVE = ("invited", "active", "paused")


@dataclass(frozen=True, slots=True)
class WeekDates:
    """When a week opens and is due for the cohort, UTC."""

    opens_at: dt.datetime
    due_at: dt.datetime


@dataclass(frozen=True, slots=True)
class SessionDate:
    """A live session that is not cancelled: its week and when it begins, UTC."""

    week_number: int
    starts_at: dt.datetime


@dataclass(frozen=True, slots=True)
class PersonState:
    """What a change may touch of one enrolment."""

    status: str
    shift_days: int = 0
    own_days: Mapping[int, int] = field(default_factory=dict)
    pauses: tuple[Period, ...] = ()
    exemptions: frozenset[str] = frozenset()
    completed_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    def due_at(self, number: int, week: WeekDates, time_zone: str) -> dt.datetime:
        own = self.own_days.get(number)
        return effective_due_at(week.due_at, self.pauses, self.shift_days, own, time_zone=time_zone)

    def with_due_on(self, number: int, week: WeekDates, day: dt.date, time_zone: str) -> PersonState:
        """The same person, for whom this week is due on that day."""
        days = own_days_for(week.due_at, day, self.pauses, time_zone=time_zone)
        return replace(self, own_days={**self.own_days, number: days})


@dataclass(frozen=True, slots=True)
class State:
    """A cohort: people by the public id of their enrolment, sessions by their own."""

    status: str
    weeks: Mapping[int, WeekDates]
    sessions: Mapping[str, SessionDate]
    blackouts: tuple[Period, ...]
    boosters_on: tuple[dt.date, ...]
    people: Mapping[str, PersonState]


@dataclass(frozen=True, slots=True)
class Moment:
    """When and where a change is made; `working` are the network's days, without the cohort's blackouts."""

    now: dt.datetime
    time_zone: str
    working: WorkingDays

    @property
    def today(self) -> dt.date:
        return self.day(self.now)

    def day(self, instant: dt.datetime) -> dt.date:
        return instant.astimezone(ZoneInfo(self.time_zone)).date()

    def on(self, instant: dt.datetime, day: dt.date) -> dt.datetime:
        """The same time by the cohort's clock, on that day."""
        time = instant.astimezone(ZoneInfo(self.time_zone)).time()
        return local_instant(day, time, self.time_zone)

    def open_days(self, blackouts: Iterable[Period]) -> WorkingDays:
        return replace(self.working, blackouts=tuple(blackouts))


# --- the whole cohort ----------------------------------------------------------------------------


def close_days(state: State, period: Period, at: Moment) -> State:
    """A break for everybody: what would open, be due or be held in it moves on by whole weeks."""
    closed = tuple(sorted((*state.blackouts, period), key=lambda each: each.starts_on))
    return _moved(replace(state, blackouts=closed), dt.timedelta(0), at)


def shift(state: State, weeks: int, at: Moment) -> State:
    """All that is still to come, this many weeks later."""
    return _moved(state, weeks * WEEK, at)


def extend(state: State, days: int, at: Moment) -> State:
    """More days for each due date still to come; openings and sessions stay."""
    open_days = at.open_days(state.blackouts)
    weeks = {
        number: replace(week, due_at=_later(week.due_at, days, open_days, at))
        if week.due_at > at.now
        else week
        for number, week in state.weeks.items()
    }
    moved = replace(state, weeks=weeks)
    return replace(moved, people=_people(state, moved, dt.timedelta(days=days), at))


def _later(due_at: dt.datetime, days: int, open_days: WorkingDays, at: Moment) -> dt.datetime:
    """So many days later, and on a working day."""
    return at.on(due_at, open_days.add(at.day(due_at) + dt.timedelta(days=days), 0))


def _moved(state: State, by: dt.timedelta, at: Moment) -> State:
    """All that is to come moved by whole weeks, and by as many more as it takes to leave the blackouts."""
    weeks, carried = {}, by
    for number, week in sorted(state.weeks.items()):
        if week.due_at <= at.now:
            weeks[number] = week
        elif week.opens_at <= at.now:
            due_on = _free(at.day(week.due_at) + by, state.blackouts)
            weeks[number] = replace(week, due_at=at.on(week.due_at, due_on))
        else:
            opens_on = at.day(week.opens_at)
            found = _free(opens_on + carried, state.blackouts)
            carried = found - opens_on
            due_on = _free(at.day(week.due_at) + carried, state.blackouts)
            weeks[number] = WeekDates(at.on(week.opens_at, found), at.on(week.due_at, due_on))
    moved = replace(state, weeks=weeks, sessions=_sessions(state, weeks, by, at))
    moved = replace(moved, boosters_on=_boosters(state, moved, at))
    return replace(moved, people=_people(state, moved, by, at))


def _free(wish: dt.date, blackouts: Sequence[Period]) -> dt.date:
    """The wished day, or the same weekday as many weeks later as it takes to leave the blackouts."""
    for _ in range(_MAX_JUMPS):
        if not any(wish in period for period in blackouts):
            return wish
        wish += WEEK
    raise CalendarError("no_free_week", f"the blackouts leave no free week in the year before {wish}")


def _sessions(
    state: State, weeks: Mapping[int, WeekDates], by: dt.timedelta, at: Moment
) -> dict[str, SessionDate]:
    """A session follows its week; on a closed day it is held on the next working day."""
    open_days, found = at.open_days(state.blackouts), {}
    for key, session in state.sessions.items():
        found[key] = session
        if session.starts_at > at.now:
            old, new = state.weeks.get(session.week_number), weeks.get(session.week_number)
            follows = old is not None and new is not None and old.opens_at > at.now
            moved = at.day(new.opens_at) - at.day(old.opens_at) if follows and old and new else by
            held_on = open_days.add(at.day(session.starts_at) + moved, 0)
            found[key] = replace(session, starts_at=at.on(session.starts_at, held_on))
    return found


def last_day(state: State, at: Moment) -> dt.date:
    """The day of the closing session, else of the last due date (domain.md 6.7)."""
    held = [at.day(session.starts_at) for session in state.sessions.values()]
    return max(held) if held else max(at.day(week.due_at) for week in state.weeks.values())


def _boosters(before: State, after: State, at: Moment) -> tuple[dt.date, ...]:
    """Those still to open follow the last day; one in a blackout waits for the next working day."""
    open_days, last_on = at.open_days(after.blackouts), last_day(after, at)
    return tuple(
        day if day <= at.today else open_days.add(last_on + weeks * WEEK, 0)
        for day, weeks in zip(before.boosters_on, BOOSTER_WEEKS, strict=False)
    )


def _people(before: State, after: State, by: dt.timedelta, at: Moment) -> dict[str, PersonState]:
    """People with dates of their own: a week that is past for the cohort and not for them moves too."""
    return {
        key: _person(person, before, after, by, at)
        if person.is_live and (person.shift_days or person.own_days or person.pauses)
        else person
        for key, person in before.people.items()
    }


def _person(person: PersonState, before: State, after: State, by: dt.timedelta, at: Moment) -> PersonState:
    found, carried, zone = person, by, at.time_zone
    for number, week in sorted(before.weeks.items()):
        due_at, new = person.due_at(number, week, zone), after.weeks[number]
        follows = new.due_at != week.due_at
        now_due_at = person.due_at(number, new, zone)
        if due_at <= at.now:
            wanted_on = at.day(due_at)
        else:
            given_on = at.day(now_due_at) if follows else at.day(due_at) + carried
            wanted_on = _free(given_on, after.blackouts)
            carried = carried if follows else wanted_on - at.day(due_at)
        if wanted_on != at.day(now_due_at):
            found = found.with_due_on(number, new, wanted_on, zone)
    return found


# --- some people ---------------------------------------------------------------------------------


def refusal(person: PersonState, kind: str, at: Moment) -> str:
    """Why nothing is done for this person: not_live, already_paused; "" when it can be."""
    if not person.is_live:
        return "not_live"
    is_resting = any(at.today in pause for pause in person.pauses)
    return "already_paused" if kind == "pause_people" and is_resting else ""


def pause_people(state: State, chosen: Collection[str], weeks: int, at: Moment) -> State:
    """A break of whole weeks from today, as a person takes one themself."""
    period = Period(at.today, at.today + weeks * WEEK - dt.timedelta(days=1))

    def paused(person: PersonState) -> PersonState:
        status = "paused" if person.status == "active" else person.status
        return replace(person, status=status, pauses=(*person.pauses, period))

    people = {
        key: paused(person) if key in chosen and not refusal(person, "pause_people", at) else person
        for key, person in state.people.items()
    }
    return replace(state, people=people)


def extend_people(state: State, chosen: Collection[str], days: int, at: Moment) -> State:
    """More days for these people's due dates still to come."""
    open_days = at.open_days(state.blackouts)

    def extended(person: PersonState) -> PersonState:
        found = person
        for number, week in state.weeks.items():
            due_at = person.due_at(number, week, at.time_zone)
            if due_at > at.now:
                wanted_on = at.day(_later(due_at, days, open_days, at))
                found = found.with_due_on(number, week, wanted_on, at.time_zone)
        return found

    people = {
        key: extended(person) if key in chosen and not refusal(person, "extend_people", at) else person
        for key, person in state.people.items()
    }
    return replace(state, people=people)


def exempt(state: State, chosen: Collection[str], addresses: Collection[str], at: Moment) -> State:
    """These steps are asked of these people no more."""
    people = {
        key: replace(person, exemptions=person.exemptions | frozenset(addresses))
        if key in chosen and not refusal(person, "exempt", at)
        else person
        for key, person in state.people.items()
    }
    return replace(state, people=people)


def squeezed(state: State, at: Moment) -> dict[int, int]:
    """Own days for somebody who starts now and ends with the others: due dates spread until the last one.

    No week is due before the cohort's own date, and none later than the last.
    """
    numbers, open_days = sorted(state.weeks), at.open_days(state.blackouts)
    end_on = max(at.day(week.due_at) for week in state.weeks.values())
    left = max(0, (end_on - at.today).days)
    found = {}
    for place, number in enumerate(numbers, 1):
        cohorts_on = at.day(state.weeks[number].due_at)
        spread = open_days.add(at.today + dt.timedelta(days=round(left * place / len(numbers))), 0)
        found[number] = (min(end_on, max(cohorts_on, spread)) - cohorts_on).days
    return found


def started_later(state: State, starts_on: dt.date, at: Moment) -> tuple[int, dict[int, int]]:
    """Days since the start, by which all weeks shift; and own days for those that this puts elsewhere.

    No week is due sooner after today than it was open for everybody (the welcome week opens before the
    start), none falls in a blackout, and what would fall on a closed day is due on the next working day.
    """
    shift_days = max(0, (at.today - starts_on).days)
    open_days = at.open_days(state.blackouts)
    own = {}
    for number, week in state.weeks.items():
        cohorts_on = at.day(week.due_at)
        wish = cohorts_on + dt.timedelta(days=shift_days)
        soonest = at.today + (cohorts_on - at.day(week.opens_at)) if shift_days else wish
        found = open_days.add(_free(max(wish, soonest), state.blackouts), 0)
        if found != wish:
            own[number] = (found - cohorts_on).days
    return shift_days, own


# --- what a coach asks for -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wish:
    """One change as it is asked for; `kind` is one of CohortChange.Kind, the rest what that kind needs."""

    kind: str
    days: int = 0
    weeks: int = 0
    period: Period | None = None
    people: frozenset[str] = frozenset()
    addresses: tuple[str, ...] = ()


FOR_PEOPLE = ("pause_people", "extend_people", "exempt")
RUNNING, ENDED, ARCHIVED = "running", "ended", "archived"
ALLOWED_IN = {"archive": (RUNNING, ENDED), "bring_back": (ARCHIVED,)}


def granted(state: State, wish: Wish, at: Moment) -> State:
    """The state as it will be. Raises CalendarError where no free week or open day is left."""
    match wish.kind:
        case "close_days":
            assert wish.period is not None
            return close_days(state, wish.period, at)
        case "shift":
            return shift(state, wish.weeks, at)
        case "extend":
            return extend(state, wish.days, at)
        case "pause_people":
            return pause_people(state, wish.people, wish.weeks, at)
        case "extend_people":
            return extend_people(state, wish.people, wish.days, at)
        case "exempt":
            return exempt(state, wish.people, wish.addresses, at)
        case "archive":
            return replace(state, status=ARCHIVED)
    raise ValueError(f"{wish.kind} is no change")


def refused(state: State, wish: Wish, at: Moment) -> dict[str, str]:
    """The chosen people for whom nothing is done, with the code of the reason."""
    if wish.kind not in FOR_PEOPLE:
        return {}
    known = {key: refusal(state.people[key], wish.kind, at) for key in wish.people if key in state.people}
    return {key: code for key, code in sorted(known.items()) if code}


def would_be_past(now_state: State, then_state: State, at: Moment) -> bool:
    """Whether a due date or a session that would be put back is past at its place: history does not move."""
    pairs = [
        *((each.starts_at, then_state.sessions[key].starts_at) for key, each in now_state.sessions.items()),
        *((week.due_at, then_state.weeks[number].due_at) for number, week in now_state.weeks.items()),
        *(
            (
                person.due_at(number, week, at.time_zone),
                then_state.people[key].due_at(number, then_state.weeks[number], at.time_zone),
            )
            for key, person in now_state.people.items()
            if person.is_live
            for number, week in now_state.weeks.items()
        ),
    ]
    return any(now != then and then <= at.now for now, then in pairs)
