"""The only doors to agencies' rows: each returns what a membership may see, or says no.

Outside of what one may know exists: Http404. Known but not allowed: PermissionDenied.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase

from agencies.models import Agency, Membership, Network
from agencies.querysets import AgencyQuerySet
from agencies.roles import Permission, has_permission
from agencies.scope import networks


class NetworkRequest(HttpRequest):
    """A request under /n/<network>/: the middleware has set whose it is.

    `memberships` are all of the person's, `network_memberships` those in this network.
    """

    membership: Membership
    network: Network
    network_memberships: list[Membership]
    memberships: list[Membership]


def require(membership: Membership, permission: Permission) -> None:
    """Raise PermissionDenied unless the membership's role carries the permission."""
    if not has_permission(membership.role, permission):
        raise PermissionDenied


View = Callable[..., HttpResponseBase]


def allows(permission: Permission) -> Callable[[View], View]:
    """Decorator of a view under /n/<network>/: 403 unless the role carries the permission.

    A person with several roles in the network acts with the first role that carries it.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: NetworkRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            request.membership = choose_membership(request.network_memberships, permission)
            return view(request, *args, **kwargs)

        return checked

    return decorate


def choose_membership(memberships: list[Membership], permission: Permission) -> Membership:
    """The first of a person's memberships in the network that carries the permission."""
    for membership in memberships:
        if has_permission(membership.role, permission):
            return membership
    raise PermissionDenied


def coaching_of(request: HttpRequest) -> list[Membership]:
    """By which memberships this person coaches, for pages over their networks; PermissionDenied if none."""
    every: list[Membership] = request.memberships  # type: ignore[attr-defined]
    found = [membership for membership in every if membership.is_coach]
    if not found:
        raise PermissionDenied
    return found


def last_left_by(user_id: int) -> Membership | None:
    """The membership of theirs that ended last, with its network; needs no scope."""
    with networks(user_id=user_id):
        ended = Membership.objects.filter(user_id=user_id, ends_on__isnull=False)
        return ended.select_related("network").order_by("-ends_on", "-pk").first()


def agencies_for(memberships: Sequence[Membership]) -> AgencyQuerySet:
    """What a person's memberships in one network show: all to managers and coaches, else one's own.

    The network is named besides row-level security, so that (network, public_id) serves the order.
    """
    rows = Agency.objects.filter(network=memberships[0].network)
    see_all = (Permission.SEE_AGENCY_SHEET, Permission.SEE_COHORTS)
    if any(has_permission(each.role, permission) for each in memberships for permission in see_all):
        return rows
    return rows.filter(pk__in=[each.agency_id for each in memberships if each.agency_id])


def get_agency_for(membership: Membership, public_id: str) -> Agency:
    """An agency's sheet: managers see every agency of their network; others: 404."""
    if not has_permission(membership.role, Permission.SEE_AGENCY_SHEET):
        raise Http404
    try:
        return Agency.objects.get(public_id=public_id)
    except Agency.DoesNotExist:
        raise Http404 from None
