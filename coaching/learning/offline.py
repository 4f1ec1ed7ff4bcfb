"""Which pages a person's own device keeps, for a train or a cellar: the lessons of the week they stand in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from accounts.device import owner_mark
from coaching.learning.access import Learner
from coaching.learning.models import Answer
from coaching.learning.pages import step_url
from coaching.learning.steps import kind_of
from coaching.programmes.outline import StepOutline


def offline_list(learner: Learner | None, user_id: int) -> dict[str, Any]:
    """What public/sw.js keeps; `version` changes when all of it is stale. One query, for the answers.

    A page on which words of the person stand is not in it: what they wrote stays with the site.
    """
    found = {"owner": owner_mark(user_id), "away": reverse("accounts:away")}
    if learner is None or (week := learner.journey.current_week) is None or not week.is_open:
        return found | {"version": "none", "pages": []}
    written = set(Answer.objects.of(learner.enrolment).values_list("address", flat=True))
    steps = [step for view in week.modules for step in view.steps if step.is_played]
    pages = [page for step in steps for page in _pages(learner, step, step.address in written)]
    version = f"{learner.enrolment.cohort.programme_version.checksum[:12]}.{learner.language}"
    return found | {"version": version, "pages": pages}


def _pages(learner: Learner, step: StepOutline, is_written: bool) -> Iterator[dict[str, str]]:
    """The pages of one step in the order they are met; only the first is a line of the page « away »."""
    kind = kind_of(step.kind)
    if kind is None or (is_written and kind.shows_words):
        return
    for query in kind.pages(step.content(learner.language, learner.sector)):
        title = "" if query else step.title.in_language(learner.language)
        yield {"url": step_url(learner, step) + query, "title": title}
