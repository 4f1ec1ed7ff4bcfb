"""The doors to programmes outside a network: one's own and those of the house, while one coaches somewhere.

Somebody else's programme does not exist (404), be it installed in a network one coaches: its versions
can be chosen there for a cohort, which is all that its author has given.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import Http404

from agencies.models import Membership
from agencies.public_id import is_public_id
from agencies.roles import Permission, has_permission
from coaching.programmes.models import Programme, ProgrammeDraft, ProgrammeVersion
from coaching.programmes.querysets import ProgrammeQuerySet

if TYPE_CHECKING:
    from accounts.models import User


class DraftGone(Http404):
    """No such draft for this person: never, or thrown away or published in the meantime."""


def may_write(memberships: Sequence[Membership]) -> bool:
    """Whether one of a person's open memberships lets them write programmes: a coach, in any network."""
    return any(has_permission(membership.role, Permission.RUN_COHORTS) for membership in memberships)


def get_draft_for(user: User, memberships: Sequence[Membership], public_id: str) -> ProgrammeDraft:
    """A draft of one's own; everybody else's does not exist: DraftGone, which is a 404."""
    if not may_write(memberships) or not is_public_id(public_id):
        raise DraftGone
    drafts = ProgrammeDraft.objects.owned_by(user).select_related("programme", "base_version")
    try:
        return drafts.defer("base_version__document", "base_version__rendered").get(public_id=public_id)
    except ProgrammeDraft.DoesNotExist:
        raise DraftGone from None


def programmes_for(user: User, memberships: Sequence[Membership]) -> ProgrammeQuerySet:
    """One's own programmes and those of the house. Raises PermissionDenied for who coaches nowhere."""
    if not may_write(memberships):
        raise PermissionDenied
    return Programme.objects.readable_by(user)


def get_programme_for(user: User, memberships: Sequence[Membership], slug: str) -> Programme:
    """A programme one may read, with what it derives from; Http404 for any other."""
    try:
        return programmes_for(user, memberships).with_origin().get(slug=slug)
    except Programme.DoesNotExist:
        raise Http404 from None


def get_version_for(user: User, memberships: Sequence[Membership], public_id: str) -> ProgrammeVersion:
    """A version of a programme one may read, its document with it; Http404 for any other."""
    if not may_write(memberships):
        raise PermissionDenied
    versions = ProgrammeVersion.objects.readable_by(user).select_related("programme").defer("rendered")
    try:
        return versions.get(public_id=public_id)
    except ProgrammeVersion.DoesNotExist:
        raise Http404 from None
