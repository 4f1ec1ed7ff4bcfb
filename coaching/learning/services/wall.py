"""The wall of a cohort: thanks that can be undone, a word to the coach, and what the coach takes off it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from coaching.cohorts.models import Enrolment
from coaching.learning.models import SharedItem, Thanks, WallReport
from coaching.learning.services.sharing import withdraw_items
from coaching.learning.services.steps import lock_learner


@transaction.atomic
def thank(enrolment: Enrolment, item: SharedItem, *, now: dt.datetime | None = None) -> None:
    """Thank the author of an excerpt, once; one's own excerpts are not thanked. Idempotent."""
    learner = lock_learner(enrolment, now)
    if item.enrolment_id != enrolment.pk:
        Thanks.objects.get_or_create(item=item, enrolment=enrolment, defaults={"thanked_at": learner.now})


def take_thanks_back(enrolment: Enrolment, item: SharedItem) -> None:
    """Undo a thank you: no trace of it stays. Idempotent."""
    Thanks.objects.filter(item=item, enrolment=enrolment).delete()


@transaction.atomic
def report(enrolment: Enrolment, item: SharedItem, *, now: dt.datetime | None = None) -> None:
    """Ask the coach to look at an excerpt; nothing else happens to it. Idempotent."""
    learner = lock_learner(enrolment, now)
    if item.enrolment_id != enrolment.pk:
        WallReport.objects.get_or_create(
            item=item, enrolment=enrolment, defaults={"reported_at": learner.now}
        )


def take_off_wall(enrolment: Enrolment, item: SharedItem, *, now: dt.datetime | None = None) -> None:
    """The author's own excerpt leaves the wall, its words are erased; other copies of the text stay."""
    own = SharedItem.objects.of(enrolment).standing().filter(pk=item.pk)
    withdraw_items(own, now or timezone.now())


def hide(item: SharedItem, reason: str, *, now: dt.datetime | None = None) -> None:
    """The coach takes an excerpt off the wall; its author reads why, and keeps their words."""
    SharedItem.objects.filter(pk=item.pk, hidden_at__isnull=True).update(
        hidden_at=now or timezone.now(), hidden_reason=reason
    )


def show_again(item: SharedItem) -> None:
    """The coach puts an excerpt back, and what was reported about it is settled. Idempotent."""
    SharedItem.objects.filter(pk=item.pk).update(hidden_at=None, hidden_reason="")
    WallReport.objects.filter(item=item).delete()
