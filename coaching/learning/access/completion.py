"""What people have of all that their programme asks, read for several at once."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from coaching.cohorts.attending import attendance_facts
from coaching.cohorts.models import Enrolment, Exemption
from coaching.cohorts.own_attendance import Recorded, load_recorded
from coaching.learning.completion import (
    VALIDATED,
    WAITING,
    Completion,
    Facts,
    Practised,
    Scored,
    Step,
    completion_of,
)
from coaching.learning.models import PracticeSubmission, StepCompletion
from coaching.learning.steps.assessment import is_assessed
from coaching.programmes.outline import ProgrammeOutline, StepOutline

Best = tuple[int | None, int | None]  # right answers of the best try, out of how many


@dataclass
class _Rows:
    """Of one person, by address."""

    best: dict[str, Best] = field(default_factory=dict)
    exempted: set[str] = field(default_factory=set)
    practices: dict[str, str] = field(default_factory=dict)


def load_completions(
    enrolments: Collection[Enrolment], outline: ProgrammeOutline, sector: str, now: dt.datetime
) -> dict[int, Completion]:
    """Enrolment id -> the conditions, for people of one cohort that follows this version; four queries."""
    rows = _rows_of([each.pk for each in enrolments])
    recorded = load_recorded({each.cohort_id for each in enrolments})
    return {
        each.pk: completion_of(_facts(each, rows[each.pk], recorded, outline, sector, now))
        for each in enrolments
    }


def _rows_of(ids: list[int]) -> defaultdict[int, _Rows]:
    found: defaultdict[int, _Rows] = defaultdict(_Rows)
    for done in StepCompletion.objects.filter(enrolment__in=ids):
        found[done.enrolment_id].best[done.address] = (done.best, done.max_score)
    for pk, address in Exemption.objects.filter(enrolment__in=ids).values_list("enrolment_id", "address"):
        found[pk].exempted.add(address)
    for handed in PracticeSubmission.objects.filter(enrolment__in=ids).without_words().with_answer():
        answer: str = handed.answered_as or ""  # type: ignore[attr-defined]
        # A practice that was validated stays so when its author takes the words back.
        is_gone = handed.withdrawn_at is not None and answer != VALIDATED
        found[handed.enrolment_id].practices[handed.address] = "" if is_gone else answer or WAITING
    return found


def _facts(
    enrolment: Enrolment,
    rows: _Rows,
    recorded: Recorded,
    outline: ProgrammeOutline,
    sector: str,
    now: dt.datetime,
) -> Facts:
    asked = [step for step in outline.steps_for_sector(sector) if step.is_required]
    attendance = attendance_facts(
        recorded.held.get(enrolment.cohort_id, {}).values(),
        recorded.states.get(enrolment.pk, {}),
        enrolment.invited_at,
        now,
        enrolment.completed_at,
    )
    return Facts(
        is_whole=outline.is_whole,
        steps=tuple(_step(each, rows) for each in asked),
        quizzes=tuple(_scored(each, rows, outline.pass_percent) for each in asked if each.kind == "quiz"),
        practices=tuple(
            Practised(_step(each, rows), rows.practices.get(each.address, ""))
            for each in asked
            if each.kind == "practice"
        ),
        assessments=tuple(
            _scored(each, rows, int(each.data["pass_percent"])) for each in asked if is_assessed(each)
        ),
        attendance=attendance,
        practice_percent=outline.practice_percent,
        attendance_percent=outline.attendance_percent,
    )


def _step(step: StepOutline, rows: _Rows) -> Step:
    is_exempted = step.address in rows.exempted
    return Step(step.address, step.address in rows.best or is_exempted, is_exempted)


def _scored(step: StepOutline, rows: _Rows, percent: int) -> Scored:
    right, out_of = rows.best.get(step.address, (None, None))
    return Scored(_step(step, rows), percent, right, out_of)
