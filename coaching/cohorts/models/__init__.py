"""Cohorts: who takes which version of a programme, when, with which coach."""

from __future__ import annotations

from coaching.cohorts.models.cohort import Blackout, Cohort, CohortCoach, CohortWeek
from coaching.cohorts.models.contact import CONTACT_UNDO, CoachContact
from coaching.cohorts.models.enrolment import Enrolment, EnrolmentPause
from coaching.cohorts.models.sessions import LiveSession

__all__ = [
    "CONTACT_UNDO",
    "Blackout",
    "CoachContact",
    "Cohort",
    "CohortCoach",
    "CohortWeek",
    "Enrolment",
    "EnrolmentPause",
    "LiveSession",
]
