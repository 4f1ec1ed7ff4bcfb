"""A module, a step, a step as one person meets it: their language, their sector, their own cards."""

from __future__ import annotations

import hashlib
import re

from django.http import Http404

from agencies.models import BrandValue
from coaching.cohorts.models import Enrolment
from coaching.learning.access.answers import get_content
from coaching.learning.access.learner import Learner
from coaching.learning.models import CohortUpgrade
from coaching.learning.progress import ModuleView
from coaching.learning.steps import BrandWord, PickedCard, StepKind, Task, kind_of
from coaching.learning.steps.card_sort import top_cards
from coaching.learning.steps.pair_dialogue import source_of
from coaching.programmes.decks import DeckOutline
from coaching.programmes.outline import StepOutline

CARDS_OFFERED = 10  # all that a sort ranks
OWN_VALUES = 5  # how many of one's ranked values a page shows
_TOP = re.compile(r"(?P<step>[a-z0-9-]+)/top-(?P<count>[1-9])")


def get_module_for(learner: Learner, module_key: str) -> ModuleView:
    """A module of the pinned version, written or announced; Http404 when there is none."""
    view = learner.journey.module(module_key)
    if view is None:
        raise Http404
    return view


def get_step_for(learner: Learner, module_key: str, step_key: str) -> StepOutline:
    """A step of the pinned version for this sector; Http404 when there is none.

    Whether its week is open is for the page to say: `learner.journey.is_open(step)`.
    """
    step = learner.outline.step(f"{module_key}/{step_key}")
    if step is None or not step.is_for(learner.sector):
        raise Http404
    return step


def get_moved_step_for(learner: Learner, module_key: str, step_key: str) -> StepOutline:
    """The step that stood here before a change of version or its undoing; Http404 when there is none."""
    changes = CohortUpgrade.objects.filter(cohort=learner.enrolment.cohort_id)
    every = changes.values_list("carried", flat=True)
    pairs = [pair for carried in every for pair in carried.get("moved", {}).items()]
    known = [f"{module_key}/{step_key}"]
    for address in known:  # grows while it is read: a step may have moved more than once
        here = learner.outline.step(address)
        if here is not None and here.is_for(learner.sector):
            return here
        others = [b if a == address else a for a, b in pairs if address in (a, b)]
        known += [each for each in others if each not in known]
    raise Http404


def get_task_for(learner: Learner, step: StepOutline) -> tuple[StepKind, Task] | None:
    """The step as this person meets it, with the kind that plays it; None for a kind not played yet."""
    kind = kind_of(step.kind)
    if kind is None:
        return None
    task = Task(
        step=step,
        fields=step.content(learner.language, learner.sector),
        language=learner.language,
        seed=seed_of(learner.enrolment, step.address),
        deck=_deck_for(learner, step),
        cards=_cards_for(learner, step),
        labels=_labels_for(learner, step),
        is_done=step.address in learner.done,
        brand=get_brand_words(learner.language) if step.kind == "brand_values" else (),
        offered=_offered_for(learner, step),
    )
    return kind, task


def fills_with_cards(step: StepOutline) -> bool:
    """Whether a table has a column for the cards of one's sort."""
    return any(column.get("fill") == "card" for column in step.data.get("columns", []))


def _labels_for(learner: Learner, step: StepOutline) -> dict[str, str]:
    """The themes that the step names as goals, in words."""
    themes = learner.outline.themes
    return {code: themes[code].in_language(learner.language) for code in step.data.get("goals", [])}


def get_brand_words(language: str) -> tuple[BrandWord, ...]:
    """The network's brand values in the reader's language; none below three. One query."""
    values = list(BrandValue.objects.in_order())
    if len(values) < BrandValue.SHOWN_FROM:
        return ()
    return tuple(
        BrandWord(value.public_id, value.label(language), value.definition(language), tuple(value.cards))
        for value in values
    )


def _offered_for(learner: Learner, step: StepOutline) -> str:
    """The person's own earlier words that a step starts from; one query where it offers any."""
    address, prompt = source_of(step)
    source = learner.outline.step(address)
    kind = kind_of(source.kind) if source else None
    return kind.words_of(get_content(learner.enrolment, address), prompt) if kind else ""


def seed_of(enrolment: Enrolment, address: str) -> int:
    """The same number for the same person and step, so that a page looks the same before a first answer."""
    digest = hashlib.sha256(f"{enrolment.public_id}:{address}".encode()).digest()
    return int.from_bytes(digest[:4])


def get_own_values(learner: Learner, count: int = OWN_VALUES) -> tuple[PickedCard, ...]:
    """The first cards of the person's own sort, () before it is finished; at most one query."""
    sort = learner.outline.card_sort
    if sort is None or sort.address not in learner.done:
        return ()
    return get_top_cards(learner, sort.address, count)


def _deck_for(learner: Learner, step: StepOutline) -> DeckOutline | None:
    """The deck of a sort; a practice and a table name their values from the programme's own."""
    draws_on_sort = step.kind == "practice" or fills_with_cards(step)
    sort = learner.outline.card_sort if draws_on_sort else step
    return learner.outline.deck(sort.data["deck"]) if sort and "deck" in sort.data else None


def _cards_for(learner: Learner, step: StepOutline) -> tuple[PickedCard, ...] | None:
    """The cards a reflection repeats (`for_each: step/top-3`) or a table offers; None for any other step.

    A practice shows the person's own values, whatever it repeats.
    """
    if fills_with_cards(step):
        sort = learner.outline.card_sort
        return get_top_cards(learner, sort.address, CARDS_OFFERED) if sort else ()
    if step.kind == "practice":
        return get_own_values(learner)
    reference = _TOP.fullmatch(str(step.data.get("for_each", "")))
    if reference is None:
        return None
    return get_top_cards(learner, f"{step.module_key}/{reference['step']}", int(reference["count"]))


def get_top_cards(learner: Learner, address: str, count: int) -> tuple[PickedCard, ...]:
    """The first cards of the person's last finished sort; one query."""
    sort = learner.outline.step(address)
    if sort is None or "deck" not in sort.data:
        return ()
    deck = learner.outline.deck(sort.data["deck"])
    return top_cards(get_content(learner.enrolment, address), deck, count, learner.language)
