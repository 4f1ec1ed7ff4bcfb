"""Who needs a hand, and when a manager may know it (domain.md 3.2, 4.4). Rules, never a model. No Django."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from coaching.cohorts.working_days import WorkingDays

NOT_ACTIVATED_WORKING_DAYS = 5  # R1
INACTIVE_WORKING_DAYS = 10  # R2
WATCH_INACTIVE_WORKING_DAYS = 7
OPEN_WORKING_DAYS = 5  # a week opens on Tuesday and is due on Monday
FAR_PACE_POINTS = -25.0  # R3
BEHIND_PACE_POINTS = -10.0  # R3 is left only from here up (hysteresis)
MISSED_SESSIONS = 2  # R4

RiskCode = Literal["R1", "R2", "R3", "R4", "R5", "recency", "pace"]
RiskLevel = Literal["not_evaluated", "ok", "watch", "at_risk"]


@dataclass(frozen=True, slots=True)
class RiskFacts:
    """What the five rules look at; days of the agency, `pace_points` = progress - expected in points.

    `left_open_since`: the day the first week with a step left to take opened; None when every step
    that is open is taken. Nobody is inactive who has nothing to do.
    """

    status: str
    invited_on: dt.date | None
    activated_on: dt.date | None
    last_activity_on: dt.date | None
    pace_points: float | None
    working: WorkingDays
    left_open_since: dt.date | None = dt.date.min
    missed_sessions_in_a_row: int = 0
    missed_since: dt.date | None = None
    asked_for_help_on: dt.date | None = None
    handled_on: dt.date | None = None  # the coach's "c'est réglé": silence is counted from there
    was_far: bool = False
    far_since: dt.date | None = None


@dataclass(frozen=True, slots=True)
class RiskReason:
    """Why someone is on the list: the rule, since when, and the figure behind it (days, points, sessions)."""

    code: RiskCode
    since: dt.date
    value: float


@dataclass(frozen=True, slots=True)
class Risk:
    """`at_risk` is "À épauler" on screen; the coach sees it at once, the manager after the ladder."""

    level: RiskLevel
    reasons: tuple[RiskReason, ...] = ()

    @property
    def is_at_risk(self) -> bool:
        return self.level == "at_risk"


def risk(facts: RiskFacts, today: dt.date) -> Risk:
    """Apply R1 to R5, then watch; only people invited or active are looked at, but a call is always heard."""
    if facts.status not in ("invited", "active"):
        call = _asked_for_help(facts) if facts.status in ("paused", "completed") else None
        return Risk("at_risk", (call,)) if call else Risk("not_evaluated")
    found = (
        _not_activated(facts, today),
        _inactive(facts, today),
        _far_behind(facts, today),
        _sessions_missed(facts, today),
        _asked_for_help(facts),
    )
    reasons = tuple(reason for reason in found if reason is not None)
    if reasons:
        return Risk("at_risk", reasons)
    watched = _watched(facts, today)
    return Risk("watch", watched) if watched else Risk("ok")


def _not_activated(facts: RiskFacts, today: dt.date) -> RiskReason | None:
    if facts.activated_on is not None or facts.invited_on is None:
        return None
    waited = facts.working.between(facts.invited_on, today)
    if waited < NOT_ACTIVATED_WORKING_DAYS:
        return None
    return RiskReason("R1", facts.working.add(facts.invited_on, NOT_ACTIVATED_WORKING_DAYS), waited)


def _inactive(facts: RiskFacts, today: dt.date) -> RiskReason | None:
    last = _idle_from(facts, today)
    if last is None:
        return None
    days = facts.working.between(last, today)
    if days < INACTIVE_WORKING_DAYS:
        return None
    return RiskReason("R2", facts.working.add(last, INACTIVE_WORKING_DAYS), days)


def _idle_from(facts: RiskFacts, today: dt.date) -> dt.date | None:
    """The day of the last step, from which inactivity is counted; None while there is nothing to catch up."""
    last = facts.last_activity_on or facts.activated_on
    if last is not None and facts.handled_on is not None:
        last = max(last, facts.handled_on)
    if last is None or not _has_something_to_catch_up(facts, last, today):
        return None
    return last


def _has_something_to_catch_up(facts: RiskFacts | LadderFacts, last: dt.date, today: dt.date) -> bool:
    """Whoever had taken everything has the days of a week for the one that has opened since."""
    opened = facts.left_open_since
    if opened is None:
        return False
    return opened <= last or facts.working.between(opened, today) >= OPEN_WORKING_DAYS


def silent_since(working: WorkingDays, today: dt.date, *known: dt.date | None) -> dt.date | None:
    """The last day that closed the ladder, an ended pause among them; None when none of `known` is."""
    ended_pauses = [pause.ends_on for pause in working.pauses if pause.ends_on <= today]
    days = [day for day in known if day is not None]
    return max([*days, *ended_pauses]) if days else None


def day_of_silence(working: WorkingDays, since: dt.date, left_open_since: dt.date, count: int) -> dt.date:
    """The day on which somebody who has something to catch up is silent for so many working days.

    Raises CalendarError when the agency never opens.
    """
    day = working.add(since, count)
    if left_open_since <= since:
        return day
    return max(day, working.add(left_open_since, OPEN_WORKING_DAYS))


def _far_behind(facts: RiskFacts, today: dt.date) -> RiskReason | None:
    if facts.pace_points is None:
        return None
    is_far = facts.pace_points < FAR_PACE_POINTS
    is_still_far = facts.was_far and facts.pace_points < BEHIND_PACE_POINTS
    if not is_far and not is_still_far:
        return None
    since = facts.far_since if facts.was_far else None
    return RiskReason("R3", since or today, facts.pace_points)


def _sessions_missed(facts: RiskFacts, today: dt.date) -> RiskReason | None:
    if facts.missed_sessions_in_a_row < MISSED_SESSIONS:
        return None
    return RiskReason("R4", facts.missed_since or today, facts.missed_sessions_in_a_row)


def _asked_for_help(facts: RiskFacts) -> RiskReason | None:
    return RiskReason("R5", facts.asked_for_help_on, 0) if facts.asked_for_help_on else None


def _watched(facts: RiskFacts, today: dt.date) -> tuple[RiskReason, ...]:
    found: list[RiskReason] = []
    last = _idle_from(facts, today)
    if last is not None and (days := facts.working.between(last, today)) >= WATCH_INACTIVE_WORKING_DAYS:
        found.append(RiskReason("recency", facts.working.add(last, WATCH_INACTIVE_WORKING_DAYS), days))
    if facts.pace_points is not None and facts.pace_points < BEHIND_PACE_POINTS:
        found.append(RiskReason("pace", today, facts.pace_points))
    return tuple(found)


def left_by_week(
    opened: Iterable[tuple[int, dt.datetime]], required: Sequence[int], done: Sequence[int]
) -> list[tuple[dt.datetime, int]]:
    """Opening and required minutes not done of each open week that has some.

    `opened` are numbers and openings in the order of the weeks; `done` may be shorter than `required`.
    """
    found = []
    for number, opens_at in opened:
        if number < len(required):
            left = required[number] - (done[number] if number < len(done) else 0)
            if left > 0:
                found.append((opens_at, left))
    return found


# --- the ladder: learner, then coach, then a notice, and only then the manager ------------------


@dataclass(frozen=True, slots=True)
class LadderRule:
    """Shipped defaults of domain.md 3.2. A network may raise them, never lower them.

    `off_by_default_for`: people who are not the network's employees stay off the manager's list
    unless they were told otherwise in writing (domain.md 5.1).
    """

    inactive_working_days: int = 15
    min_reminders: int = 3
    min_coach_contacts: int = 1
    notice_working_days: int = 2
    off_by_default_for: frozenset[str] = frozenset({"independent", "franchisee"})


DEFAULT_LADDER = LadderRule()


@dataclass(frozen=True, slots=True)
class LadderFacts:
    """What the ladder counts. Activity, the end of a pause and the coach's "handled" start it anew.

    Nobody climbs who has nothing to catch up: see `RiskFacts.left_open_since`.

    `reminders_on`, `coach_contacts_on` and `notified_on` may hold the whole history: what is older
    than the last fresh start is ignored here, in one place.
    """

    status: str
    employment_status: str
    working: WorkingDays
    invited_on: dt.date | None
    last_activity_on: dt.date | None
    reminders_on: tuple[dt.date, ...] = ()
    coach_contacts_on: tuple[dt.date, ...] = ()
    notified_on: dt.date | None = None
    handled_on: dt.date | None = None
    is_allowed: bool | None = None  # None: the default of the employment status
    manager_view: str = "named"
    left_open_since: dt.date | None = dt.date.min


MissingStep = Literal["inactivity", "reminders", "coach_contact", "notice", "notice_delay"]
VisibilityStage = Literal["off", "hidden", "notice_due", "notice_running", "visible"]


@dataclass(frozen=True, slots=True)
class Visibility:
    """Whether the manager's list may show "à épauler", and how far the ladder is climbed.

    `notice_due`: all but the notice is there, the next digest carries it. `visible_on` is the day
    when the name appears if nothing happens; `missing` lists what is not there yet.
    """

    stage: VisibilityStage
    missing: tuple[MissingStep, ...] = ()
    inactive_days: int = 0
    reminders: int = 0
    coach_contacts: int = 0
    since: dt.date | None = None
    visible_on: dt.date | None = None

    @property
    def is_visible(self) -> bool:
        return self.stage == "visible"

    @property
    def needs_notice(self) -> bool:
        return self.stage == "notice_due"


def manager_visibility(facts: LadderFacts, today: dt.date, rule: LadderRule = DEFAULT_LADDER) -> Visibility:
    """Climb the ladder of domain.md 3.2, never in another order."""
    start = _fresh_start(facts, today)
    if start is None or facts.status not in ("invited", "active") or not _may_be_shown(facts, rule, today):
        return Visibility("off")
    if not _has_something_to_catch_up(facts, start, today):
        return Visibility("off")
    inactive = facts.working.between(start, today)
    reminders = _after(facts.reminders_on, start)
    contacts = _after(facts.coach_contacts_on, start)
    missing: list[MissingStep] = []
    if inactive < rule.inactive_working_days:
        missing.append("inactivity")
    if reminders < rule.min_reminders:
        missing.append("reminders")
    if contacts < rule.min_coach_contacts:
        missing.append("coach_contact")
    stage, visible_on = _notice(facts, rule, start, today, is_ready=not missing)
    if stage in ("hidden", "notice_due"):
        missing.append("notice")
    elif stage == "notice_running":
        missing.append("notice_delay")
    return Visibility(stage, tuple(missing), inactive, reminders, contacts, start, visible_on)


def _may_be_shown(facts: LadderFacts, rule: LadderRule, today: dt.date) -> bool:
    if any(today in pause for pause in facts.working.pauses):
        return False
    if facts.manager_view != "named":
        return False
    if facts.is_allowed is None:
        return facts.employment_status not in rule.off_by_default_for
    return facts.is_allowed


def _fresh_start(facts: LadderFacts, today: dt.date) -> dt.date | None:
    """The last day that closed the ladder; None before any invitation."""
    return silent_since(facts.working, today, facts.invited_on, facts.last_activity_on, facts.handled_on)


def _after(days: Collection[dt.date], start: dt.date) -> int:
    return sum(day > start for day in days)


def _notice(
    facts: LadderFacts, rule: LadderRule, start: dt.date, today: dt.date, *, is_ready: bool
) -> tuple[VisibilityStage, dt.date | None]:
    """A notice counts only within this climb; it then runs its two working days."""
    notified = facts.notified_on if facts.notified_on and facts.notified_on > start else None
    if not is_ready:
        return "hidden", None
    if notified is None:
        return "notice_due", None
    visible_on = facts.working.add(notified, rule.notice_working_days)
    return ("visible" if today >= visible_on else "notice_running"), visible_on
