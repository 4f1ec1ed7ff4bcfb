"""From the bytes of a quiz file to its questions, whatever the form. No Django."""

import re
from typing import Literal

from coaching.programmes.problems import Reason
from coaching.programmes.quizzes.gift import read_gift
from coaching.programmes.quizzes.markdown import read_markdown
from coaching.programmes.quizzes.model import ReadQuiz, Spot

QuizFormat = Literal["gift", "markdown"]

MAX_BYTES = 200_000
MAX_QUESTIONS = 10  # of one step, as the schema has it
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
_MOST_PROBLEMS = 200


def read_quiz(content: bytes, form: QuizFormat, *, language: str, file: str) -> ReadQuiz:
    """The questions of this file, at most as many as a step may hold, and every problem in it."""
    quiz = ReadQuiz(file)
    if len(content) > MAX_BYTES:
        quiz.add(Spot(1, 1), Reason.FILE_TOO_LARGE, megabytes=MAX_BYTES / 1_000_000)
        return quiz
    text = _text(content, quiz)
    if text is None:
        return quiz
    read = read_gift if form == "gift" else read_markdown
    quiz = read(text, language=language, file=file)
    if len(quiz.questions) > MAX_QUESTIONS:
        first = quiz.questions[MAX_QUESTIONS].spot
        quiz.add(first, Reason.TOO_MANY_ENTRIES, limit=MAX_QUESTIONS, actual=len(quiz.questions))
    quiz.problems.sort(key=lambda problem: (problem.line, problem.column or 0))
    del quiz.problems[_MOST_PROBLEMS:]
    return quiz


def _text(content: bytes, quiz: ReadQuiz) -> str | None:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        ahead = content[: error.start]
        column = len(ahead[ahead.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        quiz.add(Spot(ahead.count(b"\n") + 1, column), Reason.NOT_UTF8)
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    if control := _CONTROL.search(text):
        line = text.count("\n", 0, control.start()) + 1
        column = control.start() - text.rfind("\n", 0, control.start())
        quiz.add(Spot(line, column), Reason.CONTROL_CHARACTER, code=f"U+{ord(control[0]):04X}")
        return None
    return text
