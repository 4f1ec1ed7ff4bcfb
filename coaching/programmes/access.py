"""The door to what is being written: its author's alone, and only while they coach somewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.http import Http404

from agencies.models import Membership
from agencies.public_id import is_public_id
from agencies.roles import Permission, has_permission
from coaching.programmes.models import ProgrammeDraft

if TYPE_CHECKING:
    from accounts.models import User


def may_write(memberships: Sequence[Membership]) -> bool:
    """Whether one of a person's open memberships lets them write programmes: a coach, in any network."""
    return any(has_permission(membership.role, Permission.RUN_COHORTS) for membership in memberships)


def get_draft_for(user: User, memberships: Sequence[Membership], public_id: str) -> ProgrammeDraft:
    """A draft of one's own; everybody else's does not exist: 404."""
    if not may_write(memberships) or not is_public_id(public_id):
        raise Http404
    drafts = ProgrammeDraft.objects.owned_by(user).select_related("programme", "base_version")
    try:
        return drafts.defer("base_version__document", "base_version__rendered").get(public_id=public_id)
    except ProgrammeDraft.DoesNotExist:
        raise Http404 from None
