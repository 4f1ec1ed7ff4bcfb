"""Handing a practice in: the one row that the coach reads, copied from the private draft."""

from __future__ import annotations

import datetime as dt

from coaching.cohorts.models import Enrolment
from coaching.learning.models import PracticeImage, PracticeSubmission
from coaching.learning.steps import Content, Task
from coaching.learning.steps.practice import handed_in, says_the_same


def hand_in(enrolment: Enrolment, task: Task, state: Content, now: dt.datetime) -> PracticeSubmission:
    """Copy the draft for the coach; the same draft sent twice is one, a changed one replaces the first.

    The caller holds the enrolment. The first day stays: the count of a practice never moves.
    """
    address = task.step.address
    image = _image(enrolment, address) if state["image"] else None
    sides = state["image"] if image is not None else {"width": 0, "height": 0}
    new = {
        "route": state["route"],
        "content": handed_in(task, state),
        "image": image,
        "image_width": sides["width"],
        "image_height": sides["height"],
        "withdrawn_at": None,
    }
    row, created = PracticeSubmission.objects.get_or_create(
        enrolment=enrolment,
        address=address,
        defaults={
            **new,
            "points": task.step.data.get("points", 1),
            "first_submitted_at": now,
            "submitted_at": now,
        },
    )
    if not created and says_the_same(row.content, new["content"]):
        new["content"] = row.content
    if not created and any(getattr(row, name) != value for name, value in new.items()):
        for name, value in new.items():
            setattr(row, name, value)
        row.revision += 1
        row.submitted_at = now
        row.save()
    return row


def _image(enrolment: Enrolment, address: str) -> bytes | None:
    rows = PracticeImage.objects.filter(enrolment=enrolment, address=address)
    content = rows.values_list("content", flat=True).first()
    return None if content is None else bytes(content)
