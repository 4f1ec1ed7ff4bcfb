"""The end of a cohort: when its calendar and everybody's own dates are over (domain.md 4.2, 4.5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

from agencies.scope import networks
from coaching.cohorts.calendar import (
    DUE_TIME,
    FEEDBACK_WORKING_DAYS,
    local_instant,
)
from coaching.cohorts.models import Cohort, Enrolment
from coaching.cohorts.services import blackout_periods, due_dates_of, working_days_of


def end_finished_cohorts(network_id: int, now: dt.datetime | None = None) -> int:
    """End the cohorts of a network whose last date is past; returns how many. Opens its own scope.

    Whoever is still invited, active or paused becomes `ended_incomplete`, or `withdrawn` when their
    mandate had ended: figures are frozen, reminders of the weeks stop, the pages stay open. Run twice, late
    or by two workers at once, it ends each cohort once, and as of the same instant.
    """
    at = now or timezone.now()
    with networks(network_id):
        due = Cohort.objects.filter(network_id=network_id, end_check_at__lte=at).running()
        cohorts = due.select_for_update(skip_locked=True, of=("self",)).select_related("network")
        return sum(_end_or_wait(cohort, at) for cohort in cohorts)


def _end_or_wait(cohort: Cohort, now: dt.datetime) -> bool:
    """Whether it is over; else its alarm is set to the day it will be, as things stand."""
    # Locked after the cohort, as in services: what happens at this moment comes either before or after.
    rows = cohort.enrolments.live().select_for_update(of=("self",)).select_related("membership")
    live = list(rows.prefetch_related("pauses", "own_dates"))
    ends_at = end_of(cohort, live)
    if now < ends_at:
        cohort.end_check_at = ends_at
        cohort.save(update_fields=["end_check_at"])
        return False
    cohort.status, cohort.ended_at, cohort.end_check_at = Cohort.Status.ENDED, ends_at, None
    cohort.save(update_fields=["status", "ended_at", "end_check_at"])
    ended_on = _day(ends_at, cohort)
    for row in live:
        has_left = row.membership.is_over_on(ended_on)
        row.status = Enrolment.Status.WITHDRAWN if has_left else Enrolment.Status.ENDED_INCOMPLETE
        row.ended_at, row.next_check_at = ends_at, now  # boosters open weeks after the end
    Enrolment.objects.bulk_update(live, ["status", "ended_at", "next_check_at"])
    return True


def end_of(cohort: Cohort, live: Collection[Enrolment]) -> dt.datetime:
    """Five working days after the last due date or session, the days of the coach's last feedback (6.7).

    Somebody who joined late, paused or was given time has due dates of their own, and the cohort waits.
    """
    weeks = list(cohort.weeks.all())
    last = max(weeks, key=lambda week: week.due_at)
    dates = [last.due_at]
    dates += [session.starts_at for session in cohort.sessions.filter(cancelled_at=None)]
    due_on = _day(last.due_at, cohort)
    for row in live:
        if not row.membership.is_over_on(due_on):
            dates += due_dates_of(row, weeks, cohort.time_zone).values()
    working = working_days_of(None, cohort.network, blackout_periods(cohort))
    ends_on = working.add(_day(max(dates), cohort), FEEDBACK_WORKING_DAYS)
    return local_instant(ends_on, DUE_TIME, cohort.time_zone)


def _day(instant: dt.datetime, cohort: Cohort) -> dt.date:
    return instant.astimezone(ZoneInfo(cohort.time_zone)).date()


def networks_with_cohorts_to_end(now: dt.datetime | None = None, limit: int = 10_000) -> list[int]:
    """Networks with a cohort to look at, one query across networks; needs no scope."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT networks_with_cohorts_to_end(%s, %s)", [now or timezone.now(), limit])
        return [row[0] for row in cursor.fetchall()]
