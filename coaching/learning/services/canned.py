"""The ready-made words of a coach: added, changed, thrown away. Theirs alone."""

from __future__ import annotations

from django.db import transaction

from agencies.models import Membership
from coaching.learning.models import CannedComment

CANNED_MAX = 60


class CannedProblem(Exception):
    """`code`: same_title, or full."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def write_canned(coach: Membership, title: str, text: str, public_id: str = "") -> CannedComment:
    """Add a comment, or change the one of this `public_id`; the same one added twice is one.

    Raises CannedProblem, or CannedComment.DoesNotExist for one thrown away meanwhile.
    """
    Membership.objects.select_for_update().get(pk=coach.pk)  # two taps take turns
    mine = CannedComment.objects.filter(coach=coach)
    twin = mine.filter(title=title).exclude(public_id=public_id).first()
    if twin is not None:
        if not public_id and twin.text == text:
            return twin
        raise CannedProblem("same_title")
    if public_id:
        row = mine.get(public_id=public_id)
        row.title, row.text = title, text
        row.save(update_fields=["title", "text"])
        return row
    if mine.count() >= CANNED_MAX:
        raise CannedProblem("full")
    return CannedComment.objects.create(coach=coach, title=title, text=text)


def delete_canned(coach: Membership, public_id: str) -> None:
    """Throw one away. Idempotent."""
    CannedComment.objects.filter(coach=coach, public_id=public_id).delete()
