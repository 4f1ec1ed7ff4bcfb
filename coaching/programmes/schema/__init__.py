"""The programme format `cairn-programme/1` as pydantic models, split by noun. No Django."""

from coaching.programmes.schema.containers import (
    ATTENDANCE_PERCENT,
    FORMAT,
    ONE_TO_ONE_MAX_MINUTES,
    PRACTICE_PERCENT,
    Deck,
    Module,
    ProgrammeDocument,
)
from coaching.programmes.schema.document import Document, canonical_document
from coaching.programmes.schema.items import Item
from coaching.programmes.schema.steps import Step
from coaching.programmes.schema.text import GENERAL, LANGUAGES, SECTORS, Language, Sector, Text

__all__ = [
    "ATTENDANCE_PERCENT",
    "FORMAT",
    "GENERAL",
    "LANGUAGES",
    "ONE_TO_ONE_MAX_MINUTES",
    "PRACTICE_PERCENT",
    "SECTORS",
    "Deck",
    "Document",
    "Item",
    "Language",
    "Module",
    "ProgrammeDocument",
    "Sector",
    "Step",
    "Text",
    "canonical_document",
]
