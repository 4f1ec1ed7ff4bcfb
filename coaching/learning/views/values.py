"""One's values at hand: in order, on the circle, beside the brand's, along the programme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from accounts.models import User
from agencies.access import NetworkRequest, allows
from agencies.roles import Permission
from coaching.learning import card_sort as sorting
from coaching.learning import continuation
from coaching.learning.access import (
    Learner,
    get_answers,
    get_brand_words,
    get_charter,
    get_content,
    get_learner_for,
    get_own_copies,
    get_own_values,
    get_task_for,
)
from coaching.learning.alignment import Meeting, compare
from coaching.learning.between import get_readings_by_pair
from coaching.learning.charter import charter_step
from coaching.learning.pages import step_url
from coaching.learning.steps import BrandWord, Content, Task
from coaching.learning.steps.base import mapping
from coaching.learning.steps.card_sort import finished_sort, history_of, sorting_deck
from coaching.learning.steps.card_sort_pages import Cards, ShownCard, circle_context
from coaching.learning.steps.if_then import IfThen
from coaching.learning.steps.reflection import text_of
from coaching.programmes.outline import StepOutline


@dataclass(frozen=True)
class Sorted:
    """The person's last finished sort, in words."""

    task: Task
    content: Content
    state: sorting.CardSortState
    cards: Cards

    @property
    def deck(self) -> sorting.Deck:
        return sorting_deck(self.task.deck)

    @property
    def ranked(self) -> list[ShownCard]:
        return self.cards.all(self.state.ranks)


@allows(Permission.LEARN)
@require_GET
def values(request: NetworkRequest, slug: str) -> HttpResponse:
    """One's ranked values, the brand beside them, the ways to circle, thread and charter."""
    learner = get_learner_for(request.membership)
    if learner is None:
        return render(request, "coaching/learning/no_programme.html")
    found = sorted_cards(learner)
    context = {
        "network": learner.enrolment.network,
        "found": found,
        "lists": three_lists(learner, found) if found else None,
        "if_then": if_then_of(learner),
        "charter": get_charter(learner.enrolment),
        "has_charter_step": charter_step(learner.outline) is not None,
        "copies": len(get_own_copies(request.membership)),
    }
    return render(request, "coaching/learning/values.html", context)


@allows(Permission.LEARN)
@require_GET
def circle(request: NetworkRequest, slug: str) -> HttpResponse:
    """The families around one's own mean, neighbours, tensions, and the earlier sorts one chose to keep."""
    learner = get_learner_for(request.membership)
    found = sorted_cards(learner) if learner else None
    if learner is None or found is None:
        return redirect("learning:values", slug=slug)
    context = {
        "network": learner.enrolment.network,
        "step_url": step_url(learner, found.task.step),
        "seal": continuation.seal(learner.enrolment.membership.user_id),
        "is_last": not found.content.get("finished"),
        **circle_context(found.task, found.deck, found.state, found.cards),
        **history_of(found.task, found.content),
    }
    return render(request, "coaching/learning/circle.html", context)


@allows(Permission.LEARN)
@require_GET
def thread(request: NetworkRequest, slug: str) -> HttpResponse:
    """One thread per first value: the value, one's own words, what one wrote of it later, what came back."""
    learner = get_learner_for(request.membership)
    if learner is None:
        return redirect("learning:values", slug=slug)
    answers = get_answers(learner.enrolment)
    found = sorted_cards(learner, answers)
    if found is None:
        return redirect("learning:values", slug=slug)
    pair_name, readings = get_readings_by_pair(learner.enrolment)
    perceived = {
        address: {"card": found.cards.label(reading.card), "sentence": reading.sentence}
        for address, reading in readings.items()
    }
    context = {
        "network": learner.enrolment.network,
        "threads": [thread_of(learner, card, answers, perceived) for card in found.ranked],
        "pair_name": pair_name,
        "name": own_name(request),
    }
    return render(request, "coaching/learning/thread.html", context)


# --- reads -----------------------------------------------------------------------------------


def sorted_cards(learner: Learner, answers: Mapping[str, Content] | None = None) -> Sorted | None:
    """The person's last finished sort, None before one; one query unless their answers are at hand."""
    step = learner.outline.card_sort
    found = get_task_for(learner, step) if step else None
    if step is None or found is None:
        return None
    content = (
        get_content(learner.enrolment, step.address) if answers is None else answers.get(step.address, {})
    )
    state = finished_sort(found[1], content)
    return Sorted(found[1], content, state, Cards(found[1], state)) if state else None


def three_lists(learner: Learner, found: Sorted | None = None) -> dict[str, Any] | None:
    """The brand and me in words; None without a finished sort or without brand values. One or two queries."""
    found = found or sorted_cards(learner)
    brand = get_brand_words(learner.language) if found else ()
    if found is None or not brand:
        return None
    kept = sorting.shortlist(found.state, found.deck) or ()
    lists = compare(kept, found.state.ranks, brand, found.deck)
    return {
        "shared": [_meeting(each, found.cards) for each in lists.shared],
        "near": [_meeting(each, found.cards) for each in lists.near],
        "mine_only": [found.cards.label(card) for card in lists.mine_only],
        "brand_only": lists.brand_only,
    }


def _meeting(meeting: Meeting, cards: Cards) -> dict[str, Any]:
    labels = [cards.label(card) for card in meeting.cards]
    word: BrandWord = meeting.brand
    return {"brand": word, "cards": [label for label in labels if label != word.label]}


def thread_of(
    learner: Learner, card: ShownCard, answers: Mapping[str, Content], perceived: Mapping[str, Any]
) -> dict[str, Any]:
    """The card, the scenes told of it, what was practised with it, the value the pair perceives there."""
    scenes = [
        {
            "title": step.title.in_language(learner.language),
            "text": text,
            "url": step_url(learner, step),
            "perceived": perceived.get(step.address),
        }
        for step, text in [*_scenes(learner, card.key, answers), *_practised(learner, card.key, answers)]
    ]
    return {"card": card, "scenes": scenes}


def _scenes(learner: Learner, card: str, answers: Mapping[str, Content]) -> list[tuple[StepOutline, str]]:
    """Texts of the reflections that repeat the sort, about this card."""
    found = []
    for step in learner.outline.steps:
        if "for_each" not in step.data or step.address not in answers:
            continue
        for prompt in step.data.get("prompts", ()):
            if text := text_of(answers[step.address], f"{prompt['key']}.{card}"):
                found.append((step, text))
    return found


def _practised(learner: Learner, card: str, answers: Mapping[str, Content]) -> list[tuple[StepOutline, str]]:
    """Texts of practices tagged with this card; their answers are read without trust."""
    found = []
    for step in learner.outline.steps:
        content = mapping(answers.get(step.address)) if step.kind == "practice" else {}
        values, text = content.get("values"), content.get("text")
        if isinstance(values, list) and card in values and isinstance(text, str) and text.strip():
            found.append((step, text.strip()))
    return found


def own_name(request: NetworkRequest) -> str:
    """The person's own name on their own pages; their account is at hand."""
    return cast(User, request.user).name or request.membership.shown_name


def values_of(learner: Learner) -> dict[str, Any] | None:
    """The person's ranked values, None before a sort is finished; at most one query."""
    cards = get_own_values(learner)
    return {"cards": cards} if cards else None


def if_then_of(learner: Learner) -> dict[str, Any] | None:
    """The person's own « si… alors… », the latest step of that kind; at most one query."""
    steps = [
        step for step in learner.outline.steps if step.kind == IfThen.kind and step.address in learner.done
    ]
    if not steps:
        return None
    content = get_content(learner.enrolment, steps[-1].address)
    return {"if": content.get("if"), "then": content.get("then"), "step": steps[-1]}
