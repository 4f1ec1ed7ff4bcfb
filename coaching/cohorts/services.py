"""Changes to cohorts and enrolments. Each runs inside the scope of one network, in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from agencies.models import Agency, Membership, Network
from agencies.services import end_membership
from coaching.cohorts.calendar import (
    CalendarInput,
    CohortCalendar,
    Period,
    SessionPlan,
    WeekPlan,
    WorkingDays,
    generate_calendar,
    public_holidays,
)
from coaching.cohorts.models import (
    Blackout,
    CoachContact,
    Cohort,
    CohortCoach,
    CohortWeek,
    Enrolment,
    EnrolmentPause,
    LiveSession,
)
from coaching.programmes.models import ProgrammeVersion
from coaching.programmes.runtime import outline_of

PAUSE_WEEKS = (1, 2, 3)  # domain.md 3.2: pause_1_to_3_weeks


class CohortProblem(Exception):
    """A change that a cohort's state does not allow; `code` chooses the sentence.

    Codes: not_draft, no_members, no_coach, starts_in_past, not_live, bad_pause, already_paused, not_a_head,
    already_replaced, already_enrolled, already_joined, just_invited.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def create_cohort(
    coach: Membership,
    *,
    name: str,
    version: ProgrammeVersion,
    starts_on: dt.date,
    session_weekday: int = 4,
    session_time: dt.time = dt.time(8, 45),
    session_url: str = "",
    blackouts: Sequence[Period] = (),
) -> Cohort:
    """A draft with its coach; nothing is sent. Raises CalendarError when no calendar fits."""
    cohort = Cohort(
        name=name,
        programme_version=version,
        starts_on=starts_on,
        time_zone=coach.network.time_zone,
        session_weekday=session_weekday,
        session_time=session_time,
        session_url=session_url,
    )
    draw_calendar(cohort, blackouts)
    cohort.save()
    CohortCoach.objects.create(cohort=cohort, membership=coach)
    set_blackouts(cohort, blackouts)
    return cohort


@transaction.atomic
def update_draft(cohort: Cohort, **fields: object) -> Cohort:
    """Change dates, name, version or session time of a draft; the new calendar must fit."""
    _require_draft(cohort)
    for name, value in fields.items():
        setattr(cohort, name, value)
    calendar_of(cohort)
    cohort.save(update_fields=list(fields))
    return cohort


@transaction.atomic
def set_blackouts(cohort: Cohort, blackouts: Iterable[Period]) -> None:
    """Replace the pauses of a draft."""
    _require_draft(cohort)
    cohort.blackouts.all().delete()
    Blackout.objects.bulk_create(
        Blackout(cohort=cohort, starts_on=period.starts_on, ends_on=period.ends_on, label=period.label)
        for period in blackouts
    )


@transaction.atomic
def set_members(cohort: Cohort, memberships: Iterable[Membership]) -> None:
    """Make these the members of a draft; whoever is no longer listed leaves it without a trace."""
    _require_draft(cohort)
    wanted = {membership.pk for membership in memberships}
    cohort.enrolments.exclude(membership_id__in=wanted).delete()
    present = set(cohort.enrolments.values_list("membership_id", flat=True))
    Enrolment.objects.bulk_create(
        Enrolment(cohort=cohort, membership_id=pk) for pk in sorted(wanted - present)
    )


@transaction.atomic
def delete_draft(cohort: Cohort) -> None:
    """Forget a cohort that was never launched."""
    _require_draft(cohort)
    cohort.delete()


def draw_calendar(cohort: Cohort, blackouts: Iterable[Period]) -> CohortCalendar:
    """The calendar of a cohort with these pauses, from its version's weeks and sessions (domain.md 6.7)."""
    outline = outline_of(cohort.programme_version)
    network: Network = cohort.network
    return generate_calendar(
        CalendarInput(
            starts_on=cohort.starts_on,
            time_zone=cohort.time_zone,
            blackouts=tuple(blackouts),
            country=network.country,
            subdivision=network.holiday_subdivision,
            weeks=tuple(WeekPlan(week.number, week.key) for week in outline.weeks),
            sessions=tuple(
                SessionPlan(session.key, session.week_key, session.minutes) for session in outline.sessions
            ),
            session_weekday=cohort.session_weekday,
            session_time=cohort.session_time,
        )
    )


def calendar_of(cohort: Cohort) -> CohortCalendar:
    """The calendar with the pauses that are stored."""
    return draw_calendar(cohort, blackout_periods(cohort))


def blackout_periods(cohort: Cohort) -> tuple[Period, ...]:
    return tuple(Period(row.starts_on, row.ends_on, row.label) for row in cohort.blackouts.all())


@transaction.atomic
def launch(cohort: Cohort, now: dt.datetime | None = None) -> Cohort:
    """Freeze the calendar, open the enrolments and let the reminders look at them.

    Invitations are not sent here: the next tick plans them for the agencies' own hours.
    Raises CohortProblem (not_draft, no_members, no_coach, starts_in_past) or CalendarError.
    """
    now = now or timezone.now()
    _require_draft(cohort)
    cohort = Cohort.objects.select_related("network").get(pk=cohort.pk)
    _require_launchable(cohort, now)
    calendar = calendar_of(cohort)
    _store_weeks(cohort, calendar)
    _store_sessions(cohort, calendar)
    cohort.starts_on = calendar.starts_on
    cohort.boosters_on = list(calendar.boosters)
    cohort.status = Cohort.Status.RUNNING
    cohort.launched_at = now
    cohort.end_check_at = max(week.due_at for week in calendar.weeks)
    cohort.save(update_fields=["starts_on", "status", "launched_at", "end_check_at", "boosters_on"])
    weeks = len(calendar.weeks)
    cohort.enrolments.update(invited_at=now, next_check_at=now, week_minutes=[0] * weeks)
    return cohort


def _require_draft(cohort: Cohort) -> None:
    """Hold the row until the transaction ends: a launch and a change from another window take turns."""
    rows = Cohort.objects.select_for_update().filter(pk=cohort.pk)
    if rows.values_list("status", flat=True).first() != Cohort.Status.DRAFT:
        raise CohortProblem("not_draft")


def _require_launchable(cohort: Cohort, now: dt.datetime) -> None:
    if cohort.starts_on < timezone.localdate(now, ZoneInfo(cohort.time_zone)):
        raise CohortProblem("starts_in_past")
    if not cohort.enrolments.exists():
        raise CohortProblem("no_members")
    if not cohort.coaches.exists():
        raise CohortProblem("no_coach")


def _store_weeks(cohort: Cohort, calendar: CohortCalendar) -> None:
    CohortWeek.objects.bulk_create(
        CohortWeek(
            cohort=cohort, number=week.number, key=week.key, opens_at=week.opens_at, due_at=week.due_at
        )
        for week in calendar.weeks
    )


def _store_sessions(cohort: Cohort, calendar: CohortCalendar) -> None:
    titles = {session.key: session.title for session in outline_of(cohort.programme_version).sessions}
    LiveSession.objects.bulk_create(
        LiveSession(
            cohort=cohort,
            key=slot.key,
            week_number=slot.week_number,
            title_fr=titles[slot.key].fr,
            title_en=titles[slot.key].en,
            starts_at=slot.starts_at,
            minutes=slot.minutes,
            join_url=cohort.session_url,
        )
        for slot in calendar.sessions
    )


@transaction.atomic
def add_late_joiner(cohort: Cohort, membership: Membership, now: dt.datetime | None = None) -> Enrolment:
    """Enrol a person in a running cohort; their due dates shift by the days since week 1 opened."""
    now = now or timezone.now()
    cohort = _held(cohort.pk)
    if cohort.status != Cohort.Status.RUNNING:
        raise CohortProblem("not_live")
    days_in = (timezone.localdate(now) - cohort.starts_on).days
    enrolment, _created = Enrolment.objects.get_or_create(
        cohort=cohort,
        membership=membership,
        defaults={
            "invited_at": now,
            "next_check_at": now,
            "shift_days": max(0, days_in),
            "week_minutes": [0] * cohort.weeks.count(),
        },
    )
    return enrolment


def _held(cohort_id: int) -> Cohort:
    """The cohort, locked before any of its enrolments, as `ending` does: nobody enters one that ends."""
    return Cohort.objects.select_for_update(of=("self",)).get(pk=cohort_id)


@transaction.atomic
def replace_head(enrolment: Enrolment, successor: Membership, now: dt.datetime | None = None) -> Enrolment:
    """The agency has a new head: the old enrolment stays as it is, the new one starts on its own dates.

    Content stays with the person who left; nothing is transferred, and a programme that was finished
    stays finished (domain.md 4.8). Raises CohortProblem: not_a_head, not_live, already_replaced, or
    already_enrolled for a successor who takes part for another agency.
    """
    now = now or timezone.now()
    _held(enrolment.cohort_id)
    rows = Enrolment.objects.select_for_update(of=("self",)).select_related("membership", "cohort")
    old = rows.get(pk=enrolment.pk)
    if not old.membership.is_head or old.membership.agency_id != successor.agency_id:
        raise CohortProblem("not_a_head")
    if old.status == Enrolment.Status.REPLACED:
        raise CohortProblem("already_replaced")
    same_person = old.cohort.enrolments.filter(membership__user_id=successor.user_id)
    if same_person.live().present(timezone.localdate(now)).exclude(membership=successor).exists():
        raise CohortProblem("already_enrolled")
    if old.is_live:
        old.status = Enrolment.Status.REPLACED
        old.ended_at = now
        old.next_check_at = None
        old.save(update_fields=["status", "ended_at", "next_check_at"])
    if old.membership.ends_on is None:
        end_membership(old.membership, timezone.localdate(now))
    return add_late_joiner(old.cohort, successor, now)


@transaction.atomic
def pause(
    enrolment: Enrolment, weeks: int, *, today: dt.date | None = None, now: dt.datetime | None = None
) -> EnrolmentPause:
    """Stop for one to three weeks from today: no message, due dates move. No reason is asked."""
    if weeks not in PAUSE_WEEKS:
        raise CohortProblem("bad_pause")
    today = today or timezone.localdate()
    locked = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    if not locked.is_live:
        raise CohortProblem("not_live")
    if locked.pauses.filter(starts_on__lte=today, ends_on__gte=today).exists():
        raise CohortProblem("already_paused")
    row = EnrolmentPause.objects.create(
        enrolment=locked, starts_on=today, ends_on=today + dt.timedelta(days=7 * weeks - 1)
    )
    if locked.status == Enrolment.Status.ACTIVE:
        locked.status = Enrolment.Status.PAUSED
    locked.manager_notice_at = None
    locked.reminders_sent = 0  # the ladder that ends at the manager's list starts anew
    locked.next_check_at = now or timezone.now()
    locked.save(update_fields=["status", "manager_notice_at", "reminders_sent", "next_check_at"])
    return row


@transaction.atomic
def resume(enrolment: Enrolment, *, today: dt.date | None = None, now: dt.datetime | None = None) -> None:
    """Come back before the end of a pause; a pause begun today leaves no trace. Idempotent."""
    today = today or timezone.localdate()
    locked = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    for row in locked.pauses.filter(ends_on__gte=today):
        if row.starts_on >= today:
            row.delete()
        else:
            row.ends_on = today - dt.timedelta(days=1)
            row.save(update_fields=["ends_on"])
    if locked.status == Enrolment.Status.PAUSED:
        locked.status = Enrolment.Status.ACTIVE
    locked.next_check_at = now or timezone.now()
    locked.save(update_fields=["status", "next_check_at"])


@transaction.atomic
def add_contact(
    enrolment: Enrolment,
    coach: Membership,
    *,
    kind: str = CoachContact.Kind.CALL,
    note: str = "",
    happened_at: dt.datetime | None = None,
) -> CoachContact:
    """Note an exchange; the person leaves the "to contact" list until something new happens."""
    return CoachContact.objects.create(
        enrolment=enrolment,
        coach=coach,
        kind=kind,
        note=note.strip(),
        happened_at=happened_at or timezone.now(),
    )


def working_days_of(
    agency: Agency | None,
    network: Network,
    blackouts: Iterable[Period] = (),
    pauses: Iterable[Period] = (),
) -> WorkingDays:
    """Working days of an agency (or of the network for people without one), as domain.md 4.1 counts them."""
    subdivision = (agency.holiday_subdivision if agency else "") or network.holiday_subdivision
    return WorkingDays(
        open_days=tuple(agency.open_days) if agency else (1, 2, 3, 4, 5),
        holidays=public_holidays(network.country, subdivision),
        blackouts=tuple(blackouts),
        pauses=tuple(pauses),
    )


@transaction.atomic
def invite_again(enrolment: Enrolment, now: dt.datetime | None = None) -> None:
    """Ask for one more invitation: the next tick plans it; earlier links live until their own day.

    Raises CohortProblem: already_joined, not_live, or just_invited (once a day is enough).
    """
    now = now or timezone.now()
    locked = (
        Enrolment.objects.select_for_update(of=("self",)).select_related("membership").get(pk=enrolment.pk)
    )
    if not locked.is_live or locked.membership.is_over_on(timezone.localdate(now)):
        raise CohortProblem("not_live")
    if locked.membership.joined_at is not None:
        raise CohortProblem("already_joined")
    latest = locked.invited_again_at or locked.invited_at
    if latest and timezone.localdate(latest) == timezone.localdate(now):
        raise CohortProblem("just_invited")
    locked.invited_again_at = locked.next_check_at = now
    locked.save(update_fields=["invited_again_at", "next_check_at"])
