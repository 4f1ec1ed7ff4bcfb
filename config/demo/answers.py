"""Finished answers to any step, chosen by a number: the same number gives the same answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from coaching.learning import card_sort as sorting
from coaching.learning.steps import Content, Task
from coaching.learning.steps.card_sort import sorting_deck
from coaching.learning.steps.reflection import questions
from coaching.learning.steps.scenario import walk
from config.demo.story import PLANS, SCENE_STEPS, SCENES, TOP_CARDS

Item = Mapping[str, Any]


def answer_to(task: Task, number: int) -> Content:
    """An answer that finishes the step, as person `number` might give it."""
    return ANSWERS[task.step.kind](task, number)


def _quiz(task: Task, number: int) -> Content:
    items = task.fields["items"]
    return {"now": {item["key"]: quiz_response(item, number + place) for place, item in enumerate(items)}}


def quiz_response(item: Item, number: int) -> Any:
    """Right three times out of four."""
    is_right = number % 4 != 0
    match item["type"]:
        case "single":
            options = item["options"]
            wrong = [option["key"] for option in options if not option["correct"]]
            right = next(option["key"] for option in options if option["correct"])
            return right if is_right else wrong[number % len(wrong)]
        case "multiple":
            right_ones = [option["key"] for option in item["options"] if option["correct"]]
            return right_ones if is_right else right_ones[:1]
        case "ordering":
            keys = [option["key"] for option in item["options"]]
            return keys if is_right else [*keys[1:], keys[0]]
        case _:
            keys = [pair["key"] for pair in item["pairs"]]
            return dict(zip(keys, keys if is_right else [*keys[1:], keys[0]], strict=True))


def _scenario(task: Task, number: int) -> Content:
    path: list[str] = []
    while not walk(task, path).is_over:
        options = walk(task, path).options
        path.append(options[(number + len(path)) % len(options)]["key"])
    return {"path": path}


def _reflection(task: Task, number: int) -> Content:
    scenes = SCENES["en" if task.language.startswith("en") else "fr"]
    asked = [question.id for question in questions(task)]
    written = {key: {"text": scenes[(number + place) % len(scenes)]} for place, key in enumerate(asked)}
    asks_for_a_scene = task.step.address in SCENE_STEPS
    if number % 3 == 0 or not asks_for_a_scene:  # some people think without writing
        return {"texts": {}, "thought": asked}
    return {"texts": written, "thought": []}


def _card_sort(task: Task, number: int) -> Content:
    assert task.deck is not None
    deck = sorting_deck(task.deck)
    state = sorting.new_state(number)
    favourites = _favourites(deck, number)
    for place, card in enumerate(sorting.order(number, deck)):
        pile = 2 if card in favourites else (place * 7 + number) % 2
        state = sorting.rate(state, deck, card, pile)
    for card in favourites[: sorting.ranks_wanted(state, deck)]:
        state = sorting.choose(state, deck, card)
    return {"sort": sorting.to_json(state)}


def _favourites(deck: sorting.Deck, number: int) -> list[str]:
    known = [card.key for card in deck.cards]
    start = number % len(TOP_CARDS)
    common = [*TOP_CARDS[start:], *TOP_CARDS[:start]][:4]
    own = [key for place, key in enumerate(known) if place % 20 == number % 20]
    return list(dict.fromkeys([*common, *own]))[:7]


def _survey(task: Task, number: int) -> Content:
    answers: dict[str, Any] = {}
    for place, item in enumerate(task.fields["items"]):
        match item["type"]:
            case "scale":
                answers[item["key"]] = str(2 + (number + place) % 3)
            case "choice":
                choices = item["choices"]
                answers[item["key"]] = choices[(number + place) % len(choices)]["key"]
    return {"answers": answers}


def _if_then(task: Task, number: int) -> Content:
    cue, act = PLANS["en" if task.language.startswith("en") else "fr"]
    return {"if": cue, "then": act}


ANSWERS: dict[str, Callable[[Task, int], Content]] = {
    "reading": lambda task, number: {},
    "quiz": _quiz,
    "scenario": _scenario,
    "reflection": _reflection,
    "card_sort": _card_sort,
    "survey": _survey,
    "if_then": _if_then,
}
