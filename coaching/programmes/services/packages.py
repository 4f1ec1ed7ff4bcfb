"""Verbs on packages that come by the page: what was read becomes a draft of its reader's. No scope needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from coaching.programmes.models import ProgrammeDraft, ProgrammeVersion
from coaching.programmes.schema import Document
from coaching.programmes.services.drafts import open_draft, save_draft
from coaching.programmes.translation import with_missing_emptied

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def import_document(owner: User, document: Document) -> tuple[ProgrammeDraft, bool]:
    """The draft that holds this document, and whether it took the place of what an open draft held.

    The key of one's own programme: its next version. A version of the house, changed or not: a
    programme of one's own that knows its origin. Any other: under its own key where that is free. A
    draft already open takes the document over, and « undo » brings back what it held.
    """
    base = _version_it_came_from(owner, document)
    held = _open_draft_of(owner, document, base)
    if held is None:
        return open_draft(owner, base, document), False
    kept = {name: held.document[name] for name in ("key", "version")}
    return save_draft(held, {**with_missing_emptied(document), **kept}, held.revision), True


def _version_it_came_from(owner: User, document: Document) -> ProgrammeVersion | None:
    """The version that bears this key and label, if it is one's own or the house's; else its newest."""
    versions = ProgrammeVersion.objects.readable_by(owner).of_programme(document["key"]).light()
    versions = versions.select_related("programme")
    return versions.filter(label=document["version"]).first() or versions.newest_first().first()


def _open_draft_of(owner: User, document: Document, base: ProgrammeVersion | None) -> ProgrammeDraft | None:
    unpublished = Q(programme=None, base_version=None, document__key=document["key"])
    same = Q(programme__slug=document["key"]) | unpublished
    if base is not None and base.programme.owner_id != owner.pk:
        same = Q(programme=None, base_version=base)
    return ProgrammeDraft.objects.owned_by(owner).filter(same).select_for_update(of=("self",)).first()
