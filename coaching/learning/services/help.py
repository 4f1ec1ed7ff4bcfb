"""Asking the coach for a hand, and saying that it is fine; both at one tap, both idempotent."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from coaching.cohorts.models import Cohort, Enrolment
from coaching.learning.models import HelpRequest
from coaching.learning.services.steps import LearningProblem, lock_learner
from coaching.learning.steps.base import typed_text

HELP_MAX = 300  # one sentence


@transaction.atomic
def ask_for_help(enrolment: Enrolment, text: str = "", *, now: dt.datetime | None = None) -> HelpRequest:
    """Tell the coach at once; while the call stands, a second one changes its sentence and keeps its day.

    Raises LearningProblem: closed, also once the cohort is over and no coach looks at its queue.
    """
    learner = lock_learner(enrolment, now)
    if learner.enrolment.cohort.status != Cohort.Status.RUNNING:
        raise LearningProblem("closed")
    sentence = typed_text(text).strip()[:HELP_MAX]
    standing = HelpRequest.objects.of(learner.enrolment).standing().first()
    if standing is not None:
        standing.text = sentence
        standing.save(update_fields=["text"])
        return standing
    _close(learner.enrolment, learner.now)  # what a coach has answered since
    return HelpRequest.objects.create(enrolment=learner.enrolment, text=sentence, asked_at=learner.now)


def withdraw_help(enrolment: Enrolment, *, now: dt.datetime | None = None) -> None:
    """It is fine: the call is over and its sentence is erased."""
    _close(enrolment, now or timezone.now())


def _close(enrolment: Enrolment, now: dt.datetime) -> None:
    HelpRequest.objects.of(enrolment).filter(closed_at=None).update(closed_at=now, text="")
