"""The brand's values and one's own acts: for each a tag and what one does; then one's limits, if it asks.

The values come from the network (`Task.brand`). Stored: `values`, by the value's key, each {"tag", "act",
"label", "revision"} (the label as it read then, for the day the network drops the value); `boundaries`, by
prompt, each {"text", "revision"}; `passed`, when the network had no values yet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from agencies.roles import Shareable
from coaching.learning.steps.base import (
    Accepted,
    BrandWord,
    Content,
    Form,
    Original,
    Outcome,
    Refused,
    Task,
    mapping,
    page_number,
)
from coaching.learning.steps.written import Blank, WrittenForm, revision_of, text_of

ACT_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Page:
    """One page: a value of the brand, or a question about one's limits. `id` names its answer."""

    id: str
    value: BrandWord | None = None
    prompt: Mapping[str, Any] | None = None

    @property
    def entries(self) -> str:
        """Where its answer is stored."""
        return "values" if self.value else "boundaries"

    @property
    def text(self) -> str:
        """Under which name its words are stored there."""
        return "act" if self.value else "text"


class BrandValues(WrittenForm):
    kind = "brand_values"
    template = "coaching/learning/steps/brand_values.html"

    def parts(self, task: Task) -> Sequence[Sequence[Blank]]:
        return [_blanks(task, page) for page in pages_of(task)]

    def place(self, task: Task, query: Form, default: int = 1) -> int:
        """A form names its value, which may have moved or gone since; an address has `?p=2`."""
        ids = [page.id for page in pages_of(task)]
        if "part" in query or not ids:
            return ids.index(query.get("part")) + 1 if query.get("part") in ids else 0
        return page_number(query, "p", len(ids), default)

    def in_page(self, task: Task, number: int, content: Content) -> Content:
        page = pages_of(task)[number - 1]
        entry = _tidy(content)[page.entries].get(page.id, {})
        return {**entry, "text": entry.get(page.text, "")}

    def with_page(self, task: Task, number: int, content: Content, changes: Content) -> Content:
        page, tidy = pages_of(task)[number - 1], _tidy(content)
        entries = tidy[page.entries]
        named = {page.text if name == "text" else name: value for name, value in changes.items()}
        label = {"label": page.value.label} if page.value else {}
        return tidy | {page.entries: entries | {page.id: {**entries.get(page.id, {}), **named, **label}}}

    def problems(self, task: Task, number: int, content: Content) -> dict[str, str]:
        """A tag, and an act unless one struggles. A limit may stay blank."""
        problems = super().problems(task, number, content)
        if self.in_page(task, number, content).get("tag") == task.fields["tags"][-1]["key"]:
            problems.pop("text", None)
        return problems

    def is_open(self, task: Task, number: int, content: Content) -> bool:
        page = pages_of(task)[number - 1]
        return page.id not in _tidy(content)[page.entries] or super().is_open(task, number, content)

    def validate(self, task: Task, form: Form, previous: Content) -> Outcome:
        if not task.brand:
            return Accepted({**_tidy(previous), "passed": True})
        taken = super().validate(task, form, previous)
        if not isinstance(taken, Accepted):
            return taken
        number = self.place(task, form)
        known = {"revision": revision_of(self.in_page(task, number, taken.content))}
        passed = self.with_page(task, number, taken.content, known)  # a limit left blank is an answer too
        return Accepted(passed, stay={"p": taken.stay["part"]} if taken.stay else {})

    def draft(self, task: Task, form: Form, previous: Content) -> Outcome:
        if not self.place(task, form):
            return Refused({"part": _("Votre réseau a changé ses valeurs. Reprenez ici.")}, previous)
        return super().draft(task, form, previous)

    def clean(self, task: Task, content: Content) -> Content:
        return super().clean(task, content) if task.brand else {**_tidy({}), "passed": True}

    def is_complete(self, task: Task, content: Content) -> bool:
        return super().is_complete(task, content) if task.brand else bool(content.get("passed"))

    def context(self, task: Task, content: Content, query: Form) -> dict[str, Any]:
        return super().context(task, content, query) if task.brand else {"has_no_values": True}

    def page(self, task: Task, content: Content, number: int) -> dict[str, Any]:
        stored = self.in_page(task, number, content)
        return {
            "page": pages_of(task)[number - 1],
            "tag": stored.get("tag"),
            "text": text_of(stored, "text"),
            "blank_tag": task.fields["tags"][-1]["label"],
            "act_max": ACT_MAX,
            "previous_page": f"?p={number - 1}" if number > 1 else "",
        }

    def reading(self, task: Task, content: Content) -> dict[str, Any]:
        return {"lines": lines_of(task, content), "left_over": left_over(task, content)}

    def revision(self, content: Content, form: Form) -> int:
        tidy, part = _tidy(content), str(form.get("part"))
        return revision_of(tidy["values"].get(part) or tidy["boundaries"].get(part) or {})

    def original(self, task: Task, content: Content, prompt: str) -> Original | None:
        page = next((page for page in pages_of(task) if page.id == prompt), None)
        if page is None:
            return None
        text = text_of(_tidy(content)[page.entries].get(page.id, {}), page.text)
        if page.value:
            return Original(Shareable.BRAND_ACT, page.value.label, text)
        return Original(Shareable.REFLECTION, str(page.prompt["question"]) if page.prompt else "", text)

    def words_of(self, content: Content, prompt: str) -> str:
        """For « act » the first act written, in the brand's order; else the words under that question."""
        tidy = _tidy(content)
        if prompt == "act":
            acts = (text_of(entry, "act").strip() for entry in tidy["values"].values())
            return next(filter(None, acts), "")
        return text_of(tidy["boundaries"].get(prompt, {}), "text").strip()


def pages_of(task: Task) -> tuple[Page, ...]:
    """A page for each value in the brand's order, then one for each question; none without values."""
    if not task.brand:
        return ()
    values = tuple(Page(word.key, value=word) for word in task.brand)
    return values + tuple(Page(prompt["key"], prompt=prompt) for prompt in task.fields.get("boundaries", ()))


def _blanks(task: Task, page: Page) -> list[Blank]:
    if page.prompt:
        return [Blank("text", page.prompt["question"], limit=ACT_MAX)]
    tag = _("Choisissez la réponse la plus proche. Aucune n’est une faute.")
    act = _("Un geste suffit, même petit. S’il n’y en a pas, la dernière réponse est faite pour cela.")
    tags = {tag["key"]: tag["label"] for tag in task.fields["tags"]}
    return [
        Blank("tag", _("Cette valeur et vous"), tag, choices=tags),
        Blank("text", task.fields["act"], act, ACT_MAX),
    ]


def lines_of(task: Task, content: Content) -> list[dict[str, Any]]:
    """Each value with the words of its tag and the act, for the page of the three lists and the charter."""
    values = _tidy(content)["values"]
    labels = {tag["key"]: tag["label"] for tag in task.fields["tags"]}
    lines = []
    for number, word in enumerate(task.brand, 1):
        entry = values.get(word.key, {})
        tag, act = labels.get(text_of(entry, "tag"), ""), text_of(entry, "act").strip()
        lines.append({"key": word.key, "label": word.label, "tag": tag, "act": act, "page": number})
    return lines


def left_over(task: Task, content: Content) -> list[dict[str, str]]:
    """Acts written for values that the network has dropped since: they stay their author's."""
    kept = {word.key for word in task.brand}
    return [
        {"label": text_of(entry, "label"), "act": text_of(entry, "act")}
        for key, entry in _tidy(content)["values"].items()
        if key not in kept and text_of(entry, "act").strip()
    ]


def _tidy(content: Content) -> dict[str, dict[str, Content]]:
    """The stored answer without what does not belong: read without trust."""
    return {
        name: {str(key): mapping(entry) for key, entry in mapping(content.get(name)).items()}
        for name in ("values", "boundaries")
    }
