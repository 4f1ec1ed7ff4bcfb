"""The team of a network: who coaches and manages, inviting, ending a mandate, the coaches of a cohort."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.acting import say_nothing_changed
from agencies.access import NetworkRequest, allows
from agencies.models import Membership
from agencies.roles import INVITABLE, Permission, has_permission
from coaching.cohorts.access import get_cohort_for
from coaching.cohorts.forms_team import CoachChoiceForm, LoneCohortForm, TeamInvitationForm
from coaching.cohorts.models import Cohort
from coaching.cohorts.services import (
    TeamInvitation,
    TeamProblem,
    add_coach,
    end_mandate,
    invite_to_team,
    is_last_manager,
    remove_coach,
)
from coaching.cohorts.team import Team, get_member_for, served_by, serving_coaches, team_of

PROBLEMS = {
    "not_yours": gettext_lazy("Votre rôle ne permet pas ce changement."),
    "already_here": gettext_lazy("Cette personne a déjà ce rôle ici."),
    "already_over": gettext_lazy("Ce mandat est déjà terminé."),
    "last_manager": gettext_lazy(
        "Un réseau garde au moins une personne responsable : invitez-en une autre d’abord."
    ),
    "not_a_coach": gettext_lazy("Cette personne n’est pas coach dans ce réseau."),
    "last_coach": gettext_lazy("Une promotion garde au moins un coach : ajoutez quelqu’un d’abord."),
}


@allows(Permission.INVITE)
@never_cache
@require_http_methods(["GET", "POST"])
def team(request: NetworkRequest, slug: str) -> HttpResponse:
    """Who is here and who is awaited; POST invites an address, and shows the link this once."""
    acting = _acting(request)
    roles = INVITABLE[acting.role]
    if request.method != "POST":
        return _team_page(request, acting, TeamInvitationForm(roles=roles))
    form = TeamInvitationForm(request.POST, roles=roles)
    if form.is_valid():
        try:
            found = invite_to_team(
                request.network,
                form.cleaned_data["email"],
                form.cleaned_data["role"],
                by=acting,
                name=form.cleaned_data["name"],
            )
        except TeamProblem as problem:
            form.add_error("email", PROBLEMS[problem.code])
        else:
            return _link_page(request, found)
    return _team_page(request, acting, form, status=422)


@allows(Permission.INVITE)
@never_cache
@require_http_methods(["GET", "POST"])
def invite_anew(request: NetworkRequest, slug: str, member_id: str) -> HttpResponse:
    """A fresh link for somebody who is awaited; the one before stops working."""
    member, acting = get_member_for(request.membership, member_id), _acting(request)
    if request.method != "POST":
        say_nothing_changed(request)
        return redirect("cohorts:team", slug=slug)
    if member.is_over_on(request.network.today()):
        return _over_already(request)
    try:
        found = invite_to_team(request.network, member.user.email, member.role, by=acting)
    except TeamProblem as problem:
        if problem.code == "not_yours":
            raise PermissionDenied from None
        messages.info(request, PROBLEMS[problem.code])
        return redirect("cohorts:team", slug=slug)
    return _link_page(request, found)


@allows(Permission.INVITE)
@never_cache
@require_http_methods(["GET", "POST"])
def end(request: NetworkRequest, slug: str, member_id: str) -> HttpResponse:
    """Say what ends at once and what stays; then end the mandate."""
    member, acting = get_member_for(request.membership, member_id), _acting(request)
    is_own = member.user_id == acting.user_id
    if not is_own and not has_permission(acting.role, Permission.MANAGE_TEAM):
        raise PermissionDenied
    if member.is_over_on(request.network.today()):
        return _over_already(request)
    alone = served_by(member) if member.is_coach else []
    others = [each for each in serving_coaches(request.network) if each.pk != member.pk] if alone else []
    form = CoachChoiceForm(
        request.POST if request.method == "POST" else None, coaches=others, may_be_nobody=True
    )
    if request.method == "POST" and form.is_valid():
        try:
            end_mandate(request.network, member, by=acting, successor=form.chosen())
        except TeamProblem as problem:
            form.add_error(None, PROBLEMS[problem.code])
        else:
            words = {"name": member.shown_name}
            if member.joined_at is None:
                messages.success(request, _("L’invitation de %(name)s ne fonctionne plus.") % words)
            else:
                messages.success(request, _("Le mandat de %(name)s est terminé.") % words)
            return redirect("agencies:home") if is_own else redirect("cohorts:team", slug=slug)
    context = {
        "member": member,
        "is_own": is_own,
        "alone": alone,
        "others": others,
        "form": form,
        "is_last": is_last_manager(request.network, member),
    }
    return render(request, "coaching/cohorts/team_end.html", context, status=422 if form.is_bound else 200)


@allows(Permission.MANAGE_TEAM)
@require_http_methods(["GET", "POST"])
def assign(request: NetworkRequest, slug: str) -> HttpResponse:
    """Give a coach to a cohort that has none any more."""
    found = team_of(request.network, request.membership)
    form = LoneCohortForm(request.POST, alone=found.alone, coaches=found.coaches)
    if request.method != "POST" or not form.is_valid():
        say_nothing_changed(request)
        return redirect("cohorts:team", slug=slug)
    cohort, coach = form.alone[form.cleaned_data["cohort"]], form.chosen()
    try:
        assert coach is not None
        add_coach(cohort, coach)
    except TeamProblem as problem:
        messages.info(request, PROBLEMS[problem.code])
    else:
        words = {"name": coach.shown_name, "cohort": cohort.name}
        messages.success(request, _("%(name)s suit maintenant « %(cohort)s ».") % words)
    return redirect("cohorts:team", slug=slug)


@allows(Permission.RUN_COHORTS)
@require_http_methods(["GET", "POST"])
def coaches(request: NetworkRequest, slug: str, cohort_id: str) -> HttpResponse:
    """The coaches of one cohort: add one of the network's, take one off."""
    cohort = get_cohort_for(request.membership, cohort_id)
    rows = list(cohort.coaches.serving(request.network.today()).with_person().order_by("pk"))
    here = {row.membership_id for row in rows}
    free = [each for each in serving_coaches(request.network) if each.pk not in here]
    form = CoachChoiceForm(request.POST if "add" in request.POST else None, coaches=free)
    if request.method == "POST":
        known = {row.membership.public_id: row.membership for row in rows}
        if gone := known.get(request.POST.get("remove", "")):
            return _take_off(request, cohort, gone)
        if form.is_valid():
            return _put_beside(request, cohort, form)
    context = {"cohort": cohort, "rows": rows, "form": form, "free": free}
    status = 422 if request.method == "POST" else 200
    return render(request, "coaching/cohorts/cohort_coaches.html", context, status=status)


def _put_beside(request: NetworkRequest, cohort: Cohort, form: CoachChoiceForm) -> HttpResponse:
    coach = form.chosen()
    try:
        assert coach is not None
        add_coach(cohort, coach)
    except TeamProblem as problem:
        messages.info(request, PROBLEMS[problem.code])
    else:
        messages.success(request, _("%(name)s suit maintenant cette promotion.") % {"name": coach.shown_name})
    return redirect("cohorts:coaches", slug=request.network.slug, cohort_id=cohort.public_id)


def _take_off(request: NetworkRequest, cohort: Cohort, coach: Membership) -> HttpResponse:
    slug = request.network.slug
    try:
        remove_coach(cohort, coach)
    except TeamProblem as problem:
        messages.info(request, PROBLEMS[problem.code])
        return redirect("cohorts:coaches", slug=slug, cohort_id=cohort.public_id)
    messages.success(request, _("%(name)s ne suit plus cette promotion.") % {"name": coach.shown_name})
    if coach.user_id == request.membership.user_id:
        return redirect("cohorts:list", slug=slug)
    return redirect("cohorts:coaches", slug=slug, cohort_id=cohort.public_id)


def _acting(request: NetworkRequest) -> Membership:
    """The mandate one acts by: who is coach and manager here acts as the manager."""
    own = request.network_memberships
    return next(
        (each for each in own if has_permission(each.role, Permission.MANAGE_TEAM)), request.membership
    )


def _over_already(request: NetworkRequest) -> HttpResponse:
    """A second click, or a manager who was quicker."""
    messages.info(request, PROBLEMS["already_over"])
    return redirect("cohorts:team", slug=request.network.slug)


def _team_page(
    request: NetworkRequest, acting: Membership, form: TeamInvitationForm, status: int = 200
) -> HttpResponse:
    found: Team = team_of(request.network, acting)
    lone_form = LoneCohortForm(alone=found.alone, coaches=found.coaches) if found.alone else None
    context = {"team": found, "form": form, "lone_form": lone_form}
    return render(request, "coaching/cohorts/team.html", context, status=status)


def _link_page(request: NetworkRequest, found: TeamInvitation) -> HttpResponse:
    """Not a redirect: the link exists in this answer and nowhere else."""
    link = settings.BASE_URL + reverse("agencies:invitation", args=[found.token])
    context = {"member": found.membership, "link": link}
    return render(request, "coaching/cohorts/team_link.html", context)
