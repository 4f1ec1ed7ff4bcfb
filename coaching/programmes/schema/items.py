"""Questions of a quiz, of an assessment and of the recall questions. No Django."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from coaching.programmes.problems import Reason, refusal
from coaching.programmes.schema.text import Code, Key, SectorFiltered, Strict, Text


class QuizOption(Strict):
    key: Key
    correct: bool
    text: Text
    feedback: Text


class OrderedOption(Strict):
    key: Key
    text: Text
    feedback: Text


class MatchingPair(Strict):
    key: Key
    left: Text
    right: Text
    feedback: Text


class Question(SectorFiltered):
    """What every question has, whatever the way to answer it."""

    key: Key
    themes: list[Code] = Field(default=[])
    question: Text


class SingleChoice(Question):
    type: Literal["single"]
    options: list[QuizOption] = Field(min_length=3, max_length=5)

    @model_validator(mode="after")
    def _has_one_right_option(self) -> "SingleChoice":
        if sum(option.correct for option in self.options) != 1:
            raise refusal(Reason.ONE_RIGHT_OPTION)
        return self


class MultipleChoice(Question):
    type: Literal["multiple"]
    options: list[QuizOption] = Field(min_length=3, max_length=6)

    @model_validator(mode="after")
    def _has_right_and_wrong_options(self) -> "MultipleChoice":
        if not 0 < sum(option.correct for option in self.options) < len(self.options):
            raise refusal(Reason.RIGHT_AND_WRONG_OPTIONS)
        return self


class Ordering(Question):
    """The order of the file is the right one; the screen shuffles."""

    type: Literal["ordering"]
    options: list[OrderedOption] = Field(min_length=3, max_length=6)


class Matching(Question):
    type: Literal["matching"]
    pairs: list[MatchingPair] = Field(min_length=3, max_length=6)


Item = Annotated[SingleChoice | MultipleChoice | Ordering | Matching, Field(discriminator="type")]
