"""Live sessions of the demonstration: who was there, and the one-to-ones of these two weeks."""

from __future__ import annotations

import datetime as dt

from agencies.models import Membership
from agencies.scope import networks
from coaching.cohorts import services as cohorts
from coaching.cohorts.models import Cohort, Enrolment, LiveSession

TALK_HOURS = (9, 10, 11)


def live_sessions(cohort: Cohort, coach: Membership, now: dt.datetime) -> None:
    """Past sessions signed by whoever went on afterwards; talks offered for the next days, one taken."""
    with networks(cohort.network.pk, user_id=coach.user_id):
        people = list(cohort.enrolments.live().order_by("pk"))
        past = [row for row in cohort.sessions.standing() if row.window.closes_at < now]
        for number, session in enumerate(past):
            for enrolment in people:
                _attend(session, enrolment, coach, is_first=number == 0)
            cohorts.confirm(session, coach, now=session.ends_at)
        _offer_talks(cohort, coach, people[0], now)


def _attend(session: LiveSession, enrolment: Enrolment, coach: Membership, *, is_first: bool) -> None:
    """Who stopped afterwards was at the first one; who pauses is excused."""
    if enrolment.last_activity_at and enrolment.last_activity_at > session.ends_at:
        code = cohorts.code_of(session)
        cohorts.enter_code(enrolment, code, now=session.starts_at + dt.timedelta(minutes=10))
    elif is_first and enrolment.activated_at:
        cohorts.mark(session, enrolment, coach, "present", now=session.starts_at)
    elif enrolment.status == Enrolment.Status.PAUSED:
        cohorts.mark(session, enrolment, coach, "excused", now=session.starts_at)


def _offer_talks(cohort: Cohort, coach: Membership, first: Enrolment, now: dt.datetime) -> None:
    """Two mornings from the next weekday on; the first slot is somebody's."""
    local = now.astimezone(dt.UTC)
    days = [local + dt.timedelta(days=n) for n in range(1, 8)]
    mornings = [day for day in days if day.isoweekday() < 6][:2]
    starts = [
        day.replace(hour=hour, minute=0, second=0, microsecond=0) for day in mornings for hour in TALK_HOURS
    ]
    cohorts.offer_slots(cohort, coach, starts, now=now)
    slot = cohort.appointments.free(now).first()
    if slot is not None:
        cohorts.take_slot(first, slot, now=now)
