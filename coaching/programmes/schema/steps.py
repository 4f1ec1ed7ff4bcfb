"""The fifteen kinds of step a module is made of. No Django."""

from typing import Annotated, Literal

from pydantic import Field

from coaching.programmes.schema.items import Item
from coaching.programmes.schema.text import (
    Code,
    Key,
    Labelled,
    Minutes,
    Percent,
    Prose,
    Sector,
    SectorFiltered,
    SmallCount,
    StepPath,
    Strict,
    Text,
)


class StepBase(SectorFiltered):
    """What every step has; `untranslated`: French stands where English is missing."""

    key: Key
    formerly: list[Key] = Field(default=[])
    minutes: Minutes
    optional: bool = False
    title: Text
    themes: list[Code] = Field(default=[])
    sources: list[Code] = Field(default=[])
    untranslated: bool = False


class WithBody(StepBase):
    """A step whose long text stands in its own files, KEY.fr.md and KEY.en.md."""

    body: Text | None = None
    body_variants: dict[Sector, Text] = Field(default={})


class ReadingStep(WithBody):
    """`figure` is a drawing, KEY.svg, set where [[figure]] stands (figures.py)."""

    kind: Literal["reading"]
    figure: Prose | None = None


class QuizStep(StepBase):
    kind: Literal["quiz"]
    items: list[Item] = Field(min_length=1, max_length=10)


class SceneOption(Strict):
    key: Key
    text: Text
    effect: Literal["opens", "mixed", "closes"] | None = None
    card: Key | None = None
    feedback: Text
    go_to: Key | None = None

    def leads_to(self, scene: "Scene") -> str | None:
        """The key of the scene that follows this option, None at the end."""
        return self.go_to or scene.then


class Scene(SectorFiltered):
    key: Key
    text: Text
    options: list[SceneOption] = Field(default=[])
    then: Key | None = None


class ScenarioStep(StepBase):
    kind: Literal["scenario"]
    intro: Text | None = None
    scenes: list[Scene] = Field(min_length=2)


class Prompt(SectorFiltered):
    key: Key
    question: Text
    help: Text | None = None
    starter: Text | None = None
    hints: dict[Sector, Text] = Field(default={})


class ReflectionStep(StepBase):
    kind: Literal["reflection"]
    for_each: StepPath | None = None
    prompts: list[Prompt] = Field(min_length=1)


class CardSortStep(StepBase):
    kind: Literal["card_sort"]
    deck: Key
    keep_min: SmallCount
    keep_max: SmallCount
    rank: SmallCount
    own_cards: SmallCount
    own_cards_warning: Text
    piles: list[Labelled] = Field(min_length=3, max_length=3)
    rounds: list[Labelled] = Field(min_length=3, max_length=3)


class BullseyeStep(StepBase):
    kind: Literal["bullseye"]
    domains: list[Labelled]
    near: Text
    far: Text
    obstacle: Text
    next_act: Text


class BrandValuesStep(StepBase):
    """The values come from the network, not from the package."""

    kind: Literal["brand_values"]
    tags: list[Labelled]
    act: Text
    boundaries: list[Prompt] = Field(default=[])


class GoalsStep(StepBase):
    """Goals are theme codes: their labels come from themes.yaml."""

    kind: Literal["goals"]
    max: SmallCount
    own: bool
    goals: list[Code]
    question: Text


class Column(Strict):
    key: Key
    label: Text
    fill: Literal["text", "card", "network", "choice"] = "text"
    choices: list[Labelled] = Field(default=[])


class EditorialTableStep(StepBase):
    kind: Literal["editorial_table"]
    rows: SmallCount
    columns: list[Column]
    example: list[dict[Key, Text]] = Field(default=[])


class EcosystemMapStep(StepBase):
    kind: Literal["ecosystem_map"]
    groups: list[Labelled]
    keep: SmallCount
    question: Text


class IfThenStep(StepBase):
    kind: Literal["if_then"]
    if_prompt: Text
    then_prompt: Text
    examples: list[Text] = Field(default=[])


class PairDialogueStep(StepBase):
    """`offer` names a prompt (step/prompt) whose text the learner may copy and edit."""

    kind: Literal["pair_dialogue"]
    offer: StepPath | None = None
    prompt: Text


class RubricLevel(Strict):
    points: Literal[0, 1, 2]
    text: Text


class Criterion(Strict):
    key: Key
    label: Text
    must_reach: Literal[0, 1, 2] = 0
    levels: list[RubricLevel] = Field(min_length=3, max_length=3)
    coach_comments: list[Text] = Field(default=[])


class Rubric(Strict):
    validated_from: SmallCount
    criteria: list[Criterion]


class ChecklistPoint(SectorFiltered):
    key: Key
    text: Text
    sources: list[Code] = Field(default=[])


class Stage(Strict):
    key: Key
    minutes: Minutes
    label: Text
    help: Text


class PracticeStep(WithBody):
    kind: Literal["practice"]
    words: list[Annotated[int, Field(ge=0, le=5000)]] = Field(default=[], max_length=2)
    points: Literal[1, 2, 3, 4] = 1  # what handing it in counts for: domain.md 4.3, practice_points_28d
    routes: list[Labelled] = Field(min_length=2)
    evidence: list[Literal["link", "text", "screenshot"]]
    stages: list[Stage]
    checklist: list[ChecklistPoint]
    peer_question: Text
    rubric: Rubric


class SurveyItem(Strict):
    key: Key
    type: Literal["scale", "choice", "text"]
    question: Text
    choices: list[Labelled] = Field(default=[])
    low: Text | None = None
    high: Text | None = None


class SurveyStep(StepBase):
    kind: Literal["survey"]
    moment: Literal["positioning", "pulse", "hot", "cold"]
    items: list[SurveyItem]


class AssessmentStep(StepBase):
    kind: Literal["assessment"]
    pass_percent: Percent
    attempts: SmallCount
    items: list[Item]
    rubric: Rubric | None = None


Step = Annotated[
    ReadingStep
    | QuizStep
    | ScenarioStep
    | ReflectionStep
    | CardSortStep
    | BullseyeStep
    | BrandValuesStep
    | GoalsStep
    | EditorialTableStep
    | EcosystemMapStep
    | IfThenStep
    | PairDialogueStep
    | PracticeStep
    | SurveyStep
    | AssessmentStep,
    Field(discriminator="kind"),
]
