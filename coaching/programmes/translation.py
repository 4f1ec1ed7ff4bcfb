"""English beside French while a programme is written: what is missing, what fell behind. No Django.

A text stands under its path in keys (`modules/la-lecon/steps/lire/body`), so that moving an entry
changes nothing. A missing English text is "" in a draft; published, it holds the French, and the step,
the module or the programme says so (`untranslated`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from coaching.programmes.schema.document import Document

Stale = dict[str, dict[str, str]]  # path -> {"was": the French then, "at": instant, ISO 8601}


@dataclass(frozen=True)
class Pair:
    """A text and its twin; `path` is in keys."""

    path: str
    fr: str
    en: str

    @property
    def is_missing(self) -> bool:
        return bool(self.fr.strip()) and not self.en.strip()


def pairs_of(node: Any, path: str = "") -> Iterator[Pair]:
    """Every bilingual text below this part of a document, in its order; tolerates any shape."""
    if isinstance(node, Mapping):
        if is_bilingual(node):
            yield Pair(path, _text(node, "fr"), _text(node, "en"))
        for key, value in node.items():
            yield from pairs_of(value, f"{path}/{key}" if path else str(key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from pairs_of(value, f"{path}/{entry_name(value, index)}")


def is_bilingual(node: Any) -> bool:
    """Whether this is a text in two languages (an objective also carries its level)."""
    return isinstance(node, Mapping) and "fr" in node and set(node) <= {"fr", "en", "level"}


def entry_name(entry: Any, index: int) -> str:
    """How an entry of a list is named in a path: by its key, else by its place."""
    key = entry.get("key") if isinstance(entry, Mapping) else None
    return key if isinstance(key, str) and key else str(index)


def stale_after(stale: Stale, before: Document, after: Document, at: str) -> Stale:
    """Which English texts are to be read again once `before` has become `after`.

    The French changed alone: the English fell behind, and what it was written for is kept. The English
    changed too, or the French came back to what it was: nothing to read again.
    """
    old = {pair.path: pair for pair in pairs_of(before)}
    kept: Stale = {}
    for new in pairs_of(after):
        entry = stale.get(new.path)
        was = old.get(new.path)
        if was is not None and was.en != new.en:
            continue
        if was is not None and was.fr != new.fr and entry is None:
            entry = {"was": was.fr, "at": at}
        if entry is not None and entry["was"] != new.fr and new.en.strip():
            kept[new.path] = entry
    return kept


def moved(stale: Stale, copies: Mapping[str, str]) -> Stale:
    """The flags with those of each copied part repeated under the path of its copy."""
    found = dict(stale)
    for path, entry in stale.items():
        for source, copy in copies.items():
            if path == source or path.startswith(f"{source}/"):
                found[copy + path.removeprefix(source)] = entry
    return found


def with_french_for_missing(document: Document) -> Document:
    """What can be published of a draft: French stands in for each missing English text, marked as such."""
    modules = {
        key: _filled_module(module) if isinstance(module, dict) else module
        for key, module in document.get("modules", {}).items()
    }
    return {**_marked({key: part for key, part in document.items() if key != "modules"}), "modules": modules}


def with_missing_emptied(document: Document) -> Document:
    """The reverse, for a new draft: what was marked as untranslated is missing again."""
    modules = {key: _emptied_module(module) for key, module in document["modules"].items()}
    return {
        **_unmarked({key: part for key, part in document.items() if key != "modules"}),
        "modules": modules,
    }


def _filled_module(module: Document) -> Document:
    steps = [_marked(step) if isinstance(step, dict) else step for step in module.get("steps", [])]
    return {**_marked({key: part for key, part in module.items() if key != "steps"}), "steps": steps}


def _emptied_module(module: Document) -> Document:
    steps = [_unmarked(step) for step in module["steps"]]
    return {**_unmarked({key: part for key, part in module.items() if key != "steps"}), "steps": steps}


def _marked(part: Document) -> Document:
    part = {key: value for key, value in part.items() if key != "untranslated"}
    if any(pair.is_missing for pair in pairs_of(part)):
        return {**_filled(part), "untranslated": True}
    return part


def _unmarked(part: Document) -> Document:
    if not part.get("untranslated"):
        return part
    emptied: Document = _emptied({key: value for key, value in part.items() if key != "untranslated"})
    return emptied


def _filled(node: Any) -> Any:
    if is_bilingual(node):
        return {**node, "en": node["fr"]} if not _text(node, "en").strip() else node
    return _mapped(node, _filled)


def _emptied(node: Any) -> Any:
    if is_bilingual(node):
        return {**node, "en": ""} if node["en"] == node["fr"] else node
    return _mapped(node, _emptied)


def _mapped(node: Any, change: Any) -> Any:
    if isinstance(node, dict):
        return {key: change(value) for key, value in node.items()}
    return [change(value) for value in node] if isinstance(node, list) else node


def _text(node: Mapping[str, Any], language: str) -> str:
    text = node.get(language)
    return text if isinstance(text, str) else ""


def changed_words(was: str, now: str) -> tuple[str, str]:
    """What differs between two texts, whole words, without what they share at both ends."""
    old, new = was.split(), now.split()
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return " ".join(old[start : len(old) - end]), " ".join(new[start : len(new) - end])
