"""What a coach does for one person: note an exchange, send the invitation again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.acting import say_nothing_changed
from agencies.access import NetworkRequest, allows
from agencies.public_id import new_public_id
from agencies.roles import Permission
from coaching.cohorts.access import get_enrolment_for, get_own_contact_for
from coaching.cohorts.forms import ContactForm
from coaching.cohorts.models import CoachContact, Enrolment
from coaching.cohorts.services import (
    CohortProblem,
    add_contact,
    forget_contact,
    invite_again,
)

HISTORY = 5
COACH_HOME = "coach"  # the only other page one may come from and go back to


@allows(Permission.NOTE_CONTACTS)
@require_http_methods(["GET", "POST"])
def contact(request: NetworkRequest, slug: str, cohort_id: str, enrolment_id: str) -> HttpResponse:
    """Note an exchange, and go back to where one was: the person's page, or the coach's home.

    The home's own form is answered in its place. What cannot be noted there as it stands is answered 409:
    the form is then sent as a page, which shows why and what was typed.
    """
    enrolment = get_enrolment_for(request.membership, cohort_id, enrolment_id)
    form = _contact_form(request, enrolment)
    is_in_place = "HX-Request" in request.headers
    if form.is_bound and form.is_valid() and (noted := _note(request, enrolment, form)):
        if is_in_place:
            return render(request, "coaching/cohorts/_contact_noted.html", {"noted": noted, "back": "coach"})
        return redirect(f"{_back(request, slug, enrolment)}?noted={noted.public_id}")
    if is_in_place:
        return HttpResponse(status=409)
    context = {
        "form": form,
        "enrolment": enrolment,
        "cohort": enrolment.cohort,
        "back": _is_from_home(request),
        "history": enrolment.contacts.select_related("coach__user")[:HISTORY],
    }
    status = 422 if form.is_bound else 200
    return render(request, "coaching/cohorts/contact_form.html", context, status=status)


def _contact_form(request: NetworkRequest, enrolment: Enrolment) -> ContactForm:
    today = timezone.localdate()
    initial = {"key": new_public_id(), "followed": enrolment.is_followed_on(today)}
    posted = request.POST.copy() if request.method == "POST" else None
    return ContactForm(posted, today=today, initial=initial)


def _note(request: NetworkRequest, enrolment: Enrolment, form: ContactForm) -> CoachContact | None:
    """The exchange as noted; None when the person changed meanwhile, which the form then says."""
    told = form.cleaned_data
    try:
        noted = add_contact(
            enrolment,
            request.membership,
            kind=told["kind"],
            note=told["note"],
            call_back_on=told["call_back_on"],
            key=told["key"],
            only_if_followed=told["followed"],
        )
    except CohortProblem:
        text = _(
            "Depuis que cette page est ouverte, %(name)s a cessé de suivre cette promotion : "
            "rien n’est noté. Votre texte est resté ; notez-le si vous le voulez toujours."
        )
        form.add_error(None, text % {"name": enrolment.membership.shown_name})
        form.data["followed"] = ""  # type: ignore[index]  # seen now: the next press is on purpose
        return None
    noted.enrolment = enrolment
    return noted


@allows(Permission.NOTE_CONTACTS)
@require_http_methods(["GET", "POST"])
def forget(
    request: NetworkRequest, slug: str, cohort_id: str, enrolment_id: str, contact_id: str
) -> HttpResponse:
    """Take back an exchange noted by mistake a moment ago."""
    enrolment = get_enrolment_for(request.membership, cohort_id, enrolment_id)
    noted = get_own_contact_for(enrolment, request.membership, contact_id)
    if request.method != "POST":
        say_nothing_changed(request)
        return redirect(_back(request, slug, enrolment))
    name = {"name": enrolment.membership.shown_name}
    try:
        if noted is not None:
            forget_contact(noted)
    except CohortProblem:
        text = _("Cet échange avec %(name)s est noté depuis plus d’une demi-heure : il reste.")
        messages.info(request, text % name)
    else:
        messages.success(request, _("L’échange avec %(name)s n’est plus noté.") % name)
    return redirect(_back(request, slug, enrolment))


def _is_from_home(request: NetworkRequest) -> str:
    return COACH_HOME if request.POST.get("back", request.GET.get("back")) == COACH_HOME else ""


def _back(request: NetworkRequest, slug: str, enrolment: Enrolment) -> str:
    if _is_from_home(request):
        return reverse("adoption:coach_home")
    return reverse("adoption:participant", args=[slug, enrolment.cohort.public_id, enrolment.public_id])


@allows(Permission.INVITE)
@require_http_methods(["GET", "POST"])
def invite(request: NetworkRequest, slug: str, cohort_id: str, enrolment_id: str) -> HttpResponse:
    """Ask for one more invitation, which leaves in the next open slot."""
    enrolment = get_enrolment_for(request.membership, cohort_id, enrolment_id)
    if request.method != "POST":
        say_nothing_changed(request)
        return redirect(_back(request, slug, enrolment))
    name = {"name": enrolment.membership.shown_name}
    try:
        invite_again(enrolment)
    except CohortProblem as problem:
        messages.info(request, _INVITE_PROBLEMS[problem.code]() % name)
    else:
        messages.success(
            request, _("Une nouvelle invitation partira pour %(name)s au prochain créneau ouvert.") % name
        )
    if request.POST.get("back") == "cohort":
        return redirect("adoption:cohort_detail", slug=slug, cohort_id=cohort_id)
    return redirect(_back(request, slug, enrolment))


_INVITE_PROBLEMS = {
    "already_joined": lambda: _("%(name)s a déjà rejoint la promotion : rien n’est envoyé."),
    "just_invited": lambda: _("Une invitation pour %(name)s est déjà prévue ou partie aujourd’hui."),
    "not_live": lambda: _("%(name)s ne suit plus cette promotion : rien n’est envoyé."),
}
