"""Entering a running cohort: a late joiner, and whoever takes over an agency (domain.md 4.8)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from agencies.models import Membership
from agencies.services import end_membership
from coaching.cohorts.differences import Json
from coaching.cohorts.models import Cohort, CohortChange, Enrolment, OwnDueDate
from coaching.cohorts.querysets import NOT_PRESENT
from coaching.cohorts.running import Moment, PersonState, squeezed, started_later
from coaching.cohorts.services.mandates import open_headship
from coaching.cohorts.services.problems import CohortProblem
from coaching.cohorts.services.standing import moment_of, seen, state_of

SHIFT, SQUEEZE = "shift", "squeeze"
JOINING = (SHIFT, SQUEEZE)


def joiner_dates(cohort: Cohort, dates: str, now: dt.datetime | None = None) -> PersonState:
    """The dates of somebody who starts now: as late as the start is past, or squeezed to the end."""
    found, _enrolments = seen(cohort)
    return _dates(found, dates, moment_of(found, now))


def _dates(cohort: Cohort, dates: str, at: Moment) -> PersonState:
    state = state_of(cohort, ())
    if dates == SQUEEZE:
        return PersonState(Enrolment.Status.INVITED, 0, squeezed(state, at))
    shift_days, own_days = started_later(state, cohort.starts_on, at)
    return PersonState(Enrolment.Status.INVITED, shift_days, own_days)


@transaction.atomic
def add_late_joiner(
    cohort: Cohort,
    membership: Membership,
    now: dt.datetime | None = None,
    *,
    dates: str = SHIFT,
    coach: Membership | None = None,
) -> Enrolment:
    """Enrol a person in a running cohort with their own due dates; `coach` keeps a trace, to undo it.

    Sessions before this day are none of theirs. Entering twice is entering once. Raises CohortProblem:
    not_live, already_enrolled for somebody who takes part for another agency (one enrolment, 4.8).
    """
    now = now or timezone.now()
    cohort = _held(cohort.pk)
    enrolment, is_new = _enter(cohort, membership, now, dates, coach)
    if is_new and coach is not None:
        _note(cohort, CohortChange.Kind.JOIN, coach, now, {enrolment.public_id: _entered()}, {"dates": dates})
    return enrolment


def _held(cohort_id: int) -> Cohort:
    """The cohort, locked before any of its enrolments, as `ending` does: nobody enters one that ends."""
    rows = Cohort.objects.select_for_update(of=("self",)).select_related("network")
    return rows.get(pk=cohort_id)


def _enter(
    cohort: Cohort, membership: Membership, now: dt.datetime, dates: str, coach: Membership | None
) -> tuple[Enrolment, bool]:
    if cohort.status != Cohort.Status.RUNNING:
        raise CohortProblem("not_live")
    same_person = cohort.enrolments.filter(membership__user_id=membership.user_id)
    if same_person.live().present(timezone.localdate(now)).exclude(membership=membership).exists():
        raise CohortProblem("already_enrolled")
    at = moment_of(cohort, now)
    person = _dates(cohort, dates, at)
    enrolment, is_new = Enrolment.objects.get_or_create(
        cohort=cohort,
        membership=membership,
        defaults={
            "invited_at": now,
            "next_check_at": now,
            "shift_days": person.shift_days,
            "week_minutes": [0] * cohort.weeks.count(),
        },
    )
    if enrolment.status == Enrolment.Status.CANCELLED:
        is_new = True
        enrolment.status, enrolment.ended_at = Enrolment.Status.INVITED, None
        enrolment.next_check_at, enrolment.shift_days = now, person.shift_days
        enrolment.save(update_fields=["status", "ended_at", "next_check_at", "shift_days"])
    if is_new:
        _give_dates(enrolment, person, coach)
    return enrolment, is_new


def _give_dates(enrolment: Enrolment, person: PersonState, coach: Membership | None) -> None:
    enrolment.own_dates.all().delete()
    if not person.own_days:
        return
    set_by = coach.pk if coach else enrolment.cohort.coaches.values_list("membership", flat=True)[0]
    OwnDueDate.objects.bulk_create(
        OwnDueDate(enrolment=enrolment, week_number=number, days=days, set_by_id=set_by)
        for number, days in person.own_days.items()
    )


def _entered() -> tuple[Json, Json]:
    """Before and after of somebody who enters: whose entry is undone was never there."""
    return {"status": Enrolment.Status.CANCELLED.value}, {"status": Enrolment.Status.INVITED.value}


def _note(
    cohort: Cohort,
    kind: str,
    coach: Membership,
    now: dt.datetime,
    people: dict[str, tuple[Json, Json]],
    report: Json,
) -> CohortChange:
    return CohortChange.objects.create(
        cohort=cohort,
        kind=kind,
        made_by=coach,
        made_at=now,
        before={"people": {key: before for key, (before, _after) in people.items()}},
        after={"people": {key: after for key, (_before, after) in people.items()}},
        report={"people": sorted(people)} | report,
    )


@transaction.atomic
def replace_head(
    enrolment: Enrolment,
    successor: Membership,
    now: dt.datetime | None = None,
    *,
    dates: str = SHIFT,
    coach: Membership | None = None,
    is_opened: bool = False,
) -> Enrolment:
    """The agency has a new head: the old enrolment stays as it is, the new one starts on its own dates.

    Content stays with the person who left; nothing is transferred, and a programme that was finished
    stays finished. Who heads another agency of the network besides goes on for that one, with the same
    enrolment (domain.md 4.8). `coach` keeps a trace, to undo it; `is_opened` says that the mandate
    of the successor was opened for this. Raises CohortProblem: not_a_head, not_live, already_replaced,
    or already_enrolled for a successor who takes part for another agency.
    """
    now = now or timezone.now()
    cohort = _held(enrolment.cohort_id)
    rows = Enrolment.objects.select_for_update(of=("self",)).select_related("membership", "cohort")
    old = rows.get(pk=enrolment.pk)
    if not old.membership.is_head or old.membership.agency_id != successor.agency_id:
        raise CohortProblem("not_a_head")
    if old.status == Enrolment.Status.REPLACED:
        raise CohortProblem("already_replaced")
    former, kept = old.membership, other_headship(old, cohort.network.today(now))
    left = _leave(old, now) if kept is None else _go_on(old, kept)
    is_ended_here = former.ends_on is None
    if is_ended_here:
        end_membership(former, cohort.network.today(now))
        # In each of their cohorts: what their calendar holds is taken back.
        Enrolment.objects.filter(membership=former).update(next_check_at=now)
    new, is_new = _enter(cohort, successor, now, dates, coach)
    if not (left[0] or is_new or is_ended_here):  # of a head who had finished: the second click
        raise CohortProblem("already_replaced")
    if coach is not None:
        people = ({old.public_id: left} if left[0] or kept else {}) | (
            {new.public_id: _entered()} if is_new else {}
        )
        ended = former.public_id if is_ended_here else ""
        opened = successor.public_id if is_opened else ""
        report = {
            "dates": dates,
            "former": old.public_id,
            "ended": ended,
            "opened": opened,
            "interim": successor.is_interim,
            "kept": kept is not None,
        }
        _note(cohort, CohortChange.Kind.REPLACE, coach, now, people, report)
    return new


def other_headship(old: Enrolment, today: dt.date) -> Membership | None:
    """Another agency that the person runs here, by which they have not been in this cohort before."""
    if old.status in NOT_PRESENT:
        return None
    others = Membership.objects.filter(
        network=old.network_id, user=old.membership.user_id, role=Membership.Role.AGENCY_HEAD
    ).exclude(pk=old.membership_id)
    others = others.exclude(enrolments__cohort=old.cohort_id).filter(joined_at__isnull=False)
    return others.open_on(today).order_by("starts_on", "pk").first()


def _go_on(old: Enrolment, kept: Membership) -> tuple[Json, Json]:
    """Nothing changes of the enrolment but the agency it stands for."""
    old.membership = kept
    old.save(update_fields=["membership"])
    return {}, {}


def _leave(old: Enrolment, now: dt.datetime) -> tuple[Json, Json]:
    """What changes of the enrolment that is over; nothing of one that had ended before."""
    if not old.is_live:
        return {}, {}
    before = {"status": old.status, "ended_at": None}
    old.status, old.ended_at, old.next_check_at = Enrolment.Status.REPLACED, now, now
    old.save(update_fields=["status", "ended_at", "next_check_at"])
    return before, {"status": old.status, "ended_at": now.astimezone(dt.UTC).isoformat()}


@transaction.atomic
def hand_over(
    enrolment: Enrolment,
    coach: Membership,
    *,
    successor: Membership | None = None,
    email: str = "",
    name: str = "",
    is_interim: bool = False,
    dates: str = SHIFT,
    now: dt.datetime | None = None,
) -> CohortChange:
    """The whole of a change of head, as one: mandate of who comes, of who goes, both enrolments, the trace.

    Without `successor` the mandate of `email` at the agency is opened. Posted twice it is made once.
    Raises CohortProblem as `replace_head`, and same_person for the address of who is replaced.
    """
    now = now or timezone.now()
    _held(enrolment.cohort_id)
    agency = enrolment.membership.agency
    if agency is None or not enrolment.membership.is_head:
        raise CohortProblem("not_a_head")
    is_opened = False
    if successor is None:
        if email.strip().casefold() == enrolment.membership.user.email.casefold():
            raise CohortProblem("same_person")
        today = agency.network.today(now)
        known = {row.pk for row in Membership.objects.filter(agency=agency, ends_on=None)}
        successor = open_headship(agency, email.strip(), name, is_interim=is_interim, on=today)
        is_opened = successor.pk not in known
    replace_head(enrolment, successor, now, dates=dates, coach=coach, is_opened=is_opened)
    found = enrolment.cohort.changes.standing().filter(kind=CohortChange.Kind.REPLACE).latest_first().first()
    assert found is not None
    return found
