"""Questions one at a time, feedback at once, free retries; the first complete try is the score kept.

Stored: `first` and `now`, the responses by question key, and `best`, the best number of right answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from coaching.learning.steps.base import (
    Accepted,
    Content,
    Form,
    InvalidAnswer,
    Outcome,
    Refused,
    Score,
    StepKind,
    Task,
    mapping,
    page_number,
)
from coaching.learning.steps.items import (
    Item,
    Response,
    feedback,
    is_response,
    is_right,
    missing_message,
    read_response,
    shown,
)


class Quiz(StepKind):
    kind = "quiz"
    template = "coaching/learning/steps/quiz.html"
    shows_words = False

    def validate(self, task: Task, form: Form, previous: Content) -> Outcome:
        items = task.fields["items"]
        position = next((n for n, item in enumerate(items, 1) if item["key"] == form.get("item")), None)
        if position is None:
            return Refused({"item": _("Cette question n’est plus dans le parcours.")}, previous)
        response = read_response(items[position - 1], form)
        if response is None:
            return Refused({"answer": missing_message(items[position - 1])}, previous)
        content = _with_response(items, previous, items[position - 1]["key"], response)
        return Accepted(content, stay={"q": str(position)})

    def pages(self, fields: Mapping[str, Any]) -> tuple[str, ...]:
        return ("", *(f"?q={n}" for n in range(1, len(fields["items"]) + 1)))

    def clean(self, task: Task, content: Content) -> Content:
        items = task.fields["items"]
        given = mapping(content.get("now") or content.get("first"))
        cleaned: Content = {}
        for item in items:
            if not is_response(item, given.get(item["key"])):
                raise InvalidAnswer(f"no usable response to {item['key']}")
            cleaned = _with_response(items, cleaned, item["key"], given[item["key"]])
        return cleaned

    def is_complete(self, task: Task, content: Content) -> bool:
        answered = mapping(content.get("now"))
        return all(item["key"] in answered for item in task.fields["items"])

    def score(self, task: Task, content: Content) -> Score | None:
        items, first = task.fields["items"], mapping(content.get("first"))
        missed = tuple(item["key"] for item in items if not is_right(item, first.get(item["key"])))
        best = content.get("best") if isinstance(content.get("best"), int) else None
        return Score(len(items) - len(missed), len(items), missed, best=best)

    def context(self, task: Task, content: Content, query: Form) -> dict[str, Any]:
        items, now = task.fields["items"], mapping(content.get("now"))
        if self.is_complete(task, content) and "q" not in query:
            return {"summary": summary(items, content), "count": len(items)}
        first_open = next((n for n, item in enumerate(items, 1) if item["key"] not in now), 1)
        number = page_number(query, "q", len(items), first_open)
        item = items[number - 1]
        response = now.get(item["key"]) if "again" not in query else None
        return {
            **shown(item),
            "number": number,
            "count": len(items),
            "previous_page": f"?q={number - 1}" if number > 1 else "",
            "next_page": f"?q={number + 1}" if number < len(items) else "",
            "again_page": f"?q={number}&again=1",
            "feedback": feedback(item, response) if response is not None else None,
        }


def _with_response(items: Sequence[Item], previous: Content, key: str, response: Response) -> Content:
    first, now = mapping(previous.get("first")), mapping(previous.get("now"))
    first.setdefault(key, response)
    now[key] = response
    best = sum(is_right(item, now.get(item["key"])) for item in items)
    complete = all(item["key"] in now for item in items)
    kept = previous.get("best") if isinstance(previous.get("best"), int) else 0
    return {"first": first, "now": now, "best": max(kept or 0, best if complete else 0)}


def summary(items: Sequence[Item], content: Content) -> dict[str, Any]:
    """The first try and the best one, question by question."""
    first, now = mapping(content.get("first")), mapping(content.get("now"))
    return {
        "first": sum(is_right(item, first.get(item["key"])) for item in items),
        "best": content.get("best", 0),
        "lines": [
            {"number": n, "question": item["question"], "is_right": is_right(item, now.get(item["key"]))}
            for n, item in enumerate(items, 1)
        ],
    }
