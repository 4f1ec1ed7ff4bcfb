"""Reads a quiz written in Markdown, one question per `##`. No Django.

    ## The question, on one line or several  {#its-key}
    themes: T1 T2

    - [x] a right answer  {#its-key}
      > what it teaches
    - [ ] a wrong one
      > why it is not the one

`1.` `2.` `3.` make an ordering, `- left -> right` a matching; one `[x]` a single choice, several a
multiple one, and the line `type: multiple` a multiple one with a single right answer.
docs/quizzes.md shows all of it.
"""

import re
from dataclasses import dataclass, field
from typing import Literal

from coaching.programmes.problems import Reason
from coaching.programmes.quizzes.model import Kind, ReadAnswer, ReadPair, ReadQuestion, ReadQuiz, Spot, plain

_KEY = re.compile(r"\s*\{#([a-z0-9]+(?:-[a-z0-9]+)*)\}\s*\Z")
_CHOICE = re.compile(r"\s*[-*+]\s+\[(.?)\]\s*(.*)\Z")
_ORDERED = re.compile(r"\s*\d{1,2}[.)]\s+(.*)\Z")
_BULLET = re.compile(r"\s*[-*+]\s+(.*)\Z")
_FEEDBACK = re.compile(r"\s*>\s?(.*)\Z")
_SETTING = re.compile(r"\s*(type|themes)\s*:\s*(.*)\Z")
_ARROW = re.compile(r"\s*(?:->|→)\s*")
_KINDS = ("single", "multiple", "ordering", "matching")

_Shape = Literal["choice", "ordering", "matching"]


@dataclass
class _Answer:
    spot: Spot
    shape: _Shape
    text: str
    key: str
    is_right: bool = False
    feedback: list[str] = field(default_factory=list)


@dataclass
class _Question:
    spot: Spot
    name: str
    lines: list[str]
    answers: list[_Answer] = field(default_factory=list)
    kind: str = ""
    kind_spot: Spot | None = None
    themes: tuple[str, ...] = ()


def read_markdown(text: str, *, language: str = "fr", file: str = "quiz.md") -> ReadQuiz:
    """The questions of a Markdown text, and every problem in it. The language says nothing here."""
    quiz = ReadQuiz(file)
    reading = _Reading(quiz)
    for number, line in enumerate(text.split("\n"), 1):
        reading.take(number, line)
    reading.close()
    if not quiz.questions and not quiz.problems:
        quiz.add(Spot(1, 1), Reason.EMPTY)
    return quiz


class _Reading:
    """Takes the lines one by one."""

    def __init__(self, quiz: ReadQuiz) -> None:
        self._quiz = quiz
        self._open: _Question | None = None

    def take(self, number: int, line: str) -> None:
        spot = Spot(number, len(line) - len(line.lstrip()) + 1)
        if line.startswith("## "):
            self.close()
            text, key = _without_key(line[3:])
            self._open = _Question(spot, key, [text])
        elif not line.strip() or (self._open is None and line.startswith("# ")):
            return
        elif self._open is None or line.startswith("#"):
            self._quiz.add(spot, Reason.OUTSIDE_QUESTION)
        else:
            self._take_inside(self._open, spot, line)

    def _take_inside(self, question: _Question, spot: Spot, line: str) -> None:
        if answer := self._answer(spot, line):
            question.answers.append(answer)
        elif match := _FEEDBACK.match(line):
            if question.answers:
                question.answers[-1].feedback.append(match[1])
            else:
                self._quiz.add(spot, Reason.FEEDBACK_OF_NOTHING, question.name)
        elif not question.answers and (match := _SETTING.match(line)):
            self._set(question, spot, match[1], match[2])
        elif question.answers:
            question.answers[-1].text += f" {line.strip()}"
        else:
            question.lines.append(line)

    def _answer(self, spot: Spot, line: str) -> _Answer | None:
        if match := _CHOICE.match(line):
            if match[1] not in ("x", "X", " ", ""):
                self._quiz.add(Spot(spot.line, match.start(1) + 1), Reason.BAD_BOX)
            text, key = _without_key(match[2])
            return _Answer(spot, "choice", text, key, match[1] in ("x", "X"))
        if match := _ORDERED.match(line):
            return _Answer(spot, "ordering", *_without_key(match[1]))
        if match := _BULLET.match(line):
            text, key = _without_key(match[1])
            if not _ARROW.search(text):
                self._quiz.add(spot, Reason.NO_BOX)
            return _Answer(spot, "matching", text, key)
        return None

    def _set(self, question: _Question, spot: Spot, name: str, value: str) -> None:
        if name == "themes":
            question.themes = tuple(value.replace(",", " ").split())
        elif value.strip() in _KINDS:
            question.kind, question.kind_spot = value.strip(), spot
        else:
            expected = ", ".join(_KINDS)
            self._quiz.add(spot, Reason.UNKNOWN_VALUE, value=value.strip()[:40], expected=expected)

    def close(self) -> None:
        """The open question is whole."""
        question, self._open = self._open, None
        if question is None:
            return
        text = plain("\n".join(question.lines))
        if not text:
            self._quiz.add(question.spot, Reason.NO_QUESTION, question.name)
        elif not question.answers:
            self._quiz.add(question.spot, Reason.NO_ANSWERS, question.name)
        elif kind := self._kind(question):
            self._quiz.questions.append(self._made(question, kind, text))

    def _kind(self, question: _Question) -> Kind | None:
        shapes = {answer.shape for answer in question.answers}
        if len(shapes) > 1:
            first = question.answers[0].shape
            other = next(answer for answer in question.answers if answer.shape != first)
            self._quiz.add(other.spot, Reason.MIXED_ANSWERS, question.name)
            return None
        [shape] = shapes
        right = sum(answer.is_right for answer in question.answers)
        found: Kind = shape if shape != "choice" else "multiple" if right > 1 else "single"
        if shape == "choice" and not right:
            self._quiz.add(question.spot, Reason.NO_RIGHT_ANSWER, question.name)
            return None
        if question.kind == "multiple" and found == "single":
            return "multiple"
        if question.kind not in ("", found):
            self._quiz.add(question.kind_spot or question.spot, Reason.OTHER_KIND, question.name)
            return None
        return found

    def _made(self, question: _Question, kind: Kind, text: str) -> ReadQuestion:
        if kind == "matching":
            pairs = tuple(self._pair(answer) for answer in question.answers)
            return ReadQuestion(question.spot, kind, text, (), pairs, question.name, question.themes)
        answers = []
        for answer in question.answers:
            words = plain(answer.text)
            if not words:
                self._quiz.add(answer.spot, Reason.EMPTY_ANSWER, question.name)
            answers.append(ReadAnswer(answer.spot, words, answer.is_right, _said(answer), answer.key))
        return ReadQuestion(question.spot, kind, text, tuple(answers), (), question.name, question.themes)

    def _pair(self, answer: _Answer) -> ReadPair:
        left, right = [*(plain(part) for part in _ARROW.split(answer.text, maxsplit=1)), ""][:2]
        if _ARROW.search(answer.text) and not (left and right):
            self._quiz.add(answer.spot, Reason.EMPTY_ANSWER)
        return ReadPair(answer.spot, left, right, _said(answer), answer.key)


def _said(answer: _Answer) -> str:
    return plain("\n".join(answer.feedback))


def _without_key(text: str) -> tuple[str, str]:
    match = _KEY.search(text)
    return (text[: match.start()], match[1]) if match else (text.strip(), "")
