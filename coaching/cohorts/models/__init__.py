"""Cohorts: who takes which version of a programme, when, with which coach."""

from __future__ import annotations

from coaching.cohorts.models.appointment import ONE_TO_ONE_KEY, Appointment
from coaching.cohorts.models.attendance import Attendance, AttendanceCorrection
from coaching.cohorts.models.changes import CohortChange, Exemption, OwnDueDate
from coaching.cohorts.models.cohort import Blackout, Cohort, CohortCoach, CohortWeek
from coaching.cohorts.models.contact import CONTACT_UNDO, CoachContact
from coaching.cohorts.models.enrolment import Enrolment, EnrolmentPause
from coaching.cohorts.models.feed import CalendarFeed
from coaching.cohorts.models.sessions import LiveSession, SlotChoice

__all__ = [
    "CONTACT_UNDO",
    "ONE_TO_ONE_KEY",
    "Appointment",
    "Attendance",
    "AttendanceCorrection",
    "Blackout",
    "CalendarFeed",
    "CoachContact",
    "Cohort",
    "CohortChange",
    "CohortCoach",
    "CohortWeek",
    "Enrolment",
    "EnrolmentPause",
    "Exemption",
    "LiveSession",
    "OwnDueDate",
    "SlotChoice",
]
