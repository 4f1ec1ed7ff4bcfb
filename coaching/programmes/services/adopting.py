"""Taking up what the origin of one's programme published since, one's own changes kept. No scope needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import transaction

from coaching.programmes.merging import Choice, Merged, merge
from coaching.programmes.models import Programme, ProgrammeDraft, ProgrammeVersion
from coaching.programmes.schema import Document
from coaching.programmes.services.drafts import open_draft, save_draft
from coaching.programmes.translation import with_missing_emptied

if TYPE_CHECKING:
    from accounts.models import User


class NothingToTakeUp(Exception):
    """The programme has no origin, or it has already taken this version up."""


def merged_with(
    programme: Programme, version: ProgrammeVersion, choices: Mapping[str, Choice] | None = None
) -> Merged:
    """What one's programme would be with this version of its origin taken up; nothing is written.

    One's own side is the open draft where there is one, else the newest version. Raises NothingToTakeUp.
    """
    return _merged(programme, version, _own_document(programme), choices)


@transaction.atomic
def take_up(
    owner: User, programme: Programme, version: ProgrammeVersion, choices: Mapping[str, Choice]
) -> ProgrammeDraft:
    """The draft that holds the merged document; « undo » brings back what it held before.

    Publishing it makes `version` the origin of the programme. Raises NothingToTakeUp.
    """
    newest = programme.versions.select_related("programme").newest_first()[0]
    draft = open_draft(owner, newest)
    draft = ProgrammeDraft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    merged = _merged(programme, version, draft.document, choices)
    draft = save_draft(draft, merged.document, draft.revision)
    draft.origin_version = version
    draft.save(update_fields=["origin_version"])
    return draft


def _merged(
    programme: Programme,
    version: ProgrammeVersion,
    ours: Document,
    choices: Mapping[str, Choice] | None,
) -> Merged:
    origin = programme.origin_version
    if origin is None or origin.pk == version.pk or origin.programme_id != version.programme_id:
        raise NothingToTakeUp
    before, theirs = (with_missing_emptied(each.document) for each in (origin, version))
    return merge(before, with_missing_emptied(ours), theirs, choices)


def _own_document(programme: Programme) -> Document:
    draft = programme.drafts.first()
    if draft is not None:
        found: Document = draft.document
        return found
    document: Document = programme.versions.newest_first()[0].document
    return document
