"""A sentence to confide to one's pair, or to keep: it starts from one's own earlier words, and both count.

Where the words are an act of the brand exercise, they are offered to the cohort's wall instead.
Stored: `text`, its `revision`, and `choice`, "shared" or "kept" once made. The copy is a SharedItem.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from agencies.roles import Audience, Shareable
from coaching.learning.steps.base import Accepted, Content, Form, InvalidAnswer, Outcome, Refused, Task
from coaching.learning.steps.written import Blank, WrittenForm, revision_of, text_of
from coaching.programmes.outline import ProgrammeOutline, StepOutline

PROMPT = "word"  # the name of the copy beside the step's address
SENTENCE_MAX = 1000
CHOICES = ("shared", "kept")


class PairDialogue(WrittenForm):
    kind = "pair_dialogue"
    template = "coaching/learning/steps/pair_dialogue.html"
    reads_back = False  # one sentence, which may be shared or taken back at any time

    def parts(self, task: Task) -> Sequence[Sequence[Blank]]:
        return ([Blank("text", "", limit=SENTENCE_MAX)],)

    def validate(self, task: Task, form: Form, previous: Content) -> Outcome:
        written = super().validate(task, form, previous)
        if not isinstance(written, Accepted):
            return written
        choice = "shared" if form.get("action") == "share" else "kept"
        if choice == "shared" and not text_of(written.content, "text").strip():
            message = _("Écrivez la phrase que vous voulez confier.")
            return Refused({"text": message}, written.content | {"revision": revision_of(previous)})
        return Accepted({**written.content, "choice": choice})

    def clean(self, task: Task, content: Content) -> Content:
        cleaned, choice = super().clean(task, content), content.get("choice")
        if choice not in CHOICES or (choice == "shared" and not cleaned["text"].strip()):
            raise InvalidAnswer("a text that is shared, or anything kept")
        return {**cleaned, "choice": choice}

    def is_complete(self, task: Task, content: Content) -> bool:
        return content.get("choice") in CHOICES

    def page(self, task: Task, content: Content, number: int) -> dict[str, Any]:
        """The page starts from the earlier words until something was written or chosen here."""
        is_offered = not (revision_of(content) or text_of(content, "text") or self.is_complete(task, content))
        return {
            "text": task.offered if is_offered else text_of(content, "text"),
            "is_offered": is_offered and bool(task.offered),
            "max_length": SENTENCE_MAX,
        }

    def words_of(self, content: Content, prompt: str) -> str:
        return text_of(content, "text")


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
