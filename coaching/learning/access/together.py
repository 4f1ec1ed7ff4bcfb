"""What a person comes to: their own sessions, their talk, what they have signed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404

from agencies.public_id import is_public_id
from coaching.cohorts.models import Appointment, Attendance
from coaching.cohorts.own_sessions import OwnSession, latest_by_key, load_own_sessions
from coaching.learning.access.learner import Learner
from coaching.programmes.content import content_for
from coaching.programmes.outline import SessionPlanOutline


@dataclass(frozen=True)
class Meeting:
    """One of a person's sessions with what is noted of it, at one moment."""

    own: OwnSession
    attendance: Attendance | None
    learner: Learner

    @property
    def session(self) -> Any:
        return self.own.session

    @property
    def is_over(self) -> bool:
        return bool(self.session.ends_at <= self.learner.now)

    @property
    def is_signable(self) -> bool:
        """Within its window, and not signed yet."""
        is_open = not self.own.is_cancelled and self.learner.now in self.session.window
        return is_open and (self.attendance is None or self.attendance.signed_at is None)

    @property
    def awaits_tap(self) -> bool:
        """The coach has marked them present: one tap signs."""
        row = self.attendance
        return self.is_signable and row is not None and row.state == Attendance.State.PRESENT

    @property
    def has_replay(self) -> bool:
        """Whether the questions are open to this person: it is over and they were not there."""
        is_attended = self.attendance is not None and self.attendance.is_attended
        return self.is_over and not self.own.is_cancelled and not is_attended and bool(self.questions)

    @property
    def is_past(self) -> bool:
        return self.is_over or self.own.is_cancelled

    @property
    def plan(self) -> SessionPlanOutline | None:
        sessions = self.learner.outline.sessions
        return next((each.plan for each in sessions if each.key == self.session.key), None)

    @property
    def questions(self) -> list[dict[str, Any]]:
        """The questions of the replay in the reader's language; the right answers are in them."""
        check = self.plan.check if self.plan else ()
        return [content_for(item, self.learner.language, self.learner.sector) for item in check]


def get_meetings(learner: Learner) -> list[Meeting]:
    """Every session of the person, cancelled ones included, in the order of their days; two queries."""
    noted = {row.key: row for row in Attendance.objects.of(learner.enrolment)}
    return [Meeting(own, noted.get(own.session.key), learner) for own in load_own_sessions(learner.enrolment)]


def get_meeting(learner: Learner, session_id: str) -> Meeting:
    """The person's session that this slot belongs to, whichever slot is theirs; Http404 for another's."""
    if is_public_id(session_id):
        for meeting in get_meetings(learner):
            if session_id in (slot.public_id for slot in (meeting.session, *meeting.own.others)):
                return meeting
    raise Http404


def get_own_talk(learner: Learner) -> Appointment | None:
    """The person's standing one-to-one; None while they have none. One query."""
    rows = latest_by_key(Appointment.objects.filter(enrolment=learner.enrolment))
    standing = [row for row in rows.values() if row.cancelled_at is None]
    return min(standing, key=lambda row: row.starts_at, default=None)


def get_free_talks(learner: Learner) -> list[Appointment]:
    """What the person may choose; one query."""
    return list(Appointment.objects.free(learner.now).filter(cohort_id=learner.enrolment.cohort_id))


def get_offered_talk(learner: Learner, public_id: str) -> Appointment:
    """A talk of the person's cohort that is free or their own; Http404 for anybody else's."""
    found = None
    if is_public_id(public_id):
        rows = Appointment.objects.filter(cohort_id=learner.enrolment.cohort_id, public_id=public_id)
        found = rows.first()
    if found is None or found.enrolment_id not in (None, learner.enrolment.pk):
        raise Http404
    return found
