"""Rows of the agencies × weeks table, joined here: as a template loop they would cost more than the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.cairn import avatar
from coaching.adoption.facts import CohortFacts, Person, WeekState
from coaching.adoption.overview import AgencyRow
from coaching.adoption.wording import BUCKETS, MARKS, STATES

_PLACE = "AGENCY"
MAX_LINES = 2  # two co-heads have a line each; beyond, the agency speaks with one voice


class Matrix:
    """Draws one cohort's rows; words and addresses are looked up once, not once per cell."""

    def __init__(self, cohort: CohortFacts, slug: str) -> None:
        self.count = len(cohort.required)
        self.due = cohort.due_week
        self.url = reverse("adoption:agency", args=[slug, _PLACE])
        self.query = f"?cohort={cohort.cohort.public_id}"
        self.cells = {
            (state, number): self._cell(state, number, str(word))
            for state, word in STATES.items()
            for number in range(self.count)
        }

    def head(self) -> SafeString:
        """The weeks' numbers."""
        week = _("Semaine")
        return format_html_join(
            "",
            '<th class="{}" scope="col"><span class="vh">{} </span>{}</th>',
            ((self._css("num", number), week, number) for number in range(self.count)),
        )

    def body(self, rows: Iterable[AgencyRow]) -> SafeString:
        return mark_safe("".join(self._agency(row) for row in rows))  # noqa: S308 - each line is format_html's

    def _agency(self, row: AgencyRow) -> SafeString:
        """One line per person; an agency without anybody keeps its line, one with many has a single one."""
        if len(row.people) > MAX_LINES:
            count = ngettext("%(count)d personne", "%(count)d personnes", len(row.people))
            return self._line(row, row.people, count % {"count": len(row.people)})
        if not row.people:
            return self._line(row, (), ", ".join(row.names))
        lines = (self._line(row, (person,), person.name) for person in row.people)
        return mark_safe("".join(lines))  # noqa: S308 - each line is format_html's

    def _line(self, row: AgencyRow, people: Sequence[Person], name: str) -> SafeString:
        return format_html(
            '<tr><th scope="row"><a class="ag" href="{}">{}<span><b>{}</b><small>{}</small></span></a></th>'
            '{}<td class="seen mstart">{}</td><td class="marks">{}</td></tr>',
            self.url.replace(_PLACE, row.agency.public_id) + self.query,
            avatar(name or row.agency.name, "sm"),
            row.agency.name,
            name,
            self._cells(people),
            _latest_bucket(people),
            self._tags(row, people),
        )

    def _cells(self, people: Sequence[Person]) -> SafeString:
        if not people:
            return format_html(
                '<td class="mstart c" colspan="{}"><span class="sub">–</span></td>', self.count
            )
        states = people[0].weeks if len(people) == 1 else _shared_states(people)
        # Every cell is _cell's.
        return mark_safe("".join(self.cells[state, number] for number, state in enumerate(states)))  # noqa: S308

    def _cell(self, state: str, number: int, word: str) -> SafeString:
        return format_html(
            '<td class="{}"><span class="cell" data-s="{}"><span class="vh">{}</span></span></td>',
            self._css("c", number),
            state,
            word,
        )

    def _css(self, kind: str, number: int) -> str:
        return kind + (" mstart" if number == 0 else "") + (" due" if number == self.due else "")

    def _tags(self, row: AgencyRow, people: Sequence[Person]) -> SafeString:
        tags: list[tuple[str, str]] = []
        if any(person.visibility.is_visible for person in people):
            tags.append(("tag tag--warn", _("À épauler")))
        if people and all(person.is_paused for person in people):
            tags.append(("tag", _("En pause")))
        tags += [("tag", str(MARKS[mark])) for mark in row.marks]
        return format_html_join(" ", '<span class="{}">{}</span>', tags)


def _shared_states(people: Sequence[Person]) -> list[WeekState]:
    """The state of each week for several people: done by all, begun by somebody, or still to come."""
    shared: list[WeekState] = []
    for states in zip(*(person.weeks for person in people), strict=True):
        same: WeekState = states[0] if len(set(states)) == 1 else "doing"
        shared.append(same)
    return shared


def _latest_bucket(people: Sequence[Person]) -> str:
    """The most recent of their buckets: somebody at the agency was there then."""
    found = {person.figures.recency_bucket for person in people}
    return next((str(label) for code, label in BUCKETS.items() if code in found), "–")
