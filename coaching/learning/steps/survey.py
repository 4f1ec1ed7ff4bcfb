"""A survey in small parts, saved while one answers; its answers go to the coach, and the page says so.

They go when the last part is sent: until then, and after a change, they are the author's alone.
Stored: `answers` by item key (1 to 5, a choice's key, or a text) and `part`, how many parts were passed.
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
    StepKind,
    Task,
    mapping,
    page_number,
    typed_number,
    typed_text,
)

Item = Mapping[str, Any]
SCALE = range(1, 6)  # domain.md 6.5: "Je sais…" from 1 to 5
# A part is what a phone shows in little more than one screen: three scales, or two questions with answers.
PART_WEIGHT = 6
WEIGHT = {"scale": 2, "choice": 3, "text": 3}
SURVEY_TEXT_MAX = 2_000


class Survey(StepKind):
    kind = "survey"
    template = "coaching/learning/steps/survey.html"
    read_by = "coach"
    has_draft = True

    def validate(self, task: Task, form: Form, previous: Content) -> Outcome:
        parts, number = _part(task, form)
        if not number:
            return Refused({"part": _("Cette partie n’est plus dans le parcours.")}, previous)
        answers, errors = _answered(parts, number, form, previous)
        content = {"answers": answers, "part": max(number, _passed(previous))}
        if errors:
            return Refused(errors, {**content, "part": _passed(previous)})
        return Accepted(content, stay=None if number == len(parts) else {"p": str(number + 1)})

    def draft(self, task: Task, form: Form, previous: Content) -> Outcome:
        """The answers given so far in one part; what is missing stays missing. The last screen wins."""
        parts, number = _part(task, form)
        if not number:
            return Refused({"part": _("Cette partie n’est plus dans le parcours.")}, previous)
        answers, errors = _answered(parts, number, form, previous)
        too_long = {name: error for name, error in errors.items() if name.removeprefix("a-") in answers}
        if too_long:
            return Refused(too_long, previous)
        return Accepted({"answers": answers, "part": _passed(previous)})

    def pages(self, fields: Mapping[str, Any]) -> tuple[str, ...]:
        return ("", *(f"?p={n}" for n in range(1, len(parts_of(fields["items"])) + 1)))

    def clean(self, task: Task, content: Content) -> Content:
        answers = mapping(content.get("answers"))
        cleaned = {}
        for item in task.fields["items"]:
            value, error = _read(item, str(answers.get(item["key"], "")))
            if error:
                raise InvalidAnswer(f"no usable answer to {item['key']}")
            if value is not None:
                cleaned[item["key"]] = value
        return {"answers": cleaned, "part": len(parts_of(task.fields["items"]))}

    def is_complete(self, task: Task, content: Content) -> bool:
        answers, items = mapping(content.get("answers")), task.fields["items"]
        is_passed = _passed(content) >= len(parts_of(items))
        return is_passed and all(item["key"] in answers for item in items if item["type"] != "text")

    def context(self, task: Task, content: Content, query: Form) -> dict[str, Any]:
        parts = parts_of(task.fields["items"])
        number = page_number(query, "p", len(parts), min(_passed(content) + 1, len(parts)))
        answers = mapping(content.get("answers"))
        return {
            "items": [
                {**item, "field": f"a-{item['key']}", "value": answers.get(item["key"], "")}
                for item in parts[number - 1]
            ],
            "number": number,
            "count": len(parts),
            "is_last": number == len(parts),
            "scale": SCALE,
            "first_place": sum(len(part) for part in parts[: number - 1]) + 1,
            "previous_page": f"?p={number - 1}" if number > 1 else "",
        }


def _part(task: Task, form: Form) -> tuple[list[list[Item]], int]:
    """The parts of a survey and the number of the one that was posted, 0 for one that is not there."""
    parts, number = parts_of(task.fields["items"]), typed_number(form.get("part"))
    return parts, number if 1 <= number <= len(parts) else 0


def parts_of(items: Sequence[Item]) -> list[list[Item]]:
    """The items in small pages, in their order."""
    parts: list[list[Item]] = []
    weight = PART_WEIGHT
    for item in items:
        if weight + WEIGHT[item["type"]] > PART_WEIGHT:
            parts.append([])
            weight = 0
        parts[-1].append(item)
        weight += WEIGHT[item["type"]]
    return parts


def in_words(items: Sequence[Item], content: Content) -> list[dict[str, Any]]:
    """Each question with the part it stands in and its answer in words, "" where none was given."""
    answers = mapping(content.get("answers"))
    return [
        {"question": item["question"], "part": number, "answer": _words(item, answers.get(item["key"]))}
        for number, part in enumerate(parts_of(items), 1)
        for item in part
    ]


def _words(item: Item, value: Any) -> str:
    if value is None:
        return ""
    if item["type"] == "scale":
        return _("%(value)s sur %(max)d") % {"value": value, "max": max(SCALE)}
    labels = {choice["key"]: choice["label"] for choice in item.get("choices", [])}
    return str(labels.get(value, value))


def _answered(
    parts: Sequence[Sequence[Item]], number: int, form: Form, previous: Content
) -> tuple[dict[str, Any], dict[str, str]]:
    """All answers with those of one part as posted, and what is wrong in it by form field."""
    answers, errors = dict(mapping(previous.get("answers"))), {}
    asked_before = sum(len(part) for part in parts[: number - 1])
    for place, item in enumerate(parts[number - 1], asked_before + 1):
        value, error = _read(item, typed_text(form.get(f"a-{item['key']}")))
        answers.pop(item["key"], None)
        if value is not None:
            answers[item["key"]] = value
        if error:
            errors[f"a-{item['key']}"] = _("Question %(n)d : %(error)s") % {"n": place, "error": error}
    return answers, errors


def _passed(content: Content) -> int:
    part = content.get("part", 0)
    return part if isinstance(part, int) else 0


def _read(item: Item, typed: str) -> tuple[Any, str]:
    """The value of one item and what is wrong with it, one of them empty; a text may stay empty."""
    if item["type"] == "text":
        if len(typed) > SURVEY_TEXT_MAX:
            return typed, _("%(max)d caractères suffisent ici.") % {"max": SURVEY_TEXT_MAX}
        return (typed or None), ""
    if item["type"] == "scale":
        value = typed_number(typed)
        return (value, "") if value in SCALE else (None, _("choisissez une position entre les deux bouts."))
    known = [choice["key"] for choice in item.get("choices", [])]
    return (typed, "") if typed in known else (None, _("choisissez une des réponses proposées."))
