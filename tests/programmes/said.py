"""A problem as it is read, in one language."""

from __future__ import annotations

from django.utils.translation import override

from coaching.programmes.problems import Problem
from coaching.programmes.wording import problem_sentence, problem_text


def sentence(problem: Problem, language: str = "en") -> str:
    with override(language):
        return problem_sentence(problem)


def report(problem: Problem, language: str = "en") -> str:
    with override(language):
        return problem_text(problem)
