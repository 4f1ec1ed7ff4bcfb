"""What is wrong with the catalogues: missing, stale, fuzzy, not compiled, other placeholders."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message

from config.translations.catalogues import LANGUAGES, compiled, french, po_path, read

PLACEHOLDER = re.compile(r"%\(\w+\)[-#0 +]?[\d.]*[a-zA-Z]|%[sdif]|\{\w*\}|%%")


def problems(root: Path, texts: Catalog) -> list[str]:
    """One line per problem, each naming language and text; an empty list when all is well."""
    found: list[str] = []
    for language in LANGUAGES:
        catalogue = read(root, language)
        found += [
            f"{language}: {line}" for line in _problems(catalogue, texts, is_reference=language == "fr")
        ]
        mo = po_path(root, language).with_suffix(".mo")
        if mo.exists() and mo.read_bytes() != compiled(root, language):
            found.append(f"{language}: django.mo is out of date (manage.py translations --compile)")
    return found


def missing(catalogue: Catalog, texts: Catalog) -> list[Message]:
    """Texts that have no translation yet."""
    found = (catalogue.get(key(text), text.context) or text for text in texts if text.id)
    return [message for message in found if not all(forms(message.string or ""))]


def _problems(catalogue: Catalog, texts: Catalog, *, is_reference: bool) -> Iterator[str]:
    wanted = {(key(text), text.context): text for text in texts if text.id}
    have = {(key(text), text.context): text for text in catalogue if text.id}
    for identity in sorted(have.keys() - wanted.keys(), key=str):
        yield f"stale, no longer in the code: {identity[0]!r}"
    for identity, text in wanted.items():
        message = have.get(identity)
        if message is None or forms(message.id) != forms(text.id):
            yield f"not in the catalogue: {identity[0]!r} ({', '.join(file for file, _ in text.locations)})"
        elif message.fuzzy:
            yield f"fuzzy: {identity[0]!r}"
        elif not all(forms(message.string)):
            yield f"not translated: {identity[0]!r}"
        elif is_reference and forms(message.string) != forms(french(message)):
            yield f"not as typed in the code: {identity[0]!r}"
        elif not has_same_placeholders(message):
            yield f"other placeholders than its source: {identity[0]!r}"


def key(message: Message) -> str:
    """The singular, by which gettext finds a text."""
    return forms(message.id)[0]


def forms(value: Any) -> tuple[str, ...]:
    """A text, or its singular and plural, as a tuple."""
    return (value,) if isinstance(value, str) else tuple(value)


def has_same_placeholders(message: Message) -> bool:
    """Each form uses what its source's singular or plural uses: "one agency" may leave the number out."""
    allowed = [sorted(PLACEHOLDER.findall(source)) for source in forms(message.id)]
    return all(sorted(PLACEHOLDER.findall(form)) in allowed for form in forms(message.string))
