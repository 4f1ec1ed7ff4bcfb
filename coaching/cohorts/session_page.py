"""What a coach's pages about sessions read: a cohort's agenda, one session with its people, the talks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.utils import timezone
from django.utils.translation import get_language

from coaching.cohorts.models import (
    Appointment,
    Attendance,
    Cohort,
    Enrolment,
    LiveSession,
    SlotChoice,
)
from coaching.cohorts.own_sessions import own_sessions
from coaching.cohorts.services import code_of, one_to_one_of
from coaching.programmes.outline import SessionOutline
from coaching.programmes.runtime import outline_of

Stage = Literal["coming", "open", "closed", "cancelled"]


@dataclass(frozen=True)
class SessionLine:
    """One slot in the agenda: how many come, how many have been there."""

    session: LiveSession
    people: int
    attended: int
    has_two_slots: bool
    stage: Stage


def stage_of(session: LiveSession, now: dt.datetime) -> Stage:
    """Where a session stands: `open` while it may be signed."""
    if session.cancelled_at is not None:
        return "cancelled"
    if now in session.window:
        return "open"
    return "coming" if now < session.window.opens_at else "closed"


def load_agenda(cohort: Cohort, now: dt.datetime) -> list[SessionLine]:
    """Every slot of the cohort in the order of its day; four queries."""
    sessions = list(cohort.sessions.all())
    people = list(cohort.enrolments.present(timezone.localdate(now)).values_list("pk", flat=True))
    choices = _choices(SlotChoice.objects.filter(enrolment__cohort=cohort))
    counted: dict[int, int] = {}
    for pk in people:
        for own in own_sessions(sessions, choices.get(pk)):
            counted[own.session.pk] = counted.get(own.session.pk, 0) + 1
    attended: dict[int, int] = {}
    rows = Attendance.objects.of_cohort(cohort).filter(state__in=Attendance.ATTENDED)
    for session_id in rows.values_list("session_id", flat=True):
        attended[session_id] = attended.get(session_id, 0) + 1
    standing = [session.key for session in sessions if session.cancelled_at is None]
    return [
        SessionLine(
            session,
            counted.get(session.pk, 0),
            attended.get(session.pk, 0),
            standing.count(session.key) > 1,
            stage_of(session, now),
        )
        for session in sessions
    ]


def _choices(rows: Iterable[SlotChoice]) -> dict[int, dict[str, SlotChoice]]:
    found: dict[int, dict[str, SlotChoice]] = {}
    for row in rows:
        found.setdefault(row.enrolment_id, {})[row.key] = row
    return found


@dataclass(frozen=True)
class PlanPart:
    """One part of a session: how long, what, and how to run it."""

    minutes: int
    label: str
    help: str


@dataclass(frozen=True)
class Plan:
    """What a coach runs a session from, in their language."""

    objective: str
    materials: tuple[str, ...]
    agenda: tuple[PlanPart, ...]


def plan_words(session: SessionOutline | None) -> Plan | None:
    """The plan of the programme; None for an added session, or where none is written."""
    if session is None or session.plan is None:
        return None
    language, plan = get_language() or "fr", session.plan
    return Plan(
        plan.objective.in_language(language),
        tuple(text.in_language(language) for text in plan.materials),
        tuple(
            PlanPart(part.minutes, part.label.in_language(language), part.help.in_language(language))
            for part in plan.agenda
        ),
    )


@dataclass(frozen=True)
class PersonLine:
    """Somebody who comes to this slot, or was there."""

    enrolment: Enrolment
    attendance: Attendance | None

    @property
    def state(self) -> str:
        return self.attendance.state if self.attendance else ""

    @property
    def name(self) -> str:
        return self.enrolment.membership.shown_name


@dataclass(frozen=True)
class SessionPage:
    """One slot with its people; `plan` is the programme's, None for an added session."""

    session: LiveSession
    cohort: Cohort
    lines: tuple[PersonLine, ...]
    other: LiveSession | None
    plan: Plan | None
    stage: Stage
    now: dt.datetime

    @property
    def code(self) -> str:
        """« 482 913 », easier to read aloud."""
        digits = code_of(self.session)
        return f"{digits[:3]} {digits[3:]}"

    @property
    def attended(self) -> int:
        return sum(1 for line in self.lines if line.attendance and line.attendance.is_attended)

    @property
    def unconfirmed(self) -> int:
        """Present people whom no coach has signed for yet."""
        present = (line.attendance for line in self.lines if line.state == Attendance.State.PRESENT)
        return sum(1 for row in present if row and row.confirmed_at is None)

    @property
    def signers(self) -> list[str]:
        """The coaches who signed here, each once; the sheet of a past session names no later coach."""
        signed = (line.attendance.confirmed_by for line in self.lines if line.attendance)
        return list(dict.fromkeys(coach.shown_name for coach in signed if coach))

    @property
    def has_begun(self) -> bool:
        return self.session.starts_at <= self.now

    @property
    def is_over(self) -> bool:
        return self.session.ends_at <= self.now


def load_session_page(session: LiveSession, now: dt.datetime) -> SessionPage:
    """A constant number of queries, whatever the number of people."""
    cohort = session.cohort
    slots = list(cohort.sessions.filter(key=session.key))
    choices = _choices(SlotChoice.objects.filter(enrolment__cohort=cohort, key=session.key))
    rows = Attendance.objects.of_cohort(cohort).filter(key=session.key)
    known = {
        row.enrolment_id: row
        for row in rows.select_related("confirmed_by__user").prefetch_related("corrections__by__user")
    }
    today = timezone.localdate(now)
    lines = []
    for enrolment in cohort.enrolments.with_person().by_agency():
        attendance = known.get(enrolment.pk)
        place = own_sessions(slots, choices.get(enrolment.pk))[0].session.pk
        if attendance is not None:
            place = attendance.session_id
        elif not _takes_part(enrolment, today):
            continue
        if place == session.pk:
            lines.append(PersonLine(enrolment, attendance))
    others = [slot for slot in slots if slot.pk != session.pk and slot.cancelled_at is None]
    return SessionPage(
        session=session,
        cohort=cohort,
        lines=tuple(lines),
        other=next(iter(others), None),
        plan=plan_words(plan_of(session)),
        stage=stage_of(session, now),
        now=now,
    )


def _takes_part(enrolment: Enrolment, today: dt.date) -> bool:
    gone = ("withdrawn", "replaced", "cancelled")
    is_over = enrolment.is_live and enrolment.membership.is_over_on(today)
    return enrolment.status not in gone and not is_over


def plan_of(session: LiveSession) -> SessionOutline | None:
    """The session as the cohort's version of the programme plans it."""
    sessions = outline_of(session.cohort.programme_version).sessions
    return next((each for each in sessions if each.key == session.key), None)


def coaches_of(cohort: Cohort) -> list[str]:
    """The names of the coaches who serve today, first one first; one query."""
    rows = cohort.coaches.serving(cohort.network.today()).with_person().order_by("pk")
    return [row.membership.shown_name for row in rows]


@dataclass(frozen=True)
class TalksPage:
    """The one-to-ones of a cohort: whose they are, what is free, who has none yet."""

    minutes: int
    title: str
    taken: tuple[Appointment, ...]
    free: tuple[Appointment, ...]
    without: tuple[Enrolment, ...]
    opens_on: dt.datetime | None
    closes_on: dt.datetime | None


def load_talks(cohort: Cohort, now: dt.datetime) -> TalksPage:
    """A constant number of queries."""
    key, minutes = one_to_one_of(cohort)
    rows = list(cohort.appointments.standing().with_person())
    has_one = {row.enrolment_id for row in rows if row.key == key}
    live = cohort.enrolments.live().present(timezone.localdate(now)).with_person().by_agency()
    plan = next((each for each in outline_of(cohort.programme_version).sessions if each.key == key), None)
    weeks = {week.number: week for week in cohort.weeks.all()}
    first = weeks.get(plan.week_number) if plan else None
    last = weeks.get(plan.week_number + 1, first) if plan else None
    return TalksPage(
        minutes=minutes,
        title=plan.title.in_language(get_language() or "fr") if plan else "",
        taken=tuple(row for row in rows if row.enrolment is not None),
        free=tuple(row for row in rows if row.enrolment is None and row.starts_at > now),
        without=tuple(row for row in live if row.pk not in has_one),
        opens_on=first.opens_at if first else None,
        closes_on=last.due_at if last else None,
    )
