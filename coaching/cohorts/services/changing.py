"""Changes of a running cohort: shown before, carried out as shown, and undone. Needs one network in scope."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import timezone

from agencies.models import Membership
from coaching.cohorts.differences import Json, as_json, differences, moves, put_back, stands
from coaching.cohorts.models import Cohort, CohortChange, Enrolment
from coaching.cohorts.running import (
    ALLOWED_IN,
    RUNNING,
    Moment,
    State,
    Wish,
    granted,
    refused,
    would_be_past,
)
from coaching.cohorts.services.mandates import take_back_mandates
from coaching.cohorts.services.problems import CohortProblem
from coaching.cohorts.services.standing import held, moment_of, seen, state_of, write

# What counts again the facts of these enrolments (learning knows how), given the moment.
Recount = Callable[[Collection[Enrolment], dt.datetime], None]


@dataclass(frozen=True)
class Outcome:
    """What a change comes to: both states, who is refused and why (a code), and a mark of all that."""

    before: State
    after: State
    refused: dict[str, str]
    mark: str
    at: Moment

    @property
    def moves(self) -> bool:
        return self.before != self.after


def rehearse(cohort: Cohort, wish: Wish, *, now: dt.datetime | None = None) -> Outcome:
    """What would come of it; nothing is written. Raises CohortProblem (not_live) or CalendarError."""
    found, enrolments = seen(cohort)
    return _outcome(found, enrolments, wish, now)


def _outcome(
    cohort: Cohort, enrolments: Collection[Enrolment], wish: Wish, now: dt.datetime | None
) -> Outcome:
    if cohort.status not in ALLOWED_IN.get(wish.kind, (RUNNING,)):
        raise CohortProblem("not_live")
    at, before = moment_of(cohort, now), state_of(cohort, enrolments)
    if wish.kind == CohortChange.Kind.BRING_BACK:
        after = replace(before, status=_status_before_archive(cohort))
    else:
        after = granted(before, wish, at)
    no = refused(before, wish, at)
    told = json.dumps([wish.kind, sorted(wish.people), wish.addresses, *differences(before, after), no])
    mark = hashlib.sha256(f"{told}{as_json(before)}".encode()).hexdigest()[:32]
    return Outcome(before, after, no, mark, at)


def _status_before_archive(cohort: Cohort) -> str:
    archived = cohort.changes.standing().filter(kind=CohortChange.Kind.ARCHIVE).latest_first().first()
    known = archived.before.get("status") if archived else None
    return known or (Cohort.Status.ENDED if cohort.ended_at else Cohort.Status.RUNNING)


@transaction.atomic
def carry_out(
    cohort: Cohort,
    coach: Membership,
    wish: Wish,
    *,
    mark: str,
    reason: str = "",
    now: dt.datetime | None = None,
    then: Recount | None = None,
) -> CohortChange:
    """Make the change that was shown under this mark, and keep what it takes to undo it.

    Posted twice it is made once. Raises CohortProblem: not_live, changed_meanwhile (look again at what it
    comes to now), nothing_moves; or CalendarError.
    """
    locked, enrolments = held(cohort.pk)
    twice = locked.changes.standing().filter(report__mark=mark).order_by("-pk").first()
    # The same change may be wanted again once it was lifted otherwise: brought back, resumed by the person.
    if twice is not None and stands(state_of(locked, enrolments), twice.after):
        return twice
    outcome = _outcome(locked, enrolments, wish, now)
    if outcome.mark != mark:
        raise CohortProblem("changed_meanwhile")
    if not outcome.moves:
        raise CohortProblem("nothing_moves")
    at = outcome.at
    write(locked, enrolments, outcome.before, outcome.after, coach, at, reason)
    after = _counted(locked, outcome.before, outcome.after, at, then)
    was, became = differences(outcome.before, after)
    report = told(locked, outcome, wish) | {"mark": mark}
    return CohortChange.objects.create(
        cohort=locked, kind=wish.kind, made_by=coach, made_at=at.now, before=was, after=became, report=report
    )


def told(cohort: Cohort, outcome: Outcome, wish: Wish) -> Json:
    """What page and report say besides the differences: the wish in numbers, dates person by person."""
    at, weeks = outcome.at, outcome.before.weeks.items()
    found: Json = {
        "people": sorted(wish.people),
        "refused": outcome.refused,
        "moves": moves(outcome.before, outcome.after, cohort.time_zone),
        "past": [number for number, week in weeks if week.due_at <= at.now],
    }
    found |= {name: getattr(wish, name) for name in ("days", "weeks") if getattr(wish, name)}
    if wish.period:
        found["period"] = [wish.period.starts_on.isoformat(), wish.period.ends_on.isoformat()]
        found["label"] = wish.period.label
    return found | ({"addresses": list(wish.addresses)} if wish.addresses else {})


def _counted(cohort: Cohort, before: State, after: State, at: Moment, then: Recount | None) -> State:
    """The state once the facts of people with other exemptions are counted again."""
    keys = [key for key, old in before.people.items() if old.exemptions != after.people[key].exemptions]
    if not keys or then is None:
        return after
    then(cohort.enrolments.filter(public_id__in=keys), at.now)
    return state_of(*seen(cohort))


@transaction.atomic
def undo(
    change: CohortChange, coach: Membership, *, now: dt.datetime | None = None, then: Recount | None = None
) -> CohortChange:
    """Put back exactly what the change found. Undone twice it is undone once.

    Raises CohortProblem: not_live (the cohort is over: its figures are frozen), later_change (one that
    touches the same must be undone first), changed_since (somebody has gone on meanwhile), too_late (a date
    would be put back into the past).
    """
    locked, enrolments = held(change.cohort_id)
    change = CohortChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
    if change.undone_at is not None:
        return change
    if change.kind not in ALLOWED_IN and locked.status != RUNNING:
        raise CohortProblem("not_live")
    later = locked.changes.standing().filter(pk__gt=change.pk)
    if any(touches_the_same(change.after, each.after) for each in later):
        raise CohortProblem("later_change")
    at, current = moment_of(locked, now), state_of(locked, enrolments)
    if not stands(current, change.after):
        raise CohortProblem("changed_since")
    restored = put_back(current, change.before)
    if would_be_past(current, restored, at):
        raise CohortProblem("too_late")
    write(locked, enrolments, current, restored, coach, at)
    _counted(locked, current, restored, at, then)
    take_back_mandates(change)
    change.undone_at, change.undone_by = now or timezone.now(), coach
    change.save(update_fields=["undone_at", "undone_by"])
    return change


def rename_steps(cohort: Cohort, moved: Mapping[str, str]) -> None:
    """Exemptions that may still be undone name their steps by these addresses from now on (old -> new)."""
    for change in cohort.changes.select_for_update(of=("self",)).filter(kind=CohortChange.Kind.EXEMPT):
        for people in (change.before.get("people", {}), change.after.get("people", {})):
            for values in people.values():
                if "exemptions" in values:
                    values["exemptions"] = sorted(moved.get(each, each) for each in values["exemptions"])
        if "addresses" in change.report:
            change.report["addresses"] = [moved.get(each, each) for each in change.report["addresses"]]
        change.save(update_fields=["before", "after", "report"])


def touches_the_same(one: Json, other: Json) -> bool:
    """Whether two changes have touched one and the same thing: a week, a session, something of a person."""
    parts = ("status", "blackouts", "boosters_on")
    if any(part in one and part in other for part in parts):
        return True
    if any(set(one.get(part, {})) & set(other.get(part, {})) for part in ("weeks", "sessions")):
        return True
    people, others = one.get("people", {}), other.get("people", {})
    return any(set(values) & set(others.get(key, {})) for key, values in people.items())
