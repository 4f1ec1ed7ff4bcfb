"""From rows to the small dataclasses of metrics.py, and one person's figures; no query is made here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal
from zoneinfo import ZoneInfo

from agencies.models import Agency, Network
from coaching.adoption.days import counted
from coaching.adoption.ladder import left_by_week
from coaching.adoption.metrics import (
    OUTSIDE_STATUSES,
    EligibilityFacts,
    EnrolmentFacts,
    EnrolmentFigures,
    LadderFacts,
    Practised,
    RiskFacts,
    Visibility,
    WeekDue,
    enrolment_figures,
    is_eligible,
    manager_visibility,
)
from coaching.cohorts.calendar import Period, periods
from coaching.cohorts.due_dates import due_after_coming, effective_due_at
from coaching.cohorts.models import Cohort, CohortWeek, Enrolment
from coaching.cohorts.services import working_days_of
from coaching.cohorts.working_days import WorkingDays
from coaching.programmes.outline import ProgrammeOutline

INTERIM_DAYS = 30
WeekState = Literal["done", "doing", "todo", "unwritten"]


@dataclass
class CohortFacts:
    """A cohort with all that its people share: calendar, pauses of the whole cohort, required minutes."""

    network: Network
    cohort: Cohort
    outline: ProgrammeOutline
    weeks: list[CohortWeek]
    blackouts: tuple[Period, ...]
    now: dt.datetime
    _calendars: dict[tuple[Any, ...], WorkingDays] = field(default_factory=dict)
    _dues: dict[tuple[Any, ...], tuple[WeekDue, ...]] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        """The network's clock, which counts the weeks (domain.md 4.1)."""
        return ZoneInfo(self.network.time_zone)

    @cached_property
    def required(self) -> tuple[int, ...]:
        """Required minutes of each week for the network's sector; 0 where nothing is written yet."""
        return self.outline.required_minutes_by_week(self.network.sector)

    @cached_property
    def total_minutes(self) -> int:
        return sum(self.required)

    @cached_property
    def practice_week(self) -> int | None:
        """Number of the first week with a practice that counts; None in a programme without."""
        steps = self.outline.steps_for_sector(self.network.sector)
        weeks = (step.week_number for step in steps if step.kind == "practice" and step.is_required)
        return min(weeks, default=None)

    @cached_property
    def counts_from(self) -> dt.date:
        """The day week 1 opens, or the cohort's start when its calendar has no such week."""
        zone = ZoneInfo(self.cohort.time_zone)
        opening = next((week.opens_at for week in self.weeks if week.number == 1), None)
        return opening.astimezone(zone).date() if opening else self.cohort.starts_on

    @cached_property
    def due_week(self) -> int | None:
        """Number of the last week whose due date is past: where the matrix draws its line."""
        return max((week.number for week in self.weeks if week.due_at <= self.now), default=None)

    @cached_property
    def current_week(self) -> int | None:
        """Number of the last week that is open; None before the first."""
        return max((week.number for week in self.weeks if week.opens_at <= self.now), default=None)

    def today_in(self, agency: Agency | None) -> dt.date:
        return self.now.astimezone(ZoneInfo(agency.time_zone if agency else self.network.time_zone)).date()

    def working(self, agency: Agency | None, pauses: tuple[Period, ...] = ()) -> WorkingDays:
        """Working days of an agency; agencies that share a calendar share its table of days."""
        key = (
            tuple(agency.open_days) if agency else None,
            agency.holiday_subdivision if agency else "",
            pauses,
        )
        if key not in self._calendars:
            days = working_days_of(agency, self.network, self.blackouts, pauses)
            self._calendars[key] = counted(days)
        return self._calendars[key]

    def weeks_due(
        self, pauses: tuple[Period, ...], shift_days: int, own_dates: tuple[tuple[int, int], ...] = ()
    ) -> tuple[WeekDue, ...]:
        """Due dates of a person with these pauses and own dates (week, days): most have none."""
        key = (pauses, shift_days, own_dates)
        if key not in self._dues:
            minutes, own_days = dict(enumerate(self.required)), dict(own_dates)
            weeks = tuple(
                WeekDue(
                    week.number,
                    minutes.get(week.number, 0),
                    effective_due_at(
                        week.due_at,
                        pauses,
                        shift_days,
                        own_days.get(week.number),
                        time_zone=self.cohort.time_zone,
                    ),
                )
                for week in self.weeks
            )
            self._dues[key] = self._with_arrivals(weeks, pauses)
        return self._dues[key]

    def _with_arrivals(self, weeks: tuple[WeekDue, ...], pauses: tuple[Period, ...]) -> tuple[WeekDue, ...]:
        """What a change of version newly asks stands apart, after the weeks, where it is due later."""
        found, apart = {week.number: week for week in weeks}, []
        breaks, zone = (*self.blackouts, *pauses), self.cohort.time_zone
        for address, day in self.cohort.came_on.items():
            step = self.outline.step(address)
            week = found.get(step.week_number) if step else None
            if step is None or week is None or not step.is_required or not step.is_for(self.network.sector):
                continue
            due_at = due_after_coming(dt.date.fromisoformat(day), breaks, time_zone=zone)
            if due_at > week.due_at:
                found[week.number] = replace(week, minutes=week.minutes - step.minutes)
                apart.append(WeekDue(week.number, step.minutes, due_at))
        return (*found.values(), *apart)


def cohort_facts(
    cohort: Cohort, outline: ProgrammeOutline, network: Network, now: dt.datetime
) -> CohortFacts:
    """From `reading.read_cohorts`, or a Cohort with `querysets.with_blackouts` and its weeks prefetched."""
    closed = zip(cohort.blackout_starts, cohort.blackout_ends, strict=True)  # type: ignore[attr-defined]
    calendar = getattr(cohort, "calendar", None)
    weeks = sorted(cohort.weeks.all(), key=lambda week: week.number) if calendar is None else calendar
    return CohortFacts(network, cohort, outline, weeks, periods(closed), now)


@dataclass(frozen=True)
class Person:
    """One enrolment with its figures as of `today` at its agency."""

    enrolment: Enrolment
    cohort: CohortFacts
    today: dt.date
    working: WorkingDays
    status: str
    pause: Period | None
    facts: EnrolmentFacts

    @cached_property
    def figures(self) -> EnrolmentFigures:
        return enrolment_figures(self.facts, self.cohort.now, self.today)

    @cached_property
    def is_eligible(self) -> bool:
        """Whether this person counts in rates (domain.md 4.2)."""
        facts = EligibilityFacts(
            status=self.status,
            invited_on=self.facts.invited_on,
            activated_on=self.facts.activated_on,
            working=self.working,
            is_learner=self.enrolment.membership.is_head and not self.is_passing_through,
        )
        return is_eligible(facts, self.today)

    @property
    def is_passing_through(self) -> bool:
        """An interim of less than thirty days counts in no rate (domain.md 4.8)."""
        membership = self.enrolment.membership
        until = min(self.today, membership.ends_on or self.today)
        return membership.is_interim and (until - membership.starts_on).days < INTERIM_DAYS

    @property
    def name(self) -> str:
        return self.enrolment.membership.shown_name

    @property
    def is_present(self) -> bool:
        """Whether they still take part: neither withdrawn, replaced nor cancelled."""
        return self.status not in OUTSIDE_STATUSES

    @property
    def is_live(self) -> bool:
        return self.status in Enrolment.LIVE

    @property
    def is_paused(self) -> bool:
        return self.pause is not None

    @cached_property
    def visibility(self) -> Visibility:
        """Where this person stands on the ladder that ends at the manager's list."""
        enrolment, zone = self.enrolment, zone_of(self.enrolment, self.cohort.network)
        notice = enrolment.manager_notice_at
        facts = LadderFacts(
            status="paused" if self.is_paused else self.status,
            employment_status=enrolment.membership.employment_status,
            working=self.working,
            invited_on=self.facts.invited_on,
            last_activity_on=_day(enrolment.last_activity_at, zone),
            # The counter starts anew with each activity and each pause: all it counts is of this climb.
            reminders_on=(self.today,) * enrolment.reminders_sent,
            coach_contacts_on=tuple(at.astimezone(zone).date() for at in enrolment.contacts_at),  # type: ignore[attr-defined]
            notified_on=_day(notice, zone),
            handled_on=self._handled_on,
            manager_view=self.cohort.network.manager_view,
            left_open_since=self.left_open_since,
        )
        return manager_visibility(facts, self.today)

    @cached_property
    def risk_facts(self) -> RiskFacts:
        """What the coach's rules R1 to R5 look at."""
        zone = zone_of(self.enrolment, self.cohort.network)
        return RiskFacts(
            status="paused" if self.is_paused else self.status,
            invited_on=self.facts.invited_on,
            activated_on=self.facts.activated_on,
            last_activity_on=_day(self.enrolment.last_activity_at, zone),
            pace_points=self.figures.pace_gap.value,
            working=self.working,
            left_open_since=self.left_open_since,
            handled_on=self._handled_on,
        )

    @property
    def _handled_on(self) -> dt.date | None:
        """The last day a coach said that it is settled."""
        at: dt.datetime | None = self.enrolment.handled_at  # type: ignore[attr-defined]
        return _day(at, zone_of(self.enrolment, self.cohort.network))

    @cached_property
    def left_open_since(self) -> dt.date | None:
        """The day the first week with a step left to take opened; None when nothing open is left."""
        opened = (
            (week.number, week.opens_at) for week in self.cohort.weeks if week.opens_at <= self.cohort.now
        )
        left = left_by_week(opened, self.cohort.required, self.enrolment.week_minutes)
        return _day(left[0][0], zone_of(self.enrolment, self.cohort.network)) if left else None

    @cached_property
    def weeks(self) -> tuple[WeekState, ...]:
        """The state of each week of the programme, from week 0."""
        required = self.cohort.required
        done = [*self.enrolment.week_minutes, *[0] * len(required)]  # an enrolment may have no list yet
        return tuple(map(week_state, done, required))

    @cached_property
    def reached_week(self) -> int | None:
        """The first written week that is not done, None when all are."""
        return next((number for number, state in enumerate(self.weeks) if state in ("doing", "todo")), None)


def week_state(done: int, required: int) -> WeekState:
    """From minutes done and minutes required; a week that requires none is not written yet."""
    if not required:
        return "unwritten"
    if done >= required:
        return "done"
    return "doing" if done else "todo"


def person_facts(cohort: CohortFacts, enrolment: Enrolment) -> Person:
    """One enrolment, read by `reading.read_enrolments` or with `querysets.with_facts`."""
    agency = enrolment.membership.agency
    zone, today = zone_of(enrolment, cohort.network), cohort.today_in(agency)
    pauses = periods(zip(enrolment.pause_starts, enrolment.pause_ends, strict=True))  # type: ignore[attr-defined]
    departure = _departure(enrolment, today)
    pause = None if departure else next((each for each in pauses if today in each), None)
    working = cohort.working(agency, pauses)
    status = departure or _status(enrolment, pause)
    own_dates = zip(enrolment.own_weeks, enrolment.own_days, strict=True)  # type: ignore[attr-defined]
    weeks = cohort.weeks_due(pauses, enrolment.shift_days, tuple(own_dates))
    facts = EnrolmentFacts(
        status=status,
        invited_on=_day(enrolment.invited_at, zone),
        activated_on=_day(enrolment.activated_at, zone),
        counts_from=cohort.counts_from + dt.timedelta(days=enrolment.shift_days),
        done_minutes=enrolment.done_minutes,
        total_minutes=cohort.total_minutes,
        weeks=weeks,
        activity_on=_activity(enrolment, zone),
        working=working,
        practised=_practised(enrolment, zone),
        practice_due_on=_practice_due_on(cohort, weeks, zone),
        frozen_on=_frozen_on(enrolment, cohort.cohort, pause, zone),
        progress_floor=enrolment.progress_floor,
    )
    return Person(
        enrolment=enrolment,
        cohort=cohort,
        today=today,
        working=working,
        status=status,
        pause=pause,
        facts=facts,
    )


def people_facts(cohort: CohortFacts, enrolments: Iterable[Enrolment]) -> list[Person]:
    return [person_facts(cohort, enrolment) for enrolment in enrolments]


def _departure(enrolment: Enrolment, today: dt.date) -> str:
    """How somebody left whose mandate has ended, by an import say, before anything has touched the row."""
    if not enrolment.membership.is_over_on(today) or enrolment.status not in Enrolment.LIVE:
        return ""
    is_followed = enrolment.successor_id is not None  # type: ignore[attr-defined]
    return Enrolment.Status.REPLACED if is_followed else Enrolment.Status.WITHDRAWN


def _status(enrolment: Enrolment, pause: Period | None) -> str:
    """A pause that is over has ended, even before anything has touched the row."""
    if enrolment.status == Enrolment.Status.PAUSED and pause is None:
        return Enrolment.Status.ACTIVE
    return enrolment.status


def _activity(enrolment: Enrolment, zone: ZoneInfo) -> tuple[dt.date, ...]:
    """Mondays of the active weeks, which regularity counts, and the last day itself, for recency."""
    last = _day(enrolment.last_activity_at, zone)
    mondays = tuple(enrolment.active_weeks)
    return (*mondays, last) if last else mondays


def _practised(enrolment: Enrolment, zone: ZoneInfo) -> tuple[Practised, ...]:
    """What was handed in, on the agency's wall calendar; the days and the points, never a word of it."""
    rows = zip(enrolment.practised_at, enrolment.practice_points, strict=True)  # type: ignore[attr-defined]
    return tuple(Practised(at.astimezone(zone).date(), points) for at, points in rows)


def _practice_due_on(cohort: CohortFacts, weeks: tuple[WeekDue, ...], zone: ZoneInfo) -> dt.date | None:
    """The day this person's first practice falls due."""
    due = next((week.due_at for week in weeks if week.number == cohort.practice_week), None)
    return _day(due, zone)


def _frozen_on(enrolment: Enrolment, cohort: Cohort, pause: Period | None, zone: ZoneInfo) -> dt.date | None:
    """A pause freezes the figures at its first day, an end at its own (domain.md 4.5)."""
    if pause is not None:
        return pause.starts_on
    return _day(enrolment.completed_at or enrolment.ended_at or cohort.ended_at, zone)


def zone_of(enrolment: Enrolment, network: Network) -> ZoneInfo:
    agency = enrolment.membership.agency
    return ZoneInfo(agency.time_zone if agency else network.time_zone)


def _day(instant: dt.datetime | None, zone: ZoneInfo) -> dt.date | None:
    return instant.astimezone(zone).date() if instant else None
