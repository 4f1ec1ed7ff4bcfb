"""Keeping the presence charter; sharing it is `sharing.share_copy`, of a copy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from coaching.cohorts.models import Enrolment
from coaching.learning.charter import LINES, ROWS, tidy
from coaching.learning.models import PresenceCharter
from coaching.learning.services.steps import lock_learner

# The name under which copies of the charter are shared (`SharedItem.address`).
CHARTER = "charter"


class NewerCharter(Exception):
    """Another screen has saved since; `stored` is what it saved."""

    def __init__(self, stored: PresenceCharter) -> None:
        super().__init__("newer")
        self.stored = stored


@transaction.atomic
def save_charter(
    enrolment: Enrolment, lines: Mapping[str, str], revision: int, *, now: dt.datetime | None = None
) -> PresenceCharter:
    """Keep the charter as written and date it; the answers it came from stay as they are.

    `revision` is the one the person saw, 0 before the first. Raises NewerCharter, LearningProblem, or
    ValueError for a line that is unknown or too long.
    """
    content = {name: tidy(name, lines.get(name, "")) for name in LINES}
    if any(len(content[name]) > longest for name, longest in LINES.items()):
        raise ValueError("a line is too long")
    if any(content[name].count("\n") >= rows for name, rows in ROWS.items()):
        raise ValueError("too many rows")
    learner = lock_learner(enrolment, now)
    stored = PresenceCharter.objects.filter(enrolment=learner.enrolment).first()
    if stored is None:
        return PresenceCharter.objects.create(
            enrolment=learner.enrolment,
            author_id=learner.enrolment.membership.user_id,
            content=content,
            dated_at=learner.now,
        )
    if stored.lines == content:
        return stored
    if revision < stored.revision:
        raise NewerCharter(stored)
    stored.content, stored.dated_at, stored.revision = content, learner.now, stored.revision + 1
    stored.save(update_fields=["content", "dated_at", "revision"])
    return stored
