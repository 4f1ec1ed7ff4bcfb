"""A running cohort from its rows to `running.State`, and back: only rows that differ are written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from django.db.models import F
from django.utils import timezone

from agencies.models import Membership
from coaching.cohorts.models import (
    Blackout,
    Cohort,
    CohortWeek,
    Enrolment,
    EnrolmentPause,
    Exemption,
    LiveSession,
    OwnDueDate,
)
from coaching.cohorts.querysets import COMING
from coaching.cohorts.running import Moment, PersonState, SessionDate, State, WeekDates
from coaching.cohorts.services.days import working_days_of
from coaching.cohorts.working_days import Period


def held(cohort_id: int) -> tuple[Cohort, list[Enrolment]]:
    """The cohort and its enrolments with all that is theirs, locked in the order of `services.sessions`."""
    cohort = Cohort.objects.select_for_update(of=("self",)).select_related("network").get(pk=cohort_id)
    list(cohort.sessions.select_for_update().order_by("pk").values_list("pk"))
    rows = cohort.enrolments.select_for_update(of=("self",)).with_person().order_by("pk")
    return cohort, list(rows.prefetch_related("pauses", "own_dates", "exemptions"))


def seen(cohort: Cohort) -> tuple[Cohort, list[Enrolment]]:
    """The same for a preview, without a lock."""
    found = Cohort.objects.select_related("network").get(pk=cohort.pk)
    rows = found.enrolments.with_person().prefetch_related("pauses", "own_dates", "exemptions")
    return found, list(rows.order_by("pk"))


def moment_of(cohort: Cohort, now: dt.datetime | None = None) -> Moment:
    return Moment(now or timezone.now(), cohort.time_zone, working_days_of(None, cohort.network))


def state_of(cohort: Cohort, enrolments: Iterable[Enrolment]) -> State:
    """What the rows say; three queries for weeks, sessions and blackouts."""
    return State(
        status=cohort.status,
        weeks={week.number: WeekDates(_utc(week.opens_at), _utc(week.due_at)) for week in cohort.weeks.all()},
        sessions={
            session.public_id: SessionDate(session.week_number, _utc(session.starts_at))
            for session in cohort.sessions.filter(cancelled_at=None)
        },
        blackouts=tuple(Period(row.starts_on, row.ends_on, row.label) for row in cohort.blackouts.all()),
        boosters_on=tuple(cohort.boosters_on),
        people={row.public_id: _person(row) for row in enrolments},
    )


def _person(row: Enrolment) -> PersonState:
    return PersonState(
        status=row.status,
        shift_days=row.shift_days,
        own_days={each.week_number: each.days for each in row.own_dates.all()},
        pauses=tuple(Period(each.starts_on, each.ends_on) for each in row.pauses.all()),
        exemptions=frozenset(each.address for each in row.exemptions.all()),
        completed_at=_utc(row.completed_at) if row.completed_at else None,
        ended_at=_utc(row.ended_at) if row.ended_at else None,
    )


def _utc(instant: dt.datetime) -> dt.datetime:
    return instant.astimezone(dt.UTC)


def write(
    cohort: Cohort,
    enrolments: Iterable[Enrolment],
    before: State,
    after: State,
    coach: Membership,
    at: Moment,
    reason: str = "",
) -> None:
    """Make the rows say `after`; needs the locks of `held`. Reminders of whoever is touched look again."""
    _write_calendar(cohort, before, after)
    rows = {row.public_id: row for row in enrolments}
    moves_all = any(getattr(before, part) != getattr(after, part) for part in ("weeks", "blackouts"))
    is_moved_away = before.status != after.status
    for key, person in after.people.items():
        old = before.people[key]
        if person != old:
            _write_person(rows[key], old, person, coach, at, reason)
        if person != old or is_moved_away or (moves_all and person.status in COMING):
            _look_again(rows[key], person, after, at)


def _write_calendar(cohort: Cohort, before: State, after: State) -> None:
    for number, week in after.weeks.items():
        if week != before.weeks[number]:
            CohortWeek.objects.filter(cohort=cohort, number=number).update(
                opens_at=week.opens_at, due_at=week.due_at
            )
    for key, session in after.sessions.items():
        if session != before.sessions[key]:
            # The sequence tells every calendar that the event has changed (RFC 5545).
            LiveSession.objects.filter(cohort=cohort, public_id=key).update(
                starts_at=session.starts_at, sequence=F("sequence") + 1
            )
    if after.blackouts != before.blackouts:
        _write_blackouts(cohort, before.blackouts, after.blackouts)
    cohort.status, cohort.boosters_on = after.status, list(after.boosters_on)
    is_running = after.status == Cohort.Status.RUNNING
    # The tick that looks finds the later dates of somebody's own by itself.
    cohort.end_check_at = max(week.due_at for week in after.weeks.values()) if is_running else None
    cohort.save(update_fields=["status", "boosters_on", "end_check_at"])


def _write_blackouts(cohort: Cohort, before: Collection[Period], after: Collection[Period]) -> None:
    for period in set(before) - set(after):
        gone = Blackout.objects.filter(cohort=cohort, starts_on=period.starts_on, ends_on=period.ends_on)
        gone.filter(label=period.label).delete()
    Blackout.objects.bulk_create(
        Blackout(cohort=cohort, starts_on=period.starts_on, ends_on=period.ends_on, label=period.label)
        for period in sorted(set(after) - set(before), key=lambda each: each.starts_on)
    )


def _write_person(
    row: Enrolment, old: PersonState, new: PersonState, coach: Membership, at: Moment, reason: str
) -> None:
    _write_own_dates(row, old, new, coach)
    gone = set(old.pauses) - set(new.pauses)
    for period in gone:
        row.pauses.filter(starts_on=period.starts_on, ends_on=period.ends_on).delete()
    EnrolmentPause.objects.bulk_create(
        EnrolmentPause(enrolment=row, starts_on=period.starts_on, ends_on=period.ends_on)
        for period in set(new.pauses) - set(old.pauses)
    )
    row.exemptions.filter(address__in=old.exemptions - new.exemptions).delete()
    Exemption.objects.bulk_create(
        Exemption(enrolment=row, address=address, reason=reason, given_by=coach, given_at=at.now)
        for address in sorted(new.exemptions - old.exemptions)
    )


def _write_own_dates(row: Enrolment, old: PersonState, new: PersonState, coach: Membership) -> None:
    gone = [number for number in old.own_days if number not in new.own_days]
    row.own_dates.filter(week_number__in=gone).delete()
    for number, days in new.own_days.items():
        if old.own_days.get(number) != days:
            OwnDueDate.objects.update_or_create(
                enrolment=row, week_number=number, defaults={"days": days, "set_by": coach}
            )


def _look_again(row: Enrolment, new: PersonState, cohort: State, at: Moment) -> None:
    """Facts of the row, and the alarm of its reminders; a pause closes the ladder as one's own does."""
    if len(new.pauses) > len(row.pauses.all()):
        row.manager_notice_at, row.reminders_sent = None, 0
    row.status, row.shift_days = new.status, new.shift_days
    row.completed_at, row.ended_at = new.completed_at, new.ended_at
    row.next_check_at = at.now  # also of who is gone: their calendar holds sessions
    row.save(
        update_fields=[
            "status",
            "shift_days",
            "completed_at",
            "ended_at",
            "next_check_at",
            "manager_notice_at",
            "reminders_sent",
        ]
    )
