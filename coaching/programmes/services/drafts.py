"""Verbs on a programme being written: open, save, undo, publish, discard. None needs a scope.

One author at a time, but several windows: each change names the revision it was made on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.utils import timezone

from agencies.public_id import new_public_id
from coaching.programmes.access import DraftGone
from coaching.programmes.blank import blank_programme, key_from, next_label
from coaching.programmes.models import DraftRevision, Programme, ProgrammeDraft, ProgrammeVersion
from coaching.programmes.schema import Document
from coaching.programmes.services.publishing import publish
from coaching.programmes.translation import (
    Stale,
    moved,
    stale_after,
    with_french_for_missing,
    with_missing_emptied,
)

if TYPE_CHECKING:
    from accounts.models import User

_KEPT_REVISIONS = 50
_PARTS = ("modules", "decks", "sources", "themes")  # a change of one module keeps that module alone


class DraftChanged(Exception):
    """Somebody, or another window, changed the draft in between; `draft` is as it is now."""

    def __init__(self, draft: ProgrammeDraft) -> None:
        super().__init__()
        self.draft = draft


def open_draft(
    owner: User, version: ProgrammeVersion | None = None, document: Document | None = None
) -> ProgrammeDraft:
    """The draft in which this person goes on from a version, from a package read in, or from nothing.

    A version of one's own programme: its next version, and one draft at most, so that opening twice
    finds the same. Somebody else's, or the one that ships: a programme of one's own, under its own key.
    From nothing: the one that is still as it began, if there is one; two clicks take turns.
    `document`, a package read in, takes the place of what a new draft would begin with; its key stays
    where it is one's own or free. Never changes a version.
    """
    if version is None and document is None:
        return _open_blank(owner)
    mine = _own_programme(owner, version, document)
    found = _existing(owner, mine, version) if document is None else None
    if found is not None:
        return found
    draft = ProgrammeDraft(owner=owner, programme=mine, base_version=version)
    draft.document = _beginning(draft, version, document)
    draft.stale = version.stale if version is not None and document is None else {}
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError:  # two clicks: the other one was first
        if (found := _existing(owner, mine, version)) is None:
            raise
        return found
    return draft


@transaction.atomic
def _open_blank(owner: User) -> ProgrammeDraft:
    get_user_model().objects.select_for_update(no_key=True).get(pk=owner.pk)
    drafts = ProgrammeDraft.objects.owned_by(owner).filter(programme=None, base_version=None, revision=0)
    for draft in drafts:
        if draft.document == blank_programme(draft.document["key"]):
            return draft
    return ProgrammeDraft.objects.create(owner=owner, document=blank_programme(_own_key("parcours")))


@transaction.atomic
def save_draft(
    draft: ProgrammeDraft,
    document: Document,
    expected_revision: int,
    *,
    copies: Mapping[str, str] | None = None,
    reviewed: frozenset[str] = frozenset(),
) -> ProgrammeDraft:
    """Keep this document, however incomplete; what it replaces can be brought back.

    `copies` says which part (path in keys) was copied to which, `reviewed` which English texts were
    read again: their flags follow. The same document again changes nothing. Raises DraftChanged.
    """
    held = _held(draft)
    if held.revision != expected_revision:
        if held.document == document:  # the same submission twice
            return held
        raise DraftChanged(held)
    flags = stale_after(moved(held.stale, copies or {}), held.document, document, timezone.now().isoformat())
    flags = {path: entry for path, entry in flags.items() if path not in reviewed}
    if held.document == document and held.stale == flags:
        return held
    _remember(held, document)
    return _store(held, document, flags)


@transaction.atomic
def undo_draft(draft: ProgrammeDraft, expected_revision: int) -> ProgrammeDraft:
    """Bring back what the last change replaced; nothing to bring back changes nothing."""
    held = _held(draft)
    if held.revision != expected_revision:
        raise DraftChanged(held)
    last = held.revisions.order_by("-revision").first()
    if last is None:
        return held
    document = _with_parts(held.document, last.parts)
    held.origin_version_id = last.origin_version_id
    last.delete()
    return _store(held, document, last.stale)


@transaction.atomic
def discard_draft(draft: ProgrammeDraft) -> None:
    """Throw the draft away for good; published versions stay. Twice does no harm."""
    ProgrammeDraft.objects.filter(pk=draft.pk).delete()


@transaction.atomic
def publish_draft(
    draft: ProgrammeDraft,
    expected_revision: int,
    *,
    label: str,
    what_changed: str = "",
    allow_unwritten: bool = False,
) -> ProgrammeVersion:
    """Freeze the draft as a version of its owner's programme and return it; the draft is then gone.

    A missing English text never hinders: French stands in its place and the page says so. A first version
    whose key somebody else has taken meanwhile gets one of its own, and nobody hears of the other. Raises
    PublicationRefused (each problem with its place) or DraftChanged; the draft is then untouched.
    """
    held = _held(draft)
    if held.revision != expected_revision:
        raise DraftChanged(held)
    key = held.document["key"]
    if held.programme is None and Programme.objects.filter(slug=key).exclude(owner=held.owner).exists():
        key = _own_key(key)
    version = publish(
        {**with_french_for_missing(held.document), "key": key, "version": label},
        published_by=held.owner,
        allow_unwritten=allow_unwritten,
        only_own=True,
        what_changed=what_changed,
        stale=held.stale,
    )
    _note_origin(version.programme, held)
    held.delete()
    return version


def _note_origin(programme: Programme, draft: ProgrammeDraft) -> None:
    """The programme derives from what its first draft began from, then from what a draft took up."""
    origin = draft.origin_version or (draft.base_version if draft.programme is None else None)
    if origin is not None and origin.programme_id != programme.pk:
        programme.origin_version = origin
        programme.save(update_fields=["origin_version"])


def label_for(draft: ProgrammeDraft) -> str:
    """The label to propose for the next version: the first that follows and is free."""
    written: str = draft.document.get("version", "1.0")
    taken = _labels(draft.programme)
    return next_label(written, taken) if written in taken else written


def _own_programme(
    owner: User, version: ProgrammeVersion | None, document: Document | None
) -> Programme | None:
    if version is not None:
        return version.programme if version.programme.owner_id == owner.pk else None
    if document is None:
        return None
    return Programme.objects.filter(slug=document.get("key", ""), owner=owner).first()


def _existing(owner: User, mine: Programme | None, version: ProgrammeVersion | None) -> ProgrammeDraft | None:
    drafts = ProgrammeDraft.objects.owned_by(owner)
    if mine is not None:
        return drafts.filter(programme=mine).first()
    return drafts.filter(programme=None, base_version=version).first() if version is not None else None


def _beginning(
    draft: ProgrammeDraft, version: ProgrammeVersion | None, document: Document | None
) -> Document:
    if document is None:
        assert version is not None
        document = version.document
    begun = with_missing_emptied(document)
    if draft.programme is None and (version is not None or _is_taken(document["key"])):
        return {**begun, "key": _own_key(document["key"]), "version": "1.0"}
    label = document["version"]
    taken = _labels(draft.programme)
    return {**begun, "version": next_label(label, taken) if label in taken else label}


def _own_key(key: str) -> str:
    """A key nobody has: a slug must not tell whether another coach's programme exists."""
    return key_from(f"{key[:44]} {new_public_id()[:8]}")


def _is_taken(key: str) -> bool:
    return Programme.objects.filter(slug=key).exists()


def _labels(programme: Programme | None) -> set[str]:
    return set(programme.versions.values_list("label", flat=True)) if programme is not None else set()


def _held(draft: ProgrammeDraft) -> ProgrammeDraft:
    """The row, held until the transaction ends: two windows take turns. DraftGone when one threw it away."""
    rows = ProgrammeDraft.objects.select_for_update(of=("self",)).select_related("owner", "programme")
    found = rows.filter(pk=draft.pk).first()
    if found is None:
        raise DraftGone
    return found


def _store(held: ProgrammeDraft, document: Document, stale: Stale) -> ProgrammeDraft:
    held.document, held.stale = document, stale
    held.revision += 1
    held.save(update_fields=["document", "stale", "origin_version", "revision", "updated_at"])
    return held


def _remember(held: ProgrammeDraft, document: Document) -> None:
    DraftRevision.objects.create(
        draft=held,
        revision=held.revision,
        parts=_parts_before(held.document, document),
        stale=held.stale,
        origin_version_id=held.origin_version_id,
    )
    kept = held.revisions.order_by("-revision").values("pk")[:_KEPT_REVISIONS]
    held.revisions.exclude(pk__in=kept).delete()


def _parts_before(before: Document, after: Document) -> list[list[Any]]:
    """What `after` replaces: [[path, value before], …]; null where there was nothing."""
    parts: list[list[Any]] = []
    for key in sorted({*before, *after}):
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        if key in _PARTS and isinstance(old, dict) and isinstance(new, dict):
            names = sorted({*old, *new})
            parts += [[[key, name], old.get(name)] for name in names if old.get(name) != new.get(name)]
        else:
            parts.append([[key], old])
    return parts


def _with_parts(document: Document, parts: list[list[Any]]) -> Document:
    restored = {**document}
    for path, value in parts:
        if len(path) == 1:
            _put(restored, path[0], value)
        else:
            restored[path[0]] = {**restored.get(path[0], {})}
            _put(restored[path[0]], path[1], value)
    return restored


def _put(part: Document, key: str, value: Any) -> None:
    if value is None:
        part.pop(key, None)
    else:
        part[key] = value
