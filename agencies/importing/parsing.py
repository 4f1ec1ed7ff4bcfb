"""From recognised columns to entries, one per line, and the refusals of the others. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from agencies.importing import cells, days, emails
from agencies.importing.columns import Column, Columns, fold
from agencies.importing.problems import CellProblem, Notice, Reason, Refusal, Remark
from agencies.importing.reading import Row

NAME_LIMIT, TEXT_LIMIT, CODE_LIMIT = 150, 120, 40
NOTHING = frozenset({"-", "–", "—", "/", "."})


@dataclass(frozen=True)
class Entry:
    """One line that can be imported. None (or "" for a text) means: the file says nothing about it."""

    line: int
    code: str
    agency: str
    has_own_code: bool = True
    email: str = ""
    name: str = ""
    city: str | None = None
    postal_code: str | None = None
    open_days: tuple[int, ...] | None = None
    time_zone: str | None = None
    opened_on: dt.date | None = None
    language: str | None = None
    status: str | None = None
    is_interim: bool | None = None


@dataclass(frozen=True)
class Parsed:
    """The lines that passed, the cells that did not, and what is worth telling."""

    entries: tuple[Entry, ...]
    refusals: tuple[Refusal, ...]
    notices: tuple[Notice, ...]


def parse(columns: Columns, accepted: Mapping[str, str] | None = None, country: str = "FR") -> Parsed:
    """Check every line; `accepted` replaces cells first: {"7:email": "a@b.test"}."""
    reader = LineReader(columns, accepted or {}, country)
    reader.known_domains = reader.domains_of_the_file()
    entries, refusals = [], []
    for row in columns.rows:
        entry, problems = reader.read(row)
        refusals += problems
        if entry:
            entries.append(entry)
    kept, twice = without_duplicates(entries)
    notices = [*reader.notices(), *_shared_heads(kept)]
    everything = sorted([*refusals, *twice], key=lambda refusal: refusal.line)
    return Parsed(tuple(kept), tuple(everything), tuple(notices))


class LineReader:
    """Reads lines of one file; knows its columns, the accepted corrections and the country's habits."""

    def __init__(self, columns: Columns, accepted: Mapping[str, str], country: str) -> None:
        self.columns, self.accepted, self.country = columns, accepted, country
        self.known_domains: Collection[str] = ()
        self.restored_zeros = 0

    def read(self, row: Row) -> tuple[Entry | None, list[Refusal]]:
        raw = self._raw(row)
        who = ", ".join(word for word in (_head_name(raw), raw.get(Column.AGENCY, "")) if word)[:200]
        problems: list[Refusal] = []
        values: dict[Column, Any] = {}
        for column, text in raw.items():
            found = self._cell(column, text, raw)
            if isinstance(found, CellProblem):
                problems.append(_refusal(row.line, column, text, found, who))
            else:
                values[column] = found
        extra = " ".join(row.cells[self.columns.width :]).strip()
        if extra:
            problems.append(Refusal(row.line, "", extra[:200], Reason.TOO_MANY_CELLS, who=who))
        return (None, problems) if problems else (self._entry(row.line, values), [])

    def notices(self) -> list[Notice]:
        zeros = self.restored_zeros
        return [Notice(Remark.ZERO_RESTORED, params={"count": zeros})] if zeros else []

    def domains_of_the_file(self) -> list[str]:
        """Domains of the addresses that are right, the most frequent first."""
        if Column.EMAIL not in self.columns.positions:
            return []
        found: Counter[str] = Counter()
        for row in self.columns.rows:
            address = self._raw(row).get(Column.EMAIL, "").lower()
            if emails.is_address(address):
                found[address.partition("@")[2]] += 1
        return [domain for domain, _count in found.most_common(200)]

    def _raw(self, row: Row) -> dict[Column, str]:
        """Texts of the known columns, corrections applied."""
        texts = {}
        for column, position in self.columns.positions.items():
            written = row.cells[position] if position < len(row.cells) else ""
            text = self.accepted.get(f"{row.line}:{column}", written)
            texts[column] = "" if text in NOTHING else text
        return texts

    def _cell(self, column: Column, text: str, raw: Mapping[Column, str]) -> Any:
        """The value of one cell, None when it is empty, or a CellProblem."""
        if not text:
            return self._empty(column, raw)
        tidy = cells.clean(text)
        if isinstance(tidy, CellProblem):
            return tidy
        if not tidy:
            return self._empty(column, raw)
        if column is Column.EMAIL:
            return emails.parse_email(tidy, self.known_domains)
        if column is Column.POSTAL_CODE:
            return self._postal_code(tidy)
        return PARSERS[column](tidy)

    def _empty(self, column: Column, raw: Mapping[Column, str]) -> CellProblem | None:
        """An empty cell changes nothing, except where the line cannot do without it."""
        if column is Column.AGENCY:
            return CellProblem(Reason.REQUIRED)
        if column is Column.CODE:
            return CellProblem(Reason.REQUIRED, derived_code(raw.get(Column.AGENCY, "")))
        if column is Column.EMAIL and _head_name(raw):
            return CellProblem(Reason.REQUIRED)
        return None

    def _postal_code(self, text: str) -> str | CellProblem:
        found = cells.parse_postal_code(text, self.country)
        if isinstance(found, str) and found.startswith("0") and not text.lstrip("F-Rfr ").startswith("0"):
            self.restored_zeros += 1
        return found

    def _entry(self, line: int, values: Mapping[Column, Any]) -> Entry:
        agency = values[Column.AGENCY]
        own = Column.CODE in values
        return Entry(
            line=line,
            code=values[Column.CODE] if own else derived_code(agency),
            has_own_code=own,
            agency=agency,
            email=values.get(Column.EMAIL) or "",
            name=_head_name({key: value or "" for key, value in values.items()})[:NAME_LIMIT],
            city=values.get(Column.CITY),
            postal_code=values.get(Column.POSTAL_CODE),
            open_days=values.get(Column.OPEN_DAYS),
            time_zone=values.get(Column.TIME_ZONE),
            opened_on=values.get(Column.OPENED_ON),
            language=values.get(Column.LANGUAGE),
            status=values.get(Column.STATUS),
            is_interim=values.get(Column.INTERIM),
        )


PARSERS: dict[Column, Callable[[str], Any]] = {
    Column.CODE: cells.parse_code,
    Column.AGENCY: partial(cells.parse_text, limit=TEXT_LIMIT),
    Column.CITY: partial(cells.parse_text, limit=TEXT_LIMIT),
    Column.HEAD: partial(cells.parse_text, limit=NAME_LIMIT),
    Column.FIRST_NAME: partial(cells.parse_text, limit=NAME_LIMIT // 2),
    Column.LAST_NAME: partial(cells.parse_text, limit=NAME_LIMIT // 2),
    Column.LANGUAGE: cells.parse_language,
    Column.STATUS: cells.parse_status,
    Column.INTERIM: cells.parse_yes_no,
    Column.OPEN_DAYS: days.parse_days,
    Column.TIME_ZONE: cells.parse_time_zone,
    Column.OPENED_ON: days.parse_date,
}


def _head_name(raw: Mapping[Column, Any]) -> str:
    parts = (raw.get(Column.HEAD), raw.get(Column.FIRST_NAME), raw.get(Column.LAST_NAME))
    return " ".join(str(part) for part in parts if part)


def _refusal(line: int, column: Column, text: str, problem: CellProblem, who: str) -> Refusal:
    return Refusal(line, column, text[:200], problem.reason, problem.suggestion, who, problem.params)


def derived_code(agency: str) -> str:
    """The code of an agency that the file does not number: « Rennes Centre » gives RENNES-CENTRE."""
    words = fold(agency)
    if not words and agency:
        words = hashlib.sha256(agency.encode()).hexdigest()[:12]
    return re.sub(r"\s+", "-", words).upper()[:CODE_LIMIT].strip("-")


def without_duplicates(entries: Iterable[Entry]) -> tuple[list[Entry], list[Refusal]]:
    """The first line of each agency and of each person stands; contradicting ones are refused."""
    kept: list[Entry] = []
    refused: list[Refusal] = []
    codes: dict[str, Entry] = {}
    people: dict[str, Entry] = {}
    for entry in entries:
        refusal = _contradiction(entry, codes.get(entry.code.casefold()), people.get(entry.email))
        if refusal:
            refused.append(refusal)
            continue
        kept.append(entry)
        codes[entry.code.casefold()] = entry
        if entry.email:
            people.setdefault(entry.email, entry)
    return kept, refused


def _contradiction(entry: Entry, same_code: Entry | None, same_person: Entry | None) -> Refusal | None:
    who = ", ".join(word for word in (entry.name, entry.agency) if word)
    if same_code and entry.has_own_code:
        params: dict[str, object] = {"line": same_code.line}
        return Refusal(entry.line, Column.CODE, entry.code, Reason.CODE_TWICE, who=who, params=params)
    if same_code:
        params = {"line": same_code.line}
        return Refusal(entry.line, Column.AGENCY, entry.agency, Reason.AGENCY_TWICE, who=who, params=params)
    if same_person and same_person.name and entry.name and not same_name(same_person.name, entry.name):
        params = {"line": same_person.line, "name": same_person.name}
        return Refusal(entry.line, Column.EMAIL, entry.email, Reason.EMAIL_OTHER_NAME, who=who, params=params)
    return None


def same_name(one: str, other: str) -> bool:
    """Whether two ways of writing a name are the same person's: case, accents and order aside."""
    return sorted(fold(one).split()) == sorted(fold(other).split())


def _shared_heads(entries: Iterable[Entry]) -> list[Notice]:
    """One person at the head of two agencies is allowed, and said."""
    first: dict[str, Entry] = {}
    notices = []
    for entry in entries:
        if entry.email and entry.email in first:
            params: dict[str, object] = {"email": entry.email, "first": first[entry.email].line}
            notices.append(Notice(Remark.TWO_AGENCIES, entry.line, params))
        elif entry.email:
            first[entry.email] = entry
    return notices
