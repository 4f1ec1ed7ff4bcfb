"""What a coach's change means for what counts as done: facts are counted again where exemptions changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from agencies.models import Membership
from coaching.cohorts.models import Cohort, CohortChange, Enrolment
from coaching.cohorts.running import Wish
from coaching.cohorts.services import carry_out, undo
from coaching.learning.access import Learner
from coaching.learning.services.steps import counted_facts, write_facts
from coaching.programmes.outline import ProgrammeOutline

FACTS = ("done_minutes", "done_steps", "week_minutes", "active_weeks", "last_activity_at")


def change_cohort(
    cohort: Cohort,
    coach: Membership,
    wish: Wish,
    *,
    mark: str,
    reason: str = "",
    now: dt.datetime | None = None,
) -> CohortChange:
    """Carry out a coach's change (`cohorts.services.carry_out`), facts counted in the same transaction."""
    return carry_out(cohort, coach, wish, mark=mark, reason=reason, now=now, then=recount_people)


def undo_change(change: CohortChange, coach: Membership, *, now: dt.datetime | None = None) -> CohortChange:
    """Undo it (`cohorts.services.undo`), facts counted in the same transaction."""
    return undo(change, coach, now=now, then=recount_people)


def recount_people(enrolments: Collection[Enrolment], now: dt.datetime) -> None:
    """Facts from steps taken and exemptions; who had begun and has nothing left to do has finished."""
    ids = [row.pk for row in enrolments]
    rows = Enrolment.objects.filter(pk__in=ids).with_version().select_related("membership", "network")
    for row in rows:
        learner = Learner(row, now, "fr")
        write_facts(row, counted_facts(learner))
        is_over = learner.outline.is_finished(learner.settled, learner.sector)
        if is_over and row.is_live and row.activated_at is not None:
            row.status, row.completed_at = Enrolment.Status.COMPLETED, now
        row.save(update_fields=[*FACTS, "status", "completed_at"])


def addresses_of(outline: ProgrammeOutline, sector: str, key: str) -> tuple[str, ...]:
    """The steps that count of a module ("module"), or the one step ("module/step"); () for none."""
    steps = (step for step in outline.steps_for_sector(sector) if step.is_required)
    return tuple(step.address for step in steps if key in (step.module_key, step.address))
