"""Versions: compare two, install one in a network, go on writing from one."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.acting import say_nothing_changed
from agencies.access import NetworkRequest, allows
from agencies.roles import Permission
from coaching.programmes.access import get_version_for, may_write
from coaching.programmes.difference import compare as compare_documents
from coaching.programmes.links import draft_url
from coaching.programmes.services import install, open_draft
from coaching.programmes.telling import changes_in_words

if TYPE_CHECKING:
    from accounts.models import User


@login_required
@require_GET
def compare(request: HttpRequest, before_id: str, after_id: str) -> HttpResponse:
    """What differs between two versions of one programme, or of a programme and its origin."""
    user, memberships = cast("User", request.user), request.memberships  # type: ignore[attr-defined]
    before = get_version_for(user, memberships, before_id)
    after = get_version_for(user, memberships, after_id)
    origin = after.programme.origin_version
    if before.programme_id not in (after.programme_id, origin.programme_id if origin else None):
        raise Http404
    difference = compare_documents(before.document, after.document)
    context = {
        "before": before,
        "after": after,
        "difference": difference,
        "summary": changes_in_words(difference.counts),
    }
    return render(request, "coaching/programmes/compare.html", context)


@allows(Permission.RUN_COHORTS)
@require_http_methods(["GET", "POST"])
def install_version(request: NetworkRequest, slug: str, version_id: str) -> HttpResponse:
    """This network may open cohorts on this version; twice does no harm."""
    version = get_version_for(cast("User", request.user), request.memberships, version_id)
    if request.method != "POST":
        say_nothing_changed(request)
        return redirect("cohorts:library_programme", key=version.programme.slug)
    install(request.network, version)
    messages.success(
        request,
        _("La version %(label)s peut maintenant être choisie dans %(network)s.")
        % {"label": version.label, "network": request.network.name},
    )
    return redirect("cohorts:library_programme", key=version.programme.slug)


@login_required
@require_http_methods(["GET", "POST"])
def write_on(request: HttpRequest, version_id: str) -> HttpResponse:
    """The draft in which one goes on from this version."""
    user = cast("User", request.user)
    version = get_version_for(user, request.memberships, version_id)  # type: ignore[attr-defined]
    if request.method != "POST":
        say_nothing_changed(request)
        return redirect("cohorts:library_programme", key=version.programme.slug)
    return redirect(draft_url(open_draft(user, version)))


@login_required
@require_http_methods(["GET", "POST"])
def write_new(request: HttpRequest) -> HttpResponse:
    """A draft that begins with nothing but one week."""
    if not may_write(request.memberships):  # type: ignore[attr-defined]
        raise PermissionDenied
    if request.method != "POST":
        say_nothing_changed(request)
        return redirect("cohorts:library")
    return redirect(draft_url(open_draft(cast("User", request.user))))
