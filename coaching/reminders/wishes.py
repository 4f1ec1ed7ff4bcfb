"""The messages a calendar calls for, before any rule about the person: pure. No Django, no clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from coaching.cohorts.working_days import CalendarError
from coaching.reminders.facts import CalendarEntry, Kind, PersonFacts, WeekOpening
from coaching.reminders.meetings import CANCEL, free_occurrence, pending, request_kind
from coaching.reminders.policy import SEVEN_DAYS, ReminderPolicy, SendCalendar, first_slot, in_window

FIRST_INVITATION = "first"
NAMED_FOR = dt.timedelta(days=14)
WEEKLY: tuple[Kind, Kind] = ("weekly_digest", "midweek_nudge")


@dataclass(frozen=True, slots=True)
class Wish:
    """A message before any rule: the day and time it would like, and until when it makes sense.

    `local` is `at` on the wall clock, naive and to the minute; `is_open` whether the window is open then;
    `usual_at`, of a weekly message, the instant before closed days moved it.
    """

    kind: Kind
    occurrence: str
    day: dt.date
    at: dt.datetime
    expires_at: dt.datetime
    local: dt.datetime
    is_open: bool
    moved_because: str = ""
    closed_because: str = ""
    usual_at: dt.datetime | None = None


def wish_at(
    calendar: SendCalendar,
    policy: ReminderPolicy,
    kind: Kind,
    occurrence: str,
    day: dt.date,
    at: dt.datetime,
    expires_at: dt.datetime,
    **more: Any,
) -> Wish:
    """A wish with what follows from its instant: the wall clock, and whether the window is open then."""
    local, is_open = calendar.local_minute(at), in_window(at, calendar, policy)
    return Wish(kind, occurrence, day, at, expires_at, local, is_open, **more)


def iso_week(day: dt.date) -> str:
    """The name of a week as an occurrence: "2027-W03"."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def wishes(
    facts: PersonFacts, policy: ReminderPolicy, now: dt.datetime, until: dt.datetime
) -> Iterator[Wish]:
    """Every message this person could get by the calendar alone, up to `until`."""
    if facts.invited_at is not None and facts.activated_at is None:
        yield from (wish for wish in _invitations(facts, policy, now, facts.invited_at) if wish.at <= until)
    elif facts.invited_at is not None and now < facts.invited_at + NAMED_FOR:
        # For the rehearsal to say why they are not sent.
        followups = _invitations(facts, policy, now, facts.invited_at)
        yield from (wish for wish in followups if now < wish.at <= until)
    for week in facts.weeks:
        if week.number > 0 and now - SEVEN_DAYS < week.opens_at <= until:
            both = (weekly(facts, policy, week, kind) for kind in WEEKLY)
            yield from (wish for wish in both if wish.at <= until)
    if facts.activated_at is not None:
        yield from _meetings(facts, policy, max(now, facts.activated_at))  # a rehearsal enters later


def _meetings(facts: PersonFacts, policy: ReminderPolicy, now: dt.datetime) -> Iterator[Wish]:
    """What the person's calendar lacks, as soon as the window is open; it makes sense until it begins."""
    requests, cancels = pending(facts, now)
    if requests:
        yield _meeting(facts, policy, request_kind(facts, requests), requests, now)
    if cancels:
        yield _meeting(facts, policy, CANCEL, cancels, now)


def _meeting(
    facts: PersonFacts, policy: ReminderPolicy, kind: Kind, entries: list[CalendarEntry], now: dt.datetime
) -> Wish:
    calendar, expires = facts.calendar, max(entry.starts_at for entry in entries)
    return wish_at(
        calendar, policy, kind, free_occurrence(facts, kind, entries), calendar.local_day(now), now, expires
    )


def _invitations(
    facts: PersonFacts, policy: ReminderPolicy, now: dt.datetime, invited_at: dt.datetime
) -> Iterator[Wish]:
    calendar = facts.calendar
    day = calendar.local_day(invited_at)
    expires = invited_at + dt.timedelta(days=policy.invitation_expires_days)
    occurrence = _invitation_name(facts, invited_at, day)
    yield wish_at(calendar, policy, "invitation", occurrence, day, invited_at, expires)
    if ("invitation", occurrence) in facts.closed:
        return
    left_at = next(
        (
            message.at
            for message in facts.history
            if message.kind == "invitation" and message.at >= invited_at
        ),
        None,
    )
    first = left_at or first_slot(max(invited_at, now), calendar, policy)
    if first is not None:
        yield from _followups(facts, policy, calendar.local_day(first))


def _invitation_name(facts: PersonFacts, invited_at: dt.datetime, day: dt.date) -> str:
    """One more invitation (`invite_again`), asked for after one that left or died, has a name of its own."""
    left_at = [message.at for message in facts.history if message.kind == "invitation"]
    is_another = any(at < invited_at for at in (*left_at, *facts.invitations_ended_at))
    return f"again:{day}" if is_another else FIRST_INVITATION


def _followups(facts: PersonFacts, policy: ReminderPolicy, invited_on: dt.date) -> Iterator[Wish]:
    """Two at most; the first has no point any more once the second's day has come."""
    try:
        days = [facts.working.add(invited_on, count) for count in policy.followup_working_days]
    except CalendarError:
        return  # an agency without open days: the coach calls
    for number, day in enumerate(days, start=1):
        expires = end_of_working_days(facts, policy, day)
        if number < len(days):
            expires = min(expires, facts.calendar.instant(days[number], dt.time(0)))
        at = facts.calendar.instant(day, policy.followup_time)
        yield wish_at(facts.calendar, policy, "invitation_followup", f"followup:{number}", day, at, expires)


def weekly(facts: PersonFacts, policy: ReminderPolicy, week: WeekOpening, kind: Kind) -> Wish:
    """The digest on Tuesday, the nudge on Thursday, or the first day for sending after, in that ISO week."""
    # By identity: equal policies are one object (layers.py), held here so that its id stays its own.
    kept, key = facts.calendar.kept, (kind, week.opens_at, id(policy))
    known = kept.get(key)
    if known is None:
        known = kept[key] = (policy, _weekly(facts.calendar, policy, week, kind))
    wish: Wish = known[1]
    return wish


def _weekly(calendar: SendCalendar, policy: ReminderPolicy, week: WeekOpening, kind: Kind) -> Wish:
    opens_on = calendar.local_day(week.opens_at)
    monday = opens_on - dt.timedelta(days=opens_on.weekday())
    is_digest = kind == "weekly_digest"
    weekday = policy.digest_weekday if is_digest else policy.nudge_weekday
    time = policy.digest_time if is_digest else policy.nudge_time
    usual = monday + dt.timedelta(days=weekday - 1)
    expires = calendar.instant(monday + SEVEN_DAYS, dt.time(0))
    usual_at = calendar.instant(usual, time)
    days = (usual + dt.timedelta(days=step) for step in range(8 - weekday))
    day = next((day for day in days if calendar.is_send_day(day)), None)
    if day is None:
        closed = calendar.why_not(usual)
        return wish_at(
            calendar, policy, kind, iso_week(monday), usual, usual_at, expires, closed_because=closed
        )
    at, moved = calendar.instant(day, time), calendar.why_not(usual)
    if at < week.opens_at:
        # Six o'clock at the network can be the middle of the morning overseas.
        slot = first_slot(week.opens_at, calendar, policy)
        at, moved = slot or week.opens_at, "not_open_yet"
    local_day = calendar.local_day(at)
    name = iso_week(monday)
    return wish_at(
        calendar, policy, kind, name, local_day, at, expires, moved_because=moved, usual_at=usual_at
    )


def end_of_working_days(facts: PersonFacts, policy: ReminderPolicy, day: dt.date) -> dt.datetime:
    """Until when a message of that day makes sense, where nothing else ends it."""
    try:
        last = facts.working.add(day, policy.expires_working_days)
    except CalendarError:
        last = day + SEVEN_DAYS
    return facts.calendar.instant(last, policy.window_closes)
