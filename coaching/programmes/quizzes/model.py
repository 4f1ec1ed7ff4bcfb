"""What a quiz file says, in its one language, with the place of everything. No Django."""

from dataclasses import dataclass, field
from typing import Literal

from coaching.programmes.problems import Problem, Reason, has_errors

Kind = Literal["single", "multiple", "ordering", "matching"]


@dataclass(frozen=True)
class Spot:
    """A place in a text file: line and column from 1."""

    line: int
    column: int


@dataclass(frozen=True)
class ReadAnswer:
    """One answer; `is_right` means nothing in an ordering, where the order of the file is right."""

    spot: Spot
    text: str
    is_right: bool = False
    feedback: str = ""
    key: str = ""


@dataclass(frozen=True)
class ReadPair:
    """One pair of a matching question."""

    spot: Spot
    left: str
    right: str
    feedback: str = ""
    key: str = ""


@dataclass(frozen=True)
class ReadQuestion:
    """One question; `name` is its title or key in the file, "" when it has none."""

    spot: Spot
    kind: Kind
    text: str
    answers: tuple[ReadAnswer, ...] = ()
    pairs: tuple[ReadPair, ...] = ()
    name: str = ""
    themes: tuple[str, ...] = ()


@dataclass
class ReadQuiz:
    """The questions of one file, and every problem: line, column and reason."""

    file: str
    questions: list[ReadQuestion] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_refused(self) -> bool:
        return has_errors(self.problems)

    def add(self, spot: Spot, reason: Reason, path: str = "", **params: object) -> None:
        self.problems.append(Problem(self.file, spot.line, path[:60], reason, params, spot.column))


def plain(text: str) -> str:
    """A text as the format has it: no space at the ends of lines, no empty line at either end."""
    return "\n".join(" ".join(line.split()) for line in text.strip().splitlines() if line.strip())
