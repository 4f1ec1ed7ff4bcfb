"""Questions to oneself, one page each, saved while one types; nobody else reads them.

Stored: `texts`, by question id, each {"text", "revision"}, and `thought`, the ids of the questions one
chose to think about without writing. An id is the prompt's key, or "prompt.card" when it repeats a sort.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.roles import Shareable
from coaching.learning.steps.base import (
    TEXT_MAX,
    Accepted,
    Conflict,
    Content,
    Form,
    InvalidAnswer,
    Original,
    Outcome,
    PickedCard,
    Refused,
    StepKind,
    Task,
    mapping,
    page_number,
    typed_number,
    typed_text,
)


@dataclass(frozen=True, slots=True)
class Question:
    """One page: a prompt, and the card it is about when the step repeats a card sort."""

    id: str
    question: str
    help: str
    starter: str
    hint: str
    card: PickedCard | None = None


class Reflection(StepKind):
    kind = "reflection"
    template = "coaching/learning/steps/reflection.html"
    has_draft = True

    def validate(self, task: Task, form: Form, previous: Content) -> Outcome:
        asked = questions(task)
        position = next((n for n, question in enumerate(asked) if question.id == form.get("prompt")), None)
        if position is None:
            return Refused({"prompt": _("Cette question n’est plus dans le parcours.")}, previous)
        question, stay = asked[position], {"p": str(position + 1)}
        if form.get("action") == "clear":
            return Accepted(_without(previous, question.id, form.get("revision")), stay)
        written = self.draft(task, form, previous)
        if not isinstance(written, Accepted):
            return written
        content = written.content
        if form.get("action") == "thought":
            content = _thought_of(content, question.id)
        elif not text_of(content, question.id):
            message = _("Écrivez quelques mots, ou choisissez d’y penser sans écrire.")
            return Refused({"text": message}, _typed(previous, question.id, ""))
        is_last = position + 1 == len(asked)
        return Accepted(content, stay=None if is_last else {"p": str(position + 2)})

    def draft(self, task: Task, form: Form, previous: Content) -> Outcome:
        if form.get("prompt") not in [question.id for question in questions(task)]:
            return Refused({"prompt": _("Cette question n’est plus dans le parcours.")}, previous)
        return _write(previous, form.get("prompt"), typed_text(form.get("text")), form.get("revision"))

    def pages(self, fields: Mapping[str, Any]) -> tuple[str, ...]:
        cards = int(str(fields.get("for_each", "-1")).rpartition("-")[2])  # "step/top-3"
        return ("", *(f"?p={n}" for n in range(1, len(fields.get("prompts", ())) * cards + 1)))

    def clean(self, task: Task, content: Content) -> Content:
        ids = {question.id for question in questions(task)}
        texts = mapping(content.get("texts"))
        thought = content.get("thought", [])
        if not set(texts) <= ids or not isinstance(thought, list):
            raise InvalidAnswer("a text belongs to no question")
        if not all(isinstance(mapping(entry).get("text"), str) for entry in texts.values()):
            raise InvalidAnswer("a text is not a text")
        if any(len(entry["text"]) > TEXT_MAX for entry in texts.values()):
            raise InvalidAnswer("a text is too long")
        return {
            "texts": {key: {"text": entry["text"], "revision": 1} for key, entry in texts.items()},
            "thought": [key for key in thought if isinstance(key, str) and key in ids],
        }

    def is_complete(self, task: Task, content: Content) -> bool:
        asked, thought = questions(task), content.get("thought") or []
        return bool(asked) and all(
            text_of(content, question.id) or question.id in thought for question in asked
        )

    def context(self, task: Task, content: Content, query: Form) -> dict[str, Any]:
        asked = questions(task)
        if not asked:
            return {"needs_sort": True}
        thought = content.get("thought") or []
        open_pages = [n for n, q in enumerate(asked, 1) if not text_of(content, q.id) and q.id not in thought]
        # Whole but never sent, saved while one typed: the last page is the one to send.
        first = open_pages[0] if open_pages else 1 if task.is_done else len(asked)
        number = page_number(query, "p", len(asked), first)
        question = asked[number - 1]
        text = text_of(content, question.id, stripped=False)
        return {
            "question": question,
            "number": number,
            "count": len(asked),
            "text": text,
            "revision": revision_of(content, question.id),
            "is_erased": not text.strip(),
            "words": words_label(text),
            "cards": task.cards or (),
            "previous_page": f"?p={number - 1}" if number > 1 else "",
        }

    def original(self, task: Task, content: Content, prompt: str) -> Original | None:
        question = next((each for each in questions(task) if each.id == prompt), None)
        if question is None:
            return None
        return Original(Shareable.REFLECTION, question.question, text_of(content, prompt))

    def words_of(self, content: Content, prompt: str) -> str:
        """Under a prompt that repeats a sort: the first card's words."""
        asked = [
            key for key in mapping(content.get("texts")) if key == prompt or key.startswith(f"{prompt}.")
        ]
        return next(filter(None, (text_of(content, key) for key in asked)), "")

    def revision(self, content: Content, form: Form) -> int:
        return revision_of(content, str(form.get("prompt")))


def questions(task: Task) -> tuple[Question, ...]:
    """The questions of this step for this person; none while the sort they repeat is not finished."""
    prompts = task.fields.get("prompts", [])
    if "for_each" not in task.fields:
        return tuple(_question(prompt) for prompt in prompts)
    return tuple(_question(prompt, card) for card in task.cards or () for prompt in prompts)


def _question(prompt: dict[str, Any], card: PickedCard | None = None) -> Question:
    name = card.label if card else ""
    return Question(
        id=f"{prompt['key']}.{card.key}" if card else prompt["key"],
        question=prompt["question"].replace("{card}", name),
        help=prompt.get("help", "").replace("{card}", name),
        starter=prompt.get("starter", "").replace("{card}", name),
        hint=prompt.get("hint", "").replace("{card}", name),
        card=card,
    )


def text_of(content: Content, question_id: str, *, stripped: bool = True) -> str:
    """What is written under a question, "" when nothing is."""
    text = str(mapping(mapping(content.get("texts")).get(question_id)).get("text") or "")
    return text.strip() if stripped else text


def revision_of(content: Content, question_id: str) -> int:
    """How many times this text was saved; 0 before the first."""
    revision = mapping(mapping(content.get("texts")).get(question_id)).get("revision", 0)
    return revision if isinstance(revision, int) else 0


def _write(previous: Content, question_id: str, text: str, revision: Any) -> Outcome:
    if len(text) > TEXT_MAX:
        message = _("Ce texte dépasse %(max)d caractères : gardez-en une partie.") % {"max": TEXT_MAX}
        return Refused({"text": message}, _typed(previous, question_id, text))
    stored, known = text_of(previous, question_id, stripped=False), revision_of(previous, question_id)
    if text == stored:
        return Accepted(previous)
    if typed_number(revision, known) < known:
        return Conflict("text", text, stored, known, _typed(previous, question_id, text))
    texts = {**mapping(previous.get("texts")), question_id: {"text": text, "revision": known + 1}}
    thought = [key for key in previous.get("thought") or [] if key != question_id or not text.strip()]
    return Accepted({"texts": texts, "thought": thought})


def _typed(previous: Content, question_id: str, text: str) -> Content:
    """For a page whose text is not stored: what was typed, and the revision that the page knows."""
    entry = {"text": text, "revision": revision_of(previous, question_id)}
    return {**previous, "texts": {**mapping(previous.get("texts")), question_id: entry}}


def _without(previous: Content, question_id: str, revision: Any) -> Content:
    """An emptied text keeps its revision, so that an older screen does not bring it back. Idempotent."""
    known = revision_of(previous, question_id)
    if typed_number(revision, known) < known and not text_of(previous, question_id, stripped=False):
        return previous
    texts = {**mapping(previous.get("texts")), question_id: {"text": "", "revision": known + 1}}
    return {**previous, "texts": texts}


def _thought_of(content: Content, question_id: str) -> Content:
    thought: Sequence[str] = content.get("thought") or []
    return {**content, "thought": list(dict.fromkeys([*thought, question_id]))}


def words_label(text: str) -> str:
    """« 72 mots »."""
    count = sum(any(sign.isalnum() for sign in word) for word in text.split())  # « ? » alone is no word
    return ngettext("%(count)d mot", "%(count)d mots", count) % {"count": count}
