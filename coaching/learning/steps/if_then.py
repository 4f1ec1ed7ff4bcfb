"""« Si… alors… »: one cue of one's own day and one small act, for oneself.

Stored: `if`, `then` and the `revision` of the two texts together.
"""

from __future__ import annotations

from typing import Any

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
    typed_number,
    typed_text,
)

LINE_MAX = 300
PARTS = ("if", "then")


class IfThen(StepKind):
    kind = "if_then"
    template = "coaching/learning/steps/if_then.html"
    has_draft = True

    def validate(self, task: Task, form: Form, previous: Content) -> Outcome:
        written = self.draft(task, form, previous)
        if not isinstance(written, Accepted):
            return written
        empty = {
            "if": _("Choisissez un moment qui existe déjà dans votre semaine."),
            "then": _("Dites en quelques mots ce que vous ferez alors."),
        }
        errors = {part: empty[part] for part in PARTS if not written.content[part].strip()}
        return Refused(errors, written.content) if errors else written

    def draft(self, task: Task, form: Form, previous: Content) -> Outcome:
        typed = {part: typed_text(form.get(part)) for part in PARTS}
        too_long = _("Une seule phrase suffit : %(max)d caractères au plus.") % {"max": LINE_MAX}
        errors = {part: too_long for part in PARTS if len(typed[part]) > LINE_MAX}
        if errors:
            return Refused(errors, {**previous, **typed})
        known = _revision(previous)
        stored = {part: str(previous.get(part) or "") for part in PARTS}
        if typed == stored:
            return Accepted({**stored, "revision": known})
        if typed_number(form.get("revision"), known) < known:
            return Conflict("if", _together(typed), _together(stored), known)
        return Accepted({**typed, "revision": known + 1})

    def clean(self, task: Task, content: Content) -> Content:
        typed = {part: content.get(part) for part in PARTS}
        if not all(isinstance(text, str) and 0 < len(text.strip()) <= LINE_MAX for text in typed.values()):
            raise InvalidAnswer("both parts are short texts")
        return {**typed, "revision": 1}

    def is_complete(self, task: Task, content: Content) -> bool:
        return all(str(content.get(part) or "").strip() for part in PARTS)

    def context(self, task: Task, content: Content, query: Form) -> dict[str, Any]:
        return {
            "if_text": str(content.get("if") or ""),
            "then_text": str(content.get("then") or ""),
            "revision": _revision(content),
        }

    def revision(self, content: Content, form: Form) -> int:
        return _revision(content)


def _revision(content: Content) -> int:
    revision = content.get("revision", 0)
    return revision if isinstance(revision, int) else 0


def _together(texts: dict[str, str]) -> str:
    return f"{texts['if']}\n→ {texts['then']}".strip("\n→ ")
