"""Questions one at a time, feedback at once, free retries; the first complete try is the score kept.

Stored: `first` and `now`, the responses by question key, and `best`, the best number of right answers.
A response is a key (single), a list of keys (multiple, ordering) or {left: right} (matching).
"""

from __future__ import annotations

import random
import re
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
    typed_number,
    typed_text,
)

Item = Mapping[str, Any]
_YES = re.compile(r"^(?:Oui|Yes)[\s\u00a0]*[.,:!][\s\u00a0]+(?=\S)")
Response = Any  # str, list[str] or dict[str, str]; see the module's sentence


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
        return Score(len(items) - len(missed), len(items), missed)

    def context(self, task: Task, content: Content, query: Form) -> dict[str, Any]:
        items, now = task.fields["items"], mapping(content.get("now"))
        if self.is_complete(task, content) and "q" not in query:
            return {"summary": summary(items, content), "count": len(items)}
        first_open = next((n for n, item in enumerate(items, 1) if item["key"] not in now), 1)
        number = page_number(query, "q", len(items), first_open)
        item = items[number - 1]
        response = now.get(item["key"]) if "again" not in query else None
        return {
            "item": item,
            "number": number,
            "count": len(items),
            "previous_page": f"?q={number - 1}" if number > 1 else "",
            "next_page": f"?q={number + 1}" if number < len(items) else "",
            "again_page": f"?q={number}&again=1",
            "feedback": feedback(item, response) if response is not None else None,
            "choices": choices(item),
        }


# --- responses -------------------------------------------------------------------------------


def read_response(item: Item, form: Form) -> Response | None:
    """The response to one question in a posted form; None when it is not whole."""
    if item["type"] == "single":
        response: Response = typed_text(form.get("answer"))
    elif item["type"] == "multiple":
        posted = {typed_text(value) for value in form.getlist("answer")}
        response = [option["key"] for option in item["options"] if option["key"] in posted]
    elif item["type"] == "ordering":
        keys = [option["key"] for option in item["options"]]
        places = {key: typed_number(form.get(f"place-{key}")) for key in keys}
        response = sorted(places, key=lambda key: places[key])
        if sorted(places.values()) != list(range(1, len(places) + 1)):
            return None
    else:
        response = {pair["key"]: typed_text(form.get(f"match-{pair['key']}")) for pair in item["pairs"]}
    return response if is_response(item, response) else None


def is_response(item: Item, response: Response) -> bool:
    """Whether a value has the shape of a whole response to this question."""
    if item["type"] == "matching":
        keys = _keys(item["pairs"])
        return isinstance(response, dict) and set(response) == keys and set(response.values()) <= keys
    keys = _keys(item["options"])
    if item["type"] == "single":
        return isinstance(response, str) and response in keys
    if not isinstance(response, list) or len(set(map(str, response))) != len(response):
        return False
    if item["type"] == "ordering":
        return set(response) == keys
    return bool(response) and set(response) <= keys


def is_right(item: Item, response: Response) -> bool:
    """Whether the response is the useful one, whole."""
    if not is_response(item, response):
        return False
    if item["type"] == "matching":
        return all(left == right for left, right in response.items())
    if item["type"] == "ordering":
        return bool(response == [option["key"] for option in item["options"]])
    right = {option["key"] for option in item["options"] if option["correct"]}
    return {response} == right if item["type"] == "single" else set(response) == right


def missing_message(item: Item) -> str:
    if item["type"] == "ordering":
        return _("Donnez une place différente à chaque ligne, de 1 à la dernière.")
    if item["type"] == "matching":
        return _("Reliez chaque ligne avant de valider.")
    return _("Choisissez une réponse avant de valider.")


def _with_response(items: Sequence[Item], previous: Content, key: str, response: Response) -> Content:
    first, now = mapping(previous.get("first")), mapping(previous.get("now"))
    first.setdefault(key, response)
    now[key] = response
    best = sum(is_right(item, now.get(item["key"])) for item in items)
    complete = all(item["key"] in now for item in items)
    kept = previous.get("best") if isinstance(previous.get("best"), int) else 0
    return {"first": first, "now": now, "best": max(kept or 0, best if complete else 0)}


def _keys(entries: Sequence[Item]) -> set[str]:
    return {entry["key"] for entry in entries}


# --- what the page shows ---------------------------------------------------------------------


def choices(item: Item) -> list[Item]:
    """Options in the order of the screen: the author's, shuffled where that order is the answer."""
    if item["type"] in ("single", "multiple"):
        return list(item["options"])
    entries = list(item["options"] if item["type"] == "ordering" else item["pairs"])
    shuffled = entries[:]
    random.Random(item["key"]).shuffle(shuffled)  # noqa: S311 - an order on a page, nothing secret
    return shuffled if shuffled != entries else [*entries[1:], entries[0]]


def feedback(item: Item, response: Response) -> dict[str, Any]:
    """The chosen and the useful answer, each in words, and what the author says about them.

    `own`: what is said about the answers chosen wrongly, or about the right ones when all is right.
    """
    right = is_right(item, response)
    if item["type"] in ("ordering", "matching"):
        lines = _ordered(item, response) if item["type"] == "ordering" else _matched(item, response)
        return {"is_right": right, "lines": lines, "others": []}
    chosen = [response] if item["type"] == "single" else response
    lines = [
        {
            "text": option["text"],
            "feedback": _without_yes(option["feedback"]) if option["correct"] else option["feedback"],
            "is_mine": option["key"] in chosen,
            "is_good": option["correct"],
        }
        for option in item["options"]
    ]
    return {
        "is_right": right,
        "mine": [line for line in lines if line["is_mine"] and (right or not line["is_good"])],
        "useful": [] if right else [line for line in lines if line["is_good"]],
        "others": [line for line in lines if not (line["is_mine"] or line["is_good"])],
    }


def _without_yes(text: str) -> str:
    """What is said about a useful answer, without the « Oui. » that the page says or cannot say here."""
    rest = _YES.sub("", text)
    return rest[:1].upper() + rest[1:]


def _ordered(item: Item, response: Sequence[str]) -> list[dict[str, Any]]:
    """The useful order, each line saying where the person had put it."""
    return [
        {
            "text": option["text"],
            "feedback": option["feedback"],
            "place": place,
            "mine": response.index(option["key"]) + 1,
            "is_good": response.index(option["key"]) + 1 == place,
        }
        for place, option in enumerate(item["options"], 1)
    ]


def _matched(item: Item, response: Mapping[str, str]) -> list[dict[str, Any]]:
    right_of = {pair["key"]: pair["right"] for pair in item["pairs"]}
    return [
        {
            "text": pair["left"],
            "right": pair["right"],
            "mine": right_of[response[pair["key"]]],
            "feedback": pair["feedback"],
            "is_good": response[pair["key"]] == pair["key"],
        }
        for pair in item["pairs"]
    ]


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
