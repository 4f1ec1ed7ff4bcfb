"""When "so many of so many colleagues have done it" may be written (domain.md 3.2): pure. No Django."""

from __future__ import annotations

MIN_PEOPLE = 5
MIN_PERCENT = 60


def is_worth_saying(done: int, people: int) -> bool:
    """Only when it is true of a majority of 60 %, among five or more: never of a few, never to press."""
    return people >= MIN_PEOPLE and 100 * done >= MIN_PERCENT * people
