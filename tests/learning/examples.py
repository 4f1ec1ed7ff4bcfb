"""Finished answers made from a number: what tests submit."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django.utils import translation

from coaching.learning import card_sort as sorting
from coaching.learning.steps import Content, Task, kind_of
from coaching.learning.steps.card_sort import sorting_deck
from coaching.learning.steps.items import Item
from coaching.learning.steps.reflection import questions
from coaching.learning.steps.scenario import walk
from coaching.learning.steps.survey import SCALE
from coaching.learning.steps.written import WrittenForm

WORDS = {
    "fr": (
        "Un mardi matin, une cliente est entrée sans rendez-vous. J’ai posé mon stylo et nous avons repris "
        "son dossier page par page, jusqu’à ce qu’elle dise que c’était clair."
    ),
    "en": (
        "One Tuesday morning a client came in without an appointment. I put my pen down and we went through "
        "her file page by page, until she said it was clear."
    ),
}


def example_for(task: Task, seed: int = 0) -> Content:
    """A finished answer to a task."""
    language = (task.language or translation.get_language() or "fr")[:2]
    text = WORDS.get(language, WORDS["fr"])
    match task.step.kind:
        case "quiz":
            return {"now": {item["key"]: _response(item, seed) for item in task.fields["items"]}}
        case "assessment":
            return {"done": [_attempt(task)]}
        case "pair_dialogue":
            return {"text": text[:100], "choice": "kept"}
        case "scenario":
            return {"path": _path(task, seed)}
        case "reflection":
            return {"texts": {question.id: {"text": text} for question in questions(task)}}
        case "card_sort":
            return {"sort": sorting.to_json(_sorted(task, seed))}
        case "survey":
            return {"answers": {item["key"]: _survey(item, seed, text) for item in task.fields["items"]}}
        case "brand_values":
            tags = [tag["key"] for tag in task.fields["tags"]]
            values = {word.key: {"tag": _pick(seed, word.key, tags), "act": text[:90]} for word in task.brand}
            limits = {prompt["key"]: {"text": text} for prompt in task.fields.get("boundaries", ())}
            return {"values": values, "boundaries": limits}
        case "if_then":
            return {"if": WORDS[language][:40], "then": WORDS[language][40:100]}
        case "bullseye" | "editorial_table":
            return _written(task, seed, text)
        case "goals":
            boxes = [f"goal-{code}" for code in task.fields["goals"]]
            return {_pick(seed, "goal", boxes): "1", "own": text[:60]}
        case "ecosystem_map":
            return _written(task, seed, text) | _mapped(task, seed, text)
        case "practice":
            return _practice(task, text)
    return {}


def _written(task: Task, seed: int, text: str) -> Content:
    """Words in every blank, a choice where there are choices, a card where cards are asked for."""
    kind = kind_of(task.step.kind)
    assert isinstance(kind, WrittenForm)
    blanks = [blank for part in kind.parts(task) for blank in part]
    return {
        blank.name: _pick(seed, blank.name, list(blank.choices))
        if blank.choices
        else text[: blank.limit // 2]
        for blank in blanks
    }


def _mapped(task: Task, seed: int, text: str) -> Content:
    """A name per circle, and the first ones kept."""
    names = [f"{group['label'][:20]} {seed}" for group in task.fields["groups"]]
    who = {f"who-{group['key']}": name for group, name in zip(task.fields["groups"], names, strict=True)}
    return who | {f"keep-{n}": names[n - 1] for n in range(1, task.fields["keep"] + 1)}


def _draw(seed: int, key: str, count: int) -> int:
    """A number below `count`, the same on every machine."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{key}".encode()).digest()[:4]) % count


def _pick(seed: int, key: str, entries: Sequence[Any]) -> Any:
    return entries[_draw(seed, key, len(entries))]


def _response(item: Item, seed: int) -> Any:
    """Right two times out of three."""
    is_right = _draw(seed, item["key"], 3) > 0
    if item["type"] == "matching":
        keys = [pair["key"] for pair in item["pairs"]]
        return dict(zip(keys, keys if is_right else [*keys[1:], keys[0]], strict=True))
    keys = [option["key"] for option in item["options"]]
    if item["type"] == "ordering":
        return keys if is_right else [*keys[1:], keys[0]]
    chosen = [option["key"] for option in item["options"] if option["correct"] == is_right]
    return chosen[0] if item["type"] == "single" else chosen


def _attempt(task: Task) -> dict[str, Any]:
    """All right: one attempt is enough, whatever the share that passes."""
    return {item["key"]: right_response(item) for item in task.fields["items"]}


def right_response(item: Item) -> Any:
    if item["type"] == "matching":
        return {pair["key"]: pair["key"] for pair in item["pairs"]}
    if item["type"] == "ordering":
        return [option["key"] for option in item["options"]]
    right = [option["key"] for option in item["options"] if option["correct"]]
    return right[0] if item["type"] == "single" else right


def _path(task: Task, seed: int) -> list[str]:
    path: list[str] = []
    while options := walk(task, path).options:
        path.append(_pick(seed, "/".join(path), options)["key"])
    return path


def _survey(item: Item, seed: int, text: str) -> Any:
    if item["type"] == "scale":
        return _pick(seed, item["key"], SCALE)
    return _pick(seed, item["key"], item["choices"])["key"] if item["type"] == "choice" else text[:60]


def _sorted(task: Task, seed: int) -> sorting.CardSortState:
    """All cards on piles by chance, ten kept, five ranked."""
    deck = sorting_deck(task.deck)
    state = sorting.new_state(seed)
    while card := sorting.next_card(state, deck):
        if sorting.current_round(state, deck) == "sort":
            state = sorting.rate(state, deck, card, _draw(seed, card, 3))
        elif _draw(seed + 1, card, 2):
            state = sorting.keep(state, deck, card)
        else:
            state = sorting.let_go(state, deck, card)
    for card in (sorting.shortlist(state, deck) or ())[: sorting.ranks_wanted(state, deck)]:
        state = sorting.choose(state, deck, card)
    return state


def _practice(task: Task, text: str) -> Content:
    """Rehearsed, every point of the frame answered, up to two values of the deck."""
    values = [card.key for card in task.cards or ()][:2]
    return {
        "route": task.fields["routes"][-1]["key"],
        "text": text,
        "links": "https://example.org/post/1" if "link" in task.fields["evidence"] else "",
        "values": values,
        "checks": {
            point["key"]: "na" if place % 3 == 2 else "yes"
            for place, point in enumerate(task.fields["checklist"])
        },
    }
