"""The brand's values and one's own acts: for each a tag and what one does; then one's limits, if it asks.

The values come from the network (`Task.brand`). Stored: `values`, by the value's key, each {"tag", "act",
"label", "revision"} (the label as it read then, for the day the network drops the value); `boundaries`, by
prompt, each {"text", "revision"}; `passed`, when the network had no values yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from agencies.roles import Shareable
from coaching.learning.steps.base import (
    Accepted,
    BrandWord,
    Conflict,
    Content,
    Form,
    InvalidAnswer,
    Original,
    Outcome,
    Refused,
    StepKind,
    Task,
    mapping,
    page_number,
    typed_number,
    typed_text,
)

ACT_MAX = 1_000
LISTS = {"view": "lists"}  # the page after the last value: the brand and me


@dataclass(frozen=True, slots=True)
class Page:
    """One page: a value of the brand, or a question about one's limits. `id` names its answer."""

    id: str
    value: BrandWord | None = None
    prompt: Mapping[str, Any] | None = None


class BrandValues(StepKind):
    kind = "brand_values"
    template = "coaching/learning/steps/brand_values.html"
    has_draft = True

    def validate(self, task: Task, form: Form, previous: Content) -> Outcome:
        if not task.brand:
            return Accepted({**_tidy(previous), "passed": True})
        pages = pages_of(task)
        place = next((n for n, page in enumerate(pages) if page.id == form.get("part")), None)
        if place is None:
            return Refused({"part": _("Votre réseau a changé ses valeurs. Reprenez ici.")}, _tidy(previous))
        written = self.draft(task, form, previous)
        if not isinstance(written, Accepted):
            return written
        errors = _missing(task, pages[place], written.content)
        if errors:
            return Refused(errors, written.content)
        is_last = place + 1 == len(pages)
        return Accepted(written.content, stay=LISTS if is_last else {"p": str(place + 2)})

    def draft(self, task: Task, form: Form, previous: Content) -> Outcome:
        page = next((page for page in pages_of(task) if page.id == form.get("part")), None)
        if page is None:
            return Refused({"part": _("Votre réseau a changé ses valeurs. Reprenez ici.")}, _tidy(previous))
        return _write(task, page, form, _tidy(previous))

    def clean(self, task: Task, content: Content) -> Content:
        if not task.brand:
            return {**_tidy({}), "passed": True}
        given, boundaries = mapping(content.get("values")), mapping(content.get("boundaries"))
        cleaned: Content = _tidy({})
        for page in pages_of(task):
            entry = mapping((given if page.value else boundaries).get(page.id))
            text = entry.get("act" if page.value else "text", "")
            if not isinstance(text, str) or len(text) > ACT_MAX:
                raise InvalidAnswer("an act is a short text")
            if page.value:
                one = {"tag": entry.get("tag"), "act": text, "label": page.value.label, "revision": 1}
                cleaned["values"][page.id] = one
            else:
                cleaned["boundaries"][page.id] = {"text": text, "revision": 1}
            if _missing(task, page, cleaned):
                raise InvalidAnswer(f"no usable answer to {page.id}")
        return cleaned

    def is_complete(self, task: Task, content: Content) -> bool:
        if not task.brand:
            return bool(content.get("passed"))
        tidy = _tidy(content)
        return all(
            page.id in (tidy["values"] if page.value else tidy["boundaries"])
            and not _missing(task, page, tidy)
            for page in pages_of(task)
        )

    def context(self, task: Task, content: Content, query: Form) -> dict[str, Any]:
        if not task.brand:
            return {"has_no_values": True}
        pages, tidy = pages_of(task), _tidy(content)
        is_done = self.is_complete(task, content)
        asks_for_page = "p" in query or "part" in query
        if is_done and not asks_for_page:
            return {"view": "lists", "lines": lines_of(task, content), "left_over": left_over(task, content)}
        open_pages = [n for n, page in enumerate(pages, 1) if _is_open(task, page, tidy)]
        number = page_number(query, "p", len(pages), open_pages[0] if open_pages else 1)
        page = next((page for page in pages if page.id == query.get("part")), pages[number - 1])
        entry = _entry(tidy, page)
        tags = task.fields["tags"]
        return {
            "page": page,
            "number": pages.index(page) + 1,
            "count": len(pages),
            "tag": entry.get("tag"),
            "text": str(entry.get("act" if page.value else "text") or ""),
            "revision": _revision(entry),
            "blank_tag": tags[-1]["label"],
            "act_max": ACT_MAX,
            "previous_page": f"?p={pages.index(page)}" if pages.index(page) else "",
        }

    def revision(self, content: Content, form: Form) -> int:
        tidy, part = _tidy(content), str(form.get("part"))
        return _revision(mapping(tidy["values"].get(part) or tidy["boundaries"].get(part)))

    def original(self, task: Task, content: Content, prompt: str) -> Original | None:
        page = next((page for page in pages_of(task) if page.id == prompt), None)
        if page is None:
            return None
        entry = _entry(_tidy(content), page)
        if page.value:
            return Original(Shareable.BRAND_ACT, page.value.label, str(entry.get("act") or ""))
        question = str(page.prompt["question"]) if page.prompt else ""
        return Original(Shareable.REFLECTION, question, str(entry.get("text") or ""))

    def words_of(self, content: Content, prompt: str) -> str:
        """For « act » the first act written, in the brand's order; else the words under that question."""
        tidy = _tidy(content)
        if prompt == "act":
            acts = (str(mapping(entry).get("act") or "").strip() for entry in tidy["values"].values())
            return next(filter(None, acts), "")
        return str(mapping(tidy["boundaries"].get(prompt)).get("text") or "").strip()


def pages_of(task: Task) -> tuple[Page, ...]:
    """A page for each value in the brand's order, then one for each question; none without values."""
    if not task.brand:
        return ()
    values = tuple(Page(word.key, value=word) for word in task.brand)
    return values + tuple(Page(prompt["key"], prompt=prompt) for prompt in task.fields.get("boundaries", ()))


def lines_of(task: Task, content: Content) -> list[dict[str, Any]]:
    """Each value with the words of its tag and the act, for the page of the three lists and the charter."""
    tidy = _tidy(content)
    labels = {tag["key"]: tag["label"] for tag in task.fields["tags"]}
    lines = []
    for number, word in enumerate(task.brand, 1):
        entry = mapping(tidy["values"].get(word.key))
        tag, act = labels.get(str(entry.get("tag")), ""), str(entry.get("act") or "").strip()
        lines.append({"key": word.key, "label": word.label, "tag": tag, "act": act, "page": number})
    return lines


def left_over(task: Task, content: Content) -> list[dict[str, str]]:
    """Acts written for values that the network has dropped since: they stay their author's."""
    kept = {word.key for word in task.brand}
    return [
        {"label": str(entry.get("label") or ""), "act": str(entry.get("act"))}
        for key, entry in _tidy(content)["values"].items()
        if key not in kept and str(entry.get("act") or "").strip()
    ]


def _tidy(content: Content) -> Content:
    """The stored answer without what does not belong: read without trust."""
    values, boundaries = mapping(content.get("values")), mapping(content.get("boundaries"))
    return {
        "values": {str(key): mapping(entry) for key, entry in values.items()},
        "boundaries": {str(key): mapping(entry) for key, entry in boundaries.items()},
    }


def _entry(tidy: Content, page: Page) -> dict[str, Any]:
    return mapping((tidy["values"] if page.value else tidy["boundaries"]).get(page.id))


def _revision(entry: Mapping[str, Any]) -> int:
    revision = entry.get("revision", 0)
    return revision if isinstance(revision, int) else 0


def _is_open(task: Task, page: Page, tidy: Content) -> bool:
    return not _entry(tidy, page) or bool(_missing(task, page, tidy))


def _missing(task: Task, page: Page, content: Content) -> dict[str, str]:
    """What a page still needs: a tag, and an act unless one struggles. A limit may stay blank."""
    if page.value is None:
        return {}
    entry, tags = _entry(content, page), [tag["key"] for tag in task.fields["tags"]]
    if entry.get("tag") not in tags:
        return {"tag": _("Choisissez la réponse la plus proche. Aucune n’est une faute.")}
    if entry["tag"] != tags[-1] and not str(entry.get("act") or "").strip():
        return {
            "text": _(
                "Un geste suffit, même petit. S’il n’y en a pas, la dernière réponse est faite pour cela."
            )
        }
    return {}


def _write(task: Task, page: Page, form: Form, tidy: Content) -> Outcome:
    name, field = ("values", "act") if page.value else ("boundaries", "text")
    stored, text = _entry(tidy, page), typed_text(form.get("text"))
    known, before = _revision(stored), str(stored.get(field) or "")
    entry = {**stored, field: text, "revision": known}
    if page.value:
        tags = [tag["key"] for tag in task.fields["tags"]]
        tag = form.get("tag") if form.get("tag") in tags else stored.get("tag")
        entry |= {"tag": tag, "label": page.value.label}
    written = {**tidy, name: {**tidy[name], page.id: entry}}
    if len(text) > ACT_MAX:
        message = _("Ce texte dépasse %(max)d caractères : gardez-en une partie.") % {"max": ACT_MAX}
        return Refused({"text": message}, written)
    if text != before:
        if typed_number(form.get("revision"), known) < known:
            return Conflict("text", text, before, known, written)
        entry["revision"] = known + 1
    return Accepted(written)
