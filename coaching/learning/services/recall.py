"""Answering a recall question: once per repetition, for oneself; no fact about the person changes."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from coaching.cohorts.models import Enrolment
from coaching.learning.access import get_due_recall, get_recall_answer, get_recall_item
from coaching.learning.models import RecallAnswer
from coaching.learning.services.steps import LearningProblem, lock_learner
from coaching.learning.steps import Refused
from coaching.learning.steps.base import Form
from coaching.learning.steps.items import is_right, missing_message, read_response


@transaction.atomic
def answer_recall(
    enrolment: Enrolment, address: str, after_days: int, form: Form, *, now: dt.datetime | None = None
) -> RecallAnswer | Refused:
    """Keep the first answer to this repetition; a second submission finds it. Idempotent.

    Refused, with the sentence to show, when nothing usable was chosen. Not an activity (domain.md 4.1): it
    moves no figure and no reminder. Raises LearningProblem (closed, not_due).
    """
    learner = lock_learner(enrolment, now)
    if (stored := get_recall_answer(learner.enrolment, address, after_days)) is not None:
        return stored
    due, item = get_due_recall(learner), get_recall_item(learner, address)
    if due is None or item is None or (due.address, due.after_days) != (address, after_days):
        raise LearningProblem("not_due")
    response = read_response(item, form)
    if response is None:
        return Refused({"answer": missing_message(item)}, {})
    return RecallAnswer.objects.create(
        enrolment=learner.enrolment,
        author_id=learner.enrolment.membership.user_id,
        address=address,
        after_days=after_days,
        content={"chosen": response, "is_right": is_right(item, response)},
        answered_at=learner.now,
    )
