"""Quizzes as text files: Moodle's GIFT and a plain Markdown form, both ways. No Django."""

from coaching.programmes.quizzes.assembly import assemble
from coaching.programmes.quizzes.gift import read_gift
from coaching.programmes.quizzes.gift_writer import gift_of
from coaching.programmes.quizzes.markdown import read_markdown
from coaching.programmes.quizzes.markdown_writer import markdown_of
from coaching.programmes.quizzes.model import ReadAnswer, ReadPair, ReadQuestion, ReadQuiz
from coaching.programmes.quizzes.reading import QuizFormat, read_quiz

__all__ = [
    "QuizFormat",
    "ReadAnswer",
    "ReadPair",
    "ReadQuestion",
    "ReadQuiz",
    "assemble",
    "gift_of",
    "markdown_of",
    "read_gift",
    "read_markdown",
    "read_quiz",
]
