"""What holds the steps together: modules, weeks, sessions, decks, sources, the programme. No Django."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from coaching.programmes.schema.items import Item, SingleChoice
from coaching.programmes.schema.steps import Stage, Step
from coaching.programmes.schema.text import (
    Code,
    Key,
    Language,
    Line,
    Minutes,
    Percent,
    Prose,
    Sector,
    Strict,
    Text,
)

FORMAT = "cairn-programme/1"
MONTH_PATTERN = r"^\d{4}-(0[1-9]|1[0-2])$"
PRACTICE_PERCENT = ATTENDANCE_PERCENT = 75  # of a programme that says nothing else (domain.md 4.3)
VERSION_PATTERN = r"^[0-9A-Za-z][0-9A-Za-z.-]{0,19}$"


class Objective(Strict):
    """A learning objective and its level in Bloom's taxonomy."""

    level: Literal["remember", "understand", "apply", "analyse", "evaluate", "create"]
    fr: Prose
    en: Prose


class Module(Strict):
    """One lesson, values module, practice assignment or form; `minutes` is the sum of its steps."""

    key: Key
    code: Annotated[Line, StringConstraints(max_length=12)]
    kind: Literal["lesson", "values", "practice", "onboarding", "assessment", "survey", "booster"]
    formerly: list[Key] = Field(default=[])
    minutes: Minutes
    title: Text
    teaser: Text
    objective: Objective
    prerequisites: list[Key] = Field(default=[])
    themes: list[Code] = Field(default=[])
    note: Prose | None = None
    untranslated: bool = False  # its own texts; each step says it for itself
    steps: list[Step] = Field(min_length=1)
    recall: list[Item] = Field(default=[])


class Week(Strict):
    key: Key
    title: Text
    modules: list[Key]


class Booster(Strict):
    """What comes back once the programme is over: weeks after its last one (domain.md 6.2, 6.7).

    Its modules stand apart from the weeks: no total, pace or completion counts them.
    """

    key: Key
    after_weeks: Literal[4, 8, 12]
    modules: list[Key] = Field(min_length=1)


class SessionPlan(Strict):
    """What a coach needs to run a session; the minutes of the agenda add up to those of the session.

    `summary` and `check` are for who was not there: what was said, and questions on it. Without questions
    a session has no replay (domain.md 6.6).
    """

    objective: Text
    materials: list[Text] = Field(default=[])
    agenda: list[Stage] = Field(min_length=1)
    summary: Text | None = None
    check: list[SingleChoice] = Field(default=[], max_length=5)


ONE_TO_ONE_MAX_MINUTES = 30  # the format has no kind for it: so short, it is a call in a window, not a class


class Session(Strict):
    """A live session, or the one-to-one, placed in a week."""

    key: Key
    week: Key
    minutes: Minutes
    title: Text
    plan: SessionPlan | None = None


class Source(Strict):
    """Where a fact comes from, how sure it is, and when to look again (year and month)."""

    reliability: Literal["A", "B", "C"]
    citation: Prose
    address: Line
    supports: Text
    review_by: Annotated[str, StringConstraints(pattern=MONTH_PATTERN)]


class Family(Strict):
    """Neighbouring values, placed on the circle by an angle in degrees."""

    key: Key
    angle: Annotated[int, Field(ge=0, le=359)]
    ring: Literal["inner", "outer"] = "inner"
    label: Text


class Card(Strict):
    key: Key
    family: Key
    label: Text
    definition: Text


class Deck(Strict):
    key: Key
    title: Text
    caution: Text
    families: list[Family]
    cards: list[Card]


class SectorLabel(Strict):
    key: Sector
    label: Text


class ProgrammeDocument(Strict):
    """The whole programme, as one JSON document (architecture.md D2)."""

    format: Literal["cairn-programme/1"]
    key: Key
    version: Annotated[str, StringConstraints(pattern=VERSION_PATTERN)]
    languages: list[Language] = Field(min_length=1)
    title: Text
    audience: Text
    objective: Text
    licence: Line
    untranslated: bool = False  # what stands outside the modules
    pass_percent: Percent  # right answers of each quiz; a final assessment has a threshold of its own
    practice_percent: Percent = PRACTICE_PERCENT  # of the practices, validated; rounded up: 3 of 4
    attendance_percent: Percent = ATTENDANCE_PERCENT  # of the live sessions held; followed afterwards too
    recall_days: list[Annotated[int, Field(ge=1, le=365)]]
    sectors: list[SectorLabel]
    weeks: list[Week] = Field(min_length=1, max_length=60)
    boosters: list[Booster] = Field(default=[])
    sessions: list[Session] = Field(default=[])
    to_write: dict[Key, Minutes] = Field(default={})
    themes: dict[Code, Text]
    sources: dict[Code, Source]
    decks: dict[Key, Deck]
    modules: dict[Key, Module]

    @property
    def placed(self) -> list[Key]:
        """The key of every module in the order people meet it: week by week, then the boosters."""
        weeks = [key for week in self.weeks for key in week.modules]
        return weeks + [key for booster in self.boosters for key in booster.modules]
