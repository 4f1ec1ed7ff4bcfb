"""What every kind of step has in common: a task, a form that is read, an answer that is accepted or not.

A kind never touches the database: it turns what was posted and what was stored into what to store.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from agencies.roles import Shareable
from coaching.programmes.decks import DeckOutline
from coaching.programmes.outline import StepOutline

Content = dict[str, Any]

TEXT_MAX = 20_000  # characters; a reflection of forty pages is a paste by mistake
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufeff]")


class Form(Protocol):
    """What a kind reads of a posted form; Django's QueryDict is one."""

    def get(self, key: str, default: Any = None) -> Any: ...

    def getlist(self, key: str) -> list[Any]: ...

    def __contains__(self, key: object) -> bool: ...


@dataclass(frozen=True, slots=True)
class PickedCard:
    """A card that an earlier card sort put on top; `label` is in the reader's language."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class BrandWord:
    """A value of the network's brand in the reader's language, and the deck cards it is close to."""

    key: str
    label: str
    definition: str = ""
    cards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Original:
    """A text of the person's that they may share an edited copy of, and what it answers."""

    kind: Shareable
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Task:
    """One step as one person meets it: `fields` are the step's own, in their language, for their sector."""

    step: StepOutline
    fields: Mapping[str, Any]
    language: str
    seed: int = 0
    deck: DeckOutline | None = None
    cards: tuple[PickedCard, ...] | None = None  # None: the step does not draw on a card sort
    labels: Mapping[str, str] = field(default_factory=dict)  # words for the codes that the step names
    is_done: bool = False
    brand: tuple[BrandWord, ...] = ()  # for steps about the brand; none while the network has written too few
    offered: str = ""  # one's own earlier words, where the step starts from them (`offer: step/prompt`)


@dataclass(frozen=True, slots=True)
class Accepted:
    """To be stored. `stay` is the query of the page of this step to show next; None: on to what follows.

    `place` is the id on that page where one goes on: the browser scrolls there and puts the focus on it.
    """

    content: Content
    stay: Mapping[str, str] | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """Not to be stored: messages by form field, and the answer as typed so that the page loses nothing."""

    errors: Mapping[str, str]
    content: Content = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conflict:
    """An older screen would overwrite a newer text: both are shown, nothing is stored.

    `content` is the newer answer with what was typed in its place, for the page to show.
    """

    field: str
    typed: str
    stored: str
    revision: int
    content: Content


Outcome = Accepted | Refused | Conflict


@dataclass(frozen=True, slots=True)
class Score:
    """Right answers of the try that counts, and the keys of the questions missed in it.

    `attempts` are the right answers of every attempt, in order, where attempts are counted; `best` those of
    the best try, where one tries again as often as one likes.
    """

    right: int
    out_of: int
    missed: tuple[str, ...] = ()
    attempts: tuple[int, ...] = ()
    best: int | None = None


class StepKind(ABC):
    """One kind of step. `docs/step-kinds.md` shows how to add one."""

    kind: ClassVar[str]
    template: ClassVar[str]
    has_answer: ClassVar[bool] = True  # something to look up before the page is shown
    shows_words: ClassVar[bool] = (
        True  # words of the person stand on the page: once written, no device keeps it
    )
    has_draft: ClassVar[bool] = False  # texts are saved while one types
    read_by: ClassVar[str] = "author"  # or "coach": what the chip beside the answer says

    @abstractmethod
    def validate(self, task: Task, form: Form, previous: Content) -> Outcome:
        """What a posted form changes in the answer. Never raises, whatever the form holds."""

    @abstractmethod
    def clean(self, task: Task, content: Content) -> Content:
        """A whole answer handed over by a program, checked; raises InvalidAnswer."""

    @abstractmethod
    def is_complete(self, task: Task, content: Content) -> bool:
        """Whether this answer finishes the step."""

    @abstractmethod
    def context(self, task: Task, content: Content, query: Form) -> dict[str, Any]:
        """What the template shows; `query` is the page's query string."""

    def score(self, task: Task, content: Content) -> Score | None:
        """None for what has no right answer."""
        return None

    def pages(self, fields: Mapping[str, Any]) -> tuple[str, ...]:
        """Query strings of the step's further pages, for a device that keeps them; "" is the first."""
        return ("",)

    def words_of(self, content: Content, prompt: str) -> str:
        """What the person wrote under one prompt, "" when nothing: a later step may start from it."""
        return ""

    def draft(self, task: Task, form: Form, previous: Content) -> Outcome:
        """Like `validate`, for text that is still being written: nothing is too short."""
        return self.validate(task, form, previous)

    def revision(self, content: Content, form: Form) -> int:
        """The revision of the text that `form` writes, for kinds with a draft."""
        return 0

    def original(self, task: Task, content: Content, prompt: str) -> Original | None:
        """The text under `prompt` that may be shared as a copy; None where there is no such text to share."""
        return None

    def draft_of(self, form: Form) -> str | None:
        """Which of the step's drafts a form writes, as the script names it; None without drafts."""
        if not self.has_draft:
            return None
        return typed_text(form.get("prompt") or form.get("part"))[:130]


class InvalidAnswer(ValueError):
    """A program handed over an answer that the step does not accept; `reason` is for developers."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def typed_text(value: Any) -> str:
    """A posted text with ordinary line ends and without invisible characters."""
    text = str(value or "").replace("\r\n", "\n").replace("\r", "\n")
    return _UNWANTED.sub("", text)


def typed_number(value: Any, default: int = 0) -> int:
    """A small whole number from a form, `default` for anything else."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else default


def mapping(value: Any) -> dict[str, Any]:
    """The value when it is a mapping, else an empty one: stored answers are read without trust."""
    return dict(value) if isinstance(value, Mapping) else {}


def page_number(query: Form, name: str, count: int, default: int = 1) -> int:
    """A page between 1 and `count` from the query string."""
    number = typed_number(query.get(name), default)
    return number if 1 <= number <= count else default
