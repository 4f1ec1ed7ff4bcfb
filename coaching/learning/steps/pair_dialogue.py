"""A sentence to confide to one's pair, or to keep: it starts from one's own earlier words, and both count.

Where the words are an act of the brand exercise, they are offered to the cohort's wall instead.
Stored: `text`, its `revision`, and `choice`, "shared" or "kept" once made. The copy is a SharedItem.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from agencies.roles import Audience, Shareable
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
from coaching.programmes.outline import ProgrammeOutline, StepOutline

PROMPT = "word"  # the name of the copy beside the step's address
SENTENCE_MAX = 1000
CHOICES = ("shared", "kept")


class PairDialogue(StepKind):
    kind = "pair_dialogue"
    template = "coaching/learning/steps/pair_dialogue.html"
    has_draft = True

    def validate(self, task: Task, form: Form, previous: Content) -> Outcome:
        written = self.draft(task, form, previous)
        if not isinstance(written, Accepted):
            return written
        choice = "shared" if form.get("action") == "share" else "kept"
        if choice == "shared" and not text_of(written.content).strip():
            return Refused({"text": _("Écrivez la phrase que vous voulez confier.")}, written.content)
        return Accepted({**written.content, "choice": choice})

    def draft(self, task: Task, form: Form, previous: Content) -> Outcome:
        typed, stored, known = typed_text(form.get("text")), text_of(previous), _revision(previous)
        if len(typed) > SENTENCE_MAX:
            message = _("Une ou deux phrases suffisent : %(max)d caractères au plus.")
            return Refused({"text": message % {"max": SENTENCE_MAX}}, {**previous, "text": typed})
        kept = {"text": typed, "revision": known, "choice": _choice(previous)}
        if typed == stored:
            return Accepted(kept)
        if typed_number(form.get("revision"), known) < known:
            return Conflict("text", typed, stored, known, kept)
        return Accepted({**kept, "revision": known + 1})

    def clean(self, task: Task, content: Content) -> Content:
        text = content.get("text", "")
        if not isinstance(text, str) or len(text) > SENTENCE_MAX or content.get("choice") not in CHOICES:
            raise InvalidAnswer("a short text, shared or kept")
        if content["choice"] == "shared" and not text.strip():
            raise InvalidAnswer("nothing to share")
        return {"text": text, "revision": 1, "choice": content["choice"]}

    def is_complete(self, task: Task, content: Content) -> bool:
        return _choice(content) in CHOICES

    def context(self, task: Task, content: Content, query: Form) -> dict[str, Any]:
        """The page starts from the earlier words until something was written here."""
        revision = _revision(content)
        return {
            "text": text_of(content) if revision or _choice(content) else text_of(content) or task.offered,
            "is_offered": bool(task.offered) and not revision,
            "revision": revision,
            "max_length": SENTENCE_MAX,
        }

    def revision(self, content: Content, form: Form) -> int:
        return _revision(content)

    def words_of(self, content: Content, prompt: str) -> str:
        return text_of(content)


def text_of(content: Content) -> str:
    text = content.get("text")
    return text if isinstance(text, str) else ""


def destination(outline: ProgrammeOutline, step: StepOutline) -> tuple[Shareable, Audience]:
    """As what, and to whom, the sentence may go: follows from the exercise that it starts from."""
    source = outline.step(source_of(step)[0])
    if source is not None and source.kind == "brand_values":
        return Shareable.BRAND_ACT, Audience.COHORT
    return Shareable.PAIR_WORD, Audience.PAIR


def source_of(step: StepOutline) -> tuple[str, str]:
    """Address and prompt of the words that the step offers, both "" without."""
    key, _slash, prompt = str(step.data.get("offer", "")).partition("/")
    return (f"{step.module_key}/{key}", prompt) if key else ("", "")


def _choice(content: Content) -> str:
    choice = content.get("choice")
    return choice if isinstance(choice, str) and choice in CHOICES else ""


def _revision(content: Content) -> int:
    revision = content.get("revision", 0)
    return revision if isinstance(revision, int) else 0
