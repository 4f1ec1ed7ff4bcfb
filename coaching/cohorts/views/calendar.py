"""The private calendar of a person: its page next to the account's, and the address that programmes read."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from agencies.middleware import memberships_of
from coaching.cohorts.events import site_address
from coaching.cohorts.feed import events_of
from coaching.cohorts.ical import Guest, calendar_object
from coaching.cohorts.services.feed import feed_owner, feed_since, renew_feed, revoke_feed

CALENDAR = "text/calendar; charset=utf-8"
PER_HOUR = 60  # a programme asks some four times a day; a person who tries it out, a few times more


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def calendar_page(request: HttpRequest) -> HttpResponse:
    """Make the address, renew it, revoke it. It is shown once, right after it was made."""
    user: User = request.user  # type: ignore[assignment]
    url = ""
    if "revoke" in request.POST:
        revoke_feed(user)
        messages.success(request, _("L’ancienne adresse ne répond plus."))
        return redirect("cohorts:calendar")
    if request.method == "POST":
        url = settings.BASE_URL + reverse("cohorts:feed", args=[renew_feed(user)])
    context = {
        "url": url,
        "webcal_url": "webcal:" + url.partition(":")[2] if url else "",
        "since": feed_since(user),
        "is_coach": any(each.is_coach for each in request.memberships),  # type: ignore[attr-defined]
    }
    return render(request, "coaching/cohorts/calendar.html", context)


@never_cache
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """All the person's events; no session, the address is the permission. Unknown or revoked: 404."""
    owner = feed_owner(token)
    if owner is None:
        raise Http404
    if _asked_too_often(owner):
        return HttpResponse(status=429, headers={"Retry-After": "3600"})
    memberships = [each for each in memberships_of(owner.pk) if each.joined_at]
    language = owner.language or "fr"
    with translation.override(language):
        content = calendar_object(
            events_of(memberships, owner.pk),
            "PUBLISH",
            stamped_at=timezone.now(),
            organizer=Guest("Cairn", site_address()),
            language=language,
            name="Cairn",
        )
    response = HttpResponse(content, content_type=CALENDAR)
    response["Content-Disposition"] = 'inline; filename="cairn.ics"'
    return response


def _asked_too_often(owner: User) -> bool:
    key = f"calendar-feed-{owner.pk}-{timezone.now():%Y%m%d%H}"
    asked = int(cache.get(key, 0)) + 1
    cache.set(key, asked, 3600)
    return asked > PER_HOUR
