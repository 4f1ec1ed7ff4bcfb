"""The library of programmes, over all networks of a coach, and the page of one programme."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from agencies.access import coaching_of
from agencies.scope import networks
from coaching.cohorts.library import load_library, load_programme
from coaching.programmes.access import get_programme_for

if TYPE_CHECKING:
    from accounts.models import User


@login_required
@require_GET
def library(request: HttpRequest) -> HttpResponse:
    """Own programmes, those of the house, drafts never published; read only over the networks."""
    user, coaching = cast("User", request.user), coaching_of(request)
    with networks(*(membership.network.pk for membership in coaching), user_id=user.pk):
        found = load_library(user, coaching)
    return render(request, "coaching/cohorts/library.html", {"library": found})


@login_required
@require_GET
def programme(request: HttpRequest, key: str) -> HttpResponse:
    """The versions of one programme, what each changed, where it is installed and runs."""
    user, coaching = cast("User", request.user), coaching_of(request)
    shelf = get_programme_for(user, coaching, key)
    with networks(*(membership.network.pk for membership in coaching), user_id=user.pk):
        row = load_programme(user, coaching, shelf)
    return render(request, "coaching/cohorts/library_programme.html", {"row": row})
