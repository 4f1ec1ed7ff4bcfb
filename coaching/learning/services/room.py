"""The rehearsal room: a draft begun, written, thrown away. Each needs a scope opened with its author."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from coaching.cohorts.models import Enrolment
from coaching.learning.models import RoomDraft
from coaching.learning.room.platforms import Platform
from coaching.learning.services.sharing import withdraw_copy
from coaching.learning.services.steps import lock_learner
from coaching.learning.steps.base import TEXT_MAX, typed_text

ROOM = "room"  # the address of shared copies: « room » and the draft's public_id
DRAFTS_MAX = 100


class RoomFull(Exception):
    """Nobody writes a hundred posts at a time: some have to go first."""


@dataclass(frozen=True, slots=True)
class Newer:
    """An older screen would overwrite a newer text; nothing was stored."""

    stored: str
    revision: int


@transaction.atomic
def begin_draft(
    enrolment: Enrolment, place: Platform, text: str = "", *, now: dt.datetime | None = None
) -> RoomDraft:
    """A private draft; raises LearningProblem, or RoomFull.

    The one that already holds these words, the blank page that nobody has touched, else a new one: two
    taps, or a way back, are one draft.
    """
    learner = lock_learner(enrolment, now)
    words, drafts = typed_text(text)[:TEXT_MAX], RoomDraft.objects.of(learner.enrolment)
    here = drafts.filter(platform=place.key)
    for draft in here if words else here.filter(revision=1):
        if draft.text == words:
            return draft
    if drafts.count() >= DRAFTS_MAX:
        raise RoomFull
    return RoomDraft.objects.create(
        enrolment=learner.enrolment,
        author_id=learner.enrolment.membership.user_id,
        platform=place.key,
        content={"text": words},
    )


@transaction.atomic
def write_draft(draft: RoomDraft, text: str, place: Platform, revision: int) -> RoomDraft | Newer:
    """Keep what is being written; an older revision never replaces a newer text.

    Raises ValueError for an endless text and RoomDraft.DoesNotExist for one thrown away meanwhile.
    """
    typed = typed_text(text)
    if len(typed) > TEXT_MAX:
        raise ValueError("endless")
    row = RoomDraft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    if typed == row.text and place.key == row.platform:
        return row
    if revision < row.revision and typed != row.text:
        return Newer(row.text, row.revision)
    row.content, row.platform = {"text": typed}, place.key
    row.revision += 1
    row.save(update_fields=["content", "platform", "revision", "updated_at"])
    return row


@transaction.atomic
def throw_away(draft: RoomDraft) -> None:
    """Erase a draft for good, and the words of every copy shared of it."""
    withdraw_copy(draft.enrolment, ROOM, draft.public_id)
    draft.delete()
