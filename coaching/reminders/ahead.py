"""What is asked of people on a date of their own: practices of the weeks, and what opens after the end.

Two queries, however many people; needs the scope of their network.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

from coaching.cohorts.calendar import BOOSTER_WEEKS
from coaching.cohorts.due_dates import due_after_coming, effective_due_at
from coaching.cohorts.models import CohortWeek, Enrolment, Exemption, OwnDueDate
from coaching.cohorts.working_days import Period
from coaching.learning.models import StepCompletion
from coaching.programmes.models import ProgrammeVersion
from coaching.programmes.outline import ProgrammeOutline, StepOutline
from coaching.programmes.runtime import outline_of
from coaching.reminders.facts import FINISHED_STATUSES, FollowUp, PracticeDue


class Ahead:
    """Dates and steps taken of several people, fetched once."""

    def __init__(self, rows: Sequence[Enrolment], now: dt.datetime) -> None:
        self.now = now
        ids = [row.pk for row in rows]
        self._own_days: defaultdict[int, dict[int, int]] = defaultdict(dict)
        dates = OwnDueDate.objects.filter(enrolment_id__in=ids)
        for pk, week, days in dates.values_list("enrolment_id", "week_number", "days"):
            self._own_days[pk][week] = days
        versions = {row.cohort.programme_version_id: row.cohort.programme_version for row in rows}
        asked = {step.address for version in versions.values() for step in _dated(version)}
        self._taken = _taken(ids, asked)

    def practices(
        self,
        row: Enrolment,
        outline: ProgrammeOutline,
        weeks: Iterable[CohortWeek],
        blackouts: Iterable[Period],
        pauses: tuple[Period, ...],
    ) -> tuple[PracticeDue, ...]:
        """Those to come that the person has not handed in and is not exempt from."""
        cohort, found = row.cohort, []
        calendar = {week.number: week for week in weeks}
        for step in outline.steps_for_sector(row.network.sector):
            week = calendar.get(step.week_number)
            if step.kind != "practice" or not step.is_required or week is None:
                continue
            if step.address in self._taken[row.pk]:
                continue
            own_days = self._own_days[row.pk].get(week.number)
            zone = cohort.time_zone
            due_at = effective_due_at(week.due_at, pauses, row.shift_days, own_days, time_zone=zone)
            if came_on := cohort.came_on.get(step.address):
                breaks = (*blackouts, *pauses)
                after = due_after_coming(dt.date.fromisoformat(came_on), breaks, time_zone=zone)
                due_at = max(due_at, after)
            if due_at > self.now:
                found.append(PracticeDue(step.address, week.opens_at, due_at))
        return tuple(found)

    def follow_ups(self, row: Enrolment, outline: ProgrammeOutline) -> tuple[FollowUp, ...]:
        """What opens for who has finished, or was there to the end, while a step of it is left."""
        if row.status not in FINISHED_STATUSES:
            return ()
        left = {
            booster.after_weeks
            for booster in outline.boosters
            for module in booster.modules
            for step in module.steps_for_sector(row.network.sector)
            if step.is_played and not step.is_optional and step.address not in self._taken[row.pk]
        }
        opens = ((weeks, row.cohort.booster_opens_at(weeks)) for weeks in BOOSTER_WEEKS if weeks in left)
        return tuple(FollowUp(weeks, at) for weeks, at in opens if at is not None)


def _dated(version: ProgrammeVersion) -> Iterable[StepOutline]:
    """The steps whose dates are looked at here; none where the programme cannot be read.

    Each of its people is then left out with a line in the log, by whoever reads their facts.
    """
    try:
        outline = outline_of(version)
    except Exception:  # whatever is wrong with the document
        return
    yield from (step for step in outline.steps if step.kind == "practice")
    for booster in outline.boosters:
        for module in booster.modules:
            yield from module.steps


def _taken(ids: Sequence[int], addresses: set[str]) -> defaultdict[int, set[str]]:
    """By enrolment: which of these steps are done, or asked no more; one query."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    columns, of_them = ("enrolment_id", "address"), {"enrolment_id__in": ids, "address__in": addresses}
    done = StepCompletion.objects.filter(**of_them).values_list(*columns)
    exempted = Exemption.objects.filter(**of_them).values_list(*columns)
    for pk, address in done.union(exempted):
        found[pk].add(address)
    return found
