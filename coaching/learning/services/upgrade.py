"""A running cohort takes up another version: seen before, done in one go, taken back. Needs its scope.

Locks in the order of the house: the cohort, then its enrolments by id. A step taken meanwhile waits for
its enrolment and then reads the version anew (services.steps.lock_learner).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from agencies.models import Membership, Network
from coaching.cohorts.due_dates import due_after_coming
from coaching.cohorts.models import Cohort, Enrolment, Exemption
from coaching.cohorts.services import blackout_periods, signatures_of
from coaching.learning.access import load_completions
from coaching.learning.models import CohortUpgrade, StepCompletion
from coaching.learning.progress import facts_of
from coaching.learning.services.carrying import carry, note_texts
from coaching.learning.services.completion import settle
from coaching.learning.services.steps import write_facts
from coaching.learning.upgrading import (
    StepChanges,
    carried,
    floor_after,
    has_same_weeks,
    newly_asked,
    progress_ratio,
    step_changes,
)
from coaching.programmes.models import ProgrammeVersion
from coaching.programmes.outline import ProgrammeOutline, StepOutline
from coaching.programmes.querysets import ProgrammeVersionQuerySet
from coaching.programmes.runtime import outline_of

_WRITTEN = (
    "progress_floor",
    "status",
    "completed_at",
    "done_minutes",
    "done_steps",
    "week_minutes",
    "active_weeks",
    "last_activity_at",
    "next_check_at",
)


class UpgradeProblem(Exception):
    """A version that this cohort cannot take up; `code` chooses the sentence.

    Codes: not_running, same_version, other_programme, other_weeks, not_installed, changed, later_change.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class PersonPlan:
    """One person: progress before and after (0 to 1, None without required steps), steps to come."""

    enrolment: Enrolment
    before: float | None
    after: float | None
    is_held: bool  # by the floor: the sum alone would be lower
    to_take: tuple[StepOutline, ...]


@dataclass(frozen=True)
class UpgradePlan:
    """What would happen; nothing is written.

    `late` are new steps in weeks whose due date is past: they are due at `late_due_at`, a week on at least.
    """

    changes: StepChanges
    late: frozenset[str]
    late_due_at: dt.datetime
    people: tuple[PersonPlan, ...]


def versions_for(cohort: Cohort) -> list[ProgrammeVersion]:
    """The versions this cohort could take up: of the same family, installed in its network, newest first."""
    return list(_family(cohort).exclude(pk=cohort.programme_version_id))


def plan_upgrade(cohort: Cohort, version: ProgrammeVersion, now: dt.datetime) -> UpgradePlan:
    """What each person would see and keep. Raises UpgradeProblem."""
    _require_possible(cohort, version)
    before, after = outline_of(cohort.programme_version), outline_of(version)
    sector = cohort.network.sector
    changes = step_changes(before, after, sector)
    due = {week.number for week in cohort.weeks.all() if week.due_at <= now}
    enrolments = list(cohort.enrolments.with_person().exclude(status__in=_GONE).by_agency())
    done = _settled(enrolments)
    people = (
        _person(enrolment, done[enrolment.pk], before, after, changes, sector) for enrolment in enrolments
    )
    late = frozenset(step.address for step in changes.added if step.is_required and step.week_number in due)
    came_on, breaks = _day_of(cohort, now), blackout_periods(cohort)
    late_due_at = due_after_coming(came_on, breaks, time_zone=cohort.time_zone)
    return UpgradePlan(changes, late, late_due_at, tuple(people))


@transaction.atomic
def upgrade(
    cohort: Cohort,
    version: ProgrammeVersion,
    coach: Membership,
    *,
    seen: ProgrammeVersion,
    now: dt.datetime | None = None,
) -> CohortUpgrade:
    """The cohort follows `version` from now on; every fact is counted anew, no progress decreases.

    `seen` is the version that the preview started from: another one in between raises UpgradeProblem
    ("changed"). The same request twice gives the same row.
    """
    at = now or timezone.now()
    held = _held(cohort)
    if held.programme_version_id == version.pk:
        last = held.upgrades.filter(undone_at=None).first()
        if last is not None and last.to_version_id == version.pk and last.from_version_id == seen.pk:
            return last
    if held.programme_version_id != seen.pk:
        raise UpgradeProblem("changed")
    _require_possible(held, version)
    enrolments = _held_enrolments(held)
    change = CohortUpgrade(
        cohort=held,
        from_version=seen,
        to_version=version,
        made_by=coach,
        made_at=at,
        before=_kept(enrolments) | {"came_on": held.came_on},
    )
    before, after = outline_of(seen), outline_of(version)
    reached = _progress_now(held, enrolments, before)
    note_texts(enrolments, before)
    moved = {old: new for new, old in carried(before, after).items()}
    change.carried = {"moved": moved, "stayed": carry(held, enrolments, moved, after)}
    came_on = {moved.get(address, address): day for address, day in held.came_on.items()}
    came_on |= {step.address: _day_of(held, at).isoformat() for step in newly_asked(before, after)}
    _follow(held, version, came_on)
    _count_anew(held.network, enrolments, reached, after, at)
    change.save()
    return change


@transaction.atomic
def undo_upgrade(change: CohortUpgrade, *, now: dt.datetime | None = None) -> CohortUpgrade:
    """The cohort follows the former version again, and people hold what they held.

    Who has taken a step since keeps at least the progress they have now. Twice does no harm; raises
    UpgradeProblem ("later_change") when the cohort has taken up another version since.
    """
    at = now or timezone.now()
    held = _held(change.cohort)
    change = CohortUpgrade.objects.select_for_update().get(pk=change.pk)
    if change.undone_at is not None:
        return change
    if held.programme_version_id != change.to_version_id or held.status != Cohort.Status.RUNNING:
        raise UpgradeProblem("later_change")
    enrolments = _held_enrolments(held)
    before, after = outline_of(change.from_version), outline_of(change.to_version)
    reached = _progress_now(held, enrolments, after)
    note_texts(enrolments, after)
    moved = {new: old for old, new in change.carried.get("moved", {}).items()}
    carry(held, enrolments, moved, before, but=change.carried.get("stayed", ()))
    _follow(held, change.from_version, change.before.get("came_on", {}))
    _restore(enrolments, change)
    _count_anew(held.network, enrolments, None, before, at)
    _keep_what_was_gained(enrolments, reached, change, before, held.network.sector)
    change.undone_at = at
    change.save(update_fields=["undone_at"])
    return change


# --- what is read --------------------------------------------------------------------------------

_GONE = (
    Enrolment.Status.WITHDRAWN,
    Enrolment.Status.REPLACED,
    Enrolment.Status.CANCELLED,
)


def _family(cohort: Cohort) -> ProgrammeVersionQuerySet:
    current = cohort.programme_version
    shelf = current.programme
    kin = Q(programme=shelf) | Q(programme__origin_version__programme=shelf)
    if shelf.origin_version_id:
        kin |= Q(programme__versions=shelf.origin_version_id)
    rows = ProgrammeVersion.objects.light().for_network(cohort.network).filter(kin)
    return rows.select_related("programme").distinct().newest_first()


def _require_possible(cohort: Cohort, version: ProgrammeVersion) -> None:
    if cohort.status != Cohort.Status.RUNNING:
        raise UpgradeProblem("not_running")
    if version.pk == cohort.programme_version_id:
        raise UpgradeProblem("same_version")
    if not ProgrammeVersion.objects.for_network(cohort.network).filter(pk=version.pk).exists():
        raise UpgradeProblem("not_installed")
    if not _family(cohort).filter(pk=version.pk).exists():
        raise UpgradeProblem("other_programme")
    if not has_same_weeks(outline_of(cohort.programme_version), outline_of(version)):
        raise UpgradeProblem("other_weeks")


def _completions(enrolments: Sequence[Enrolment]) -> dict[int, dict[str, dt.datetime]]:
    done: dict[int, dict[str, dt.datetime]] = defaultdict(dict)
    rows = StepCompletion.objects.filter(enrolment__in=[each.pk for each in enrolments])
    for pk, address, at in rows.values_list("enrolment_id", "address", "completed_at"):
        done[pk][address] = at
    return done


def _settled(enrolments: Sequence[Enrolment]) -> dict[int, set[str]]:
    """What counts as done (domain.md 4.3): the steps taken, and those of an exemption."""
    found = defaultdict(set, {pk: set(done) for pk, done in _completions(enrolments).items()})
    rows = Exemption.objects.filter(enrolment__in=[each.pk for each in enrolments])
    for pk, address in rows.values_list("enrolment_id", "address"):
        found[pk].add(address)
    return found


def _person(
    enrolment: Enrolment,
    done: Collection[str],
    before: ProgrammeOutline,
    after: ProgrammeOutline,
    changes: StepChanges,
    sector: str,
) -> PersonPlan:
    taken = {*done, *(new for new, old in changes.carried.items() if old in done)}
    reached = _reached(done, before, sector, enrolment.progress_floor)
    ratio = progress_ratio(taken, after, sector)
    floor = floor_after(reached, ratio, enrolment.progress_floor)
    return PersonPlan(
        enrolment, reached, max(ratio or 0.0, floor), is_held=floor > 0, to_take=changes.left_to_take(done)
    )


def _reached(done: Collection[str], outline: ProgrammeOutline, sector: str, floor: float) -> float:
    return max(progress_ratio(done, outline, sector) or 0.0, floor)


# --- what is written -----------------------------------------------------------------------------


def _held(cohort: Cohort) -> Cohort:
    rows = Cohort.objects.select_for_update(of=("self",)).with_version()
    return rows.select_related("network", "programme_version__programme").get(pk=cohort.pk)


def _held_enrolments(cohort: Cohort) -> list[Enrolment]:
    return list(cohort.enrolments.select_for_update(of=("self",)).order_by("pk"))


def _kept(enrolments: Sequence[Enrolment]) -> dict[str, dict[str, object]]:
    return {
        str(each.pk): {
            "progress_floor": each.progress_floor,
            "status": each.status,
            "completed_at": each.completed_at.isoformat() if each.completed_at else None,
        }
        for each in enrolments
    }


def _follow(cohort: Cohort, version: ProgrammeVersion, came_on: dict[str, str]) -> None:
    cohort.programme_version, cohort.came_on = version, came_on
    cohort.save(update_fields=["programme_version", "came_on"])


def _day_of(cohort: Cohort, now: dt.datetime) -> dt.date:
    return now.astimezone(ZoneInfo(cohort.time_zone)).date()


def _count_anew(
    network: Network,
    enrolments: Sequence[Enrolment],
    reached: Mapping[int, float] | None,
    after: ProgrammeOutline,
    now: dt.datetime,
) -> None:
    """Facts, floor, status and the alarm clock of the reminders, by the version that is followed now.

    `reached` (enrolment -> 0 to 1) is what the floor keeps; without it the floor stays as it is.
    """
    zone, sector, done = ZoneInfo(network.time_zone), network.sector, _completions(enrolments)
    settled, signed_at = _settled(enrolments), signatures_of(enrolment__in=[each.pk for each in enrolments])
    completions = load_completions(enrolments, after, sector, now)
    for each in enrolments:
        taken = settled[each.pk]
        if reached is not None:
            ratio = progress_ratio(taken, after, sector)
            each.progress_floor = floor_after(reached[each.pk], ratio, each.progress_floor)
        if each.invited_at is not None:
            signatures = signed_at.get(each.pk, [])
            write_facts(each, facts_of(done[each.pk], after, sector, zone, signatures, taken))
        if each.is_live:
            each.next_check_at = now
        settle(each, completions[each.pk], now)
    Enrolment.objects.bulk_update(enrolments, _WRITTEN)


def _progress_now(
    cohort: Cohort, enrolments: Sequence[Enrolment], outline: ProgrammeOutline
) -> dict[int, float]:
    done, sector = _settled(enrolments), cohort.network.sector
    return {each.pk: _reached(done[each.pk], outline, sector, each.progress_floor) for each in enrolments}


def _restore(enrolments: Sequence[Enrolment], change: CohortUpgrade) -> None:
    """What each row held, unless the person has moved on since; who came later held nothing."""
    for each in enrolments:
        kept = change.before.get(str(each.pk))
        if kept is None:
            continue
        each.progress_floor = kept["progress_floor"]
        was_completed_by_it = (
            each.status == Enrolment.Status.COMPLETED and each.completed_at == change.made_at
        )
        if was_completed_by_it:
            each.status, each.completed_at = kept["status"], None


def _keep_what_was_gained(
    enrolments: Sequence[Enrolment],
    reached: Mapping[int, float],
    change: CohortUpgrade,
    outline: ProgrammeOutline,
    sector: str,
) -> None:
    done = _settled(enrolments)
    raised = []
    for each in enrolments:
        if each.last_activity_at is None or each.last_activity_at <= change.made_at:
            continue
        ratio = progress_ratio(done[each.pk], outline, sector)
        floor = floor_after(reached[each.pk], ratio, each.progress_floor)
        if floor != each.progress_floor:
            each.progress_floor = floor
            raised.append(each)
    Enrolment.objects.bulk_update(raised, ["progress_floor"])
