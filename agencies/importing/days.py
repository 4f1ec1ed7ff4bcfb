"""Days of the week and dates as people write them, in French and in English. Pure."""

from __future__ import annotations

import datetime as dt
import re

from agencies.importing.columns import fold
from agencies.importing.problems import CellProblem, Reason

DAY_NAMES = (
    ("lundi", "lun", "lu", "monday", "mon", "mo"),
    ("mardi", "mar", "ma", "tuesday", "tues", "tue", "tu"),
    ("mercredi", "mer", "me", "wednesday", "weds", "wed", "we"),
    ("jeudi", "jeu", "je", "thursday", "thurs", "thur", "thu", "th"),
    ("vendredi", "ven", "ve", "friday", "fri", "fr"),
    ("samedi", "sam", "sa", "saturday", "sat"),
    ("dimanche", "dim", "di", "sunday", "sun", "su"),
)
DAY_NUMBERS = {name: number for number, names in enumerate(DAY_NAMES, start=1) for name in names} | {
    str(number): number for number in range(1, 8)
}
WHOLE_WEEK = frozenset(
    {"7j 7", "7 7", "7j sur 7", "tous les jours", "every day", "everyday", "daily", "all week"}
)
WORKING_WEEK = frozenset({"jours ouvres", "en semaine", "semaine", "weekdays", "working days"})
RANGE_WORDS = re.compile(r"\s*(?:[-–—‑‐→]|\b(?:à|a|au|to|through)\b)\s*")
LINK_WORDS = re.compile(r"\b(?:du|de|le|la|les|from|et|and)\b|[,;/.|+&\s]+")

MONTH_NAMES = (
    ("janvier", "janv", "jan", "january"),
    ("fevrier", "fevr", "fev", "february", "feb"),
    ("mars", "mar", "march"),
    ("avril", "avr", "april", "apr"),
    ("mai", "may"),
    ("juin", "june", "jun"),
    ("juillet", "juil", "july", "jul"),
    ("aout", "august", "aug"),
    ("septembre", "sept", "sep", "september"),
    ("octobre", "oct", "october"),
    ("novembre", "nov", "november"),
    ("decembre", "dec", "december"),
)
MONTHS = {name: number for number, names in enumerate(MONTH_NAMES, start=1) for name in names}
ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?$")
NUMERIC = re.compile(r"^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})$")
SHORT_YEAR = re.compile(r"^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{2})$")
SERIAL = re.compile(r"^(\d{5})(?:[.,]0+)?$")
DAY_MONTH = re.compile(r"^(\d{1,2})(?:er|st|nd|rd|th)? ([a-z]+) (\d{4})$")
MONTH_DAY = re.compile(r"^([a-z]+) (\d{1,2})(?:st|nd|rd|th)? (\d{4})$")
EXCEL_EPOCH = dt.date(1899, 12, 30)
FIRST, LAST = dt.date(1900, 1, 1), dt.date(2100, 12, 31)


def parse_days(text: str) -> tuple[int, ...] | CellProblem:
    """ISO weekdays, sorted: « lun-ven », « mardi au samedi », « 1,2,3 », "Mon to Fri" are all understood."""
    plain = fold(text)
    if plain in WHOLE_WEEK:
        return (1, 2, 3, 4, 5, 6, 7)
    if plain in WORKING_WEEK:
        return (1, 2, 3, 4, 5)
    turned = _days_turned_into_a_date(text)
    if turned:
        return CellProblem(Reason.DAYS, turned)
    days = _collect(re.sub(r"\.0+$", "", text.strip().lower()))
    return tuple(sorted(days)) if days else CellProblem(Reason.DAYS)


def _collect(text: str) -> set[int]:
    """The days named, or nothing when a single word is not a day."""
    if re.fullmatch(r"[1-7]{2,7}", text) and len(set(text)) == len(text):
        return {int(digit) for digit in text}
    days: set[int] = set()
    joined = RANGE_WORDS.sub("-", re.sub(r"(?<=[a-z])\.", "", text))
    for part in LINK_WORDS.sub(" ", joined).split():
        ends = [DAY_NUMBERS.get(fold(end)) for end in part.split("-")]
        if not ends or len(ends) > 2 or None in ends:
            return set()
        days |= _from_to(*[end for end in ends if end is not None])
    return days


def _from_to(first: int, last: int | None = None) -> set[int]:
    """Both ends included; « samedi à mardi » goes over the week's end."""
    if last is None:
        return {first}
    span = (last - first) % 7
    return {(first - 1 + step) % 7 + 1 for step in range(span + 1)}


def _days_turned_into_a_date(text: str) -> str:
    """Excel reads « 1-5 » as the first of May: give back what was typed."""
    match = ISO.match(text)
    if match and 1 <= int(match[3]) <= 7 and 1 <= int(match[2]) <= 7:
        return f"{int(match[3])}-{int(match[2])}"
    return ""


def parse_date(text: str) -> dt.date | CellProblem:
    """A day written in digits (day first), in words, year first, or as Excel's serial number."""
    plain = re.sub(r"[\s\u00a0\u202f]+", " ", text.strip())
    found = _iso(plain) or _numeric(plain) or _in_words(plain) or _serial(plain)
    if found is None:
        return CellProblem(Reason.DATE)
    if isinstance(found, dt.date) and not FIRST <= found <= LAST:
        return CellProblem(Reason.DATE_RANGE)
    return found


def _iso(text: str) -> dt.date | None:
    match = ISO.match(text)
    return _day(match[1], match[2], match[3]) if match else None


def _numeric(text: str) -> dt.date | CellProblem | None:
    if match := NUMERIC.match(text):
        if day := _day(match[3], match[2], match[1]):
            return day
        swapped = _day(match[3], match[1], match[2])
        return CellProblem(Reason.DATE, swapped.isoformat()) if swapped else None
    if match := SHORT_YEAR.match(text):
        full = _day(f"20{match[3]}", match[2], match[1])
        return CellProblem(Reason.DATE_SHORT_YEAR, full.isoformat() if full else "")
    return None


def _in_words(text: str) -> dt.date | None:
    plain = fold(text)
    if match := DAY_MONTH.match(plain):
        return _day(match[3], MONTHS.get(match[2], 0), match[1])
    if match := MONTH_DAY.match(plain):
        return _day(match[3], MONTHS.get(match[1], 0), match[2])
    return None


def _serial(text: str) -> dt.date | None:
    match = SERIAL.match(text)
    return EXCEL_EPOCH + dt.timedelta(days=int(match[1])) if match else None


def _day(year: str, month: str | int, day: str) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None
