"""Pages about oneself, and the root page that leads each person to their own place."""

from __future__ import annotations

from email.utils import parseaddr

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import ProfileForm
from accounts.models import User


@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """Signed in: one's own home. Otherwise the demonstration's three doors, or the sign-in page."""
    if request.user.is_authenticated:
        return redirect("agencies:home")
    if settings.DEMO:
        return render(request, "demo.html")
    return redirect(settings.LOGIN_URL)


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers look before they have read a page."""
    return redirect(static("favicon.svg"))  # its name changes with its content


@require_http_methods(["GET", "POST"])
def language(request: HttpRequest) -> HttpResponse:
    """FR or EN: kept in the account when there is one, and in a cookie; back to the same page.

    Opened as a page it changes nothing: every page has the switch.
    """
    if request.method != "POST":
        return redirect("accounts:root")
    chosen = request.POST.get("language", "")
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)  # `redirect` would take a bare word for the name of a view
    if chosen in dict(settings.LANGUAGES):
        _remember_language(response, chosen)
        if isinstance(request.user, User):
            User.objects.filter(pk=request.user.pk).update(language=chosen)
    return response


def _remember_language(response: HttpResponse, language: str) -> None:
    """For a year, as the settings want this cookie."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=31_536_000,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
    )


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
            _remember_language(response, user.language)
        return response
    status = 422 if form.is_bound else 200
    return render(request, "accounts/profile.html", {"form": form}, status=status)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What is done for everybody to be able to read, what is not known yet, whom to tell."""
    return render(request, "accounts/accessibility.html", _operator())


@require_safe
def legal(request: HttpRequest) -> HttpResponse:
    """Who runs this, where the data lies, which cookies."""
    return render(request, "accounts/legal.html", _operator())


def _operator() -> dict[str, str]:
    """Whom to write to: the address that the messages come from."""
    return {"contact": parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}
