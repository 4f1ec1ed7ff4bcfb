"""What the acting person answered; the database shows nobody else's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from coaching.cohorts.models import Enrolment
from coaching.learning.models import (
    Answer,
)
from coaching.learning.steps import Content


def get_answer(enrolment: Enrolment, address: str) -> Answer | None:
    """The acting person's own answer; the database shows nobody else's."""
    return Answer.objects.of(enrolment).filter(address=address).first()


def get_content(enrolment: Enrolment, address: str) -> Content:
    """What the acting person answered at a step, {} when nothing."""
    answer = get_answer(enrolment, address)
    return answer.content if answer and isinstance(answer.content, dict) else {}


def get_answers(enrolment: Enrolment) -> dict[str, Content]:
    """Everything the acting person answered, by address; one query."""
    rows: Iterable[tuple[str, Any]] = Answer.objects.of(enrolment).values_list("address", "content")
    return {address: content for address, content in rows if isinstance(content, dict)}
