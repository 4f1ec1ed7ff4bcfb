"""What the person's own situation says of a message: blocked, pointless, or with which reasons. No Django."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from coaching.adoption.ladder import LadderFacts, manager_visibility
from coaching.reminders.facts import (
    CALENDAR_KINDS,
    FINISHED_STATUSES,
    GONE_STATUSES,
    HUMAN,
    OCCASIONS,
    TOLD_ANYWAY,
    TRANSACTIONAL,
    UNCOUNTED_BY_LADDER,
    PersonFacts,
)
from coaching.reminders.meetings import CANCEL, pending_of, token
from coaching.reminders.occasions import why_vanished
from coaching.reminders.policy import ReminderPolicy
from coaching.reminders.wishes import iso_week

SESSION_AHEAD = dt.timedelta(days=8)
STANDS_AFTER = dt.timedelta(minutes=15)  # learning.services.reviews.UNDO_FOR; a test holds both together
LIVE_STATUSES = frozenset({"invited", "active", "paused"})
COMING_STATUSES = LIVE_STATUSES | {"completed"}  # whose calendar follows the sessions and talks
OF_SESSIONS = CALENDAR_KINDS | {"session_soon", "session_today"}


def why_blocked(facts: PersonFacts, kind: str, now: dt.datetime) -> str:
    """What stands between this person and this kind of message, whatever its date."""
    if kind in HUMAN:
        if facts.status in GONE_STATUSES or facts.is_cohort_archived:
            return facts.status if facts.status in GONE_STATUSES else "archived"
    elif kind == CANCEL and facts.is_gone:
        return "" if facts.suppression == "unsubscribed" else facts.suppression
    elif kind == "follow_up":
        if facts.is_gone or facts.status not in FINISHED_STATUSES:
            return _why_gone(facts) or "not_ended"
    elif facts.status not in (COMING_STATUSES if kind in OF_SESSIONS else LIVE_STATUSES):
        return facts.status
    elif not facts.is_cohort_running:
        return "cohort_ended"
    if facts.status == "paused" and not _is_pausing(facts, now):
        return "paused"
    if facts.suppression and (facts.suppression != "unsubscribed" or kind not in TOLD_ANYWAY):
        return facts.suppression
    if kind in TOLD_ANYWAY:
        return ""
    if facts.mail_mode == "none":
        return "muted"
    if kind in HUMAN | TRANSACTIONAL:
        return ""
    return "digest_only" if facts.mail_mode == "digest_only" and kind != "weekly_digest" else ""


def _why_gone(facts: PersonFacts) -> str:
    if facts.status in GONE_STATUSES:
        return facts.status
    if facts.is_mandate_over:
        return "withdrawn"
    return "archived" if facts.is_cohort_archived else ""


def _is_pausing(facts: PersonFacts, now: dt.datetime) -> bool:
    today = facts.calendar.local_day(now)
    return any(today in pause for pause in facts.working.pauses)


def why_pointless(facts: PersonFacts, kind: str, occurrence: str, at: dt.datetime, now: dt.datetime) -> str:
    """Whether its reason has vanished, or never was; `at` is its usual time."""
    if kind in HUMAN:
        return ""
    if kind in CALENDAR_KINDS:
        if facts.activated_at is None:
            return "not_activated"
        return "" if pending_of(facts, kind, now) else "already_sent"
    if facts.quiet_week and kind not in TRANSACTIONAL and week_of(facts, max(at, now)) == facts.quiet_week:
        return "next_week"
    if kind in ("invitation", "invitation_followup"):
        return "activated" if facts.activated_at is not None else ""
    if kind == "weekly_digest":
        if facts.activated_at is not None and facts.activated_at > at:
            return "joined_later"
        has_something = (
            _is_something_left(facts, occurrence, now)
            or any(now <= each < at + SESSION_AHEAD for each in facts.sessions_at)  # not one of next week's
            or any(is_news(facts, answered_at, now) for answered_at in facts.answers_at)
        )
        return "" if has_something else "nothing_left"
    if facts.activated_at is None:
        return "not_activated"
    if kind in OCCASIONS:
        return why_vanished(facts, kind, occurrence, now)
    if facts.last_activity_at is not None and week_of(facts, facts.last_activity_at) == occurrence:
        return "active_this_week"
    return "" if _is_something_left(facts, occurrence, now) else "nothing_left"


def _is_something_left(facts: PersonFacts, occurrence: str, now: dt.datetime) -> bool:
    """Whether a step waits; of a week that is not open, or not this one, nobody knows yet."""
    if facts.minutes_left != 0 or week_of(facts, now) != occurrence:
        return True
    weeks = (week for week in facts.weeks if week_of(facts, week.opens_at) == occurrence)
    return any(week.opens_at > now for week in weeks)


def next_session(sessions_at: Iterable[dt.datetime], now: dt.datetime) -> dt.datetime | None:
    """The live session that a digest names: the next one, up to the next digest."""
    return min((at for at in sessions_at if now <= at < now + SESSION_AHEAD), default=None)


def is_news(facts: PersonFacts, answered_at: dt.datetime, now: dt.datetime) -> bool:
    """Whether the next digest tells of this answer: none has since, and its coach cannot take it back."""
    told_at = max((item.at for item in facts.history if item.kind == "weekly_digest"), default=None)
    return answered_at + STANDS_AFTER <= now and (told_at is None or told_at < answered_at + STANDS_AFTER)


def week_of(facts: PersonFacts, instant: dt.datetime) -> str:
    return iso_week(facts.calendar.local_day(instant))


def reasons_for(facts: PersonFacts, policy: ReminderPolicy, kind: str, at: dt.datetime) -> tuple[str, ...]:
    if kind in HUMAN:
        return ("coach",)
    if kind in CALENDAR_KINDS:
        return tuple(token(entry) for entry in pending_of(facts, kind, at))
    if kind == "invitation":
        return ("launched",)
    if kind == "invitation_followup":
        return ("not_activated",)
    if kind == "midweek_nudge":
        return ("no_activity",)
    if kind in OCCASIONS:
        return ()  # its occasion says why, with all that rides along: see the planner
    return ("week_opens", "manager_notice") if needs_notice(facts, policy, at) else ("week_opens",)


def needs_notice(facts: PersonFacts, policy: ReminderPolicy, at: dt.datetime) -> bool:
    """Whether the learner must read, two working days before, what the manager will see."""
    if len(facts.coach_contacts_on) < policy.ladder.min_coach_contacts:
        return False  # the ladder counts those of this climb only: never more than all
    local = facts.calendar.local_day
    last = local(facts.last_activity_at) if facts.last_activity_at else None
    day = local(at)
    if last is not None and (day - last).days < policy.ladder.inactive_working_days:
        return False  # fewer days than working days: spares the count for nearly everyone
    ladder = LadderFacts(
        status=facts.status,
        employment_status=facts.employment_status,
        working=facts.working,
        invited_on=local(facts.invited_at) if facts.invited_at else None,
        last_activity_on=last,
        reminders_on=tuple(local(item.at) for item in facts.history if item.kind not in UNCOUNTED_BY_LADDER),
        coach_contacts_on=facts.coach_contacts_on,
        notified_on=local(facts.notified_at) if facts.notified_at else None,
        handled_on=facts.handled_on,
        is_allowed=facts.is_visibility_allowed,
        manager_view=facts.manager_view,
        left_open_since=facts.left_open_since,
    )
    return manager_visibility(ladder, day, policy.ladder).needs_notice
