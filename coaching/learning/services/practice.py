"""A practice around its handing in: the picture of the draft, and taking back what was handed in."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from coaching.cohorts.models import Enrolment
from coaching.learning.access import get_answer
from coaching.learning.models import Answer, PracticeImage, PracticeSubmission
from coaching.learning.pictures import Picture
from coaching.learning.services.reviews import erase_quotes
from coaching.learning.services.steps import LearningProblem, lock_learner, playable
from coaching.learning.steps.practice import evidence


@transaction.atomic
def attach_image(
    enrolment: Enrolment, address: str, picture: Picture, *, now: dt.datetime | None = None
) -> None:
    """Put a picture to the draft, in place of the one before; raises LearningProblem."""
    learner = lock_learner(enrolment, now)
    _kind, task = playable(learner, address)
    if "screenshot" not in evidence(task):
        raise LearningProblem("not_played")
    author = learner.enrolment.membership.user_id
    PracticeImage.objects.update_or_create(
        enrolment=learner.enrolment,
        address=address,
        defaults={"author_id": author, "content": picture.content},
    )
    sides = {"width": picture.width, "height": picture.height}
    _note_image(learner.enrolment, author, address, sides)


@transaction.atomic
def drop_image(enrolment: Enrolment, address: str, *, now: dt.datetime | None = None) -> None:
    """Erase the picture of the draft. Idempotent; what was handed in keeps its own copy."""
    learner = lock_learner(enrolment, now)
    PracticeImage.objects.filter(enrolment=learner.enrolment, address=address).delete()
    _note_image(learner.enrolment, learner.enrolment.membership.user_id, address, None)


def _note_image(enrolment: Enrolment, author_id: int, address: str, sides: dict[str, int] | None) -> None:
    """The draft knows the sides of its picture, so that its page asks for nothing more."""
    answer = get_answer(enrolment, address)
    if answer is None or not isinstance(answer.content, dict):
        if sides and answer is None:
            Answer.objects.create(
                enrolment=enrolment, author_id=author_id, address=address, content={"image": sides}
            )
        return
    answer.content = {**answer.content, "image": sides}
    answer.revision += 1
    answer.save(update_fields=["content", "revision", "updated_at"])


@transaction.atomic
def withdraw_submission(enrolment: Enrolment, address: str, *, now: dt.datetime | None = None) -> None:
    """Take back what was handed in: words and picture are erased, the draft stays, the count stays.

    Idempotent. The step stays done: progress never goes down (domain.md 4.8).
    """
    learner = lock_learner(enrolment, now)
    standing = PracticeSubmission.objects.of(learner.enrolment).standing().filter(address=address)
    taken_back = list(standing.select_for_update().values_list("pk", flat=True))
    PracticeSubmission.objects.filter(pk__in=taken_back).update(
        withdrawn_at=learner.now, content={}, image=None, image_width=0, image_height=0
    )
    erase_quotes(taken_back)
    answer = get_answer(learner.enrolment, address)
    if answer is not None and isinstance(answer.content, dict) and answer.content.get("handed_in"):
        answer.content = {**answer.content, "handed_in": False}
        answer.save(update_fields=["content", "updated_at"])
