"""Arbitrary forms and arbitrary stored answers never raise, and never produce an answer that is not JSON."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from coaching.learning.access import fills_with_cards
from coaching.learning.steps import (
    KINDS,
    Accepted,
    BrandWord,
    Conflict,
    InvalidAnswer,
    PickedCard,
    Refused,
    Task,
)
from coaching.programmes.outline import ProgrammeOutline, StepOutline, outline_document
from tests.factories import starter_document
from tests.learning.examples import example_for

BRAND = (
    BrandWord("v1", "Prévoyance", "On relit avant l’hiver.", ("prevoyance",)),
    BrandWord("v2", "Proximité", "On s’assoit du même côté.", ("ancrage-local",)),
    BrandWord("v3", "Fiabilité", "On rappelle à l’heure dite.", ("fiabilite", "confiance")),
)
CARDS = (PickedCard("ecoute", "Écoute"), PickedCard("own-1", "Patience"))


@lru_cache(maxsize=1)
def outline() -> ProgrammeOutline:
    return outline_document(starter_document())


def task_of(step: StepOutline, sector: str = "insurance") -> Task:
    draws_cards = fills_with_cards(step)
    sort = outline().card_sort if draws_cards else step
    deck = outline().deck(sort.data["deck"]) if sort and "deck" in sort.data else None
    cards = CARDS if draws_cards or "for_each" in step.data else None
    brand = BRAND if step.kind == "brand_values" else ()
    labels = {code: outline().themes[code].fr for code in step.data.get("goals", [])}
    return Task(
        step, step.content("fr", sector), "fr", seed=7, deck=deck, cards=cards, labels=labels, brand=brand
    )


STEPS = [step for step in outline().steps if step.is_played]
ONE_OF_EACH = list({step.kind: step for step in STEPS}.values())


def words_of(node: Any) -> list[str]:
    """Every key and short text of a step: forms made of them reach deeper than noise."""
    if isinstance(node, dict):
        return [str(key) for key in node] + [word for value in node.values() for word in words_of(value)]
    if isinstance(node, list):
        return [word for entry in node for word in words_of(entry)]
    return [node] if isinstance(node, str) and len(node) < 40 else []


FIELDS = (
    "item answer at choice back prompt text revision action part if then card pile undo skip keep let_go "
    "choose unchoose up down finish redo give_up reopen list own_label add_own q p view again "
    "obstacle domain act own tag history v1 v2 v3 attempt hand_in route links value"
).split()
PREFIXES = "place- match- rate- a- sentence- distance- goal- row-1- row-2- who- keep- act- check-".split()


@st.composite
def forms(draw: st.DrawFn, step: StepOutline) -> QueryDict:
    words = st.sampled_from(sorted(set(words_of(dict(step.data)))))
    prefixed = st.tuples(st.sampled_from(PREFIXES), words | st.sampled_from("123")).map("".join)
    names = st.sampled_from(FIELDS) | prefixed | st.text(max_size=8)
    values = words | st.text(max_size=40) | st.integers(-3, 99).map(str)
    form = QueryDict(mutable=True)
    for name, several in draw(
        st.dictionaries(names, st.lists(values, min_size=1, max_size=3), max_size=8)
    ).items():
        form.setlist(name, several)
    return form


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 99) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
STORED_NAMES = (
    "first now best path ended texts thought answers part if then revision sort finished top revision-2 "
    "sentence-clients distance-equipe obstacle domain act goal-G1 own row-1-idee row-2-valeur row-6-ton "
    "who-pairs keep-1 keep-2 act-1 "
    "values boundaries passed history keeps_history done "
    "route text links checks image handed_in"
).split()
stored = st.dictionaries(st.sampled_from(STORED_NAMES), JSON, max_size=5)


@pytest.mark.parametrize("step", ONE_OF_EACH, ids=lambda step: step.kind)
@given(data=st.data())
@settings(max_examples=120)
def test_no_form_and_no_stored_answer_breaks_a_kind(step: StepOutline, data: st.DataObject) -> None:
    kind, task = KINDS[step.kind], task_of(step)
    previous = data.draw(st.just({}) | stored)
    form = data.draw(forms(step))

    outcome = kind.validate(task, form, previous)

    assert isinstance(outcome, Accepted | Refused | Conflict)
    if isinstance(outcome, Accepted):
        content = json.loads(json.dumps(outcome.content, ensure_ascii=False).encode())
        assert content == json.loads(json.dumps(outcome.content))
        kind.is_complete(task, content)
        kind.score(task, content)
        kind.context(task, content, form)
    assert isinstance(kind.draft(task, form, previous), Accepted | Refused | Conflict)


@pytest.mark.parametrize("step", ONE_OF_EACH, ids=lambda step: step.kind)
@given(content=st.just({}) | stored)
@settings(max_examples=80)
def test_a_program_is_told_that_its_answer_is_invalid(step: StepOutline, content: dict[str, Any]) -> None:
    kind, task = KINDS[step.kind], task_of(step)

    try:
        cleaned = kind.clean(task, content)
    except InvalidAnswer:
        return

    json.dumps(cleaned)


@pytest.mark.parametrize("sector", ["insurance", "travel", "general"])
@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.address)
def test_every_step_has_a_finished_answer(step: StepOutline, sector: str) -> None:
    if not step.is_for(sector):
        return
    kind, task = KINDS[step.kind], task_of(step, sector)

    cleaned = kind.clean(task, example_for(task, seed=2))

    assert kind.is_complete(task, cleaned)
    assert kind.clean(task, cleaned) == cleaned
