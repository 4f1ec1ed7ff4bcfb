"""One module of a draft, as the player needs it, whatever the rest of the draft is missing. No Django."""

from __future__ import annotations

from typing import Any

from coaching.programmes.examination import STAND_IN
from coaching.programmes.outline import ProgrammeOutline, outline_document
from coaching.programmes.problems import Places
from coaching.programmes.render import Rendered, render_document
from coaching.programmes.schema import canonical_document
from coaching.programmes.schema.document import Document
from coaching.programmes.translation import with_french_for_missing
from coaching.programmes.validation import parse_programme

_BORROWED = ("themes", "sources", "decks")


def outlined_module(document: Document, module_key: str) -> tuple[ProgrammeOutline, Rendered] | None:
    """The outline and the HTML of this module alone; None while its shape is not that of the format.

    Under the keys that the draft has now, as the editor's addresses are: nobody's progress hangs on it.
    """
    filled = with_french_for_missing(document)
    module = _as_named_now(filled["modules"].get(module_key))
    week: dict[str, Any] = {"key": "w", "title": {"fr": "…", "en": "…"}, "modules": [module_key]}
    alone = {**STAND_IN, "weeks": [week], "modules": {module_key: module}}
    places = Places("programme.json")
    for name in _BORROWED:  # one that is faulty itself hides nothing of the module
        tried = {**alone, name: filled.get(name, {})}
        if parse_programme(tried, places)[0] is not None:
            alone = tried
    programme, _ = parse_programme(alone, places)
    if programme is None:
        return None
    found = canonical_document(programme)
    return outline_document(found), render_document(found)


def _as_named_now(module: Document | None) -> Document | None:
    if module is None:
        return None
    return {**_without_former(module), "steps": [_without_former(step) for step in module["steps"]]}


def _without_former(part: Document) -> Document:
    return {key: value for key, value in part.items() if key != "formerly"}
