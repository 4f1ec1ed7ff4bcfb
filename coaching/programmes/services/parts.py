"""Saving one form of the editor: only that part of the draft, whatever else changed meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from coaching.programmes.authoring.places import Place
from coaching.programmes.models import ProgrammeDraft
from coaching.programmes.schema import Document
from coaching.programmes.services.drafts import DraftChanged, save_draft

Find = Callable[[Document], Place | None]
_TRIES = 5  # another window saved another part in between: look again


class PartChanged(Exception):
    """Another window wrote in this very part; `place` is what stands there now, None when it is gone."""

    def __init__(self, draft: ProgrammeDraft, place: Place | None) -> None:
        super().__init__()
        self.draft, self.place = draft, place


def save_part(
    draft: ProgrammeDraft,
    find: Find,
    data: Document,
    mark: str,
    *,
    copies: Mapping[str, str] | None = None,
    reviewed: frozenset[str] = frozenset(),
) -> ProgrammeDraft:
    """Put what a form says in its place; `mark` is what the form was made from (`Place.mark`).

    Two windows on two parts never hinder each other. Raises PartChanged where they write the same.
    """
    for _ in range(_TRIES):
        place = find(draft.document)
        if place is None or (place.mark != mark and place.data != data):
            raise PartChanged(draft, place)
        try:
            return save_draft(draft, place.put(data), draft.revision, copies=copies, reviewed=reviewed)
        except DraftChanged as changed:
            draft = changed.draft
    raise PartChanged(draft, find(draft.document))
