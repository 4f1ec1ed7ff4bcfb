"""What the planner reads and what it answers: plain values for tick, preview and screens. No Django."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol

from coaching.cohorts.working_days import WorkingDays
from coaching.reminders.policy import SendCalendar, send_calendar

Kind = Literal[
    "invitation",
    "invitation_followup",
    "weekly_digest",
    "midweek_nudge",
    "coach_message",
    "coach_circular",
    "session_invite",
    "session_update",
    "session_cancel",
    "session_soon",
    "session_today",
    "practice_due",
    "comeback",
    "follow_up",
    "encouragement",
]
# They bring events of a calendar, several at once: see meetings.py.
CALENDAR_KINDS = frozenset({"session_invite", "session_update", "session_cancel"})
# Transactional messages ignore the caps, never the window (domain.md 3.2).
TRANSACTIONAL = frozenset({"invitation"}) | CALENDAR_KINDS
# What whoever wants no messages is told all the same: an invitation that the coach asks for, and that an
# event which their calendar holds has changed. New events wait for them on their own pages.
TOLD_ANYWAY = TRANSACTIONAL - {"session_invite"}
# What a coach wrote, to a few or to many (human.py); no reminder in the sense of the manager's ladder.
HUMAN = frozenset({"coach_message", "coach_circular"})
# What a day of the person's own calls for (occasions.py): a session, a practice, a silence, the weeks after.
OCCASIONS = frozenset({"session_soon", "session_today", "practice_due", "comeback", "follow_up"})
# Reminders that say all that is to be said by the day they leave, so that one message is enough.
CARRIERS = OCCASIONS | {"weekly_digest", "midweek_nudge"}
FINISHED_STATUSES = frozenset({"completed", "ended_incomplete"})
UNCAPPED = TRANSACTIONAL | {"coach_message"}
UNCOUNTED_BY_LADDER = TRANSACTIONAL | HUMAN
GONE_STATUSES = frozenset({"withdrawn", "replaced", "cancelled"})
BAD_ADDRESS_CODES = (550, 551, 553)  # of SMTP, said of the address


@dataclass(frozen=True, slots=True)
class WeekOpening:
    """One week of the cohort's calendar; week 0 belongs to the invitation and has no digest."""

    number: int
    key: str
    opens_at: dt.datetime


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message that left, or may have left: rows `sent`, `leased`, `handing` and `uncertain`.

    `at` is the hand-over (or the lease). At claim time, the row being rechecked is left out. `reasons` are
    known of calendar messages only: the events they carried.
    """

    kind: str
    occurrence: str
    at: dt.datetime
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """A live session or a one-to-one of this person, as their calendar should have it."""

    uid: str
    sequence: int
    starts_at: dt.datetime
    is_cancelled: bool = False
    is_taken_back: bool = False  # the session stands, the person is gone: see meetings.py


@dataclass(frozen=True, slots=True)
class PracticeDue:
    """A practice that is asked of this person and not handed in; `due_at` is their own date."""

    address: str
    opens_at: dt.datetime
    due_at: dt.datetime


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What opens so many weeks after the end, and of which this person has a step to take."""

    weeks: int
    opens_at: dt.datetime


@dataclass(frozen=True)
class PersonFacts:
    """All that decides about one enrolment's messages; instants are aware, days are the agency's.

    `working` holds the agency's open days, its holidays, the cohort's blackouts and the person's pauses.
    `history` reaches back 60 days or more, and so does `elsewhere`, the messages of the same person's other
    enrolments in this network, which count for the caps like `other_networks_at`, the instants at which
    other networks wrote to the person in the last days, and nothing else of them; `closed` are ledger rows
    that ended without leaving (skipped, cancelled, dead) as (kind, occurrence), and `lapsed` the calendar
    messages among them that may be wanted once more, under another occurrence; `invitations_ended_at` says
    when those that were invitations did. `suppression` is "" or the reason of the network's
    Suppression row. `minutes_left` counts open steps not done, None when unknown; `left_open_since` is the
    day the first week with such a step opened, None when all is taken (`adoption.ladder`); `sessions_at`
    are the person's live sessions, `events` the same and their one-to-one for the calendar, cancelled ones
    included; of calendar messages `history` reaches back to the first. `practices` are those to come that are
    asked of them, `follow_ups` what opens for them after the end. `answers_at` is when coaches answered
    practices of theirs that they have not opened yet; `quiet_week` is the name of the week ("2027-W03") in
    which they asked, from a mail, for nothing more.
    """

    network_id: int
    enrolment_id: int
    status: str
    time_zone: str
    working: WorkingDays
    weeks: tuple[WeekOpening, ...] = ()
    invited_at: dt.datetime | None = None
    activated_at: dt.datetime | None = None
    last_activity_at: dt.datetime | None = None
    history: tuple[SentMessage, ...] = ()
    elsewhere: tuple[SentMessage, ...] = ()
    other_networks_at: tuple[dt.datetime, ...] = ()
    closed: frozenset[tuple[str, str]] = frozenset()
    lapsed: frozenset[tuple[str, str]] = frozenset()
    invitations_ended_at: tuple[dt.datetime, ...] = ()
    mail_mode: str = "all"
    suppression: str = ""
    minutes_left: int | None = None
    left_open_since: dt.date | None = dt.date.min
    sessions_at: tuple[dt.datetime, ...] = ()
    events: tuple[CalendarEntry, ...] = ()
    practices: tuple[PracticeDue, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    is_cohort_running: bool = True
    is_cohort_archived: bool = False
    is_mandate_over: bool = False
    language: str = "fr"
    employment_status: str = "employee"
    manager_view: str = "named"
    is_visibility_allowed: bool | None = None
    coach_contacts_on: tuple[dt.date, ...] = ()
    notified_at: dt.datetime | None = None
    handled_on: dt.date | None = None
    answers_at: tuple[dt.datetime, ...] = ()
    quiet_week: str = ""

    @cached_property
    def counted_at(self) -> tuple[dt.datetime, ...]:
        """Instants of what left and counts for the caps, in whichever cohort and network."""
        here = (item.at for item in (*self.history, *self.elsewhere) if item.kind not in UNCAPPED)
        return (*here, *self.other_networks_at)

    @cached_property
    def carried(self) -> tuple[tuple[dt.datetime, dt.date], ...]:
        """Instant and local day of what left and said all that was due by then (CARRIERS)."""
        local_day = self.calendar.local_day
        return tuple((item.at, local_day(item.at)) for item in self.history if item.kind in CARRIERS)

    @cached_property
    def entered_on(self) -> dict[str, dt.date]:
        """By the UID of an event: the last day a mail brought it to their calendar."""
        found: dict[str, dt.date] = {}
        for item in self.history:
            if item.kind in CALENDAR_KINDS:
                day = self.calendar.local_day(item.at)
                found |= dict.fromkeys((text.rpartition("@")[0] for text in item.reasons), day)
        return found

    @property
    def is_gone(self) -> bool:
        """Whether no session of this cohort is theirs any more, also of who had finished before they left."""
        return self.status in GONE_STATUSES or self.is_cohort_archived or self.is_mandate_over

    @cached_property
    def calendar(self) -> SendCalendar:
        return send_calendar(self.time_zone, self.working)


@dataclass(frozen=True, slots=True)
class Planned:
    """One message to put in the ledger, on conflict do nothing.

    `local_due` is the wish on the agency's wall clock, `due_at` the instant with its jitter (UTC).
    `reasons` are what the message says, first the main one: launched, not_activated, week_opens,
    no_activity, session_today, session_soon, practice_due, comeback, coach_hand (the second comeback),
    follow_up, and, added to another, weekly_digest or manager_notice; a calendar message has its events
    there (meetings.py). `moved_because` is "" or why it does not leave at its usual time: closed_day,
    public_holiday, blackout, pause, weekend, outside_hours, gap, day, cap, not_open_yet, caught_up.
    """

    kind: Kind
    occurrence: str
    local_due: dt.datetime
    time_zone: str
    due_at: dt.datetime
    expires_at: dt.datetime
    reasons: tuple[str, ...]
    dedupe_key: str
    moved_because: str = ""

    @property
    def reason(self) -> str:
        return self.reasons[0]


@dataclass(frozen=True, slots=True)
class NotSent:
    """A message that will not be, and why; `on` is the day it would have left.

    Codes: completed, ended_incomplete, withdrawn, replaced, cancelled, cohort_ended, paused,
    unsubscribed, bounced, complaint, muted, digest_only, not_ended, activated, not_activated, joined_later,
    active_this_week, nothing_left, session_changed, handed_in, active_again, handled,
    bundled, gap, day, cap, expired, no_slot, week_moved, already_sent,
    next_week, and the closed days (closed_day, public_holiday, blackout, pause, weekend).
    """

    kind: Kind
    occurrence: str
    because: str
    on: dt.date | None = None


class LedgerRow(Protocol):
    """What `recheck` reads of a row of the ledger; the model fits, and so does `Planned`."""

    @property
    def kind(self) -> str: ...
    @property
    def occurrence(self) -> str: ...
    @property
    def due_at(self) -> dt.datetime: ...
    @property
    def expires_at(self) -> dt.datetime: ...


@dataclass(frozen=True, slots=True)
class Send:
    """Hand it over now; `reasons` are as of now and decide what the message says."""

    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Skip:
    """Never: `because` goes to the row's `reason` (codes of `NotSent`)."""

    because: str


@dataclass(frozen=True, slots=True)
class Defer:
    """Not now: look again at `until`, which is before the row expires."""

    until: dt.datetime
    because: str


Decision = Send | Skip | Defer
