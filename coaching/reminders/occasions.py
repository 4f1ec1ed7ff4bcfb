"""The messages that days of the person's own call for: a session, a practice, a silence, the weeks after.

Pure: no Django, no clock. A reminder that leaves says all that is to be said by its day, so that an occasion
has a message of its own only when none leaves about then: `riding` and `is_told` are that rule, the planner
applies it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from coaching.adoption.ladder import day_of_silence, silent_since
from coaching.cohorts.working_days import CalendarError
from coaching.reminders.facts import CalendarEntry, PersonFacts
from coaching.reminders.meetings import pending
from coaching.reminders.policy import ONE_DAY, ReminderPolicy, SendCalendar, in_window
from coaching.reminders.wishes import Wish, end_of_working_days, iso_week, wish_at

COACH_HAND = "coach_hand"  # the reason of the last comeback: the coach has the person on their list then
Said = Sequence[tuple[dt.datetime, dt.date]]  # when messages that say all left, and on which local day
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


def riding(facts: PersonFacts, found: Iterable[Occasion], at: dt.datetime, said: Said) -> list[Occasion]:
    """What a message that leaves at `at` says besides: due by its day, still true, and not said before."""
    today = facts.calendar.local_day(at)
    return [
        each
        for each in found
        if each.wish.day <= today and at < each.wish.expires_at and not is_told(facts, each, at, said)
    ]


def is_told(facts: PersonFacts, occasion: Occasion, at: dt.datetime, said: Said) -> bool:
    """Whether a message before `at` said it: any that left on its day or later, as all of them say it.

    A session that was just put into their calendar, or is about to be, is told by that message.
    """
    day = occasion.wish.day
    if any(sent < at and on >= day for sent, on in said):
        return True
    if not occasion.reason.startswith("session"):
        return False
    uid, entered_on = occasion.about, facts.entered_on.get(occasion.about)
    if entered_on is not None:
        return entered_on >= day
    return day <= facts.calendar.local_day(at) and any(entry.uid == uid for entry in pending(facts, at)[0])


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


def _name(*parts: object) -> str:
    """Short enough for an occurrence; another moment is another name."""
    return hashlib.sha256(" ".join(map(str, parts)).encode()).hexdigest()[:32]


class _Times(NamedTuple):
    """The morning on which something is told some days before: the same for all who share a calendar."""

    day: dt.date
    at: dt.datetime
    local: dt.datetime
    is_open: bool


def _morning_before(
    calendar: SendCalendar, policy: ReminderPolicy, moment: dt.datetime, count: int
) -> _Times | None:
    """The day for sending that leaves so many of the agency's open days; None when it is closed for long."""
    key = ("morning_before", moment, count)
    known = calendar.kept.get(key)
    if known is None or known[0] is not policy:
        day = _counted_back(calendar, calendar.local_day(moment), count)
        times = _times(calendar, policy, day, calendar.instant(day, policy.digest_time)) if day else None
        known = calendar.kept[key] = (policy, times)
    found: _Times | None = known[1]
    return found


def _hours_before(calendar: SendCalendar, policy: ReminderPolicy, moment: dt.datetime) -> _Times | None:
    """Some hours before, if that is the same day and inside the window."""
    key = ("hours_before", moment)
    known = calendar.kept.get(key)
    if known is None or known[0] is not policy:
        at, on = moment - policy.session_before, calendar.local_day(moment)
        is_today = calendar.local_day(at) == on and in_window(at, calendar, policy)
        known = calendar.kept[key] = (policy, _times(calendar, policy, on, at) if is_today else None)
    found: _Times | None = known[1]
    return found


def _times(calendar: SendCalendar, policy: ReminderPolicy, day: dt.date, at: dt.datetime) -> _Times:
    return _Times(day, at, calendar.local_minute(at), in_window(at, calendar, policy))


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
    calendar, days = facts.calendar, policy.session_before_working_days
    for event in _standing(facts, now):
        starts_at = event.starts_at
        soon = _morning_before(calendar, policy, starts_at, days)
        last_call = starts_at - policy.session_before
        if soon is not None and soon.at <= until and now < last_call:
            name = _name_of_session(event)
            wish = Wish("session_soon", name, soon.day, soon.at, last_call, soon.local, soon.is_open)
            yield Occasion(wish, "session_soon", event.uid)
        today = _hours_before(calendar, policy, starts_at) if last_call <= until else None
        if today is not None:
            name = _name_of_session(event)
            wish = Wish("session_today", name, today.day, today.at, starts_at, today.local, today.is_open)
            yield Occasion(wish, "session_today", event.uid)


# --- practices --------------------------------------------------------------------------------


def _practices(
    facts: PersonFacts, policy: ReminderPolicy, now: dt.datetime, until: dt.datetime
) -> Iterator[Occasion]:
    days = policy.practice_before_working_days
    for each in facts.practices:
        if each.due_at <= now:
            continue
        soon = _morning_before(facts.calendar, policy, each.due_at, days)
        # What opens and is due within two days is said by its digest.
        if soon is None or soon.at > until or soon.at < each.opens_at:
            continue
        occurrence = _name(each.address, each.due_at)
        wish = Wish("practice_due", occurrence, soon.day, soon.at, each.due_at, soon.local, soon.is_open)
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


class _Rung(NamedTuple):
    """One comeback of a climb: its day and until when it makes sense."""

    day: dt.date
    at: dt.datetime
    expires_at: dt.datetime


def _rungs(facts: PersonFacts, policy: ReminderPolicy, since: dt.date | None) -> Sequence[_Rung]:
    """The comebacks of the climb that began on this day, past ones too; () for who has nothing to take.

    Nobody is called back to what has not begun: the first week has been open for the days of a week.
    """
    opened = _left_open_since(facts)
    if since is None or opened is None or facts.status not in ("active", "paused"):
        return ()
    key = ("rungs", since, opened)
    known = facts.calendar.kept.get(key)
    if known is None or known[0] is not policy:
        known = facts.calendar.kept[key] = (policy, _counted_rungs(facts, policy, since, opened))
    found: Sequence[_Rung] = known[1]
    return found


def _counted_rungs(
    facts: PersonFacts, policy: ReminderPolicy, since: dt.date, opened: dt.date
) -> Sequence[_Rung]:
    days: list[dt.date] = []
    counts, calendar = policy.comeback_working_days, facts.calendar
    try:
        for before, count in zip((0, *counts), counts, strict=False):
            day = day_of_silence(facts.working, since, opened, count)
            if days:  # never both at once, however late the first was due
                day = max(day, facts.working.add(days[-1], count - before))
            days.append(day)
    except CalendarError:
        return ()  # an agency without open days: the coach calls
    ends = [end_of_working_days(facts, policy, day) for day in days]
    nexts = [calendar.instant(day, dt.time(0)) for day in days[1:]]
    ends[:-1] = [min(pair) for pair in zip(ends, nexts, strict=False)]
    instants = [calendar.instant(day, policy.nudge_time) for day in days]
    return tuple(_Rung(*each) for each in zip(days, instants, ends, strict=True))


def comebacks(facts: PersonFacts, policy: ReminderPolicy, now: dt.datetime) -> Iterator[Occasion]:
    """The learner's rung of the ladder (domain.md 3.2): twice at most, the second with the coach's hand."""
    since = _silent_since(facts, now)
    rungs = _rungs(facts, policy, since)
    for number, (day, at, expires_at) in enumerate(rungs, start=1):
        if now < expires_at:
            reason = COACH_HAND if number == len(rungs) else "comeback"
            wish = wish_at(facts.calendar, policy, "comeback", f"{since}:{number}", day, at, expires_at)
            yield Occasion(wish, reason)


def comeback_weeks(facts: PersonFacts, policy: ReminderPolicy, now: dt.datetime) -> frozenset[str]:
    """The names of the weeks into which a comeback falls: it takes the place of the nudge."""
    if policy.why_off("comeback"):
        return frozenset()
    return frozenset(iso_week(rung.day) for rung in _rungs(facts, policy, _silent_since(facts, now)))


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
        wish = wish_at(calendar, policy, "follow_up", f"+{each.weeks}", day, at, expires)
        yield Occasion(wish, "follow_up", str(each.weeks))
