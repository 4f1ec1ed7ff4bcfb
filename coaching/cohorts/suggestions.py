"""Weeks that a coach may want to leave free: suggestions only, nothing is blocked by itself. No Django."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import holidays as holiday_library

from coaching.cohorts.working_days import Period

SCHOOL_ZONES = ("A", "B", "C")
# Winter, spring and autumn breaks thin out agencies; summer and Christmas have their own rule.
_SCHOOL_CODES = {
    "Vacances d'hiver": "winter_break",
    "Vacances de printemps": "spring_break",
    "Vacances de la Toussaint": "autumn_break",
}


@dataclass(frozen=True, slots=True)
class BlackoutSuggestion:
    """A period to offer, and why: summer_break, christmas, winter_break, spring_break, autumn_break."""

    code: str
    period: Period


def suggest_blackouts(
    first_on: dt.date, last_on: dt.date, *, country: str = "FR", school_zone: str = ""
) -> tuple[BlackoutSuggestion, ...]:
    """Suggestions that touch the given days, in order; school breaks only when the zone is known."""
    found = [
        suggestion
        for year in range(first_on.year - 1, last_on.year + 1)
        for suggestion in _of_year(year, country, school_zone)
        if suggestion.period.starts_on <= last_on and first_on <= suggestion.period.ends_on
    ]
    return tuple(sorted(found, key=lambda suggestion: suggestion.period.starts_on))


def _of_year(year: int, country: str, school_zone: str) -> Iterator[BlackoutSuggestion]:
    # domain.md 3.2: summer_break from 1 to 21 August.
    yield BlackoutSuggestion("summer_break", Period(dt.date(year, 8, 1), dt.date(year, 8, 21)))
    christmas = dt.date(year, 12, 25)
    monday = christmas - dt.timedelta(days=christmas.weekday())
    yield BlackoutSuggestion("christmas", Period(monday, dt.date(year + 1, 1, 1)))
    if country == "FR" and school_zone in SCHOOL_ZONES:
        yield from _school_breaks(year, school_zone)


@lru_cache(maxsize=64)
def _school_breaks(year: int, zone: str) -> tuple[BlackoutSuggestion, ...]:
    days = holiday_library.country_holidays(
        "FR", subdiv=f"Zone {zone}", years=year, language="fr", categories=("school",)
    )
    found: list[BlackoutSuggestion] = []
    for name, code in _SCHOOL_CODES.items():
        of_break = sorted(day for day, label in days.items() if name in label)
        if of_break:
            found.append(BlackoutSuggestion(code, Period(of_break[0], of_break[-1])))
    return tuple(found)
