"""When a recall question comes back (domain.md 0.3 rule 14, 3.1, 3.2). Pure: no Django, no clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from coaching.cohorts.working_days import Period
from coaching.programmes.content import is_shown
from coaching.programmes.outline import ProgrammeOutline

PER_DAY = 2


@dataclass(frozen=True, slots=True)
class Question:
    """A recall question of a module that was done on `done_on`; `address` is "module/item"."""

    address: str
    done_on: dt.date


@dataclass(frozen=True, slots=True)
class Given:
    """One answer: which repetition (2, 7 or 21), and on which day."""

    address: str
    after_days: int
    answered_on: dt.date


@dataclass(frozen=True, slots=True)
class Due:
    """The question to ask now, and for which repetition."""

    address: str
    after_days: int
    due_on: dt.date


def questions_of(
    outline: ProgrammeOutline, completed: Mapping[str, dt.datetime], sector: str, zone: dt.tzinfo
) -> tuple[Question, ...]:
    """The questions of the modules that are done, in the order of the programme.

    A module is done on the day of the last of its required steps (address -> instant), on the clock of
    `zone`. A step taken again keeps its first day, so a module that is redone starts nothing anew.
    """
    found = []
    for module in outline.modules:
        required = [step.address for step in module.steps_for_sector(sector) if step.is_required]
        if required and all(address in completed for address in required):
            done_on = max(completed[address] for address in required).astimezone(zone).date()
            found += [
                Question(f"{module.key}/{item['key']}", done_on)
                for item in module.recall
                if is_shown(item, sector)
            ]
    return tuple(found)


def next_due(
    questions: Sequence[Question],
    given: Collection[Given],
    days: Sequence[int],
    pauses: Collection[Period],
    today: dt.date,
) -> Due | None:
    """The one question to ask on `today`, the one that has waited longest; None when nothing is due.

    Two a day at most, nothing during a pause. Days of a pause do not count, and a late answer moves the
    next repetition along: the gap between two repetitions is what makes them work.
    """
    if any(today in pause for pause in pauses) or sum(each.answered_on == today for each in given) >= PER_DAY:
        return None
    answered = {(each.address, each.after_days): each.answered_on for each in given}
    waiting = [
        due
        for question in questions
        for due in _following(question, answered, days, pauses)
        if due.due_on <= today
    ]
    return min(waiting, key=lambda due: due.due_on, default=None)


def _following(
    question: Question,
    answered: Mapping[tuple[str, int], dt.date],
    days: Sequence[int],
    pauses: Collection[Period],
) -> Iterator[Due]:
    """The first repetition of this question that has no answer."""
    before: tuple[int, dt.date] | None = None
    for after_days in days:
        answered_on = answered.get((question.address, after_days))
        if answered_on is None:
            due_on = _later(question.done_on, after_days, pauses)
            if before is not None:
                due_on = max(due_on, _later(before[1], after_days - before[0], pauses))
            yield Due(question.address, after_days, due_on)
            return
        before = (after_days, answered_on)


def _later(day: dt.date, days: int, pauses: Collection[Period]) -> dt.date:
    """So many days after `day`, without those of a pause."""
    while days > 0:
        day += dt.timedelta(days=1)
        days -= not any(day in pause for pause in pauses)
    return day
