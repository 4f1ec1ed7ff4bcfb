"""A word on a lesson that is done; the latest one counts."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from coaching.cohorts.models import Enrolment
from coaching.learning.models import LessonVote
from coaching.learning.services.steps import LearningProblem, lock_learner
from coaching.learning.steps.base import typed_text

NOTE_MAX = 200  # one line


@transaction.atomic
def vote_on_lesson(
    enrolment: Enrolment, module_key: str, word: str, note: str = "", *, now: dt.datetime | None = None
) -> LessonVote:
    """Say « utile » or « pas clair » of a module all of whose required steps are done. Idempotent.

    Raises LearningProblem: closed, or not_done for a module that is not, or that the version does not have.
    """
    learner = lock_learner(enrolment, now)
    view = learner.journey.module(module_key)
    if view is None or view.state != "done":
        raise LearningProblem("not_done")
    vote, _created = LessonVote.objects.update_or_create(
        enrolment=learner.enrolment,
        module_key=module_key,
        defaults={
            "word": LessonVote.Word(word),
            "note": " ".join(typed_text(note).split())[:NOTE_MAX],
            "voted_at": learner.now,
        },
    )
    return vote
