"""What apps above this one have to tell on a coach's home: each leaves a reader here, and is asked once.

So this app reads none of their rows, and what they tell is as of the moment, with no mark to keep true.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from coaching.cohorts.models import Cohort


@dataclass(frozen=True, slots=True)
class Notice:
    """One line about one cohort: a sentence, and where it leads."""

    cohort: Cohort
    sentence: str
    url: str


Reader = Callable[[Collection[Cohort]], list[Notice]]
_readers: list[Reader] = []


def told_by(reader: Reader) -> Reader:
    """Ask this reader too; for the start of an app. One query each, inside the scope of the page."""
    if reader not in _readers:
        _readers.append(reader)
    return reader


def notices_of(cohorts: Collection[Cohort]) -> list[Notice]:
    """Whatever there is to tell of these cohorts, which come with their networks."""
    return [notice for reader in _readers for notice in reader(cohorts)]
