"""A short mark of what a step says, one half for each language: two versions of a step compared. Pure.

Names, places and minutes are no text: a step renamed, moved or timed anew says the same (domain.md 4.8).
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

LANGUAGES = ("fr", "en")
HALF = 8
_NO_TEXT = ("key", "formerly", "minutes", "optional", "untranslated", "only_for", "not_for", "note")


def text_mark(step: Mapping[str, Any]) -> str:
    """Sixteen signs: eight for what a reader in French is told, eight for English."""
    told = {name: node for name, node in step.items() if name not in _NO_TEXT}
    return "".join(_half(told, language) for language in LANGUAGES)


def differ(mark: str, other: str, language: str) -> bool:
    """Whether a reader of this language is told something else; "" is no mark, and differs from none."""
    start = HALF * language.startswith("en")
    half = slice(start, start + HALF)
    return bool(mark and other) and mark[half] != other[half]


def _half(node: Any, language: str) -> str:
    text = json.dumps(_in_language(node, language), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:HALF]


def _in_language(node: Any, language: str) -> Any:
    if isinstance(node, Mapping):
        if set(node) == set(LANGUAGES):
            return node[language]
        return {name: _in_language(each, language) for name, each in node.items() if name != "note"}
    if isinstance(node, list | tuple):
        return [_in_language(each, language) for each in node]
    return node
