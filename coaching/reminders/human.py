"""A coach's own messages: when each person gets one, or why not. Pure: no Django, no clock.

Decided for what domain.md 3.2 and 5.2 leave open:
- a coach's message always waits for the window of the person's own agency, and for the end of a pause;
- "aucun message", an unsubscription and a refused address hold; "récapitulatif seul" is about reminders
  and does not silence one's own coach;
- to three people at most it is a letter from one person to another: no cap, and it counts for none;
- to more it is a circular: it counts among the two messages in seven days that each mail promises, so that
  reminders give way to it, and it waits when a person had two already. The 48 hours between two reminders
  do not hold it back: what a coach says today is said of today.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import lru_cache

from coaching.cohorts.working_days import CalendarError
from coaching.reminders.facts import HUMAN, UNCAPPED, Kind, NotSent, PersonFacts, Planned
from coaching.reminders.policy import ReminderPolicy, dedupe_key, earliest_allowed, in_utc
from coaching.reminders.rules import why_blocked

LETTER_MAX_PEOPLE = 3
_EXPLAINS = ("pause", "blackout", "public_holiday", "closed_day")


def kind_for(people: int) -> Kind:
    """A letter to a few, a circular to more."""
    return "coach_message" if people <= LETTER_MAX_PEOPLE else "coach_circular"


@lru_cache(maxsize=256)
def caps_of(policy: ReminderPolicy, kind: str) -> ReminderPolicy:
    """The caps a kind keeps to: of a circular, the number in seven days alone."""
    if kind not in HUMAN:
        return policy
    return replace(policy, min_gap=dt.timedelta(0), max_per_day=policy.max_per_7_days)


def address(
    facts: PersonFacts, kind: Kind, occurrence: str, policy: ReminderPolicy, now: dt.datetime
) -> Planned | NotSent:
    """What becomes of a message to this person that is sent off at `now`; the claim decides once more."""
    calendar, now = facts.calendar, in_utc(now)
    today = calendar.local_day(now)
    if because := why_blocked(facts, kind, now):
        return NotSent(kind, occurrence, because, today)
    counted = () if kind in UNCAPPED else facts.counted_at
    at, because = earliest_allowed(now, counted, calendar, caps_of(policy, kind))
    if at is None:
        return NotSent(kind, occurrence, because or "no_slot", today)
    if because and because != "cap":
        because = _main_reason(facts, now, at, because)
    return Planned(
        kind=kind,
        occurrence=occurrence,
        local_due=calendar.local_minute(at),
        time_zone=facts.time_zone,
        due_at=in_utc(at),
        expires_at=_expires_at(facts, policy, at),
        reasons=("coach",),
        dedupe_key=dedupe_key(facts.network_id, facts.enrolment_id, kind, occurrence),
        moved_because=because,
    )


def _main_reason(facts: PersonFacts, now: dt.datetime, at: dt.datetime, because: str) -> str:
    """Of all that stands between now and then, what explains it: a pause rather than its first Sunday."""
    calendar = facts.calendar
    first, last = calendar.local_day(now), calendar.local_day(at)
    met = {calendar.why_not(first + dt.timedelta(days=step)) for step in range((last - first).days)}
    return next((each for each in _EXPLAINS if each in met), because)


def _expires_at(facts: PersonFacts, policy: ReminderPolicy, at: dt.datetime) -> dt.datetime:
    """Five working days of the agency after its slot: no word of this week is read next month."""
    day = facts.calendar.local_day(at)
    try:
        last = facts.working.add(day, policy.expires_working_days)
    except CalendarError:
        last = day + dt.timedelta(days=7)
    return in_utc(facts.calendar.instant(last, policy.window_closes))
