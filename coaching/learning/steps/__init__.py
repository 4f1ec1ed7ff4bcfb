"""The kinds of step that the player knows; a kind that is not here is announced, never broken."""

from __future__ import annotations

from coaching.learning.steps.assessment import Assessment
from coaching.learning.steps.base import (
    Accepted,
    BrandWord,
    Conflict,
    Content,
    InvalidAnswer,
    Outcome,
    PickedCard,
    Refused,
    Score,
    StepKind,
    Task,
)
from coaching.learning.steps.brand_values import BrandValues
from coaching.learning.steps.bullseye import Bullseye
from coaching.learning.steps.card_sort import CardSort
from coaching.learning.steps.ecosystem_map import EcosystemMap
from coaching.learning.steps.editorial_table import EditorialTable
from coaching.learning.steps.goals import Goals
from coaching.learning.steps.if_then import IfThen
from coaching.learning.steps.pair_dialogue import PairDialogue
from coaching.learning.steps.practice import Practice
from coaching.learning.steps.quiz import Quiz
from coaching.learning.steps.reading import Reading
from coaching.learning.steps.reflection import Reflection
from coaching.learning.steps.scenario import Scenario
from coaching.learning.steps.survey import Survey

__all__ = [
    "KINDS",
    "Accepted",
    "BrandWord",
    "Conflict",
    "Content",
    "InvalidAnswer",
    "Outcome",
    "PickedCard",
    "Refused",
    "Score",
    "StepKind",
    "Task",
    "kind_of",
]

KINDS: dict[str, StepKind] = {
    kind.kind: kind
    for kind in (
        Reading(),
        Quiz(),
        Scenario(),
        Reflection(),
        CardSort(),
        Survey(),
        IfThen(),
        Bullseye(),
        Goals(),
        EditorialTable(),
        EcosystemMap(),
        BrandValues(),
        Assessment(),
        PairDialogue(),
        Practice(),
    )
}


def kind_of(name: str) -> StepKind | None:
    """The kind with this name; None when the player does not know it yet."""
    return KINDS.get(name)
