"""What differs between two states of a cohort, as JSON, and a state with some of it put back: pure.

Shape: {"status": …, "blackouts": [[first, last, label]], "boosters_on": [day],
"weeks": {number: [opens, due]}, "sessions": {session: start},
"people": {enrolment: {field of PersonState: value}}}; only what differs is there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any
from zoneinfo import ZoneInfo

from coaching.cohorts.running import PersonState, SessionDate, State, WeekDates
from coaching.cohorts.working_days import Period

Json = dict[str, Any]
PERSON_FIELDS = tuple(each.name for each in fields(PersonState))


def differences(before: State, after: State) -> tuple[Json, Json]:
    """What `after` changes: as it was, and as it is."""
    old, new = as_json(before), as_json(after)
    was: Json = {key: old[key] for key in ("status", "blackouts", "boosters_on") if old[key] != new[key]}
    now: Json = {key: new[key] for key in was}
    for part in ("weeks", "sessions"):
        _keep(part, old[part], new[part], was, now)
    for person, values in old["people"].items():
        changed = [name for name in PERSON_FIELDS if values[name] != new["people"][person][name]]
        if changed:
            was.setdefault("people", {})[person] = {name: values[name] for name in changed}
            now.setdefault("people", {})[person] = {name: new["people"][person][name] for name in changed}
    return was, now


def _keep(part: str, old: Json, new: Json, was: Json, now: Json) -> None:
    changed = [key for key in old if old[key] != new[key]]
    if changed:
        was[part] = {key: old[key] for key in changed}
        now[part] = {key: new[key] for key in changed}


def moves(before: State, after: State, time_zone: str) -> dict[str, list[list[Any]]]:
    """Enrolment -> [week, day due before, day due after] of each due date that moves for the person."""
    zone, found = ZoneInfo(time_zone), {}
    for key, person in before.people.items():
        if person.is_live:
            rows = []
            for number, week in sorted(before.weeks.items()):
                old = person.due_at(number, week, time_zone)
                new = after.people[key].due_at(number, after.weeks[number], time_zone)
                if new != old:
                    days = (each.astimezone(zone).date().isoformat() for each in (old, new))
                    rows.append([number, *days])
            if rows:
                found[key] = rows
    return found


def stands(state: State, part: Json) -> bool:
    """Whether all of this is still so."""
    current = as_json(state)
    people = part.get("people", {})
    return (
        all(current[key] == part[key] for key in ("status", "blackouts", "boosters_on") if key in part)
        and all(
            current[name].get(key) == value
            for name in ("weeks", "sessions")
            for key, value in part.get(name, {}).items()
        )
        and all(
            person in current["people"] and current["people"][person][name] == value
            for person, values in people.items()
            for name, value in values.items()
        )
    )


def put_back(state: State, part: Json) -> State:
    """The state with these values in the place of its own."""
    weeks, sessions, people = dict(state.weeks), dict(state.sessions), dict(state.people)
    for key, (opens, due) in part.get("weeks", {}).items():
        weeks[int(key)] = WeekDates(_instant(opens), _instant(due))
    for key, start in part.get("sessions", {}).items():
        sessions[key] = replace(sessions[key], starts_at=_instant(start))
    for key, values in part.get("people", {}).items():
        people[key] = replace(people[key], **{name: _READ[name](value) for name, value in values.items()})
    return State(
        status=part.get("status", state.status),
        weeks=weeks,
        sessions=sessions,
        blackouts=_periods(part["blackouts"]) if "blackouts" in part else state.blackouts,
        boosters_on=tuple(map(dt.date.fromisoformat, part["boosters_on"]))
        if "boosters_on" in part
        else state.boosters_on,
        people=people,
    )


def as_json(state: State) -> Json:
    """The whole state in the shape of the module."""
    return {
        "status": state.status,
        "blackouts": _as_lists(state.blackouts),
        "boosters_on": [day.isoformat() for day in state.boosters_on],
        "weeks": {str(n): [w.opens_at.isoformat(), w.due_at.isoformat()] for n, w in state.weeks.items()},
        "sessions": {key: _start(session) for key, session in state.sessions.items()},
        "people": {key: _person(person) for key, person in state.people.items()},
    }


def _start(session: SessionDate) -> str:
    return session.starts_at.isoformat()


def _person(person: PersonState) -> Json:
    return {
        "status": person.status,
        "shift_days": person.shift_days,
        "own_days": {str(number): days for number, days in sorted(person.own_days.items())},
        "pauses": _as_lists(person.pauses),
        "exemptions": sorted(person.exemptions),
        "completed_at": person.completed_at.isoformat() if person.completed_at else None,
        "ended_at": person.ended_at.isoformat() if person.ended_at else None,
    }


def _as_lists(found: tuple[Period, ...]) -> list[list[str]]:
    ordered = sorted(found, key=lambda each: (each.starts_on, each.ends_on, each.label))
    return [[each.starts_on.isoformat(), each.ends_on.isoformat(), each.label] for each in ordered]


def _periods(rows: list[list[str]]) -> tuple[Period, ...]:
    return tuple(Period(dt.date.fromisoformat(a), dt.date.fromisoformat(b), label) for a, b, label in rows)


def _instant(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)


_READ: Mapping[str, Callable[[Any], Any]] = {
    "status": str,
    "shift_days": int,
    "own_days": lambda found: {int(number): days for number, days in found.items()},
    "pauses": _periods,
    "exemptions": frozenset,
    "completed_at": lambda text: _instant(text) if text else None,
    "ended_at": lambda text: _instant(text) if text else None,
}
