"""The messages that days of the person's own call for: a session, a practice, a silence, the weeks after.

Pure: no Django, no clock. A reminder that leaves says all that is to be said by its day, so that an occasion
has a message of its own only when none leaves about then: `riding` and `is_told` are that rule, the planner
applies it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from coaching.adoption.ladder import day_of_silence, silent_since
from coaching.cohorts.working_days import CalendarError
from coaching.reminders.facts import CALENDAR_KINDS, CARRIERS, CalendarEntry, Kind, PersonFacts
from coaching.reminders.meetings import pending, read_token
from coaching.reminders.policy import ONE_DAY, ReminderPolicy, SendCalendar, in_window
from coaching.reminders.wishes import Wish, end_of_working_days, iso_week

COACH_HAND = "coach_hand"  # the reason of the last comeback: the coach has the person on their list then
_REACH = dt.timedelta(days=60)  # an agency that is closed for longer hears of its session when it opens


@dataclass(frozen=True, slots=True)
class Occasion:
    """A wish with what it says: `reason`, and `about` which event, practice or booster ("" for a silence)."""

    wish: Wish
    reason: str
    about: str = ""


def occasions(
    facts: PersonFacts, policy: ReminderPolicy, now: dt.datetime, until: dt.datetime
) -> list[Occasion]:
    """All that can still be said, from what is due already up to `until`, in no order."""
    if facts.activated_at is None:
        return []
    found = [
        *_sessions(facts, policy, now, until),
        *_practices(facts, policy, now, until),
        *comebacks(facts, policy, now),
        *follow_ups(facts, policy),
    ]
    return [each for each in found if each.wish.at <= until and now < each.wish.expires_at]


def riding(
    facts: PersonFacts,
    found: Iterable[Occasion],
    at: dt.datetime,
    carriers: Iterable[tuple[str, dt.datetime]],
) -> list[Occasion]:
    """What a message that leaves at `at` says besides: due by its day, still true, and not said before."""
    today, before = facts.calendar.local_day(at), tuple(carriers)
    return [
        each
        for each in found
        if each.wish.day <= today and at < each.wish.expires_at and not is_told(facts, each, at, before)
    ]


def is_told(
    facts: PersonFacts, occasion: Occasion, at: dt.datetime, carriers: Iterable[tuple[str, dt.datetime]]
) -> bool:
    """Whether a message before `at` said it: any that left on its day or later, as all of them say it.

    A session that was just put into their calendar, or is about to be, is told by that message.
    """
    local_day, day = facts.calendar.local_day, occasion.wish.day
    if any(kind in CARRIERS and sent < at and local_day(sent) >= day for kind, sent in carriers):
        return True
    if not occasion.reason.startswith("session"):
        return False
    uid = occasion.about
    entered = (item for item in facts.history if item.kind in CALENDAR_KINDS and local_day(item.at) >= day)
    if any(read_token(text)[0] == uid for item in entered for text in item.reasons):
        return True
    return day <= local_day(at) and any(entry.uid == uid for entry in pending(facts, at)[0])


def why_vanished(facts: PersonFacts, kind: str, occurrence: str, now: dt.datetime) -> str:
    """Empty while a row of the ledger still has its occasion, else why it has none any more."""
    match kind:
        case "session_soon" | "session_today":
            names = (_name_of_session(event) for event in _standing(facts, now))
            return "" if occurrence in names else "session_changed"
        case "practice_due":
            names = (_name(each.address, each.due_at) for each in facts.practices)
            return "" if occurrence in names else "handed_in"
        case "follow_up":
            return "" if any(f"+{each.weeks}" == occurrence for each in facts.follow_ups) else "nothing_left"
        case "comeback":
            return _why_awake(facts, occurrence, now)
    return ""


def _wish(
    calendar: SendCalendar,
    policy: ReminderPolicy,
    kind: Kind,
    occurrence: str,
    day: dt.date,
    at: dt.datetime,
    expires_at: dt.datetime,
) -> Wish:
    local, is_open = calendar.local_minute(at), in_window(at, calendar, policy)
    return Wish(kind, occurrence, day, at, expires_at, local, is_open)


def _name(*parts: object) -> str:
    """Short enough for an occurrence; another moment is another name."""
    return hashlib.sha256(" ".join(map(str, parts)).encode()).hexdigest()[:32]


def _days_before(calendar: SendCalendar, day: dt.date, count: int) -> dt.date | None:
    """The day for sending that leaves so many of the agency's open days; None when it is closed for long."""
    key = ("days_before", day, count)
    if key not in calendar.kept:
        calendar.kept[key] = _counted_back(calendar, day, count)
    found: dt.date | None = calendar.kept[key]
    return found


def _counted_back(calendar: SendCalendar, day: dt.date, count: int) -> dt.date | None:
    left = count
    for step in range(1, _REACH.days):
        earlier = day - step * ONE_DAY
        left -= calendar.working.is_open(earlier)
        if left <= 0 and calendar.is_send_day(earlier):
            return earlier
    return None


# --- sessions and talks -----------------------------------------------------------------------


def _standing(facts: PersonFacts, now: dt.datetime) -> Iterator[CalendarEntry]:
    return (event for event in facts.events if event.starts_at > now and not event.is_cancelled)


def _name_of_session(event: CalendarEntry) -> str:
    return _name(event.uid, event.sequence, event.starts_at.astimezone(dt.UTC).isoformat())


def _sessions(
    facts: PersonFacts, policy: ReminderPolicy, now: dt.datetime, until: dt.datetime
) -> Iterator[Occasion]:
    calendar, name = facts.calendar, _name_of_session
    for event in _standing(facts, now):
        if event.starts_at > until + _REACH:
            continue
        on = calendar.local_day(event.starts_at)
        last_call = event.starts_at - policy.session_before
        day = _days_before(calendar, on, policy.session_before_working_days)
        if day is not None:
            at = calendar.instant(day, policy.digest_time)
            wish = _wish(calendar, policy, "session_soon", name(event), day, at, last_call)
            yield Occasion(wish, "session_soon", event.uid)
        if calendar.local_day(last_call) == on and in_window(last_call, calendar, policy):
            wish = _wish(calendar, policy, "session_today", name(event), on, last_call, event.starts_at)
            yield Occasion(wish, "session_today", event.uid)


# --- practices --------------------------------------------------------------------------------


def _practices(
    facts: PersonFacts, policy: ReminderPolicy, now: dt.datetime, until: dt.datetime
) -> Iterator[Occasion]:
    calendar = facts.calendar
    for each in facts.practices:
        if not now < each.due_at <= until + _REACH:
            continue
        on = calendar.local_day(each.due_at)
        day = _days_before(calendar, on, policy.practice_before_working_days)
        if day is None:
            continue
        at = calendar.instant(day, policy.digest_time)
        if at < each.opens_at:
            continue  # what opens and is due within two days is said by its digest
        occurrence = _name(each.address, each.due_at)
        wish = _wish(calendar, policy, "practice_due", occurrence, day, at, each.due_at)
        yield Occasion(wish, "practice_due", each.address)


# --- silence ----------------------------------------------------------------------------------


def _silent_since(facts: PersonFacts, now: dt.datetime) -> dt.date | None:
    """The day from which silence is counted: the last step, « c'est réglé » or the end of a pause.

    A pause that runs is counted as if it had ended: nothing is said before.
    """
    today = facts.calendar.local_day(now)
    running = (pause.ends_on for pause in facts.working.pauses if pause.starts_on <= today)
    last = facts.last_activity_at or facts.activated_at
    last_on = facts.calendar.local_day(last) if last else None
    return silent_since(facts.working, max([today, *running]), last_on, facts.handled_on)


def _left_open_since(facts: PersonFacts) -> dt.date | None:
    """The day the first week with something to take opened; what is before the weeks does not count."""
    if facts.left_open_since is None:
        return None
    first = min((week.opens_at for week in facts.weeks if week.number > 0), default=None)
    return max(facts.left_open_since, facts.calendar.local_day(first)) if first else facts.left_open_since


def comeback_days(facts: PersonFacts, policy: ReminderPolicy, now: dt.datetime) -> list[dt.date]:
    """The days of this climb on which a comeback is due, past ones too; [] for who has nothing to take.

    Nobody is called back to what has not begun: the first week has been open for the days of a week.
    """
    since, opened = _silent_since(facts, now), _left_open_since(facts)
    if since is None or opened is None or facts.status not in ("active", "paused"):
        return []
    days: list[dt.date] = []
    counts = policy.comeback_working_days
    try:
        for before, count in zip((0, *counts), counts, strict=False):
            day = day_of_silence(facts.working, since, opened, count)
            if days:  # never both at once, however late the first was due
                day = max(day, facts.working.add(days[-1], count - before))
            days.append(day)
    except CalendarError:
        return []  # an agency without open days: the coach calls
    return days


def comebacks(facts: PersonFacts, policy: ReminderPolicy, now: dt.datetime) -> Iterator[Occasion]:
    """The learner's rung of the ladder (domain.md 3.2): twice at most, the second with the coach's hand."""
    days, calendar = comeback_days(facts, policy, now), facts.calendar
    since = _silent_since(facts, now)
    for number, day in enumerate(days, start=1):
        is_last = number == len(days)
        at = calendar.instant(day, policy.nudge_time)
        expires = end_of_working_days(facts, policy, day)
        if not is_last:
            expires = min(expires, calendar.instant(days[number], dt.time(0)))
        wish = _wish(calendar, policy, "comeback", f"{since}:{number}", day, at, expires)
        yield Occasion(wish, COACH_HAND if is_last else "comeback")


def is_comeback_week(facts: PersonFacts, policy: ReminderPolicy, now: dt.datetime, week: str) -> bool:
    """Whether a comeback falls into the week of this name: it takes the place of the nudge."""
    if policy.why_off("comeback"):
        return False
    return any(iso_week(day) == week for day in comeback_days(facts, policy, now))


def _why_awake(facts: PersonFacts, occurrence: str, now: dt.datetime) -> str:
    if facts.left_open_since is None:
        return "nothing_left"
    since = _silent_since(facts, now)
    if occurrence.partition(":")[0] == str(since):
        return ""
    return "handled" if since is not None and since == facts.handled_on else "active_again"


# --- after the end ----------------------------------------------------------------------------


def follow_ups(facts: PersonFacts, policy: ReminderPolicy) -> Iterator[Occasion]:
    """What opens four, eight and twelve weeks after the end; the last has the survey where there is one."""
    calendar = facts.calendar
    for each in facts.follow_ups:
        if each.weeks not in policy.follow_up_weeks:
            continue
        day = calendar.local_day(each.opens_at)
        at = max(calendar.instant(day, policy.digest_time), each.opens_at)
        expires = end_of_working_days(facts, policy, day)
        wish = _wish(calendar, policy, "follow_up", f"+{each.weeks}", day, at, expires)
        yield Occasion(wish, "follow_up", str(each.weeks))
