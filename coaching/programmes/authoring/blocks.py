"""What the pages of the editor show of a draft: weeks, modules, blocks, minutes, the state of the English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coaching.programmes.authoring.controls import excerpt, on_one_line
from coaching.programmes.authoring.documents import minutes_of
from coaching.programmes.authoring.words import KINDS, MODULE_KINDS, Words
from coaching.programmes.schema.document import Document
from coaching.programmes.translation import Stale, pairs_of

LESSON_MINUTES = 15  # domain.md 3.1: a lesson 10-15 minutes
WEEK_MINUTES = 60  # domain.md 1.3: a week of self-paced learning


@dataclass(frozen=True)
class English:
    """How many English texts are missing, and how many fell behind."""

    stale: int = 0
    missing: int = 0

    @property
    def status(self) -> str:
        return "missing" if self.missing else "stale" if self.stale else "ok"

    @property
    def to_review(self) -> int:
        return self.stale + self.missing

    def __add__(self, other: English) -> English:
        return English(self.stale + other.stale, self.missing + other.missing)


@dataclass(frozen=True)
class Block:
    """One step on the page of its module."""

    number: int
    key: str
    kind: str
    label: Words
    icon: str
    about: str
    fr: str
    en: str
    english: English
    is_first: bool
    is_last: bool


@dataclass(frozen=True)
class ModuleLine:
    """A module in its week."""

    key: str
    code: str
    title: str
    kind: Words
    minutes: int
    limit: int
    english: English
    is_written: bool
    has_objective: bool

    @property
    def is_too_long(self) -> bool:
        return bool(self.limit) and self.minutes > self.limit


@dataclass(frozen=True)
class WeekLine:
    """A week, or what comes back after the end (`holder` says which), with its modules."""

    holder: str
    key: str
    title: str
    modules: tuple[ModuleLine, ...]
    english: English
    is_first: bool
    is_last: bool
    after_weeks: int = 0
    number: int = 0

    @property
    def name(self) -> str:
        """« Semaine 5 »; what comes before the first week or after the last goes by its title."""
        if self.holder == "boosters":
            return ngettext("%(n)s semaine après la fin", "%(n)s semaines après la fin", self.after_weeks) % {
                "n": self.after_weeks
            }
        return _("Semaine %(n)s") % {"n": self.number} if self.number else self.title

    @property
    def minutes(self) -> int:
        return sum(module.minutes for module in self.modules)

    @property
    def is_too_long(self) -> bool:
        return self.holder == "weeks" and self.minutes > WEEK_MINUTES


def english_of(node: Any, path: str, stale: Stale) -> English:
    """The state of every English text below this part."""
    pairs = list(pairs_of(node, path))
    missing = sum(pair.is_missing for pair in pairs)
    return English(sum(pair.path in stale and not pair.is_missing for pair in pairs), missing)


def week_lines(document: Document, stale: Stale, language: str) -> list[WeekLine]:
    """The weeks in their order, then what comes after the end."""
    lines = []
    for holder in ("weeks", "boosters"):
        entries = document.get(holder, [])
        for number, entry in enumerate(entries):
            modules = tuple(module_line(document, key, stale, language) for key in entry["modules"])
            own = english_of({"title": entry.get("title")}, f"{holder}/{entry['key']}", stale)
            lines.append(
                WeekLine(
                    holder=holder,
                    key=entry["key"],
                    title=in_language(entry.get("title"), language),
                    modules=modules,
                    english=sum((each.english for each in modules), own),
                    is_first=number == 0,
                    is_last=number == len(entries) - 1,
                    after_weeks=entry.get("after_weeks", 0),
                    number=number,
                )
            )
    return lines


def names_of(weeks: Sequence[WeekLine]) -> str:
    """« Semaines 5 et 6 », or each by its own name."""
    numbers = [week.number for week in weeks if week.holder == "weeks"]
    if len(weeks) == 2 and len(numbers) == 2 and all(numbers):
        return _("Semaines %(first)s et %(second)s") % {"first": numbers[0], "second": numbers[1]}
    return ", ".join(week.name for week in weeks)


def module_line(document: Document, key: str, stale: Stale, language: str) -> ModuleLine:
    module = document["modules"].get(key)
    if module is None:
        title = key.replace("-", " ").capitalize()
        announced = document.get("to_write", {}).get(key, 0)
        return ModuleLine(
            key, "", title, _("À écrire"), announced, 0, English(), is_written=False, has_objective=False
        )
    return ModuleLine(
        key=key,
        code=module.get("code", ""),
        title=in_language(module.get("title"), language) or _("Sans titre"),
        kind=MODULE_KINDS.get(module.get("kind", ""), ""),
        minutes=minutes_of(module),
        limit=LESSON_MINUTES if module.get("kind") == "lesson" else 0,
        english=english_of(module, f"modules/{key}", stale),
        is_written=True,
        has_objective=bool(module.get("objective", {}).get("fr", "").strip()),
    )


def blocks_of(module: Document, stale: Stale) -> list[Block]:
    """The steps of a module as blocks."""
    steps = module.get("steps", [])
    above = f"modules/{module['key']}/steps/"
    return [
        Block(
            number=number,
            key=step["key"],
            kind=step["kind"],
            label=KINDS[step["kind"]].label,
            icon=KINDS[step["kind"]].icon,
            about=about(step),
            fr=_first_words(step, "fr"),
            en=_first_words(step, "en"),
            english=english_of(step, above + step["key"], stale),
            is_first=number == 1,
            is_last=number == len(steps),
        )
        for number, step in enumerate(steps, 1)
    ]


def about(step: Mapping[str, Any]) -> str:
    """A few words beside the name of the kind: how long, how many, what it is."""
    minutes = step.get("minutes")
    words = [_("%(n)s min") % {"n": minutes}] if isinstance(minutes, int) else []
    count = len(step.get("items") or step.get("scenes") or step.get("prompts") or [])
    if step["kind"] in ("quiz", "assessment", "survey", "reflection"):
        words.append(ngettext("%(n)s question", "%(n)s questions", count) % {"n": count})
    elif step["kind"] == "scenario":
        words.append(ngettext("%(n)s scène", "%(n)s scènes", count) % {"n": count})
    else:
        words.append(str(KINDS[step["kind"]].about))
    if step.get("optional"):
        words.append(_("facultative"))
    return ", ".join(words)


def in_language(text: Any, language: str) -> str:
    """A text of the draft in the reader's language, in French where English is missing."""
    if not isinstance(text, Mapping):
        return ""
    shown = text.get("en") if language.startswith("en") else ""
    return on_one_line(str(shown or text.get("fr", "")))


def _first_words(step: Mapping[str, Any], language: str) -> str:
    """What the block says while it is closed: its title, then how it begins."""
    title = excerpt(step.get("title"), language, 120)
    inside = step.get("body") or step.get("intro") or step.get("question") or step.get("prompt")
    if inside is None:
        entries = step.get("items") or step.get("scenes") or step.get("prompts") or []
        inside = (entries[0].get("question") or entries[0].get("text")) if entries else None
    begins = excerpt(inside, language, 140)
    return f"{title}\n{begins}" if begins else title
