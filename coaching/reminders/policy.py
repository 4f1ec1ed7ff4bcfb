"""When a message may leave: window, days, caps, jitter, identity (domain.md 3.2). No Django, no clock."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from coaching.adoption.ladder import LadderRule
from coaching.cohorts.sending import CLOSES, LAST_WEEKDAY, OPENS, SEARCHED_DAYS
from coaching.cohorts.working_days import WorkingDays

ONE_MINUTE = dt.timedelta(minutes=1)
ONE_DAY = dt.timedelta(days=1)
SEVEN_DAYS = dt.timedelta(days=7)
LONGEST_DAY = dt.timedelta(hours=26)  # a gap of this much never falls within one local day
# No network may write earlier or later than this (right to disconnect, domain.md 5.2).
EARLIEST_WINDOW, LATEST_WINDOW = dt.time(8, 0), dt.time(19, 0)
FIRST_DIGEST_WEEKDAY = 2  # a week opens on Tuesday
NUDGE = "midweek_nudge"
# What a network whose people opt out in numbers gives up. The digest stays, and the first invitations.
SOFTENED = frozenset(
    {NUDGE, "session_soon", "session_today", "practice_due", "comeback", "follow_up", "encouragement"}
)
_MAX_MOVES = 200


class PolicyError(ValueError):
    """A policy that the right to disconnect, or plain sense, refuses; `field` says which value."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class ReminderPolicy:
    """Shipped defaults; times are wall clock of the agency, weekdays ISO (Monday 1)."""

    window_opens: dt.time = OPENS
    window_closes: dt.time = CLOSES
    max_per_7_days: int = 2
    min_gap: dt.timedelta = dt.timedelta(hours=48)
    max_per_day: int = 1
    jitter: dt.timedelta = dt.timedelta(minutes=20)
    digest_weekday: int = 2
    digest_time: dt.time = dt.time(8, 45)
    nudge_weekday: int = 4
    nudge_time: dt.time = dt.time(13, 30)
    followup_working_days: tuple[int, ...] = (3, 7)
    followup_time: dt.time = dt.time(8, 45)
    session_before_working_days: int = 2
    session_before: dt.timedelta = dt.timedelta(hours=2)  # only on its own day and inside the window
    practice_before_working_days: int = 2
    comeback_working_days: tuple[int, ...] = (7, 10)  # then the coach calls; never a third
    follow_up_weeks: tuple[int, ...] = (4, 8, 12)  # after the end; the last one carries the cold survey
    encouragement_every: dt.timedelta = dt.timedelta(days=14)
    soften_above: float = 0.05  # share of people who opted out in 28 days
    expires_working_days: int = 5
    # An invitation that never left is still wanted: it waits longer than a reminder.
    invitation_expires_days: int = 30
    search_days: int = SEARCHED_DAYS
    ladder: LadderRule = field(default_factory=LadderRule)
    switched_off: frozenset[str] = frozenset()  # kinds that a network or a cohort does without
    is_softened: bool = False  # many opted out lately: the digest alone, until somebody lifts it

    def __post_init__(self) -> None:
        if not EARLIEST_WINDOW <= self.window_opens < self.window_closes <= LATEST_WINDOW:
            raise PolicyError("window", "the window stays within 08:00 and 19:00, and opens before it closes")
        for name in ("digest_time", "nudge_time", "followup_time"):
            if not self.window_opens <= getattr(self, name) < self.window_closes:
                raise PolicyError(name, f"{name} lies outside the window")
        if self.max_per_7_days < 1 or self.max_per_day < 1 or self.min_gap < dt.timedelta(0):
            raise PolicyError("caps", "caps are at least one message, gaps are not negative")
        if self.jitter < dt.timedelta(0) or self.jitter > dt.timedelta(hours=1):
            raise PolicyError("jitter", "the jitter is at most an hour")
        for name in ("digest_weekday", "nudge_weekday"):
            if not FIRST_DIGEST_WEEKDAY <= getattr(self, name) <= LAST_WEEKDAY:
                raise PolicyError("weekdays", "the digest and the nudge have a day from Tuesday to Friday")
        if NUDGE not in self.switched_off and self.digest_weekday >= self.nudge_weekday:
            raise PolicyError("weekdays", "the digest comes before the nudge")

    def why_off(self, kind: str) -> str:
        """Empty, or why nobody under this policy gets this kind: switched_off or softened."""
        if kind in self.switched_off:
            return "switched_off"
        return "softened" if self.is_softened and kind in SOFTENED else ""


DEFAULT_POLICY = ReminderPolicy()


@dataclass(frozen=True)
class SendCalendar:
    """The agency's clock and days, as far as sending goes; remembers what it was asked about.

    `kept` is for answers that depend on the calendar alone, as the usual time of a week's messages.
    """

    time_zone: str
    working: WorkingDays
    _asked: dict[dt.date, str] = field(default_factory=dict, init=False, repr=False, compare=False)
    kept: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def why_not(self, day: dt.date) -> str:
        """Empty on a day for sending, else weekend, closed_day, public_holiday, blackout or pause."""
        because = self._asked.get(day)
        if because is None:
            is_weekend = day.isoweekday() > LAST_WEEKDAY
            because = self._asked[day] = "weekend" if is_weekend else self.working.why_closed(day)
        return because

    def is_send_day(self, day: dt.date) -> bool:
        return not self.why_not(day)

    def local_day(self, instant: dt.datetime) -> dt.date:
        return instant.astimezone(self.zone).date()

    def local_minute(self, instant: dt.datetime) -> dt.datetime:
        """What the wall clock shows, naive and without seconds."""
        return instant.astimezone(self.zone).replace(tzinfo=None, second=0, microsecond=0)

    def instant(self, day: dt.date, time: dt.time) -> dt.datetime:
        """UTC of a wall clock: skipped times move forward, repeated ones are the first (reliability 2.9)."""
        return dt.datetime.combine(day, time, self.zone).astimezone(dt.UTC)


@lru_cache(maxsize=512)
def send_calendar(time_zone: str, working: WorkingDays) -> SendCalendar:
    """One calendar for all who share a clock and days: what it remembers serves everybody."""
    return SendCalendar(time_zone, working)


def why_closed(instant: dt.datetime, calendar: SendCalendar, policy: ReminderPolicy) -> str:
    """Empty inside the window, else outside_hours or what closes that day; tested on the real local time."""
    local = instant.astimezone(calendar.zone)
    because = calendar.why_not(local.date())
    if because or policy.window_opens <= local.time() < policy.window_closes:
        return because
    return "outside_hours"


def in_window(instant: dt.datetime, calendar: SendCalendar, policy: ReminderPolicy = DEFAULT_POLICY) -> bool:
    """Open day of the agency, from 08:30 included to 18:00 excluded, nothing blocking that day."""
    return not why_closed(instant, calendar, policy)


def next_slot(
    after: dt.datetime, calendar: SendCalendar, policy: ReminderPolicy = DEFAULT_POLICY
) -> dt.datetime | None:
    """First whole minute strictly after `after` inside the window, UTC; None when 60 days have none."""
    minute = after.astimezone(dt.UTC).replace(second=0, microsecond=0) + ONE_MINUTE
    first_day = calendar.local_day(minute)
    for step in range(policy.search_days + 1):
        day = first_day + dt.timedelta(days=step)
        if calendar.is_send_day(day):
            found = _slot_of_day(day, minute, calendar, policy)
            if found is not None:
                return found if found - after <= dt.timedelta(days=policy.search_days) else None
    return None


def _slot_of_day(
    day: dt.date, not_before: dt.datetime, calendar: SendCalendar, policy: ReminderPolicy
) -> dt.datetime | None:
    """Minute by minute only where a clock change falls inside the window; otherwise the first try."""
    opens = calendar.instant(day, policy.window_opens)
    # Shown twice, the second one closes; skipped, the two stand the other way round.
    ends = dt.datetime.combine(day, policy.window_closes, calendar.zone)
    closes = max(ends.astimezone(dt.UTC), ends.replace(fold=1).astimezone(dt.UTC))
    candidate = max(opens, not_before)
    while candidate < closes:
        if in_window(candidate, calendar, policy):
            return candidate
        candidate += ONE_MINUTE
    return None


def first_slot(
    wish: dt.datetime, calendar: SendCalendar, policy: ReminderPolicy = DEFAULT_POLICY
) -> dt.datetime | None:
    """The wish itself when the window is open, else the next slot."""
    return wish if in_window(wish, calendar, policy) else next_slot(wish, calendar, policy)


def dedupe_key(network_id: int, enrolment_id: int, kind: str, occurrence: str) -> str:
    """The one identity of a message: unique index, Message-ID, provider key (reliability 2.5)."""
    return hashlib.sha256(f"{network_id}|{enrolment_id}|{kind}|{occurrence}".encode()).hexdigest()


def jitter(key: str, policy: ReminderPolicy = DEFAULT_POLICY) -> dt.timedelta:
    """Plus or minus twenty minutes, in seconds, always the same for the same message."""
    reach = policy.jitter.seconds  # an hour at most
    return dt.timedelta(seconds=int(key[:12], 16) % (2 * reach + 1) - reach)


def with_jitter(
    instant: dt.datetime, key: str, calendar: SendCalendar, policy: ReminderPolicy = DEFAULT_POLICY
) -> dt.datetime:
    """Spread an instant of the window without leaving the window of its own day."""
    moved = instant + jitter(key, policy)
    local, day = moved.astimezone(calendar.zone), calendar.local_day(instant)
    is_inside = policy.window_opens <= local.time() < policy.window_closes
    if is_inside and local.date() == day and calendar.is_send_day(day):
        return moved
    latest = calendar.instant(day, policy.window_closes) - ONE_MINUTE
    moved = min(max(moved, calendar.instant(day, policy.window_opens)), latest)
    return moved if in_window(moved, calendar, policy) else instant


# --- caps ------------------------------------------------------------------------------------


def _in_utc(instants: Sequence[dt.datetime]) -> list[dt.datetime]:
    """Python subtracts and adds on the wall clock within one zone; caps count real hours."""
    return [in_utc(instant) for instant in instants]


def in_utc(instant: dt.datetime) -> dt.datetime:
    """The same instant in UTC; itself when it is there already, as what comes from the database is."""
    return instant if instant.tzinfo is dt.UTC else instant.astimezone(dt.UTC)


def over_cap(
    at: dt.datetime, sent: Sequence[dt.datetime], calendar: SendCalendar, policy: ReminderPolicy
) -> str:
    """Empty when one more message may leave at `at`, else gap, day or cap; `sent` may lie on both sides.

    All instants in UTC, see `_in_utc`.
    """
    around = []
    for other in sent:
        apart = abs(at - other)
        if apart < policy.min_gap:
            return "gap"
        if apart < SEVEN_DAYS:
            around.append(other)
    if len(around) < policy.max_per_7_days and policy.min_gap >= LONGEST_DAY:
        return ""  # as for nearly everyone
    near = sorted([at, *around])
    if policy.min_gap < LONGEST_DAY and len(near) > policy.max_per_day:
        days = [calendar.local_day(other) for other in near]
        if days.count(calendar.local_day(at)) > policy.max_per_day:
            return "day"
    span = policy.max_per_7_days
    if any(near[i + span] - near[i] < SEVEN_DAYS for i in range(len(near) - span)):
        return "cap"
    return ""


def earliest_allowed(
    wish: dt.datetime, sent: Sequence[dt.datetime], calendar: SendCalendar, policy: ReminderPolicy
) -> tuple[dt.datetime | None, str]:
    """First instant from `wish` on, UTC, in the window and under the caps, and what first moved it."""
    at, because, before = in_utc(wish), "", _in_utc(sent)
    for _ in range(_MAX_MOVES):
        cap = over_cap(at, before, calendar, policy)
        closed = "" if cap else why_closed(at, calendar, policy)
        if not cap and not closed:
            return at, because
        because = because or cap or closed
        moved = _after_caps(at, before, calendar, policy) if cap else next_slot(at, calendar, policy)
        if moved is None:
            return None, because
        at = moved
    return None, because


def _after_caps(
    at: dt.datetime, sent: list[dt.datetime], calendar: SendCalendar, policy: ReminderPolicy
) -> dt.datetime:
    """The next instant at which a cap can loosen."""
    midnight = calendar.instant(calendar.local_day(at) + ONE_DAY, dt.time(0))
    ends = [other + wait for other in sent for wait in (policy.min_gap, SEVEN_DAYS)]
    return min([end for end in ends if end > at] + [max(midnight, at + ONE_MINUTE)])
