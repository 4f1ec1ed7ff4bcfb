"""The catalogues on disk: read, brought up to date, written so that only texts ever change, compiled."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from coaching.programmes.typography import typographed

LANGUAGES = ("fr", "en")
# A date that changes with every run would make every pair of branches conflict.
ALWAYS = datetime(2026, 1, 1, tzinfo=UTC)


def po_path(root: Path, language: str) -> Path:
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


def read(root: Path, language: str) -> Catalog:
    """The catalogue of `language`, empty when there is none yet."""
    path = po_path(root, language)
    if not path.exists():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as handle:
        return read_po(handle, locale=language, charset="utf-8")


def write(root: Path, language: str, catalogue: Catalog) -> None:
    path = po_path(root, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.project, catalogue.version = "Cairn", "1"
    catalogue.creation_date = catalogue.revision_date = ALWAYS
    catalogue.header_comment = "# Written by `manage.py translations --update`."
    catalogue.fuzzy = False
    buffer = BytesIO()
    write_po(buffer, catalogue, width=100, sort_output=True, ignore_obsolete=True, include_lineno=False)
    path.write_bytes(buffer.getvalue())


def french(message: Message) -> str | tuple[str, ...]:
    """What a French reader sees: the text as typed, with its no-break spaces."""
    if isinstance(message.id, str):
        return _typographed(message.id)
    return tuple(_typographed(each) for each in message.id)


def _typographed(text: str) -> str:
    """A text that begins with a space follows a word of the page, as in " :"; its space must stay."""
    return typographed("x" + text)[1:] if text[:1] == " " else typographed(text)


def update(root: Path, texts: Catalog) -> None:
    """Make French anew from the code; in English keep what still has its source, make room for the rest."""
    reference = Catalog(locale="fr", charset="utf-8")
    for message in texts:
        if message.id:
            reference.add(
                message.id,
                french(message),
                message.locations,
                message.flags,
                message.auto_comments,
                context=message.context,
            )
    write(root, "fr", reference)
    english = read(root, "en")
    english.update(texts, no_fuzzy_matching=True)
    write(root, "en", english)


def compiled(root: Path, language: str) -> bytes:
    """The .mo for the .po on disk."""
    buffer = BytesIO()
    write_mo(buffer, read(root, language))
    return buffer.getvalue()


def compile_all(root: Path) -> list[Path]:
    """Write each .mo that is older than its .po, whole or not at all; returns those written."""
    written = []
    for language in LANGUAGES:
        po = po_path(root, language)
        mo = po.with_suffix(".mo")
        if not po.exists() or (mo.exists() and mo.stat().st_mtime_ns >= po.stat().st_mtime_ns):
            continue
        draft = mo.with_name(f"{mo.name}.{os.getpid()}")
        draft.write_bytes(compiled(root, language))
        draft.replace(mo)
        written.append(mo)
    return written
