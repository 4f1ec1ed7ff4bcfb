"""A draft that takes over what lasts of a past cohort of the same network: not its dates, not its people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils import timezone

from agencies.models import Membership
from coaching.cohorts.calendar import Period
from coaching.cohorts.models import Cohort, CohortCoach, Enrolment
from coaching.cohorts.services.days import blackout_periods
from coaching.cohorts.services.drafts import create_cohort, set_members
from coaching.programmes.models import ProgrammeVersion


def moved_pauses(past: Cohort, starts_on: dt.date) -> list[Period]:
    """The pauses of a past cohort at the same distance from another first Tuesday, same days of the week."""
    shift = starts_on - past.starts_on
    return [
        Period(each.starts_on + shift, each.ends_on + shift, each.label) for each in blackout_periods(past)
    ]


@transaction.atomic
def prepare_again(
    coach: Membership,
    past: Cohort,
    *,
    name: str,
    version: ProgrammeVersion,
    starts_on: dt.date,
    pauses: Collection[int] = (),
    coaches: Iterable[Membership] = (),
    with_people: bool = False,
) -> Cohort:
    """A draft with the session day, time and link of `past`; the same asked twice is one draft.

    `pauses` are places in `moved_pauses`; `coaches` join this coach; `with_people` takes along
    those who still have their mandate. Raises CalendarError when no calendar fits.
    """
    if twin := twin_of(coach, name, version, starts_on):
        return twin
    moved = moved_pauses(past, starts_on)
    draft = create_cohort(
        coach,
        name=name,
        version=version,
        starts_on=starts_on,
        session_weekday=past.session_weekday,
        session_time=past.session_time,
        session_url=past.session_url,
        blackouts=[period for place, period in enumerate(moved) if place in pauses],
    )
    CohortCoach.objects.bulk_create(
        CohortCoach(cohort=draft, membership=each) for each in coaches if each.pk != coach.pk
    )
    if with_people:
        set_members(draft, present_members(past, timezone.localdate()))
    return draft


def present_members(past: Cohort, today: dt.date) -> list[Membership]:
    """Those who took part to the end or still do, and whose mandate runs."""
    rows = Enrolment.objects.filter(cohort=past).present(today).select_related("membership")
    return [row.membership for row in rows if not row.membership.is_over_on(today)]


def twin_of(coach: Membership, name: str, version: ProgrammeVersion, starts_on: dt.date) -> Cohort | None:
    """The draft that this coach has already made with these words: a second click makes no second one.

    Holds the coach's mandate until the transaction ends, so that two clicks take turns.
    """
    Membership.objects.select_for_update(no_key=True).get(pk=coach.pk)
    drafts = Cohort.objects.coached_by(coach).filter(status=Cohort.Status.DRAFT)
    return drafts.filter(name=name, programme_version=version, starts_on=starts_on).first()
