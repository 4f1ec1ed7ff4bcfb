"""The manager's page as data: agencies, the region's figures, who needs a word. No query, no text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, cast
from zoneinfo import ZoneInfo

from agencies.models import Agency
from coaching.adoption.access import ViewMode
from coaching.adoption.facts import CohortFacts, Person
from coaching.adoption.metrics import (
    AgencyFacts,
    Coverage,
    EligibilityFacts,
    Figure,
    RegionIndex,
    agency_index,
    coverage,
    is_eligible,
    practice_rate,
    region_index,
)
from coaching.adoption.reading import AgencyRecord
from coaching.cohorts.working_days import WorkingDays

MIN_AGENCIES = 5  # below, a distribution or a mean would point at somebody (domain.md 2.5)
INTERIM_DAYS = 30

Mark = Literal["vacant", "new", "without", "elsewhere", "succession", "shared", "interim"]


@dataclass
class AgencyRow:
    """One agency: whoever runs it, whoever takes part for it, and what the manager may know of them."""

    agency: AgencyRecord
    people: list[Person]
    marks: list[Mark] = field(default_factory=list)

    @cached_property
    def index(self) -> Figure:
        """Mean of the agency's people; null while it is too early for all of them."""
        return agency_index(person.figures.adoption_index.value for person in self.people)

    @property
    def names(self) -> list[str]:
        return [head.name for head in self.agency.heads]

    @property
    def is_on_track(self) -> bool:
        return all(_is_on_track(person) for person in self.people)

    @property
    def needs_a_word(self) -> bool:
        return any(person.visibility.is_visible for person in self.people)

    @property
    def is_paused(self) -> bool:
        return bool(self.people) and all(person.is_paused for person in self.people)


def _is_on_track(person: Person) -> bool:
    """Whoever has not begun does not advance, even while nothing is due yet."""
    has_begun = person.facts.activated_on is not None
    return person.status == "completed" or (has_begun and person.figures.pace_band == "on_track")


@dataclass
class Overview:
    """What the page, the sheet and the API draw. `rows` stay empty unless the mode is by name."""

    cohort: CohortFacts
    mode: ViewMode
    all_rows: list[AgencyRow]
    coverage: Coverage

    @cached_property
    def region(self) -> RegionIndex:
        counted = (row.index.value for row in self._counted_rows)
        return region_index(counted, self.coverage.figure)

    @cached_property
    def practice(self) -> Figure:
        """Who practises, among those whose first practice is due; each person counts once."""
        people = {person.enrolment.pk: person for row in self.enrolled for person in row.people}
        return practice_rate(
            person.figures.practice_count
            for person in people.values()
            if person.is_eligible and person.figures.is_practice_due
        )

    @property
    def rows(self) -> list[AgencyRow]:
        return self.all_rows if self.mode is ViewMode.NAMED else []

    @cached_property
    def enrolled(self) -> list[AgencyRow]:
        """Agencies with somebody in this cohort."""
        return [row for row in self.all_rows if row.people]

    @cached_property
    def on_track(self) -> int:
        return sum(row.is_on_track for row in self.enrolled)

    @cached_property
    def support(self) -> list[tuple[AgencyRow, Person]]:
        """Who the ladder lets the manager know of, by name of agency; nobody in the other modes."""
        return [(row, person) for row in self.rows for person in row.people if person.visibility.is_visible]

    @property
    def is_withheld(self) -> bool:
        """Too few agencies for figures that name nobody: enrolled, or old enough to have a figure."""
        measured = sum(row.index.is_known for row in self.enrolled)
        are_few = len(self.enrolled) < MIN_AGENCIES or 0 < measured < MIN_AGENCIES
        return self.mode is not ViewMode.NAMED and are_few

    @property
    def shows_bands(self) -> bool:
        return self.mode is not ViewMode.AGGREGATE_ONLY and not self.is_withheld

    @cached_property
    def is_anything_due(self) -> bool:
        return any(person.figures.expected.value for row in self.enrolled for person in row.people)

    @property
    def has_begun(self) -> bool:
        return self.cohort.current_week is not None

    @property
    def _counted_rows(self) -> list[AgencyRow]:
        return [row for row in self.all_rows if "interim" not in row.marks]


def build(
    cohort: CohortFacts, mode: ViewMode, agencies: Sequence[AgencyRecord], people: Iterable[Person]
) -> Overview:
    """Join agencies and people; `agencies` as read by `reading.read_agencies`."""
    index = _Index(people)
    rows = [_row(agency, index, cohort) for agency in agencies]
    covered = coverage((_agency_facts(row, cohort) for row in rows), cohort.today_in(None))
    _mark(rows, covered)
    rows.sort(key=lambda row: (_sort_key(row.agency.name), row.agency.pk))
    return Overview(cohort, mode, rows, covered)


class _Index:
    """People by membership and by account, and the agencies whose head was replaced."""

    def __init__(self, people: Iterable[Person]) -> None:
        self.by_membership: dict[int, Person] = {}
        self.by_user: dict[int, list[Person]] = {}
        self.succeeded: set[int] = set()
        for person in people:
            membership = person.enrolment.membership
            if person.status == "replaced":
                self.succeeded.add(membership.agency_id or 0)
            if not person.is_present or not membership.is_head:
                continue
            self.by_membership[membership.pk] = person
            self.by_user.setdefault(membership.user_id, []).append(person)


def _row(agency: AgencyRecord, index: _Index, cohort: CohortFacts) -> AgencyRow:
    heads = agency.heads
    row = AgencyRow(agency, [index.by_membership[h.pk] for h in heads if h.pk in index.by_membership])
    if not row.people:
        # One head, two agencies: one enrolment, and the other agency shows the same figures (4.8).
        row.people = [person for head in heads for person in index.by_user.get(head.user_id, [])]
        row.marks += ["shared"] if row.people else []
    if agency.pk in index.succeeded:
        row.marks.append("succession")
    interims = [head.interim_since for head in heads if head.interim_since]
    today = cohort.today_in(None)
    are_all_interim = bool(interims) and len(interims) == len(heads)
    if are_all_interim and all((today - day).days < INTERIM_DAYS for day in interims):
        row.marks.append("interim")
    return row


def _agency_facts(row: AgencyRow, cohort: CohortFacts) -> AgencyFacts:
    eligible = sum(person.is_eligible for person in row.people)
    working = cohort.working(cast(Agency, row.agency))
    return AgencyFacts(
        key=row.agency.pk,
        opened_on=row.agency.opened_on,
        closed_on=row.agency.closed_on,
        has_head=bool(row.agency.heads),
        eligible_enrolments=eligible or int(_is_eligible_elsewhere(row.agency, cohort, working)),
        working=working,
    )


def _is_eligible_elsewhere(agency: AgencyRecord, cohort: CohortFacts, working: WorkingDays) -> bool:
    """Whether somebody of the agency counts in rates in another running cohort (domain.md 4.2)."""
    other = agency.elsewhere
    if other is None:
        return False
    if other.is_activated:
        return True
    zone = ZoneInfo(agency.time_zone)
    invited_on = other.invited_at.astimezone(zone).date() if other.invited_at else None
    return is_eligible(EligibilityFacts("invited", invited_on, None, working), cohort.today_in(None))


def _mark(rows: Iterable[AgencyRow], covered: Coverage) -> None:
    """Say why a row stands without figures: nobody runs it, it is new, or nobody takes part yet."""
    vacant, new = set(covered.vacant), set(covered.new)
    for row in rows:
        if row.agency.pk in vacant:
            row.marks.append("vacant")
        elif row.agency.pk in new:
            row.marks.append("new")
        elif not row.people:
            row.marks.append("elsewhere" if row.agency.elsewhere else "without")


def _sort_key(name: str) -> str:
    """Names as people file them: accents and case aside, whatever the database's collation."""
    bare = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in bare if not unicodedata.combining(letter)).casefold()
