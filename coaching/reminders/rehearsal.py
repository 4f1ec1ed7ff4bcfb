"""What one person of a draft will see and receive, by the planner that will write to them (domain.md 3.2).

Two stories of the same weeks: the person enters when invited, or does not answer. No row is made.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.templatetags.cairn import clock, day_month
from agencies.models import Membership
from coaching.cohorts.calendar import CohortCalendar
from coaching.cohorts.events import session_uid
from coaching.cohorts.models import Enrolment
from coaching.cohorts.services import blackout_periods, draw_calendar
from coaching.programmes.outline import ProgrammeOutline
from coaching.reminders.facts import GONE_STATUSES, CalendarEntry, PersonFacts, PracticeDue, WeekOpening
from coaching.reminders.loading import Loaded, load
from coaching.reminders.models import Reminder
from coaching.reminders.rehearsal_play import ENTERS, SILENT, Played, play
from coaching.reminders.wording import BECAUSE, because

THIRTY_DAYS = dt.timedelta(days=30)
AFTER_START = dt.timedelta(days=13)  # the first two digests are always in sight
SHOWN_WEEKS = 3


@dataclass(frozen=True)
class Line:
    """One message and its day at the agency; `held` says why it does not leave, "" when it does."""

    on: dt.date
    kind: str
    words: str
    held: str = ""


@dataclass(frozen=True)
class SeenModule:
    """A module as the person finds it; `minutes` is 0 for one that is only announced."""

    title: str
    minutes: int


@dataclass(frozen=True)
class SeenWeek:
    """A week on the person's own clock; sessions are (title, local start, whether the agency is closed)."""

    number: int
    title: str
    opens_at: dt.datetime
    due_at: dt.datetime
    modules: tuple[SeenModule, ...]
    sessions: tuple[tuple[str, dt.datetime, bool], ...]


@dataclass(frozen=True)
class Rehearsal:
    """The page of one person. `suppressed` is the code of what keeps every message from them, or ""."""

    membership: Membership
    weeks: tuple[SeenWeek, ...]
    lines: tuple[Line, ...]
    until: dt.date
    language: str
    time_zone: str
    suppressed: str

    @property
    def sent(self) -> int:
        return sum(not line.held for line in self.lines)


def rehearse(enrolment: Enrolment, now: dt.datetime, *, enters: bool) -> Rehearsal | None:
    """As if the draft were launched now. Needs the scope; raises CalendarError when no calendar fits.

    None when the person's facts cannot be read, as the planner would leave them out.
    """
    loaded = load([enrolment.pk], now).get(enrolment.pk)
    if loaded is None:
        return None
    drawn = drawn_calendar(loaded)
    facts, until = facts_if_launched(loaded, drawn, now), last_moment(drawn, now)
    played = play(facts, ENTERS if enters else SILENT, loaded.policy, now, until)
    return Rehearsal(
        membership=loaded.enrolment.membership,
        weeks=tuple(_weeks(loaded, drawn, facts)),
        lines=tuple(map(_line, played)),
        until=facts.calendar.local_day(until),
        language=facts.language,
        time_zone=facts.time_zone if facts.time_zone != loaded.enrolment.cohort.time_zone else "",
        suppressed=facts.suppression,
    )


def drawn_calendar(loaded: Loaded) -> CohortCalendar:
    """The calendar that a launch would store now. Raises CalendarError when none fits."""
    cohort = loaded.enrolment.cohort
    cohort.network = loaded.network
    return draw_calendar(cohort, blackout_periods(cohort))


def facts_if_launched(loaded: Loaded, drawn: CohortCalendar, now: dt.datetime) -> PersonFacts:
    """The person's own days, refusals and other messages, on the calendar as it would be launched."""
    facts, enrolment = loaded.facts, loaded.enrolment
    events = (CalendarEntry(session_uid(enrolment, slot.key), 0, slot.starts_at) for slot in drawn.sessions)
    weeks = {week.number: week for week in drawn.weeks}
    steps = loaded.outline.steps_for_sector(loaded.network.sector)
    practices = (step for step in steps if step.kind == "practice" and step.is_required)
    return replace(
        facts,
        status=facts.status if facts.status in GONE_STATUSES else "invited",
        is_cohort_running=True,
        invited_at=now,
        weeks=tuple(WeekOpening(week.number, week.key, week.opens_at) for week in drawn.weeks),
        sessions_at=tuple(slot.starts_at for slot in drawn.sessions),
        events=tuple(events),
        practices=tuple(
            PracticeDue(step.address, weeks[step.week_number].opens_at, weeks[step.week_number].due_at)
            for step in practices
        ),
        minutes_left=None,
        left_open_since=dt.date.min,
    )


def last_moment(drawn: CohortCalendar, now: dt.datetime) -> dt.datetime:
    """Thirty days, or until the first two digests are in sight."""
    return max(now + THIRTY_DAYS, drawn.weeks[1].opens_at + AFTER_START if len(drawn.weeks) > 1 else now)


def _line(item: Played) -> Line:
    kind = str(Reminder.Kind(item.kind).label)
    if not item.leaves:
        return Line(item.on, kind, day_month(item.on), because(item.because))
    words = _("%(day)s vers %(time)s") % {"day": day_month(item.on), "time": clock(item.time)}
    if item.because in BECAUSE:
        words = _("%(when)s, décalé parce que %(why)s") % {"when": words, "why": because(item.because)}
    if item.kind == "comeback":
        words = _("%(when)s, seulement si rien n’est fait d’ici là") % {"when": words}
    if item.kind == "practice_due":
        words = _("%(when)s, seulement si elle n’est pas encore remise") % {"when": words}
    if item.kind == "midweek_nudge":
        words = _("%(when)s, seulement si rien n’est fait cette semaine-là") % {"when": words}
    return Line(item.on, kind, words)


def _weeks(loaded: Loaded, drawn: CohortCalendar, facts: PersonFacts) -> Iterator[SeenWeek]:
    outline, zone = loaded.outline, ZoneInfo(facts.time_zone)
    titles = {each.key: each.title.in_language(get_language() or "fr") for each in outline.sessions}
    for week in drawn.weeks[:SHOWN_WEEKS]:
        slots = (slot for slot in drawn.sessions if slot.week_number == week.number)
        yield SeenWeek(
            number=week.number,
            title=outline.weeks[week.number].title.in_language(get_language() or "fr"),
            opens_at=week.opens_at.astimezone(zone),
            due_at=week.due_at.astimezone(zone),
            modules=tuple(_modules(outline, week.number, loaded.network.sector)),
            sessions=tuple(
                (
                    titles[slot.key],
                    slot.starts_at.astimezone(zone),
                    bool(facts.calendar.why_not(slot.held_on)),
                )
                for slot in slots
            ),
        )


def _modules(outline: ProgrammeOutline, number: int, sector: str) -> Iterator[SeenModule]:
    for module in outline.modules_of_week(number):
        minutes = module.required_minutes(sector) if module.is_written else 0
        yield SeenModule(module.title.in_language(get_language() or "fr"), minutes)
