"""The policy of one person out of what network, cohort and person set (domain.md 3.2). No Django, no clock.

Every setting is a short list of values. Of a limit the list goes from the loosest to the tightest, and who
inherits it may tighten it, never loosen it; the rest is free within the list. `resolve` is total: whatever
was stored, and whatever a layer above has tightened since, the narrower value holds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from coaching.adoption.ladder import LadderRule
from coaching.cohorts.sending import LAST_WEEKDAY
from coaching.reminders.policy import DEFAULT_POLICY, NUDGE, PolicyError, ReminderPolicy

Value = int | str  # times are "08:45", on and off 1 and 0, no day 0
Layer = tuple[tuple[str, Value], ...]  # what one level sets, by name, in the order of SETTINGS

ON, OFF = 1, 0
STEP = dt.timedelta(minutes=15)
SECOND_COMEBACK = 3  # working days after the first (domain.md 3.2: 7, then 10)
_ANY_DAY = dt.date(2001, 1, 1)  # a Monday


class Level(IntEnum):
    """Who set a value, the nearer to the person the higher."""

    SHIPPED = 0
    NETWORK = 1
    COHORT = 2
    PERSON = 3


def _times(first: dt.time, last: dt.time, step: dt.timedelta) -> tuple[str, ...]:
    at, found = dt.datetime.combine(_ANY_DAY, first), []
    while at.time() <= last:
        found.append(f"{at:%H:%M}")
        at += step
    return tuple(found)


_HALF_HOUR = 2 * STEP
_OPENS = _times(dt.time(8), dt.time(10), _HALF_HOUR)
_CLOSES = tuple(reversed(_times(dt.time(16), dt.time(19), _HALF_HOUR)))
_QUARTERS = _times(dt.time(8), dt.time(18, 45), STEP)


@dataclass(frozen=True, slots=True)
class Setting:
    """One value that a network or a cohort may set."""

    name: str
    shipped: Value
    choices: tuple[Value, ...]
    is_limit: bool = True

    def allowed(self, inherited: Value | None) -> tuple[Value, ...]:
        """What a level that inherits this value may choose; None at the network, which may choose any."""
        if inherited is None:
            return self.choices
        if self.is_limit:
            return self.choices[self.choices.index(inherited) :]
        return (OFF,) if inherited == OFF else self.choices


SETTINGS: dict[str, Setting] = {
    setting.name: setting
    for setting in (
        Setting("window_opens", "08:30", _OPENS),
        Setting("window_closes", "18:00", _CLOSES),
        Setting("max_per_7_days", 2, (2, 1)),
        Setting("min_gap_hours", 48, (48, 72, 96, 120)),
        Setting("digest_weekday", 2, (2, 3, 4, 5), is_limit=False),
        Setting("digest_time", "08:45", _QUARTERS, is_limit=False),
        Setting("nudge_weekday", 4, (3, 4, 5, OFF), is_limit=False),
        Setting("nudge_time", "13:30", _QUARTERS, is_limit=False),
        Setting("session_reminders", ON, (ON, OFF)),
        Setting("practice_reminder", ON, (ON, OFF)),
        Setting("comeback_after", 7, (7, 10, 15, 20, OFF)),
        Setting("follow_ups", ON, (ON, OFF)),
        Setting("ladder_days", 15, (15, 20, 25, 30)),
        Setting("ladder_reminders", 3, (3, 4, 5, 6)),
    )
}
DIGEST_WEEKDAYS = SETTINGS["digest_weekday"].choices
_KINDS_OF = {
    "session_reminders": ("session_soon", "session_today"),
    "practice_reminder": ("practice_due",),
    "comeback_after": ("comeback",),
    "follow_ups": ("follow_up",),
    "nudge_weekday": (NUDGE,),
}


@dataclass(frozen=True, eq=False)
class Resolved:
    """The policy, the value of each setting and who set it."""

    policy: ReminderPolicy
    values: Mapping[str, Value]
    origins: Mapping[str, Level]


def as_layer(stored: Mapping[str, object]) -> Layer:
    """What a row holds, without what is no setting or no value of one (any more)."""
    found = ((name, stored[name]) for name in SETTINGS if name in stored)
    return tuple((name, value) for name, value in found if _is_value(value, SETTINGS[name].choices))  # type: ignore[misc]


def _is_value(value: object, choices: Iterable[Value]) -> bool:
    return any(value == choice and type(value) is type(choice) for choice in choices)


@lru_cache(maxsize=4096)
def resolve(
    network: Layer = (), cohort: Layer = (), digest_weekday: int | None = None, is_softened: bool = False
) -> Resolved:
    """What holds for one person; equal policies are one and the same object."""
    values: dict[str, Value] = {name: setting.shipped for name, setting in SETTINGS.items()}
    origins = dict.fromkeys(SETTINGS, Level.SHIPPED)
    for level, layer in ((Level.NETWORK, network), (Level.COHORT, cohort)):
        inherited = None if level == Level.NETWORK else dict(values)
        for name, value in layer:
            if value in SETTINGS[name].allowed(inherited[name] if inherited else None):
                values[name], origins[name] = value, level
    if digest_weekday in DIGEST_WEEKDAYS:
        values["digest_weekday"], origins["digest_weekday"] = digest_weekday, Level.PERSON
    _move_into_window(values, origins)
    _keep_apart(values, origins)
    return Resolved(_one(_policy(values, is_softened)), values, origins)


def _move_into_window(values: dict[str, Value], origins: dict[str, Level]) -> None:
    """A time that the window no longer holds goes to its edge."""
    first, last = str(values["window_opens"]), _before(str(values["window_closes"]))
    for name in ("digest_time", "nudge_time"):
        if values[name] < first:  # type: ignore[operator]
            values[name], origins[name] = first, origins["window_opens"]
        elif values[name] > last:  # type: ignore[operator]
            values[name], origins[name] = last, origins["window_closes"]


def _keep_apart(values: dict[str, Value], origins: dict[str, Level]) -> None:
    """The nudge waits for the gap after the digest, in the same week, or is not sent at all.

    One message in seven days is the digest's: a nudge could never leave.
    """
    if values["nudge_weekday"] == OFF:
        return
    first = _in_week(values["digest_weekday"], values["digest_time"]) + dt.timedelta(
        hours=int(values["min_gap_hours"])
    )
    days = range(int(values["nudge_weekday"]), LAST_WEEKDAY + 1)
    day = next((day for day in days if _in_week(day, values["nudge_time"]) >= first), OFF)
    moved_by: tuple[str, ...] = ("digest_weekday", "digest_time", "min_gap_hours", "nudge_time")
    if int(values["max_per_7_days"]) < 2:
        day, moved_by = OFF, ("max_per_7_days",)
    if day != values["nudge_weekday"]:
        values["nudge_weekday"] = day
        origins["nudge_weekday"] = max(origins[name] for name in moved_by)


def _in_week(weekday: Value, time: Value) -> dt.datetime:
    day = _ANY_DAY + dt.timedelta(days=int(weekday) - 1)
    return dt.datetime.combine(day, dt.time.fromisoformat(str(time)))


def _before(closes: str) -> str:
    """The last time at which something may still be meant to leave."""
    return f"{_in_week(1, closes) - STEP:%H:%M}"


def _policy(values: Mapping[str, Value], is_softened: bool) -> ReminderPolicy:
    def time(name: str) -> dt.time:
        return dt.time.fromisoformat(str(values[name]))

    opens = time("window_opens")
    comeback, nudge = int(values["comeback_after"]), int(values["nudge_weekday"])
    off = (kind for name, kinds in _KINDS_OF.items() if values[name] == OFF for kind in kinds)
    return ReminderPolicy(
        window_opens=opens,
        window_closes=time("window_closes"),
        max_per_7_days=int(values["max_per_7_days"]),
        min_gap=dt.timedelta(hours=int(values["min_gap_hours"])),
        digest_weekday=int(values["digest_weekday"]),
        digest_time=time("digest_time"),
        nudge_weekday=nudge or DEFAULT_POLICY.nudge_weekday,
        nudge_time=time("nudge_time"),
        followup_time=max(DEFAULT_POLICY.followup_time, opens),
        comeback_working_days=(comeback, comeback + SECOND_COMEBACK) if comeback else (),
        follow_up_weeks=DEFAULT_POLICY.follow_up_weeks if values["follow_ups"] else (),
        ladder=LadderRule(
            inactive_working_days=int(values["ladder_days"]), min_reminders=int(values["ladder_reminders"])
        ),
        switched_off=frozenset(off),
        is_softened=is_softened,
    )


@lru_cache(maxsize=1024)
def _one(policy: ReminderPolicy) -> ReminderPolicy:
    """The first of equal policies: what is remembered by policy is remembered for all who share it."""
    return DEFAULT_POLICY if policy == DEFAULT_POLICY else policy


def refusals(wanted: Layer, network: Layer | None = None) -> dict[str, str]:
    """Why values that a level asks for would not hold, by name; `network` is what a cohort inherits.

    Codes: looser, outside_window, too_close (of the nudge to the digest), one_a_week.
    """
    found = resolve(wanted) if network is None else resolve(network, wanted)
    inherited = {} if network is None else resolve(network).values
    return {
        name: _code(name, value, found.values, inherited)
        for name, value in wanted
        if found.values[name] != value
    }


def _code(name: str, value: Value, values: Mapping[str, Value], inherited: Mapping[str, Value]) -> str:
    if name == "nudge_weekday" and int(values["max_per_7_days"]) < 2:
        return "one_a_week"
    if value not in SETTINGS[name].allowed(inherited.get(name)):
        return "looser"
    return "too_close" if name == "nudge_weekday" else "outside_window"


def checked(wanted: Layer, network: Layer | None = None) -> Layer:
    """The same layer; raises PolicyError for the first value that would not hold."""
    for name, code in refusals(wanted, network).items():
        raise PolicyError(name, code)
    return wanted
