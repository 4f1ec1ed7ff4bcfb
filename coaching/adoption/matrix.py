"""Rows of the agencies × weeks table, joined here: as a template loop they would cost more than the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.urls import reverse
from django.utils.html import escape, format_html_join
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
        return mark_safe("".join(self._agency(row) for row in rows))  # noqa: S308 - _line escapes

    def _agency(self, row: AgencyRow) -> str:
        """One line per person; an agency without anybody keeps its line, one with many has a single one."""
        if len(row.people) > MAX_LINES:
            count = ngettext("%(count)d personne", "%(count)d personnes", len(row.people))
            return self._line(row, row.people, count % {"count": len(row.people)})
        if not row.people:
            return self._line(row, (), ", ".join(row.names))
        lines = (self._line(row, (person,), person.name) for person in row.people)
        return "".join(lines)

    def _line(self, row: AgencyRow, people: Sequence[Person], name: str) -> str:
        """Every part is either ours or escaped here: format_html for each costs more than the queries."""
        url = f"{self.url.replace(_PLACE, row.agency.public_id)}{self.query}"
        return (
            f'<tr><th scope="row"><a class="ag" href="{url}">{avatar(name or row.agency.name, "sm")}'
            f"<span><b>{escape(row.agency.name)}</b><small>{escape(name)}</small></span></a></th>"
            f'{self._cells(people)}<td class="seen mstart">{escape(_latest_bucket(people))}</td>'
            f'<td class="marks">{self._tags(row, people)}</td></tr>'
        )

    def _cells(self, people: Sequence[Person]) -> str:
        if not people:
            return f'<td class="mstart c" colspan="{self.count}"><span class="sub">–</span></td>'
        states = people[0].weeks if len(people) == 1 else _shared_states(people)
        return "".join(self.cells[state, number] for number, state in enumerate(states))

    def _cell(self, state: str, number: int, word: str) -> str:
        css = self._css("c", number)
        return (
            f'<td class="{css}"><span class="cell" data-s="{state}"><span class="vh">{escape(word)}</span>'
            "</span></td>"
        )

    def _css(self, kind: str, number: int) -> str:
        return kind + (" mstart" if number == 0 else "") + (" due" if number == self.due else "")

    def _tags(self, row: AgencyRow, people: Sequence[Person]) -> str:
        tags: list[tuple[str, str]] = []
        if any(person.visibility.is_visible for person in people):
            tags.append(("tag tag--warn", _("À épauler")))
        if people and all(person.is_paused for person in people):
            tags.append(("tag", _("En pause")))
        tags += [("tag", str(MARKS[mark])) for mark in row.marks]
        return " ".join(f'<span class="{css}">{escape(text)}</span>' for css, text in tags)


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
