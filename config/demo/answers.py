"""Finished answers to any step, chosen by a number: the same number gives the same answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from coaching.learning import card_sort as sorting
from coaching.learning.room.platforms import PLATFORMS
from coaching.learning.steps import Content, Task
from coaching.learning.steps.card_sort import sorting_deck
from coaching.learning.steps.reflection import questions
from coaching.learning.steps.scenario import walk
from config.demo import writings
from config.demo.charters import ACTS
from config.demo.story import PLANS, PRACTICES, SCENE_STEPS, SCENES, TOP_CARDS

Item = Mapping[str, Any]
Entry = TypeVar("Entry")


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


def _assessment(task: Task, number: int) -> Content:
    return {"done": [_quiz(task, number)["now"], _quiz(task, number + 1)["now"]][: task.fields["attempts"]]}


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
    cue, act = PLANS[_language(task)]
    return {"if": cue, "then": act}


def _language(task: Task) -> str:
    return "en" if task.language.startswith("en") else "fr"


def _bullseye(task: Task, number: int) -> Content:
    language, domains = _language(task), task.fields["domains"]
    sentences = _one(writings.SENTENCES[language], number)
    content = {
        "obstacle": _one(writings.OBSTACLES[language], number),
        "domain": _one(domains, number)["key"],
        "act": _one(writings.ACTS[language], number),
    }
    for place, domain in enumerate(domains):
        content[f"sentence-{domain['key']}"] = _one(sentences, place)
        content[f"distance-{domain['key']}"] = str(1 + (number * 3 + place * 2) % 7)
    return content


def _goals(task: Task, number: int) -> Content:
    codes = task.fields["goals"]
    chosen = {codes[(number + 4 * place) % len(codes)] for place in range(1 + number % task.fields["max"])}
    own = _one(writings.OWN_GOALS[_language(task)], number) if task.fields.get("own") else ""
    return {f"goal-{code}": "1" for code in sorted(chosen)} | {"own": own}


def _editorial_table(task: Task, number: int) -> Content:
    lines = _one(writings.LINES[_language(task)], number)
    cards = [card.key for card in task.cards or ()] or list(TOP_CARDS)
    content: Content = {}
    for row in range(task.fields["rows"]):
        words = iter(_one(lines, row))
        for column in task.fields["columns"]:
            blank = f"row-{row + 1}-{column['key']}"
            match column.get("fill", "text"):
                case "card":
                    content[blank] = cards[row % min(3, len(cards))]
                case "choice":
                    content[blank] = _one(column["choices"], number + row)["key"]
                case "network":
                    content[blank] = _one(tuple(PLATFORMS), number + row)
                case _:
                    content[blank] = next(words, "…")
    return content


def _ecosystem_map(task: Task, number: int) -> Content:
    language, groups = _language(task), task.fields["groups"]
    names = _one(writings.NAMES[language], number)
    content = {f"who-{group['key']}": _one(names, place) for place, group in enumerate(groups)}
    for place in range(task.fields["keep"]):
        content[f"keep-{place + 1}"] = _one(names, number + place).split("\n")[0]
        content[f"act-{place + 1}"] = _one(writings.RELATIONS[language], number + place)
    return content


def _one(entries: Sequence[Entry], number: int) -> Entry:
    return entries[number % len(entries)]


def _brand_values(task: Task, number: int) -> Content:
    """Most live most values; one in five is a struggle, and its line stays blank."""
    acts = ACTS["en" if task.language.startswith("en") else "fr"]
    tags = [tag["key"] for tag in task.fields["tags"]]
    values = {}
    for place, word in enumerate(task.brand):
        is_hard = (number + place) % 5 == 4
        tag = tags[-1] if is_hard else tags[(number + place) % (len(tags) - 1)]
        values[word.key] = {"tag": tag, "act": "" if is_hard else acts[place % len(acts)]}
    limits = {prompt["key"]: {"text": ""} for prompt in task.fields.get("boundaries", ())}
    return {"values": values, "boundaries": limits}


def _practice(task: Task, number: int) -> Content:
    """Handed in by either road; two values shown, the frame gone through."""
    written = PRACTICES["en" if task.language.startswith("en") else "fr"]
    texts = written.get(task.step.module_key) or tuple(
        text for several in written.values() for text in several
    )
    own = [card.key for card in task.cards or ()]
    is_published = number % 3 == 1 and "link" in task.fields["evidence"]
    return {
        "route": "publier" if is_published else "simuler",
        "text": texts[number % len(texts)],
        "links": f"https://reseau.example/posts/{1200 + number}" if is_published else "",
        "values": own[number % 2 :][:2],
        "checks": {
            point["key"]: "na" if (place + number) % 4 == 3 else "yes"
            for place, point in enumerate(task.fields["checklist"])
        },
    }


ANSWERS: dict[str, Callable[[Task, int], Content]] = {
    "reading": lambda task, number: {},
    "quiz": _quiz,
    "scenario": _scenario,
    "reflection": _reflection,
    "card_sort": _card_sort,
    "survey": _survey,
    "if_then": _if_then,
    "bullseye": _bullseye,
    "goals": _goals,
    "editorial_table": _editorial_table,
    "ecosystem_map": _ecosystem_map,
    "brand_values": _brand_values,
    "assessment": _assessment,
    "pair_dialogue": lambda task, number: {"text": task.offered[:300], "choice": "kept"},
    "practice": _practice,
}
