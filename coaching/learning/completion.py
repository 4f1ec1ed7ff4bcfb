"""What finishing a programme takes, and how much of it is there (domain.md 4.3). No Django, no clock.

A condition on nothing (no quiz, no practice, no session held) does not apply: null is never zero.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from coaching.cohorts.attending import ATTENDED, AttendanceFacts

Kind = Literal["steps", "quizzes", "practices", "attendance", "assessments"]
# The conditions that hang on steps, and so on what a coach exempts from.
OF_STEPS: frozenset[Kind] = frozenset({"steps", "quizzes", "practices", "assessments"})
EXEMPTED, VALIDATED, WAITING = "exempted", "validated", "waiting"


@dataclass(frozen=True, slots=True)
class Step:
    """A required step; `is_exempted` by the coach counts as done, as passed and as validated."""

    key: str
    is_done: bool = False
    is_exempted: bool = False


@dataclass(frozen=True, slots=True)
class Scored:
    """A quiz or an assessment: the right answers of its best try, and the percentage that passes.

    Done without a score, it was done before the step had questions: it asks for nothing more.
    """

    step: Step
    percent: int
    right: int | None = None
    out_of: int | None = None


@dataclass(frozen=True, slots=True)
class Practised:
    """A practice; `state` is "waiting", "returned", "read", "validated", or "" with nothing to read."""

    step: Step
    state: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that decides for one person. `is_whole`: nothing of the programme is still to be written."""

    is_whole: bool
    steps: tuple[Step, ...]
    quizzes: tuple[Scored, ...]
    practices: tuple[Practised, ...]
    assessments: tuple[Scored, ...]
    attendance: AttendanceFacts
    practice_percent: int
    attendance_percent: int


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a condition counts: the address of a step or the key of a session.

    `state` says more: "exempted", the state of a practice, what is known of a session ("replay" is
    « différé »), which was held `at`. `needed` right answers of `out_of` pass.
    """

    key: str
    is_met: bool
    state: str = ""
    right: int | None = None
    out_of: int | None = None
    needed: int | None = None
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """So many of its parts are there, so many are needed."""

    kind: Kind
    parts: tuple[Part, ...]
    needed: int

    @property
    def have(self) -> int:
        return sum(part.is_met for part in self.parts)

    @property
    def is_applicable(self) -> bool:
        return bool(self.parts)

    @property
    def is_met(self) -> bool:
        return self.have >= self.needed

    @property
    def missing(self) -> int:
        """How many more are needed."""
        return max(0, self.needed - self.have)

    @property
    def left(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if not part.is_met)

    @property
    def replays(self) -> int:
        """How many of those that count were followed afterwards."""
        return sum(part.state == "replay" for part in self.parts)


@dataclass(frozen=True, slots=True)
class Completion:
    """The five conditions, in the order in which one meets them."""

    conditions: tuple[Condition, ...]
    is_whole: bool

    @property
    def is_met(self) -> bool:
        return self.is_whole and not self.unmet

    @property
    def unmet(self) -> tuple[Condition, ...]:
        return tuple(each for each in self.conditions if not each.is_met)


def completion_of(facts: Facts) -> Completion:
    """Every condition, met or not."""
    practices = tuple(_practice(each) for each in facts.practices)
    sessions = tuple(_sessions(facts.attendance))
    return Completion(
        (
            _all("steps", (_step(each, is_met=each.is_done) for each in facts.steps)),
            _all("quizzes", map(_scored, facts.quizzes)),
            Condition("practices", practices, share_of(len(practices), facts.practice_percent)),
            Condition("attendance", sessions, share_of(len(sessions), facts.attendance_percent)),
            _all("assessments", map(_scored, facts.assessments)),
        ),
        facts.is_whole,
    )


def share_of(count: int, percent: int) -> int:
    """How many of so many make this percentage: rounded up, without a float."""
    return -(-percent * count // 100)


def _all(kind: Kind, parts: Iterable[Part]) -> Condition:
    found = tuple(parts)
    return Condition(kind, found, len(found))


def _step(step: Step, *, is_met: bool, state: str = "") -> Part:
    if step.is_exempted:
        return Part(step.key, True, EXEMPTED)
    return Part(step.key, is_met, state)


def _scored(each: Scored) -> Part:
    if each.step.is_exempted or each.right is None or not each.out_of:
        return _step(each.step, is_met=each.step.is_done)
    needed = share_of(each.out_of, each.percent)
    return Part(each.step.key, each.right >= needed, "", each.right, each.out_of, needed)


def _practice(each: Practised) -> Part:
    return _step(each.step, is_met=each.state == VALIDATED, state=each.state)


def _sessions(attendance: AttendanceFacts) -> Iterable[Part]:
    for held in attendance.held:
        state = attendance.state(held)
        yield Part(held.key, state in ATTENDED, state, at=held.starts_at)
