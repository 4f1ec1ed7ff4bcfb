"""What a coach's change means for what counts as done: facts are counted again where exemptions changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from functools import partial

from agencies.models import Membership
from coaching.cohorts.models import Cohort, CohortChange, Enrolment
from coaching.cohorts.running import Wish
from coaching.cohorts.services import carry_out, undo
from coaching.learning.access import Learner, load_completions
from coaching.learning.completion import OF_STEPS
from coaching.learning.services.completion import SETTLED, settle
from coaching.learning.services.steps import counted_facts, write_facts
from coaching.programmes.outline import ProgrammeOutline
from coaching.programmes.runtime import outline_of

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
    return undo(change, coach, now=now, then=partial(recount_people, undone=OF_STEPS))


def recount_people(
    enrolments: Collection[Enrolment], now: dt.datetime, *, undone: Collection[str] = ()
) -> None:
    """Facts of people of one cohort from steps taken and exemptions, and who has finished with them."""
    ids = [row.pk for row in enrolments]
    rows = list(Enrolment.objects.filter(pk__in=ids).with_version().select_related("membership", "network"))
    if not rows:
        return
    outline = outline_of(rows[0].cohort.programme_version)
    found = load_completions(rows, outline, rows[0].network.sector, now)
    for row in rows:
        write_facts(row, counted_facts(Learner(row, now, "fr")))
        settle(row, found[row.pk], now, undone=undone)
        row.save(update_fields=[*FACTS, *SETTLED])


def addresses_of(outline: ProgrammeOutline, sector: str, key: str) -> tuple[str, ...]:
    """The steps that count of a module ("module"), or the one step ("module/step"); () for none."""
    steps = (step for step in outline.steps_for_sector(sector) if step.is_required)
    return tuple(step.address for step in steps if key in (step.module_key, step.address))
