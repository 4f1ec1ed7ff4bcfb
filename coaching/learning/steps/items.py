"""Questions with right answers, as quizzes and assessments ask them: a response read, checked, told about.

A response is a key (single), a list of keys (multiple, ordering) or {left: right} (matching).
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from coaching.learning.steps.base import Form, typed_number, typed_text

Item = Mapping[str, Any]
Response = Any  # str, list[str] or dict[str, str]; see the module's sentence
_YES = re.compile(r"^(?:Oui|Yes)[\s\u00a0]*[.,:!][\s\u00a0]+(?=\S)")


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


def _keys(entries: Sequence[Item]) -> set[str]:
    return {entry["key"] for entry in entries}


# --- what the page shows ---------------------------------------------------------------------


def choices(item: Item, response: Response = None) -> list[Item]:
    """Options in the order of the screen: the author's, shuffled where that order is the answer.

    With a response, each says what was chosen: `is_chosen`, or its `place` in an order.
    """
    if item["type"] in ("single", "multiple"):
        return _marked(item, list(item["options"]), response)
    entries = list(item["options"] if item["type"] == "ordering" else item["pairs"])
    shuffled = entries[:]
    random.Random(item["key"]).shuffle(shuffled)  # noqa: S311 - an order on a page, nothing secret
    return _marked(item, shuffled if shuffled != entries else [*entries[1:], entries[0]], response)


def _marked(item: Item, entries: list[Item], response: Response) -> list[Item]:
    if item["type"] == "matching" or not is_response(item, response):
        return entries
    if item["type"] == "ordering":
        return [{**entry, "place": response.index(entry["key"]) + 1} for entry in entries]
    chosen = [response] if item["type"] == "single" else response
    return [{**entry, "is_chosen": entry["key"] in chosen} for entry in entries]


def pairs(item: Item, response: Response = None) -> list[Item]:
    """The lines of a matching question, each with its `match` so far; none for other questions."""
    if item["type"] != "matching":
        return []
    given = response if is_response(item, response) else {}
    return [{**pair, "match": given.get(pair["key"], "")} for pair in item["pairs"]]


def shown(item: Item, response: Response = None) -> dict[str, Any]:
    """What `steps/_question.html` needs beside the response itself."""
    return {"item": item, "choices": choices(item, response), "pairs": pairs(item, response)}


def feedback(item: Item, response: Response) -> dict[str, Any]:
    """The chosen and the useful answers, each in words with what the author says about it.

    `mine`: chosen, the right ones only when all is right; `useful`: the right ones when it is not;
    `others`: neither. For an order or pairs, `lines` alone.
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
