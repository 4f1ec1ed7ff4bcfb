"""Opens the scope of a request under /n/<network>/, around view and template alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.rows import Columns, fetch
from agencies.models import Membership, Network
from agencies.scope import enter, networks, nowhere_yet

API_PATH = "/api/"
NETWORK_PATH = re.compile(r"^/(?:api/v1/)?n/(?P<slug>[^/]+)/")
_MEMBERSHIP, _NETWORK = Columns(Membership, "m"), Columns(Network, "n")
_MEMBERSHIPS = (
    f"SELECT {_MEMBERSHIP.sql}, {_NETWORK.sql} FROM agencies_membership m "  # noqa: S608 - names of columns
    "JOIN agencies_network n ON n.id = m.network_id "
    # By the network's clock, not the reader's: a mandate ends for everybody at the same second.
    "CROSS JOIN LATERAL (SELECT (%s::timestamptz AT TIME ZONE n.time_zone)::date AS today) AS clock "
    "WHERE m.user_id = %s AND m.starts_on <= clock.today AND (m.ends_on IS NULL OR m.ends_on > clock.today)"
)


class NetworkMiddleware:
    """One transaction per request, scoped to the network in the address.

    No membership open today: 404, the same page as for a network that does not exist. A response
    of 500 rolls back. Sync only: one thread, one connection, one scope.
    """

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info:  # no text field can hold it: PostgreSQL would refuse the question
            return self._not_found(request)
        match = NETWORK_PATH.match(request.path_info)
        if not match:
            request.memberships = SimpleLazyObject(lambda: joined_memberships(request))  # type: ignore[attr-defined]
            return self.get_response(request)
        if not request.user.is_authenticated:
            return self._ask_to_sign_in(request)
        with nowhere_yet(request.user.pk):
            memberships = _read_memberships(request.user.pk)
            here = [membership for membership in memberships if membership.network.slug == match["slug"]]
            joined = [membership for membership in here if membership.joined_at]
            if joined:
                request.memberships = [each for each in memberships if each.joined_at]  # type: ignore[attr-defined]
                return self._inside(request, joined)
        return self._ask_to_read_the_notice(request, match["slug"]) if here else self._not_found(request)

    def _inside(self, request: HttpRequest, here: list[Membership]) -> HttpResponse:
        request.network_memberships = here  # type: ignore[attr-defined]
        request.membership = here[0]  # type: ignore[attr-defined]
        network = here[0].network
        request.network = network  # type: ignore[attr-defined]
        enter(network.pk, here[0].user_id)
        response = self.get_response(request)
        if getattr(request, "_must_roll_back", False) or response.status_code >= 500:
            transaction.set_rollback(True)
        if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
            response.render()
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        if not isinstance(exception, Http404):
            request._must_roll_back = True  # type: ignore[attr-defined]

    def _ask_to_sign_in(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(API_PATH):
            return self._not_found(request)  # which answers 401 in JSON to somebody who is not signed in
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)

    def _ask_to_read_the_notice(self, request: HttpRequest, slug: str) -> HttpResponse:
        """The network opens once the notice is read; a program cannot read it for a person."""
        if request.path_info.startswith(API_PATH):
            return self._not_found(request)
        return redirect("agencies:welcome", slug=slug)

    def _not_found(self, request: HttpRequest) -> HttpResponse:
        """Byte for byte the answer to an address that does not exist."""
        is_api = request.path_info.startswith(API_PATH)
        request.path_info = request.path = f"{API_PATH}introuvable" if is_api else "/introuvable"
        request.memberships = SimpleLazyObject(lambda: joined_memberships(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def joined_memberships(request: HttpRequest) -> list[Membership]:
    """For pages outside a network: the person's memberships whose doors are open."""
    if not request.user.is_authenticated:
        return []
    return [membership for membership in memberships_of(request.user.pk) if membership.joined_at]


def memberships_of(user_id: int, slug: str | None = None) -> list[Membership]:
    """A person's memberships open today (in one network), heads' last; needs no scope.

    One short read-only transaction: the membership policy lets a person see their own rows.
    """
    with networks(user_id=user_id):
        found = _read_memberships(user_id)
    return [each for each in found if slug is None or each.network.slug == slug]


def _read_memberships(user_id: int) -> list[Membership]:
    rows = fetch(_MEMBERSHIPS, [timezone.now(), user_id])
    found = [_with_network(iter(row)) for row in rows]
    return sorted(found, key=lambda row: (row.role == "agency_head", row.pk))


def _with_network(values: Iterator[Any]) -> Membership:
    membership = _MEMBERSHIP.take(values)
    membership.network = _NETWORK.take(values)
    return membership
