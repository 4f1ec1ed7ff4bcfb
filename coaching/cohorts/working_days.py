"""Days: public holidays, closed periods and counts of working days. No Django, no clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

import holidays as holiday_library

from agencies.places import FRENCH_SUBDIVISIONS

MONDAY_TO_FRIDAY = (1, 2, 3, 4, 5)

_LIBRARY_LANGUAGE = {"fr": "fr", "en": "en_US"}
# Longest search for an open day: a year, so that a closed agency is an answer, not an endless loop.
_SEARCH_DAYS = 366


class CalendarError(ValueError):
    """A calendar that cannot be drawn; `code` names why, for the form to say it in the reader's words."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class DaySet(Protocol):
    """Anything that knows whether a day belongs to it: a set of dates, or `PublicHolidays`."""

    def __contains__(self, day: object, /) -> bool: ...


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `starts_on` to `ends_on`, both included: a blackout, or a pause."""

    starts_on: dt.date
    ends_on: dt.date
    label: str = ""

    def __post_init__(self) -> None:
        if self.ends_on < self.starts_on:
            raise CalendarError("period_reversed", f"{self.ends_on} is before {self.starts_on}")

    def __contains__(self, day: object, /) -> bool:
        return isinstance(day, dt.date) and self.starts_on <= day <= self.ends_on

    @property
    def days(self) -> int:
        return (self.ends_on - self.starts_on).days + 1


@lru_cache(maxsize=256)
def _year_of_holidays(country: str, subdivision: str, year: int, language: str) -> dict[dt.date, str]:
    found = holiday_library.country_holidays(
        country, subdiv=subdivision or None, years=year, language=_LIBRARY_LANGUAGE.get(language)
    )
    return dict(found.items())


@dataclass(frozen=True, slots=True)
class PublicHolidays:
    """Public holidays of one place, computed year by year and kept in memory."""

    country: str = "FR"
    subdivision: str = ""

    def __contains__(self, day: object, /) -> bool:
        if not isinstance(day, dt.date):
            return False
        return day in _year_of_holidays(self.country, self.subdivision, day.year, "fr")

    def name(self, day: dt.date, language: str = "fr") -> str:
        """The holiday's name, or "" when that day is none."""
        return _year_of_holidays(self.country, self.subdivision, day.year, language).get(day, "")


@lru_cache(maxsize=256)
def public_holidays(country: str = "FR", subdivision: str = "") -> PublicHolidays:
    """Holidays of a country ("" : none at all is not a country). Raises CalendarError if unknown."""
    known = holiday_library.list_supported_countries()
    if country not in known:
        raise CalendarError("unknown_country", f"no public holidays are known for {country!r}")
    allowed = FRENCH_SUBDIVISIONS if country == "FR" else {"", *known[country]}
    if subdivision not in allowed:
        raise CalendarError("unknown_subdivision", f"{subdivision!r} is no part of {country}")
    return PublicHolidays(country, subdivision)


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """The agency's own days: open, no public holiday, outside blackouts and pauses (domain.md 4.1)."""

    open_days: tuple[int, ...] = MONDAY_TO_FRIDAY
    holidays: DaySet = field(default_factory=frozenset)
    blackouts: tuple[Period, ...] = ()
    pauses: tuple[Period, ...] = ()

    def why_closed(self, day: dt.date) -> str:
        """Empty when open, else closed_day, public_holiday, blackout or pause: the first that applies."""
        if day.isoweekday() not in self.open_days:
            return "closed_day"
        if day in self.holidays:
            return "public_holiday"
        if any(period.starts_on <= day <= period.ends_on for period in self.blackouts):
            return "blackout"
        if any(period.starts_on <= day <= period.ends_on for period in self.pauses):
            return "pause"
        return ""

    def is_open(self, day: dt.date) -> bool:
        return not self.why_closed(day)

    def first_open(self, day: dt.date, *, within_days: int = _SEARCH_DAYS) -> dt.date | None:
        """That day or the next open one; None when nothing opens within the given days."""
        for step in range(within_days + 1):
            candidate = day + dt.timedelta(days=step)
            if self.is_open(candidate):
                return candidate
        return None

    def add(self, day: dt.date, n: int) -> dt.date:
        """The n-th open day after `day`, which itself never counts; n = 0 gives the first open day from it.

        Raises CalendarError("no_open_day") when a whole year goes by without an open day.
        """
        if n < 0:
            raise ValueError("working days are counted forward only")
        current = self._open_or_error(day) if n == 0 else day
        for _ in range(n):
            current = self._open_or_error(current + dt.timedelta(days=1))
        return current

    def between(self, a: dt.date, b: dt.date) -> int:
        """Open days after `a` up to `b` included; 0 when b is not after a."""
        return sum(self.is_open(a + dt.timedelta(days=step)) for step in range(1, (b - a).days + 1))

    def _open_or_error(self, day: dt.date) -> dt.date:
        found = self.first_open(day)
        if found is None:
            raise CalendarError("no_open_day", f"no open day in the year after {day}")
        return found


def periods(pairs: Iterable[tuple[dt.date, dt.date]]) -> tuple[Period, ...]:
    """Periods from pairs of days, as rows of the database give them."""
    return tuple(Period(first, last) for first, last in pairs)
