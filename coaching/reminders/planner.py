"""Which messages one person gets, when and why, or why not (domain.md 3.2). Pure: no Django, no clock.

The same functions serve the tick, the 30-day rehearsal and the claim: `plan` proposes, the ledger's
unique key makes it safe to propose again, and `recheck` decides once more at the moment of sending.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from functools import cached_property

from coaching.reminders.facts import (
    CARRIERS,
    OCCASIONS,
    TRANSACTIONAL,
    UNCAPPED,
    Decision,
    Defer,
    Kind,
    LedgerRow,
    NotSent,
    PersonFacts,
    Planned,
    Send,
    SentMessage,
    Skip,
    WeekOpening,
)
from coaching.reminders.human import caps_of
from coaching.reminders.occasions import (
    Occasion,
    Said,
    comeback_weeks,
    comebacks,
    follow_ups,
    is_told,
    occasions,
    riding,
)
from coaching.reminders.policy import (
    ONE_DAY,
    SEVEN_DAYS,
    ReminderPolicy,
    SendCalendar,
    dedupe_key,
    earliest_allowed,
    first_slot,
    in_utc,
    next_slot,
    why_closed,
    with_jitter,
)
from coaching.reminders.rules import (
    COMING_STATUSES,
    LIVE_STATUSES,
    reasons_for,
    week_of,
    why_blocked,
    why_pointless,
)
from coaching.reminders.wishes import FIRST_INVITATION, WEEKLY, Wish, iso_week, weekly, wishes

__all__ = [
    "Decision",
    "Defer",
    "Kind",
    "LedgerRow",
    "NotSent",
    "PersonFacts",
    "Planned",
    "Send",
    "SentMessage",
    "Skip",
    "WeekOpening",
    "iso_week",
    "next_check_at",
    "plan",
    "recheck",
]

CAPS = frozenset({"gap", "day", "cap"})
SAME_TIME = dt.timedelta(hours=2)
PLAN_HORIZON = dt.timedelta(days=14)
# Two messages of one person on one day: the lower number speaks, the other is bundled in or dropped.
_PRIORITY = {
    "invitation": 0,
    "invitation_followup": 1,
    "weekly_digest": 2,
    "session_today": 3,
    "session_soon": 4,
    "practice_due": 5,
    "comeback": 6,
    "follow_up": 7,
    "midweek_nudge": 8,
    "session_invite": 9,
    "session_update": 9,
    "session_cancel": 10,
}


@dataclass
class _Plan:
    """One run: the facts, and what this run has already decided."""

    facts: PersonFacts
    policy: ReminderPolicy
    now: dt.datetime
    planned: list[Planned] = field(default_factory=list)
    refused: list[NotSent] = field(default_factory=list)
    occasions: list[Occasion] = field(default_factory=list)
    digests: list[Wish] = field(default_factory=list)  # those to come that will leave, as far as one knows

    def counted(self) -> list[dt.datetime]:
        """Instants that count for the caps: those that left, and those planned in this run."""
        return [
            *self.facts.counted_at,
            *(message.due_at for message in self.planned if message.kind not in TRANSACTIONAL),
        ]

    @cached_property
    def comeback_weeks(self) -> frozenset[str]:
        return comeback_weeks(self.facts, self.policy, self.now)

    def said(self) -> Said:
        """What left and what is planned in this run, of the messages that say all."""
        planned = (item for item in self.planned if item.kind in CARRIERS)
        return [*self.facts.carried, *((item.due_at, item.local_due.date()) for item in planned)]


def plan(
    facts: PersonFacts,
    policy: ReminderPolicy,
    now: dt.datetime,
    horizon: dt.timedelta = PLAN_HORIZON,
) -> tuple[Planned | NotSent, ...]:
    """All messages from what is still worth sending today up to `now + horizon`, in the order of their day.

    What the ledger already sent or closed is not mentioned. Messages planned count for the caps of
    the later ones, so that the rehearsal shows what will happen.
    """
    now = now.astimezone(dt.UTC)
    run = _Plan(facts, policy, now, occasions=occasions(facts, policy, now, now + horizon))
    known = facts.closed | {(message.kind, message.occurrence) for message in facts.history}
    every = (*wishes(facts, policy, now, now + horizon), *(each.wish for each in run.occasions))
    wanted = [wish for wish in every if (wish.kind, wish.occurrence) not in known]
    if run.occasions and not policy.why_off("weekly_digest"):
        digests = (wish for wish in wanted if wish.kind == "weekly_digest")
        run.digests = [wish for wish in digests if not _why_never(facts, wish, now)]
    for wish in sorted(wanted, key=lambda wish: (wish.day, _PRIORITY[wish.kind], wish.at)):
        _decide(run, wish)
    found: list[tuple[dt.date, int, Planned | NotSent]] = [
        (item.local_due.date(), _PRIORITY[item.kind], item) for item in run.planned
    ]
    found += [(item.on or dt.date.max, _PRIORITY[item.kind], item) for item in run.refused]
    return tuple(item for _, _, item in sorted(found, key=lambda entry: entry[:2]))


# --- decisions -------------------------------------------------------------------------------


def _decide(run: _Plan, wish: Wish) -> None:
    because = _why_never(run.facts, wish, run.now) or run.policy.why_off(wish.kind) or _bundle(run, wish)
    if not because and run.now >= wish.expires_at:
        because = "expired"
    if because:
        run.refused.append(NotSent(wish.kind, wish.occurrence, because, wish.day))
        return
    key = _key_of(run.facts, wish.kind, wish.occurrence)
    due_at, moved = _due(run, wish, key)
    if due_at is None or due_at >= wish.expires_at:
        run.refused.append(NotSent(wish.kind, wish.occurrence, moved or "no_slot", wish.day))
        return
    run.planned.append(_planned(run, wish, key, due_at, moved))


def _due(run: _Plan, wish: Wish, key: str) -> tuple[dt.datetime | None, str]:
    """The instant it leaves, and what moved it; None with the reason when it cannot."""
    policy, calendar = run.policy, run.facts.calendar
    if wish.kind in TRANSACTIONAL:
        wanted = max(wish.at, run.now)
        return first_slot(wanted, calendar, policy), why_closed(wanted, calendar, policy)
    spread = _spread(wish, key, calendar, policy)
    wanted, moved = spread, wish.moved_because
    if spread < run.now:
        wanted, moved = run.now, "caught_up"
    allowed, because = _allowed(wish.kind, wanted, run.counted(), calendar, policy)
    return allowed, because or moved


def _allowed(
    kind: str,
    wanted: dt.datetime,
    counted: list[dt.datetime],
    calendar: SendCalendar,
    policy: ReminderPolicy,
) -> tuple[dt.datetime | None, str]:
    """First instant in the window and under the caps, and what moved it.

    A cap may hold a nudge back for minutes (last week's left later, the clock changed), never for
    days: on another day it would be a second digest.
    """
    at, because = earliest_allowed(wanted, counted, calendar, policy)
    if kind == "midweek_nudge" and at is not None and because in CAPS:
        slot = first_slot(wanted, calendar, policy)
        if slot is None or calendar.local_day(at) != calendar.local_day(slot):
            return None, because
    return at, because


def _planned(run: _Plan, wish: Wish, key: str, due_at: dt.datetime, moved: str) -> Planned:
    facts, calendar = run.facts, run.facts.calendar
    # Minutes of jitter, or of a cap since last week, are not worth telling anyone.
    is_usual = abs(due_at - wish.at) <= SAME_TIME and moved != "caught_up"
    return Planned(
        kind=wish.kind,
        occurrence=wish.occurrence,
        local_due=wish.local if is_usual else calendar.local_minute(due_at),
        time_zone=facts.time_zone,
        due_at=in_utc(due_at),
        expires_at=in_utc(wish.expires_at),
        reasons=_reasons(facts, run.policy, wish, due_at, run.occasions, run.said()),
        dedupe_key=key,
        moved_because=wish.moved_because if is_usual else moved,
    )


def _bundle(run: _Plan, wish: Wish) -> str:
    """Several reasons on one day make one message; the digest also rides with a new invitation."""
    same_day = [item for item in run.planned if item.local_due.date() == wish.day]
    if wish.kind == "weekly_digest" and run.facts.activated_at is None:
        followup = next((item for item in same_day if item.kind == "invitation_followup"), None)
        if followup is None:
            return "not_activated"
        place = run.planned.index(followup)
        run.planned[place] = replace(followup, reasons=_once(*followup.reasons, "weekly_digest"))
        return "bundled"
    if wish.kind in OCCASIONS:
        return _bundle_occasion(run, wish)
    if wish.kind == "midweek_nudge":
        is_said = any(item.kind not in TRANSACTIONAL for item in same_day)
        is_said = is_said or wish.occurrence in run.comeback_weeks
        return "bundled" if is_said else ""
    return ""


def _bundle_occasion(run: _Plan, wish: Wish) -> str:
    """It rides with a message that leaves on its day or before it could leave itself; digests never move."""
    facts, occasion = run.facts, next(each for each in run.occasions if each.wish is wish)
    if is_told(facts, occasion, run.now, run.said()):
        return "bundled"
    in_time = [
        (item.due_at, item.local_due.date())
        for item in run.planned
        if item.kind in CARRIERS and item.due_at < wish.expires_at
    ]
    if any(day == wish.day for _at, day in in_time):
        return "bundled"
    key = dedupe_key(facts.network_id, facts.enrolment_id, wish.kind, wish.occurrence)
    due_at, _moved = _due(run, wish, key)
    if any(day >= wish.day and (due_at is None or at < due_at) for at, day in in_time):
        return "bundled"
    for digest in run.digests:
        if digest.day >= wish.day and (due_at is None or digest.at - due_at < run.policy.min_gap):
            return "bundled" if digest.at < wish.expires_at else "gap"
    return ""


def _reasons(
    facts: PersonFacts,
    policy: ReminderPolicy,
    row: Wish | LedgerRow,
    at: dt.datetime,
    found: list[Occasion],
    said: Said,
) -> tuple[str, ...]:
    """What the message says when it leaves at `at`, its own reason first, the others in order of weight."""
    own = [each.reason for each in found if _names(row, each)]
    reasons = (*own, *reasons_for(facts, policy, row.kind, at))
    if row.kind not in CARRIERS or not found:
        return reasons
    others = (each for each in riding(facts, found, at, said) if _may_ride(facts, policy, each, at))
    by_weight = sorted(others, key=lambda each: (_PRIORITY[each.wish.kind], each.wish.at))
    return _once(*reasons, *(each.reason for each in by_weight))


def _names(row: Wish | LedgerRow, occasion: Occasion) -> bool:
    return (row.kind, row.occurrence) == (occasion.wish.kind, occasion.wish.occurrence)


def _may_ride(facts: PersonFacts, policy: ReminderPolicy, occasion: Occasion, at: dt.datetime) -> bool:
    """Whoever reads the digest alone, by choice or for a while, reads in it what others get by itself."""
    kind = occasion.wish.kind
    if policy.why_off(kind) == "switched_off":
        return False
    return why_blocked(facts, kind, at) in ("", "digest_only")


def _once(*reasons: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reasons))


def _why_never(facts: PersonFacts, wish: Wish, now: dt.datetime) -> str:
    pointless = why_pointless(facts, wish.kind, wish.occurrence, wish.at, now)
    return why_blocked(facts, wish.kind, now) or pointless or wish.closed_because


# --- at the moment of sending ----------------------------------------------------------------


def recheck(row: LedgerRow, facts: PersonFacts, policy: ReminderPolicy, now: dt.datetime) -> Decision:
    """Decide again, on the facts of now; `facts.history` leaves out the row itself.

    Total: any row gets an answer. A `Defer` lies strictly after `now` and before the row expires.
    """
    now = now.astimezone(dt.UTC)
    if any((item.kind, item.occurrence) == (row.kind, row.occurrence) for item in facts.history):
        return Skip("already_sent")
    if now >= row.expires_at:
        return Skip("expired")
    usual = _usual_time(row, facts, policy)
    if usual is None:
        return Skip("week_moved")
    because = why_blocked(facts, row.kind, now)
    because = because or why_pointless(facts, row.kind, row.occurrence, usual, now)
    because = because or policy.why_off(row.kind) or _why_bundled(row, facts, now)
    if because:
        return Skip(because)
    due_at = _due_by_now(row, facts, policy)
    if now < due_at:
        return Defer(due_at, "not_due")
    return _send_or_wait(row, facts, policy, now)


def _usual_time(row: LedgerRow, facts: PersonFacts, policy: ReminderPolicy) -> dt.datetime | None:
    """When this message wants to leave by today's calendar; None when its week is gone from it."""
    if row.kind not in WEEKLY:
        return row.due_at
    wish = _weekly_wish(row, facts, policy)
    return wish.at if wish else None


def _weekly_wish(row: LedgerRow, facts: PersonFacts, policy: ReminderPolicy) -> Wish | None:
    kind: Kind = "weekly_digest" if row.kind == "weekly_digest" else "midweek_nudge"
    weeks = (week for week in facts.weeks if week_of(facts, week.opens_at) == row.occurrence)
    week = next(weeks, None)
    return weekly(facts, policy, week, kind) if week else None


def _due_by_now(row: LedgerRow, facts: PersonFacts, policy: ReminderPolicy) -> dt.datetime:
    """When it is due today: a weekly message follows the day that somebody has chosen for it since.

    What caps and closed days make later, `_send_or_wait` finds again, with its reason.
    """
    wish = _weekly_wish(row, facts, policy) if row.kind in WEEKLY else None
    if wish is None or wish.closed_because:
        return row.due_at
    due_at = wish.usual_at or wish.at
    if not wish.moved_because:
        due_at = _spread(wish, _key_of(facts, row.kind, row.occurrence), facts.calendar, policy)
    return due_at if due_at < row.expires_at else row.due_at


def _key_of(facts: PersonFacts, kind: str, occurrence: str) -> str:
    return dedupe_key(facts.network_id, facts.enrolment_id, kind, occurrence)


def _spread(wish: Wish, key: str, calendar: SendCalendar, policy: ReminderPolicy) -> dt.datetime:
    """Its usual time with its jitter, where the window is open then."""
    if wish.is_open and wish.moved_because != "not_open_yet":
        return with_jitter(wish.at, key, calendar, policy)
    return wish.at


def _why_bundled(row: LedgerRow, facts: PersonFacts, now: dt.datetime) -> str:
    """The week's digest already rode with a new invitation, or another message left today.

    One invitation a day opens the network, and every cohort of the person in it.
    """
    today = facts.calendar.local_day(now)
    if row.kind == "invitation" and row.occurrence == FIRST_INVITATION:
        invited = (item.at for item in facts.elsewhere if item.kind == "invitation")
        return "bundled" if any(facts.calendar.local_day(at) == today for at in invited) else ""
    if row.kind == "weekly_digest":
        if facts.activated_at is None:
            return "not_activated"
        rode = any(
            item.kind == "invitation_followup" and week_of(facts, item.at) == row.occurrence
            for item in facts.history
        )
        return "bundled" if rode else ""
    if row.kind == "midweek_nudge":
        return "bundled" if any(facts.calendar.local_day(at) == today for at in facts.counted_at) else ""
    return ""


def _send_or_wait(row: LedgerRow, facts: PersonFacts, policy: ReminderPolicy, now: dt.datetime) -> Decision:
    calendar = facts.calendar
    found = occasions(facts, policy, now, now + ONE_DAY) if row.kind in CARRIERS else []
    if _rides_with_another(row, facts, policy, now, found):
        return Skip("bundled")
    counted = [] if row.kind in UNCAPPED else list(facts.counted_at)
    wanted = _not_before_opening(row, facts, now)
    at, because = _allowed(row.kind, wanted, counted, calendar, caps_of(policy, row.kind))
    if at is None or at >= row.expires_at:
        return Skip(because or "no_slot")
    if at > now:
        return Defer(at, because or "not_open_yet")
    reasons = _reasons(facts, policy, row, now, found, facts.carried)
    if row.kind == "invitation_followup" and _digest_rides(facts, policy, now):
        reasons = _once(*reasons, "weekly_digest")
    return Send(reasons)


def _rides_with_another(
    row: LedgerRow, facts: PersonFacts, policy: ReminderPolicy, now: dt.datetime, found: list[Occasion]
) -> bool:
    """Whether a message that left says it already; of a nudge, whether a comeback takes its place."""
    if row.kind == "midweek_nudge":
        return row.occurrence in comeback_weeks(facts, policy, now)
    own = next((each for each in found if _names(row, each)), None)
    return own is not None and is_told(facts, own, now, facts.carried)


def _not_before_opening(row: LedgerRow, facts: PersonFacts, now: dt.datetime) -> dt.datetime:
    """A digest waits for its week, also when the calendar changed after it was planned."""
    if row.kind not in WEEKLY:
        return now
    opened = [week.opens_at for week in facts.weeks if week_of(facts, week.opens_at) == row.occurrence]
    return max([now, *opened])


def _digest_rides(facts: PersonFacts, policy: ReminderPolicy, now: dt.datetime) -> bool:
    """The digest's own day is today and its week is open: a new invitation can carry it."""
    today = facts.calendar.local_day(now)
    this_week = [week for week in facts.weeks if week.number > 0 and week.opens_at <= now]
    return any(weekly(facts, policy, week, "weekly_digest").day == today for week in this_week[-1:])


def next_check_at(
    facts: PersonFacts,
    policy: ReminderPolicy,
    now: dt.datetime,
    decisions: tuple[Planned | NotSent, ...] | None = None,
) -> dt.datetime | None:
    """When the tick must look at this person again; None when nothing can come any more.

    The first planned message, or else the day the horizon uncovers new weeks, a comeback or what opens after
    the end. Whoever changes facts (activation, pause, mail settings, calendar, status) sets the alarm to now.
    """
    minute = now + dt.timedelta(minutes=1)
    items = plan(facts, policy, now) if decisions is None else decisions
    dues = [item.due_at for item in items if isinstance(item, Planned)]
    dues += [max(at - PLAN_HORIZON, minute) for at in _beyond(facts, policy, now)]
    if facts.status not in COMING_STATUSES or not facts.is_cohort_running:
        return max(min(dues), minute) if dues else None
    if any(event.starts_at > now for event in facts.events):
        dues.append(now + ONE_DAY)  # a mandate ends, and an address is mended, without telling us
    if dues:
        return max(min(dues), minute)
    if facts.status not in LIVE_STATUSES:
        return None  # whoever moves a session or a talk sets the alarm
    is_waiting = facts.activated_at is None and facts.invited_at is not None
    is_open = any(week.opens_at + SEVEN_DAYS > now for week in facts.weeks)
    if not is_open and not is_waiting:
        return None
    slot = next_slot(now + ONE_DAY, facts.calendar, policy)
    return slot or now + SEVEN_DAYS


def _beyond(facts: PersonFacts, policy: ReminderPolicy, now: dt.datetime) -> list[dt.datetime]:
    """When what no opening of a week brings to mind is due, further away than one plans."""
    if facts.activated_at is None:
        return []
    found = (*comebacks(facts, policy, now), *follow_ups(facts, policy))
    return [
        each.wish.at
        for each in found
        if each.wish.at > now + PLAN_HORIZON
        and not why_blocked(facts, each.wish.kind, now)
        and not policy.why_off(each.wish.kind)
    ]
