"""A pair dialogue taken: the sentence stays its author's, the copy goes where they chose, or comes back."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.roles import Audience, Permission, Shareable, has_permission
from coaching.cohorts.models import Enrolment
from coaching.learning.access import Learner, get_content
from coaching.learning.between import get_pair_of
from coaching.learning.services.sharing import share_copy, withdraw_copy
from coaching.learning.services.steps import StepTaken, lock_learner, submit_step
from coaching.learning.steps import Accepted, Refused
from coaching.learning.steps.base import Form, typed_text
from coaching.learning.steps.pair_dialogue import PROMPT, destination


@transaction.atomic
def submit_dialogue(
    enrolment: Enrolment, address: str, form: Form, *, now: dt.datetime | None = None
) -> StepTaken:
    """Take the step; "share" sends the copy in the same transaction, "keep" takes an earlier one back.

    Without anybody to read it, sharing is refused with a sentence and nothing is stored.
    """
    learner = lock_learner(enrolment, now)
    found = _destination(learner, address)
    if found and form.get("action") == "share" and not has_reader(learner, found[1]):
        message = _("Personne ne peut la lire pour l’instant : gardez-la pour vous, elle vous attendra.")
        typed = get_content(learner.enrolment, address) | {"text": typed_text(form.get("text"))}
        return StepTaken(Refused({"text": message}, typed), False, False, None)
    taken = submit_step(enrolment, address, form, now=learner.now)
    if found and isinstance(taken.outcome, Accepted):
        content, (kind, audience) = taken.outcome.content, found
        if content["choice"] == "shared":
            share_copy(enrolment, kind, address, PROMPT, content["text"], audience, now=learner.now)
        else:
            withdraw_copy(enrolment, address, PROMPT, now=learner.now)
    return taken


def has_reader(learner: Learner, audience: Audience) -> bool:
    """Whether a copy would find a reader: one's pair, or the wall of one's cohort."""
    if audience == Audience.PAIR:
        return get_pair_of(learner.enrolment) is not None
    return has_permission(learner.enrolment.membership.role, Permission.READ_WALL)


def _destination(learner: Learner, address: str) -> tuple[Shareable, Audience] | None:
    step = learner.outline.step(address)
    return destination(learner.outline, step) if step else None
