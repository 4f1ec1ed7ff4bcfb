"""What a new programme begins with, and how labels and keys follow each other. No Django."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from coaching.programmes.schema import FORMAT, Document

_SECTORS = {
    "insurance": ("Assurance", "Insurance"),
    "bank": ("Banque", "Banking"),
    "real-estate": ("Immobilier", "Real estate"),
    "staffing": ("Travail temporaire", "Temporary staffing"),
    "travel": ("Voyage", "Travel"),
    "general": ("Autre secteur", "Another sector"),
}
_MAX_KEY, _MAX_LABEL = 60, 20


def blank_programme(key: str) -> Document:
    """One empty week, and the settings of the programme that ships (domain.md 6): ready to be written in."""
    return {
        "format": FORMAT,
        "key": key,
        "version": "1.0",
        "languages": ["fr", "en"],
        "title": {"fr": "Nouveau parcours", "en": "New programme"},
        "audience": {"fr": "", "en": ""},
        "objective": {"fr": "", "en": ""},
        "licence": "CC-BY-SA-4.0",
        "pass_percent": 70,
        "recall_days": [2, 7, 21],
        "sectors": [{"key": key, "label": {"fr": fr, "en": en}} for key, (fr, en) in _SECTORS.items()],
        "weeks": [{"key": "w1", "title": {"fr": "Semaine 1", "en": "Week 1"}, "modules": []}],
        "themes": {},
        "sources": {},
        "decks": {},
        "modules": {},
    }


def key_from(words: str, taken: Collection[str] = (), default: str = "partie") -> str:
    """A key of the format made of these words, unlike all of `taken`: `une-valeur`, `une-valeur-2`."""
    plain = unicodedata.normalize("NFKD", words.replace("’", " ").replace("œ", "oe")).encode(
        "ascii", "ignore"
    )
    key = re.sub(r"[^a-z0-9]+", "-", plain.decode().lower()).strip("-")[: _MAX_KEY - 5].strip("-") or default
    number, found = 1, key
    while found in taken:
        number += 1
        found = f"{key}-{number}"
    return found


def next_label(label: str, taken: Collection[str] = ()) -> str:
    """The label after this one that is still free: 1.0 -> 1.1, 1.1.0 -> 1.1.1, autumn -> autumn.1."""
    found = label
    while found in taken or found == label:
        head, _, last = found.rpartition(".")
        if last.isdecimal():
            found = f"{head}.{int(last) + 1}" if head else str(int(last) + 1)
        else:
            found = f"{found[: _MAX_LABEL - 2]}.1"
    return found
