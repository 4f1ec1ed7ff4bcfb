"""Sharing: an edited copy of one text for one audience, taken back at any time; the original stays (D5)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from agencies.roles import AUDIENCES_OF, Audience, Shareable
from coaching.cohorts.models import Enrolment
from coaching.learning.models import PairReading, SharedItem, Thanks, WallReport
from coaching.learning.querysets import SharedItemQuerySet
from coaching.learning.services.steps import lock_learner
from coaching.learning.steps.base import TEXT_MAX, typed_text


@transaction.atomic
def share_copy(
    enrolment: Enrolment,
    kind: Shareable,
    address: str,
    prompt: str,
    text: str,
    audience: Audience,
    *,
    now: dt.datetime | None = None,
) -> SharedItem:
    """Offer an edited copy of one text to one audience; a second copy for it replaces the first,
    the same words sent again change nothing.

    `address` and `prompt` name the original: "module/step" and a question of it, or another noun of the
    person's own ("charter", "room") and its id. Whether the original exists is for the caller to know.
    Raises LearningProblem, or ValueError for an empty or endless copy and for an audience that this kind of
    text never has (`agencies.roles.AUDIENCES_OF`).
    """
    copy = typed_text(text).strip()
    if not 0 < len(copy) <= TEXT_MAX:
        raise ValueError("a copy is a text")
    if audience not in AUDIENCES_OF[kind]:
        raise ValueError(f"{kind} is never shared with {audience}")
    learner = lock_learner(enrolment, now)
    copies = SharedItem.objects.of(learner.enrolment).standing().for_audience(audience)
    shared = copies.filter(address=address, prompt=prompt).first()
    if shared is not None and str(shared.text) == copy:
        return shared  # sent twice: the first stays, with its hour and what a coach said of it
    item, _created = SharedItem.objects.update_or_create(
        enrolment=learner.enrolment,
        address=address,
        prompt=prompt,
        audience=audience,
        defaults={
            "author_id": learner.enrolment.membership.user_id,
            "kind": kind,
            "text": copy,
            "shared_at": learner.now,
            "withdrawn_at": None,
            "hidden_at": None,
            "hidden_reason": "",
        },
    )
    return item


def withdraw_copy(
    enrolment: Enrolment,
    address: str,
    prompt: str,
    audience: Audience | None = None,
    *,
    now: dt.datetime | None = None,
) -> None:
    """Take a copy back, from one audience or from all: its words are erased, and what was said about them.

    Idempotent.
    """
    copies = SharedItem.objects.of(enrolment).standing().filter(address=address, prompt=prompt)
    if audience is not None:
        copies = copies.filter(audience=audience)
    withdraw_items(copies, now or timezone.now())


@transaction.atomic
def withdraw_items(copies: SharedItemQuerySet, now: dt.datetime) -> None:
    """Erase the words of these copies, the readings of a pair, the thanks and the reports of a wall."""
    found = list(copies.values_list("pk", flat=True))
    for about in (PairReading, Thanks, WallReport):
        about._default_manager.filter(item__in=found).delete()
    SharedItem.objects.filter(pk__in=found).update(
        withdrawn_at=now, text="", hidden_at=None, hidden_reason=""
    )
