"""A cohort being prepared, until its launch."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Literal
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from agencies.models import Membership
from coaching.cohorts.calendar import CohortCalendar, Period
from coaching.cohorts.models import Blackout, Cohort, CohortCoach, CohortWeek, Enrolment, LiveSession
from coaching.cohorts.services.days import calendar_of, draw_calendar
from coaching.cohorts.services.problems import CohortProblem
from coaching.programmes.models import ProgrammeVersion
from coaching.programmes.runtime import outline_of

Part = Literal["programme", "dates", "pauses", "members"]  # the steps of the wizard, each with a mark


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
def update_draft(cohort: Cohort, part: Part = "programme", *, as_read: str = "", **fields: object) -> Cohort:
    """Change dates, name, version or session time of a draft; the new calendar must fit.

    `as_read` is the mark that `part` had on the page that was filled in. Raises CohortProblem
    (not_draft, changed) or CalendarError.
    """
    with _as_read(cohort, part, as_read):
        for name, value in fields.items():
            setattr(cohort, name, value)
        calendar_of(cohort)
        cohort.save(update_fields=list(fields))
    return cohort


@transaction.atomic
def set_blackouts(cohort: Cohort, blackouts: Iterable[Period], *, as_read: str = "") -> None:
    """Replace the pauses of a draft, if they are those that were read. Raises CohortProblem."""
    with _as_read(cohort, "pauses", as_read):
        cohort.blackouts.all().delete()
        Blackout.objects.bulk_create(
            Blackout(cohort=cohort, starts_on=period.starts_on, ends_on=period.ends_on, label=period.label)
            for period in blackouts
        )


@transaction.atomic
def set_members(cohort: Cohort, memberships: Iterable[Membership], *, as_read: str = "") -> None:
    """Make these the members of a draft; whoever is no longer listed leaves it without a trace.

    `as_read` as for `update_draft`. Raises CohortProblem.
    """
    wanted = {membership.pk for membership in memberships}
    with _as_read(cohort, "members", as_read):
        cohort.enrolments.exclude(membership_id__in=wanted).delete()
        present = set(cohort.enrolments.values_list("membership_id", flat=True))
        Enrolment.objects.bulk_create(
            Enrolment(cohort=cohort, membership_id=pk) for pk in sorted(wanted - present)
        )


@transaction.atomic
def add_members(cohort: Cohort, memberships: Iterable[Membership]) -> int:
    """Enrol these in a draft beside those who are there; the number of those listed. Idempotent."""
    _require_draft(cohort)
    wanted = {membership.pk for membership in memberships}
    Enrolment.objects.bulk_create(
        [Enrolment(cohort=cohort, membership_id=pk) for pk in sorted(wanted)], ignore_conflicts=True
    )
    return len(wanted)


@transaction.atomic
def delete_draft(cohort: Cohort) -> None:
    """Forget a cohort that was never launched."""
    _require_draft(cohort)
    cohort.delete()


def mark_of_draft(cohort: Cohort, *parts: Part) -> str:
    """What these parts say, or all that a launch would freeze, in sixteen signs.

    A draft changed in another window has another.
    """
    said = [_PARTS[part](cohort) for part in parts or _PARTS]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


_PARTS: dict[Part, Callable[[Cohort], object]] = {
    "programme": lambda cohort: (cohort.name, cohort.programme_version_id),
    "dates": lambda cohort: (
        cohort.starts_on,
        cohort.session_weekday,
        cohort.session_time.isoformat("minutes"),
        cohort.session_url,
    ),
    "pauses": lambda cohort: sorted(cohort.blackouts.values_list("starts_on", "ends_on", "label")),
    "members": lambda cohort: sorted(cohort.enrolments.values_list("membership_id", flat=True)),
}


@contextmanager
def _as_read(cohort: Cohort, part: Part, mark: str) -> Iterator[None]:
    """Write this part of a draft, held, if it still is what was read; or if it comes to the same (a second
    click). Else everything is taken back with CohortProblem (changed): the caller stands in a transaction.
    """
    _require_draft(cohort)
    before = mark_of_draft(Cohort.objects.get(pk=cohort.pk), part)
    yield
    if mark not in ("", before) and mark_of_draft(cohort, part) != before:
        raise CohortProblem("changed")


@transaction.atomic
def launch(cohort: Cohort, now: dt.datetime | None = None, *, as_read: str = "") -> Cohort:
    """Freeze the calendar, open the enrolments and let the reminders look at them.

    Whose mandate has ended meanwhile leaves the draft. Invitations are not sent here: the next tick plans
    them for the agencies' own hours. `as_read` is the mark of the draft on the page that was read. Raises
    CohortProblem (not_draft, changed, no_members, no_coach, starts_in_past) or CalendarError.
    """
    now = now or timezone.now()
    _require_draft(cohort)
    cohort = Cohort.objects.select_related("network").get(pk=cohort.pk)
    if as_read and mark_of_draft(cohort) != as_read:
        raise CohortProblem("changed")
    # Whose mandate ended while the draft waited would be neither invited nor counted.
    cohort.enrolments.filter(membership__ends_on__lte=cohort.network.today(now)).delete()
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
    if not CohortCoach.objects.filter(cohort=cohort).serving(cohort.network.today()).exists():
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
