"""Rows of the agencies × weeks table, joined here: as a template loop they would cost more than the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts.templatetags.cairn import avatar
from coaching.adoption.facts import CohortFacts, Person
from coaching.adoption.overview import AgencyRow
from coaching.adoption.wording import BUCKETS, MARKS, STATES

_PLACE = "AGENCY"


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
        """One line per person; an agency without anybody keeps its own line."""
        people: Sequence[Person | None] = row.people or (None,)
        return mark_safe("".join(self._line(row, person) for person in people))  # noqa: S308

    def _line(self, row: AgencyRow, person: Person | None) -> SafeString:
        name = person.name if person else ", ".join(row.names)
        return format_html(
            '<tr><th scope="row"><a class="ag" href="{}">{}<span><b>{}</b><small>{}</small></span></a></th>'
            '{}<td class="seen mstart">{}</td><td class="marks">{}</td></tr>',
            self.url.replace(_PLACE, row.agency.public_id) + self.query,
            avatar(name or row.agency.name, "sm"),
            row.agency.name,
            name,
            self._cells(person),
            BUCKETS[person.figures.recency_bucket] if person else "–",
            self._tags(row, person),
        )

    def _cells(self, person: Person | None) -> SafeString:
        if person is None:
            return format_html(
                '<td class="mstart c" colspan="{}"><span class="sub">–</span></td>', self.count
            )
        cells = (self.cells[state, number] for number, state in enumerate(person.weeks))
        return mark_safe("".join(cells))  # noqa: S308 - every cell is _cell's

    def _cell(self, state: str, number: int, word: str) -> SafeString:
        return format_html(
            '<td class="{}"><span class="cell" data-s="{}"><span class="vh">{}</span></span></td>',
            self._css("c", number),
            state,
            word,
        )

    def _css(self, kind: str, number: int) -> str:
        return kind + (" mstart" if number == 0 else "") + (" due" if number == self.due else "")

    def _tags(self, row: AgencyRow, person: Person | None) -> SafeString:
        tags: list[tuple[str, str]] = []
        if person and person.visibility.is_visible:
            tags.append(("tag tag--warn", _("À épauler")))
        if person and person.is_paused:
            tags.append(("tag", _("En pause")))
        tags += [("tag", str(MARKS[mark])) for mark in row.marks]
        return format_html_join(" ", '<span class="{}">{}</span>', tags)
