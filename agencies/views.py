"""Entering: an invitation, a network's home, the choice between several networks."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from accounts.models import User
from accounts.services import sign_in
from agencies.access import NetworkRequest, last_left_by
from agencies.forms import AcceptInvitationForm, WelcomeForm
from agencies.middleware import memberships_of
from agencies.models import Invitation, Membership
from agencies.scope import networks
from agencies.services import (
    InvitationProblem,
    accept_invitation,
    check_invitation,
    join_network,
    locate_invitation,
)
from agencies.who_sees_what import Row, groups


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Lead a person to their place: the coach's home, the only network, or the choice of one."""
    memberships = memberships_of(cast(int, request.user.pk))
    joined = [membership for membership in memberships if membership.joined_at]
    if any(membership.is_coach for membership in joined):
        return redirect("adoption:coach_home")
    slugs = list(dict.fromkeys(membership.network.slug for membership in joined))
    if len(slugs) == 1:
        return redirect("agencies:network_home", slug=slugs[0])
    waiting = [membership for membership in memberships if not membership.joined_at]
    if not joined and len(waiting) == 1:
        return redirect("agencies:welcome", slug=waiting[0].network.slug)
    left = None if memberships else last_left_by(cast(int, request.user.pk))
    context = {"memberships": joined, "waiting": waiting, "left": left}
    return render(request, "agencies/choose_network.html", context)


@require_GET
def network_home(request: NetworkRequest, slug: str) -> HttpResponse:
    """The first page of a network for one's role."""
    membership = request.membership
    if membership.is_manager:
        return redirect("adoption:overview", slug=slug)
    if membership.is_coach:
        return redirect("cohorts:list", slug=slug)
    return redirect("learning:home", slug=slug)


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation: name, way to sign in, notice. The token is never shown again.

    Somebody else's session is left alone: they are told whose it is, and sign out themselves.
    """
    try:
        invited = _usable_invitation(token)
    except InvitationProblem as problem:
        return render(request, "agencies/invitation_problem.html", {"problem": problem.code}, status=410)
    user = invited.membership.user
    _speak_as_the_mail(request, invited.membership)
    if request.user.is_authenticated and request.user.pk != user.pk:
        return render(request, "agencies/invitation_of_another.html", status=403)
    if user.last_login is not None and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
    form = AcceptInvitationForm(
        request.POST or None, user=user, initial=_initial(invited.membership, request)
    )
    if request.method == "POST" and form.is_valid():
        return _enter(request, token, form)
    context = {"form": form, "invitation": invited, "membership": invited.membership}
    context["first_name"] = _own_name(invited.membership).partition(" ")[0]
    return render(request, "agencies/invitation.html", context, status=422 if form.is_bound else 200)


def _speak_as_the_mail(request: HttpRequest, membership: Membership) -> None:
    """The language the message was written in, rather than the browser's; a choice made here comes first."""
    if request.user.is_authenticated or settings.LANGUAGE_COOKIE_NAME in request.COOKIES:
        return
    language = membership.user.language or membership.network.default_language
    translation.activate(language)
    request.LANGUAGE_CODE = language


def _usable_invitation(token: str) -> Invitation:
    network_id, invitation_id = locate_invitation(token)
    with networks(network_id):
        invited = Invitation.objects.select_related(
            "membership__user", "membership__agency", "membership__network", "created_by"
        ).get(pk=invitation_id)
    check_invitation(invited)
    return invited


def _initial(membership: Membership, request: HttpRequest) -> dict[str, str]:
    language = membership.user.language or translation.get_language() or membership.network.default_language
    return {"name": _own_name(membership), "language": language[:2], "way_in": "code"}


def _own_name(membership: Membership) -> str:
    """Whom the page greets: an account in use by its name, for its owner has signed in to be here.

    Before, the link alone opens the page, and links get passed on: only what this network wrote.
    """
    user = membership.user
    return membership.known_name if user.last_login is None else user.name or membership.known_name


def _enter(request: HttpRequest, token: str, form: AcceptInvitationForm) -> HttpResponse:
    chosen = form.cleaned_data
    try:
        user = accept_invitation(
            token, name=chosen["name"], language=chosen["language"], password=chosen["password"]
        )
    except InvitationProblem as problem:
        return render(request, "agencies/invitation_problem.html", {"problem": problem.code}, status=410)
    if request.user.pk != user.pk:
        sign_in(request, user)
    if chosen["way_in"] == AcceptInvitationForm.WayIn.PASSKEY:
        return redirect("mfa_add_webauthn")
    return redirect("agencies:home")


@login_required
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest, slug: str) -> HttpResponse:
    """A signed-in person whose membership waits: the notice, then the network opens."""
    user = cast(User, request.user)
    waiting = [m for m in memberships_of(user.pk, slug) if not m.joined_at]
    if not waiting:
        raise Http404
    form = WelcomeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with networks(waiting[0].network.pk, user_id=user.pk):
            join_network(user, waiting[0].network.pk)
        return redirect("agencies:network_home", slug=slug)
    context = {"form": form, "membership": waiting[0]}
    return render(request, "agencies/welcome.html", context, status=422 if form.is_bound else 200)


@require_GET
def who_sees_what(request: HttpRequest) -> HttpResponse:
    """Public: somebody who reads an invitation may want to know before entering. No data of anybody."""
    network = next((each.network.name for each in getattr(request, "memberships", None) or ()), "")
    readers = [
        (_("Vous"), ""),
        (_("Votre coach"), ""),
        (_("Votre responsable"), ""),
        (_("Vos collègues"), _("binôme, promotion")),
        (_("Siège du réseau"), network),
        (_("Exploitant"), _("maintient le service")),
    ]
    table = [(title, [_with_readers(row, readers) for row in rows]) for title, rows in groups()]
    return render(request, "agencies/who_sees_what.html", {"readers": readers, "groups": table})


@require_safe
def notice(request: HttpRequest) -> HttpResponse:
    """Public: the notice read on arrival, to be read again; of one's own network when there is one."""
    mine = next(iter(getattr(request, "memberships", None) or ()), None)
    membership = mine or {"network": {"name": _("Votre réseau")}}
    return render(request, "agencies/notice.html", {"membership": membership})


def _with_readers(row: Row, readers: list[tuple[str, str]]) -> dict[str, Any]:
    """On a phone each cell stands alone: it carries the name of its column."""
    names = [name for name, _note in readers]
    return {"data": row.data, "note": row.note, "columns": list(zip(names, row.cells, strict=True))}
