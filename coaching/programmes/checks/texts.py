"""Checks of every sentence: typography, length, words to avoid. No Django."""

import re
from collections.abc import Iterator
from typing import Any

from coaching.programmes.checks.walk import around, texts_of, words_of
from coaching.programmes.problems import Finding, KeyPath, Reason
from coaching.programmes.schema import Document
from coaching.programmes.sentences import tidy_text
from coaching.programmes.typography import NO_BREAK_SPACE

# writers-guide, "Never": words that push, rank or watch people
_WORDS_TO_AVOID = re.compile(
    r"\b(retards?|manquements?|surveillance|contrôl\w+|obligatoires?|performances?|classements?|élèves?"
    r"|cibl\w+|vira\w+|hacks?|personal branding|reach|funnel|storytelling|followers?)\b",
    re.IGNORECASE,
)
_CHECKED_FOR_WORDS = ("modules", "sessions", "programme", "title")
_CHARACTER_LIMITS = {"title": 60, "option text": 170, "feedback": 330, "question": 240}
_MAX_SCENE_WORDS = 100
_MIN_FEEDBACK_WORDS = 9
_URL = re.compile(r"https?://\S+")


def check_texts(document: Document) -> Iterator[Finding]:
    """Every finding in the words themselves, both languages."""
    for path, text in texts_of(document):
        if path[-1] == "en" and _is_french_on_purpose(document, path, text):
            continue
        yield from _check_typography(path, text)
        yield from _check_words(path, text)
        yield from _check_size(path, text)


def _is_french_on_purpose(document: Document, path: KeyPath, text: str) -> bool:
    """Whether this English text is the French one, and the part that holds it says so (`untranslated`)."""
    depth = 0 if path[0] != "modules" else 4 if path[2] == "steps" else 2
    holder = _node(document, path[:depth])
    return bool(holder.get("untranslated")) and _node(document, path[:-1])["fr"] == text


def _node(document: Document, path: KeyPath) -> Any:
    node: Any = document
    for part in path:
        node = node[part]
    return node


def _check_typography(path: KeyPath, text: str) -> Iterator[Finding]:
    tidy = tidy_text("fr" if path[-1] == "fr" else "en", text)
    if text != tidy:
        at = next(
            (i for i, (is_, ought) in enumerate(zip(text, tidy, strict=False)) if is_ != ought), len(text)
        )
        excerpt = {"excerpt": around(text, at)}
        yield Finding(path, Reason.TYPOGRAPHY, excerpt, text.count("\n", 0, at))
    prose = _URL.sub("", text)
    is_french_in_english = NO_BREAK_SPACE in prose or "«" in prose or re.search(r" [;:?!]", prose)
    if path[-1] == "en" and is_french_in_english:
        yield Finding(path, Reason.FRENCH_IN_ENGLISH)
    if straight := re.search(r"['\"]", prose):
        excerpt = {"excerpt": around(prose, straight.start())}
        yield Finding(path, Reason.STRAIGHT_QUOTE, excerpt, prose.count("\n", 0, straight.start()))
    if "  " in prose:
        yield Finding(path, Reason.DOUBLE_SPACE, lines_below=prose.count("\n", 0, prose.index("  ")))


def _check_words(path: KeyPath, text: str) -> Iterator[Finding]:
    if path[-1] != "fr" or path[0] not in _CHECKED_FOR_WORDS:
        return
    prose = _URL.sub("", text)
    if found := _WORDS_TO_AVOID.search(prose):
        word = {"word": found.group(0)}
        yield Finding(path, Reason.WORD_TO_AVOID, word, prose.count("\n", 0, found.start()))


def _check_size(path: KeyPath, text: str) -> Iterator[Finding]:
    field = str(path[-2])
    if path[0] != "modules":
        return
    kind = "option text" if field == "text" and path[-4] == "options" else field
    limit = _CHARACTER_LIMITS.get(kind)
    if limit and len(text) > limit:
        yield Finding(path, Reason.TOO_MANY_CHARACTERS, {"actual": len(text), "limit": limit})
    if field == "feedback" and len(words_of(text)) < _MIN_FEEDBACK_WORDS:
        yield Finding(path, Reason.SHORT_FEEDBACK, {"limit": _MIN_FEEDBACK_WORDS})
    if field == "text" and path[-4] == "scenes" and len(words_of(text)) > _MAX_SCENE_WORDS:
        words = {"actual": len(words_of(text)), "limit": _MAX_SCENE_WORDS}
        yield Finding(path, Reason.LONG_SCENE, words)
