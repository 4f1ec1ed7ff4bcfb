"""A change as its page shows it: week by week, session by session, person by person; before and after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from agencies.models import Membership
from coaching.adoption.change_words import HANDED_OVER, REFUSED, title_of_change
from coaching.cohorts.differences import Json, differences
from coaching.cohorts.models import Cohort, CohortChange, Enrolment, LiveSession
from coaching.cohorts.running import Wish
from coaching.cohorts.services import Outcome, told
from coaching.programmes.outline import ProgrammeOutline
from coaching.programmes.runtime import outline_of

SHOWN_CHANGES = 20


@dataclass(frozen=True)
class WeekRow:
    """A week that moves; an opening or a due date that stays is the same before and after."""

    number: int
    title: str
    opens_at: dt.datetime
    new_opens_at: dt.datetime
    due_at: dt.datetime
    new_due_at: dt.datetime


@dataclass(frozen=True)
class SessionRow:
    """A live session that moves."""

    title: str
    starts_at: dt.datetime
    new_starts_at: dt.datetime


@dataclass(frozen=True)
class PersonRow:
    """One person: refused (why), or what becomes of their dates (week, day before, day after).

    `note` says what a change of head means for them.
    """

    enrolment: Enrolment
    refused: str
    moves: tuple[tuple[int, dt.date, dt.date], ...]
    note: str = ""

    @property
    def name(self) -> str:
        membership: Membership = self.enrolment.membership
        return membership.shown_name

    @property
    def last(self) -> tuple[int, dt.date, dt.date] | None:
        return self.moves[-1] if self.moves else None


@dataclass(frozen=True)
class Told:
    """What a change does, or did."""

    title: str
    weeks: tuple[WeekRow, ...]
    past: tuple[int, ...]
    sessions: tuple[SessionRow, ...]
    people: tuple[PersonRow, ...]
    steps: tuple[str, ...]

    @property
    def followers(self) -> tuple[PersonRow, ...]:
        """People whose dates move as the cohort's do, and no other way."""
        due = ((row.number, row.due_at, row.new_due_at) for row in self.weeks)
        moved = tuple((number, _day(old), _day(new)) for number, old, new in due if old != new)
        return tuple(row for row in self.people if moved and row.moves == moved)

    @property
    def own(self) -> tuple[PersonRow, ...]:
        """The others: refused, or with dates of their own."""
        followers = self.followers
        return tuple(row for row in self.people if row not in followers)

    @property
    def done(self) -> int:
        return sum(not row.refused for row in self.people)

    @property
    def refused(self) -> int:
        return len(self.people) - self.done


def told_before(cohort: Cohort, wish: Wish, outcome: Outcome) -> Told:
    """The preview; three queries."""
    was, becomes = differences(outcome.before, outcome.after)
    return _told(cohort, wish.kind, was, becomes, told(cohort, outcome, wish))


def told_after(cohort: Cohort, change: CohortChange) -> Told:
    """The report; three queries."""
    return _told(cohort, change.kind, change.before, change.after, change.report)


def _told(cohort: Cohort, kind: str, was: Json, becomes: Json, report: Json) -> Told:
    outline = outline_of(cohort.programme_version)
    everybody = {row.public_id: row for row in cohort.enrolments.with_person().by_agency()}
    touched = {*report.get("moves", {}), *report.get("people", []), *becomes.get("people", {})}
    people = tuple(_people([row for key, row in everybody.items() if key in touched], report))
    return Told(
        title=title_of_change(kind, report, _names(people, report)),
        weeks=tuple(_weeks(outline, was, becomes)),
        past=tuple(report.get("past", [])) if was.get("weeks") else (),
        sessions=tuple(_sessions(cohort, was, becomes)),
        people=people,
        steps=tuple(_steps(outline, report.get("addresses", []))),
    )


def _names(people: Sequence[PersonRow], report: Json) -> str:
    """Who enters, for an arrival."""
    return ", ".join(row.name for row in people if row.enrolment.public_id != report.get("former"))


def _weeks(outline: ProgrammeOutline, was: Json, becomes: Json) -> Iterator[WeekRow]:
    for key, before in sorted(was.get("weeks", {}).items(), key=lambda item: int(item[0])):
        title = outline.weeks[int(key)].title.in_language(get_language() or "fr")
        opens, due = (_instant(text) for text in before)
        new_opens, new_due = (_instant(text) for text in becomes["weeks"][key])
        yield WeekRow(int(key), title, opens, new_opens, due, new_due)


def _sessions(cohort: Cohort, was: Json, becomes: Json) -> Iterator[SessionRow]:
    moved = was.get("sessions", {})
    if moved:
        for session in LiveSession.objects.filter(cohort=cohort, public_id__in=moved):
            yield SessionRow(
                session.title,
                _instant(moved[session.public_id]),
                _instant(becomes["sessions"][session.public_id]),
            )


def _people(rows: Sequence[Enrolment], report: Json) -> Iterator[PersonRow]:
    dates, refused = report.get("moves", {}), report.get("refused", {})
    for row in rows:
        code = refused.get(row.public_id, "")
        moves = tuple(
            (number, dt.date.fromisoformat(old), dt.date.fromisoformat(new))
            for number, old, new in dates.get(row.public_id, [])
        )
        yield PersonRow(row, str(REFUSED.get(code, code)), moves, _note(row, report))


def _note(row: Enrolment, report: Json) -> str:
    if "former" not in report:
        return ""
    if row.public_id != report["former"]:
        return str(HANDED_OVER["successor"])
    return str(HANDED_OVER["kept" if report.get("kept") else "former"])


def _steps(outline: ProgrammeOutline, addresses: Sequence[str]) -> Iterator[str]:
    for address in addresses:
        step = outline.step(address)
        yield step.title.in_language(get_language() or "fr") if step else address


def _day(instant: dt.datetime) -> dt.date:
    return instant.astimezone(timezone.get_current_timezone()).date()


def _instant(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


@dataclass(frozen=True)
class Line:
    """A change in the list of the last ones."""

    change: CohortChange
    title: str


def last_changes(cohort: Cohort) -> list[Line]:
    """The latest first; two queries."""
    changes = list(cohort.changes.latest_first()[:SHOWN_CHANGES])
    keys: set[Any] = {key for change in changes for key in change.report.get("people", [])}
    rows = cohort.enrolments.filter(public_id__in=keys).with_person()
    names = {row.public_id: row.membership.shown_name for row in rows}
    return [
        Line(change, title_of_change(change.kind, change.report, _entered(change, names)))
        for change in changes
    ]


def _entered(change: CohortChange, names: dict[str, str]) -> str:
    report = change.report
    keys = (key for key in report.get("people", []) if key != report.get("former"))
    return ", ".join(names[key] for key in keys if key in names)
