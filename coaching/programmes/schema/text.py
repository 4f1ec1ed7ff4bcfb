"""The words of the programme format: text in two languages, keys, codes, sectors. No Django."""

import re
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from coaching.programmes.problems import Reason, refusal

Language = Literal["fr", "en"]
Sector = Literal["insurance", "bank", "real-estate", "staffing", "travel", "general"]

LANGUAGES: tuple[Language, ...] = get_args(Language)
SECTORS: tuple[Sector, ...] = get_args(Sector)
GENERAL: Sector = "general"

# YAML folds or forbids these, JSON carries them: a text that has one could not travel both ways.
_UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_EDGE_SPACES = re.compile(r"\A[ \n]|[ \n]\Z| $", re.MULTILINE)


def clean(text: str) -> str:
    """The text itself; what a folder cannot carry without loss is refused with an error of pydantic."""
    if _EDGE_SPACES.search(text):
        raise refusal(Reason.EDGE_SPACES)
    if unsafe := _UNSAFE.search(text):
        raise refusal(Reason.INVISIBLE_CHARACTER, code=f"U+{ord(unsafe.group()):04X}")
    return text


def _on_one_line(text: str) -> str:
    if "\n" in text:
        raise refusal(Reason.ONE_LINE)
    return text


KEY_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
CODE_PATTERN = r"^[A-Z][0-9]{1,3}[a-z]?$"
STEP_PATH_PATTERN = r"^[a-z0-9-]+/[a-z0-9-]+$"
Key = Annotated[str, StringConstraints(pattern=KEY_PATTERN, max_length=60)]
Code = Annotated[str, StringConstraints(pattern=CODE_PATTERN)]
Prose = Annotated[str, StringConstraints(min_length=1, max_length=20_000), AfterValidator(clean)]
Line = Annotated[
    str, StringConstraints(min_length=1, max_length=500), AfterValidator(clean), AfterValidator(_on_one_line)
]
Minutes = Annotated[int, Field(ge=1, le=120)]
Percent = Annotated[int, Field(ge=0, le=100)]
SmallCount = Annotated[int, Field(ge=0, le=100)]
StepPath = Annotated[str, StringConstraints(pattern=STEP_PATH_PATTERN, max_length=121)]


class Strict(BaseModel):
    """Every part of the format: unknown keys and silent conversions are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Text(Strict):
    """One text in both languages, facing each other."""

    fr: Prose
    en: Prose


class SectorFiltered(Strict):
    """Something that may be shown to some sectors only."""

    only_for: list[Sector] = Field(default=[])
    not_for: list[Sector] = Field(default=[])
    note: Prose | None = None

    def is_for(self, sector: Sector) -> bool:
        """Whether people of this sector see it."""
        return (not self.only_for or sector in self.only_for) and sector not in self.not_for


class Labelled(Strict):
    """A named choice: a pile, a route, a group, a survey answer."""

    key: Key
    label: Text
    help: Text | None = None
