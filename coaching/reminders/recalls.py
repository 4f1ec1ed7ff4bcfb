"""The recall question that a digest carries: the one the home asks that day (learning.recall)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from coaching.learning.access import Learner, get_recall_item
from coaching.learning.models import StepCompletion
from coaching.learning.recall import Due, Given, next_due, questions_of
from coaching.learning.steps.items import choices
from coaching.programmes.outline import ProgrammeOutline
from coaching.reminders.loading import Loaded
from coaching.reminders.taps import mark


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a question, and the mark that stands for it in an address."""

    text: str
    about: str


@dataclass(frozen=True, slots=True)
class RecallQuestion:
    """What a digest shows; no choices where the answer is more than one touch."""

    question: str
    choices: tuple[Choice, ...]


def recall_questions(people: Sequence[Loaded], now: dt.datetime) -> dict[int, RecallQuestion]:
    """By enrolment, the question due; two queries for any number of people, none for nobody.

    Which were answered, and when, comes from a function of the database: nobody but their author sees
    what was chosen. Needs the scope of the network.
    """
    if not people:
        return {}
    ids = [loaded.enrolment.pk for loaded in people]
    completed, given = _completed(ids), _given(ids)
    found = {}
    for loaded in people:
        learner = Learner(loaded.enrolment, now, loaded.language)
        due = _due(learner, completed[loaded.enrolment.pk], given[loaded.enrolment.pk], loaded)
        item = get_recall_item(learner, due.address) if due else None
        if due and item:
            found[loaded.enrolment.pk] = RecallQuestion(str(item["question"]), tuple(_choices(due, item)))
    return found


def _due(
    learner: Learner,
    completed: dict[str, dt.datetime],
    given: list[tuple[str, int, dt.datetime]],
    loaded: Loaded,
) -> Due | None:
    answers = [Given(address, after, at.astimezone(learner.zone).date()) for address, after, at in given]
    questions = questions_of(learner.outline, completed, learner.sector, learner.zone)
    pauses = loaded.facts.working.pauses
    return next_due(questions, answers, learner.outline.recall_days, pauses, learner.today)


def _choices(due: Due, item: Any) -> Iterator[Choice]:
    for option in choices(item) if item["type"] == "single" else ():
        yield Choice(str(option["text"]), mark(due.address, due.after_days, option["key"]))


def marked(outline: ProgrammeOutline, about: str) -> tuple[str, int, str] | None:
    """Which question, which repetition and which option a mark stands for; None once it is gone."""
    for module in outline.modules:
        for item in module.recall:
            address = f"{module.key}/{item['key']}"
            for after_days in outline.recall_days:
                for option in item.get("options", ()):
                    if mark(address, after_days, option["key"]) == about:
                        return address, after_days, str(option["key"])
    return None


def _completed(ids: Collection[int]) -> defaultdict[int, dict[str, dt.datetime]]:
    found: defaultdict[int, dict[str, dt.datetime]] = defaultdict(dict)
    rows = StepCompletion.objects.filter(enrolment_id__in=ids)
    for enrolment_id, address, at in rows.values_list("enrolment_id", "address", "completed_at"):
        found[enrolment_id][address] = at
    return found


def _given(ids: Collection[int]) -> defaultdict[int, list[tuple[str, int, dt.datetime]]]:
    found: defaultdict[int, list[tuple[str, int, dt.datetime]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT enrolment_id, address, after_days, answered_at FROM recalls_given(%s)", [list(ids)]
        )
        for enrolment_id, address, after_days, at in cursor.fetchall():
            found[enrolment_id].append((address, after_days, at))
    return found
