"""What the written forms share: named blanks on one or more pages, saved while one types, read again after.

Stored flat unless a kind says otherwise (`in_page`, `with_page`): each text under the name of its blank, and
one revision per page ("revision", "revision-2", …), so that a second page written elsewhere is no quarrel
about the first.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from coaching.learning.steps.base import (
    Accepted,
    Conflict,
    Content,
    Form,
    InvalidAnswer,
    Outcome,
    Refused,
    StepKind,
    Task,
    page_number,
    typed_number,
    typed_text,
)

LINE_MAX = 300


@dataclass(frozen=True, slots=True)
class Blank:
    """One field of a form.

    `missing` is what the page says while it is empty, "" when it may stay so. `choices` are words by value;
    None for words of one's own. A box is ticked ("1") or not ("").
    """

    name: str
    label: str
    missing: str = ""
    limit: int = LINE_MAX
    choices: Mapping[str, str] | None = None
    is_box: bool = False

    def read(self, form: Form, stored: str) -> str:
        """What a form says; a field that the form does not have stays as it is, an unticked box is empty."""
        if self.is_box:
            return "1" if self.name in form else ""
        if self.name not in form:
            return stored
        text = typed_text(form.get(self.name))
        return text if self.choices is None or text in self.choices else ""

    def accepts(self, text: Any) -> bool:
        """Whether this may be stored."""
        if self.is_box:
            return text in ("", "1")
        if not isinstance(text, str) or len(text) > self.limit:
            return False
        return not text or self.choices is None or text in self.choices

    def words(self, text: str) -> str:
        """A stored text as one reads it."""
        if self.is_box:
            return self.label if text else ""
        return (self.choices or {}).get(text, text)

    def shown(self, content: Content, **more: Any) -> dict[str, Any]:
        """For the templates: `_blank.html` and its like."""
        value = text_of(content, self.name)
        choices = [
            {"value": key, "label": label, "is_chosen": key == value}
            for key, label in (self.choices or {}).items()
        ]
        return {
            "name": self.name,
            "label": self.label,
            "value": value,
            "limit": self.limit,
            "choices": choices,
            **more,
        }


class WrittenForm(StepKind):
    """A kind whose answer is a form: it names the blanks of each page and shows them."""

    has_draft = True
    reads_back: ClassVar[bool] = (
        True  # a finished answer opens as a sheet to read; « Changer » leads to the form
    )

    @abstractmethod
    def parts(self, task: Task) -> Sequence[Sequence[Blank]]:
        """The blanks of each page, at least one page."""

    def place(self, task: Task, query: Form, default: int = 1) -> int:
        """The number of the page that a form or an address names; 0 for one that is not there any more."""
        return page_number(query, "part", len(self.parts(task)), default)

    def in_page(self, task: Task, number: int, content: Content) -> Content:
        """What is stored of one page: its texts under the names of its blanks, and its `revision`."""
        return content | {"revision": revision_of(content, number)}

    def with_page(self, task: Task, number: int, content: Content, changes: Content) -> Content:
        """The answer with some of a page changed, as `in_page` names it."""
        names = {"revision": _revision_name(number)}
        return content | {names.get(name, name): value for name, value in changes.items()}

    def problems(self, task: Task, number: int, content: Content) -> dict[str, str]:
        """What a page still lacks, by form field."""
        stored = self.in_page(task, number, content)
        return {
            blank.name: blank.missing
            for blank in self.parts(task)[number - 1]
            if blank.missing and not text_of(stored, blank.name).strip()
        }

    def is_open(self, task: Task, number: int, content: Content) -> bool:
        """Whether a page is still to be filled."""
        return bool(self.problems(task, number, content))

    def page(self, task: Task, content: Content, number: int) -> dict[str, Any]:
        """What the template shows of one page, beside its `blanks`."""
        return {}

    def reading(self, task: Task, content: Content) -> dict[str, Any]:
        """What the template shows of a finished answer."""
        return {}

    def validate(self, task: Task, form: Form, previous: Content) -> Outcome:
        written = self.draft(task, form, previous)
        if not isinstance(written, Accepted):
            return written
        number, count = self.place(task, form), len(self.parts(task))
        if problems := self.problems(task, number, written.content):
            # Nothing is stored: the page keeps the revision it knows, and what it typed.
            known = {"revision": revision_of(self.in_page(task, number, previous))}
            return Refused(problems, self.with_page(task, number, written.content, known))
        return Accepted(written.content, stay=None if number == count else {"part": str(number + 1)})

    def draft(self, task: Task, form: Form, previous: Content) -> Outcome:
        number = self.place(task, form)
        blanks, page = self.parts(task)[number - 1], self.in_page(task, number, previous)
        stored = {blank.name: text_of(page, blank.name) for blank in blanks}
        typed: Content = {blank.name: blank.read(form, stored[blank.name]) for blank in blanks}
        known = revision_of(page)
        kept = self.with_page(task, number, previous, typed | {"revision": known})
        if too_long := {
            blank.name: _("%(max)d caractères suffisent ici.") % {"max": blank.limit}
            for blank in blanks
            if len(typed[blank.name]) > blank.limit
        }:
            return Refused(too_long, kept)
        if typed == stored:
            return Accepted(previous)
        if typed_number(form.get("revision"), known) < known:
            changed = [blank for blank in blanks if typed[blank.name] != stored[blank.name]]
            mine, newer = _together(changed, typed), _together(changed, stored)
            return Conflict(changed[0].name, mine, newer, known, kept)
        return Accepted(self.with_page(task, number, kept, {"revision": known + 1}))

    def clean(self, task: Task, content: Content) -> Content:
        cleaned: Content = {}
        for number, blanks in enumerate(self.parts(task), 1):
            given = self.in_page(task, number, content)
            page = {blank.name: given.get(blank.name, "") for blank in blanks}
            if wrong := [blank.name for blank in blanks if not blank.accepts(page[blank.name])]:
                raise InvalidAnswer(f"no usable text for {', '.join(wrong)}")
            cleaned = self.with_page(task, number, cleaned, page | {"revision": 1})
            if lacking := self.problems(task, number, cleaned):
                raise InvalidAnswer(f"nothing for {', '.join(lacking)}")
        return cleaned

    def is_complete(self, task: Task, content: Content) -> bool:
        return self._first_open(task, content) == 0

    def context(self, task: Task, content: Content, query: Form) -> dict[str, Any]:
        parts, open_part = self.parts(task), self._first_open(task, content)
        asked = self.place(task, query, 0)
        is_asked = bool(asked) or "part" in query  # even a page that is gone is answered by a page
        is_read = self.reads_back and task.is_done and not open_part and not is_asked
        # Whole but never sent, saved while one typed: the last page is the one to send.
        number = asked or open_part or (1 if task.is_done else len(parts))
        stored = self.in_page(task, number, content)
        shown = self.reading(task, content) if is_read else self.page(task, content, number)
        return {
            "is_read": is_read,
            "number": number,
            "count": len(parts),
            "revision": revision_of(stored),
            "previous_page": f"?part={number - 1}" if number > 1 and not is_read else "",
            "blanks": [blank.shown(stored) for blank in parts[number - 1]],
        } | shown

    def revision(self, content: Content, form: Form) -> int:
        return revision_of(content, max(typed_number(form.get("part"), 1), 1))

    def _first_open(self, task: Task, content: Content) -> int:
        """The first page that is still to be filled, 0 when none is."""
        numbers = range(1, len(self.parts(task)) + 1)
        return next((number for number in numbers if self.is_open(task, number, content)), 0)


def text_of(content: Content, name: str) -> str:
    """What is written in a blank, "" when nothing is."""
    text = content.get(name)
    return text if isinstance(text, str) else ""


def revision_of(content: Content, number: int = 1) -> int:
    """How many times a page was saved; 0 before the first."""
    revision = content.get(_revision_name(number), 0)
    return revision if isinstance(revision, int) else 0


def _revision_name(number: int) -> str:
    return "revision" if number == 1 else f"revision-{number}"


def _together(blanks: Sequence[Blank], texts: Mapping[str, str]) -> str:
    """The texts that two screens disagree about, each under its question where it has one."""
    lines = [(blank.label, blank.words(texts[blank.name]).strip() or "–") for blank in blanks]
    return "\n".join(line for pair in lines for line in pair if line)
