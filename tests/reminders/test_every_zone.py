"""Every name of a time zone, around each of its clock changes of ten years: never outside the window, never
missed, never twice (reliability F10). All names take twenty seconds: they are among the long tests."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest

from coaching.cohorts.working_days import WorkingDays
from coaching.reminders.facts import Planned, Send, SentMessage
from coaching.reminders.planner import plan, recheck
from coaching.reminders.policy import (
    DEFAULT_POLICY,
    ONE_MINUTE,
    ReminderPolicy,
    SendCalendar,
    in_window,
    next_slot,
)
from tests.reminders.planner_people import active, weeks_from

FIRST, LAST = dt.datetime(2025, 1, 1, tzinfo=dt.UTC), dt.datetime(2036, 1, 1, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
NAMES = sorted(available_timezones() - {"localtime"})
FEW = [*NAMES[::40], "Europe/Paris", "America/Miquelon", "Pacific/Chatham", "Africa/Casablanca"]


@dataclass(frozen=True)
class Change:
    """The instant at which a clock changes, and what it showed before and after (UTC offsets)."""

    at: dt.datetime
    before: dt.timedelta
    after: dt.timedelta

    @property
    def is_gap(self) -> bool:
        return self.after > self.before


class AlwaysOpen(SendCalendar):
    """Clocks change on Sundays: for these tests every day is a day for sending."""

    def why_not(self, day: dt.date) -> str:
        return ""


@cache
def changes_of(name: str) -> tuple[Change, ...]:
    zone = ZoneInfo(name)

    def offset(at: dt.datetime) -> dt.timedelta:
        found = at.astimezone(zone).utcoffset()
        assert found is not None
        return found

    days = [FIRST + DAY * number for number in range((LAST - FIRST).days + 1)]
    shown = pairwise((day, offset(day)) for day in days)
    return tuple(_between(first, second, offset) for (first, a), (second, b) in shown if a != b)


def _between(low: dt.datetime, high: dt.datetime, offset: Any) -> Change:
    """By halves, to the minute: every change of these years falls on one."""
    before, after = offset(low), offset(high)
    while high - low > ONE_MINUTE:
        middle = (low + (high - low) / 2).replace(second=0, microsecond=0)
        low, high = (middle, high) if offset(middle) == before else (low, middle)
    return Change(high, before, after)


def windows_around(change: Change) -> Iterator[tuple[dt.time, dt.time]]:
    """A window that opens, closes, or both, within what the clock skips or shows twice; and one around it."""
    first, last = sorted((change.at + change.before, change.at + change.after))
    middle = first + (last - first) / 2
    hour = dt.timedelta(hours=1)
    edges = (
        (middle, last + hour),
        (first - hour, middle),
        (first - hour, last + hour),
        (first, last),
        (first + ONE_MINUTE, last - ONE_MINUTE),
        (last, last + hour),
        (first - hour, first),
    )
    for opens, closes in edges:
        if opens.date() == closes.date() and opens < closes:
            yield opens.time(), closes.time()


def slot_by_hand(after: dt.datetime, calendar: SendCalendar, policy: ReminderPolicy) -> dt.datetime:
    """Minute by minute. A skipped opening is the same instant, moved forward (reliability 2.9)."""
    minute = after.replace(second=0, microsecond=0) + ONE_MINUTE
    while not _is_open(minute.astimezone(calendar.zone), policy):
        minute += ONE_MINUTE
    return minute


def _is_open(local: dt.datetime, policy: ReminderPolicy) -> bool:
    opens = dt.datetime.combine(local.date(), policy.window_opens, local.tzinfo)
    has_opened = local.astimezone(dt.UTC) >= opens.astimezone(dt.UTC)
    return has_opened and policy.window_opens <= local.time() < policy.window_closes


def bare_policy(opens: dt.time, closes: dt.time) -> Any:
    """A window at an hour which the right to disconnect would refuse: there clocks change."""
    return SimpleNamespace(window_opens=opens, window_closes=closes, search_days=DEFAULT_POLICY.search_days)


def slots_are_those_found_by_hand(name: str, change: Change) -> int:
    calendar = AlwaysOpen(name, WorkingDays(open_days=(1, 2, 3, 4, 5, 6, 7)))
    checked = 0
    for opens, closes in windows_around(change):
        policy = bare_policy(opens, closes)
        for minutes in (-180, -61, -60, -31, -1, 0, 1, 29, 60, 61, 180):
            after = change.at + minutes * ONE_MINUTE
            slot = next_slot(after, calendar, policy)
            assert slot is not None
            assert slot == slot_by_hand(after, calendar, policy), (name, change, opens, closes, minutes)
            assert in_window(slot, calendar, policy)
            checked += 1
    return checked


@pytest.mark.parametrize("name", ["Europe/Paris", "Australia/Lord_Howe"])
def test_next_slot_is_the_one_found_by_hand(name: str) -> None:
    for change in changes_of(name)[:2]:
        slots_are_those_found_by_hand(name, change)


@pytest.mark.slow
def test_next_slot_is_the_one_found_by_hand_in_every_zone() -> None:
    seen: set[tuple[dt.time, dt.timedelta, dt.timedelta]] = set()
    gaps = folds = checked = 0
    for name in NAMES:
        for change in changes_of(name):
            gaps, folds = gaps + change.is_gap, folds + (not change.is_gap)
            shape = ((change.at + change.before).time(), change.before, change.after)
            if shape not in seen:  # every day is open here: the same hands of the clock, the same answers
                seen.add(shape)
                checked += slots_are_those_found_by_hand(name, change)

    assert gaps > 2_000
    assert folds > 2_000
    assert checked > 1_500


def edges_hold(name: str, change: Change) -> None:
    """The window as it ships, at its edges and a minute beside them, from two days before to two after."""
    calendar, zone = SendCalendar(name, WorkingDays(open_days=(1, 2, 3, 4, 5))), ZoneInfo(name)
    for step in range(-2, 3):
        day = calendar.local_day(change.at) + DAY * step
        opens = calendar.instant(day, DEFAULT_POLICY.window_opens)
        closes = calendar.instant(day, DEFAULT_POLICY.window_closes)
        slots = [
            next_slot(at, calendar)
            for edge in (opens, closes)
            for at in (edge - 2 * ONE_MINUTE, edge - ONE_MINUTE, edge, edge + ONE_MINUTE)
        ]
        for slot in slots:
            assert slot is not None
            local = slot.astimezone(zone)
            assert local.isoweekday() <= 5
            assert DEFAULT_POLICY.window_opens <= local.time() < DEFAULT_POLICY.window_closes
            following = next_slot(slot, calendar)
            assert following is not None
            assert following > slot
        if day.isoweekday() <= 5:
            assert slots[1] == opens


def one_digest_a_week(name: str, change: Change) -> None:
    """A person in this zone: one digest in each week around the change, in the window, never twice."""
    tuesday = _tuesday(change.at.date()) - 2 * 7 * DAY
    facts = active(
        time_zone=name,
        working=WorkingDays(open_days=(1, 2, 3, 4, 5)),
        weeks=weeks_from(tuesday, name),
        invited_at=_noon(tuesday - 8 * DAY),
        activated_at=_noon(tuesday - 7 * DAY),
        last_activity_at=_noon(tuesday - 7 * DAY),
        history=(),
    )
    now = _noon(tuesday - DAY)
    found = [each for each in plan(facts, DEFAULT_POLICY, now, 21 * DAY) if isinstance(each, Planned)]
    digests = [each for each in found if each.kind == "weekly_digest"]
    weeks = [
        f"{day.isocalendar()[0]}-W{day.isocalendar()[1]:02}"
        for day in (tuesday, tuesday + 7 * DAY, tuesday + 14 * DAY)
    ]
    assert [each.occurrence for each in digests][:3] == weeks, (name, change)
    for each in found:
        assert in_window(each.due_at, facts.calendar), (name, change, each)
    digest = digests[2]
    assert recheck(digest, facts, DEFAULT_POLICY, digest.due_at) == Send(digest.reasons)
    left = SentMessage(digest.kind, digest.occurrence, digest.due_at)
    after = _with(facts, left)
    again = plan(after, DEFAULT_POLICY, digest.due_at + ONE_MINUTE, 7 * DAY)
    assert digest.occurrence not in [each.occurrence for each in again if each.kind == "weekly_digest"]


def _with(facts: Any, message: SentMessage) -> Any:
    return active(
        time_zone=facts.time_zone,
        working=facts.working,
        weeks=facts.weeks,
        invited_at=facts.invited_at,
        activated_at=facts.activated_at,
        last_activity_at=facts.last_activity_at,
        history=(message,),
    )


def _tuesday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=(day.isoweekday() - 2) % 7)


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), dt.UTC)


@pytest.mark.parametrize("name", FEW)
def test_digest_leaves_once_in_the_week_of_a_clock_change(name: str) -> None:
    for change in changes_of(name):
        edges_hold(name, change)
        one_digest_a_week(name, change)


@pytest.mark.slow
def test_digest_leaves_once_in_the_week_of_every_clock_change_of_every_zone() -> None:
    for name in NAMES:
        for change in changes_of(name):
            edges_hold(name, change)
            one_digest_a_week(name, change)
