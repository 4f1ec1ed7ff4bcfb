"""A text to read: the step is done when one moves on."""

from __future__ import annotations

from typing import Any

from coaching.learning.steps.base import Accepted, Content, Form, Outcome, StepKind, Task


class Reading(StepKind):
    kind = "reading"
    template = "coaching/learning/steps/reading.html"
    has_answer = False

    def validate(self, task: Task, form: Form, previous: Content) -> Outcome:
        return Accepted({})

    def clean(self, task: Task, content: Content) -> Content:
        return {}

    def is_complete(self, task: Task, content: Content) -> bool:
        return True

    def context(self, task: Task, content: Content, query: Form) -> dict[str, Any]:
        return {}
