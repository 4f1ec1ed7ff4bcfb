"""Every text that gettext is asked for, found in Python and in templates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract as extract_messages
from babel.messages.extract import extract_from_file
from django.utils.translation.template import templatize

ROOMS = ("accounts", "agencies", "coaching", "config", "templates")
TEMPLATE_SUFFIXES = (".html", ".txt")
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
COMMENT = "Translators:"
LEADING_SPACE = re.compile(r"^[ \t]+", re.MULTILINE)


def sources(root: Path) -> Iterator[Path]:
    """Files that may hold texts, in a stable order; migrations repeat the models' and are left out."""
    for room in ROOMS:
        for path in sorted((root / room).rglob("*")):
            is_template = path.suffix in TEMPLATE_SUFFIXES and "templates" in path.relative_to(root).parts
            if (path.suffix == ".py" and "migrations" not in path.parts) or is_template:
                yield path


def texts(root: Path) -> Catalog:
    """A catalogue without translations of every text under `root`, each with the files it is in."""
    found = Catalog(charset="utf-8")
    for path in sources(root):
        for _line, message, comments, context in messages_in(path):
            where = (str(path.relative_to(root)), 1)  # no line numbers: they would change with every edit
            found.add(message, locations=[where], auto_comments=comments, context=context)
    return found


def messages_in(path: Path) -> list[Any]:
    """(line, message or (singular, plural), comments, context) for each text in one file."""
    if path.suffix == ".py":
        return list(extract_from_file("python", path, keywords=KEYWORDS, comment_tags=[COMMENT]))
    code = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    # What templatize leaves is Python only line by line: its indentation means nothing.
    flat = LEADING_SPACE.sub("", code)
    return list(extract_messages("python", BytesIO(flat.encode()), keywords=KEYWORDS, comment_tags=[COMMENT]))
