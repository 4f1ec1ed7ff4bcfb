"""Pages about oneself, and the root page that leads each person to their own place."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.forms import ProfileForm


@require_GET
def root(request: HttpRequest) -> HttpResponse:
    """Signed in: one's own home. Otherwise the demonstration's three doors, or the sign-in page."""
    if request.user.is_authenticated:
        return redirect("agencies:home")
    if settings.DEMO:
        return render(request, "demo.html")
    return redirect(settings.LOGIN_URL)


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Name, language, time zone and appearance."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        user = form.save()
        if user.language:
            translation.activate(user.language)
        messages.success(request, _("C’est enregistré."))
        response = redirect("accounts:profile")
        if user.language:
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax")
        return response
    status = 422 if form.is_bound else 200
    return render(request, "accounts/profile.html", {"form": form}, status=status)
