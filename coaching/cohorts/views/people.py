"""What a coach does for one person: note an exchange, send the invitation again, enrol a successor."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.acting import say_nothing_changed
from agencies.access import NetworkRequest, allows
from agencies.roles import Permission
from coaching.cohorts.access import get_enrolment_for, get_successor_for
from coaching.cohorts.forms import ContactForm
from coaching.cohorts.models import Enrolment
from coaching.cohorts.services import CohortProblem, add_contact, invite_again, replace_head

HISTORY = 5
COACH_HOME = "coach"  # the only other page one may come from and go back to


@allows(Permission.NOTE_CONTACTS)
@require_http_methods(["GET", "POST"])
def contact(request: NetworkRequest, slug: str, cohort_id: str, enrolment_id: str) -> HttpResponse:
    """Note an exchange, and go back to where one was: the person's page, or the coach's home."""
    enrolment = get_enrolment_for(request.membership, cohort_id, enrolment_id)
    back = COACH_HOME if request.POST.get("back", request.GET.get("back")) == COACH_HOME else ""
    form = ContactForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        add_contact(
            enrolment, request.membership, kind=form.cleaned_data["kind"], note=form.cleaned_data["note"]
        )
        messages.success(request, _("C’est noté pour %(name)s.") % {"name": enrolment.membership.shown_name})
        return redirect("adoption:coach_home") if back else _to_person(slug, enrolment)
    context = {
        "form": form,
        "enrolment": enrolment,
        "cohort": enrolment.cohort,
        "back": back,
        "history": enrolment.contacts.select_related("coach__user")[:HISTORY],
    }
    status = 422 if form.is_bound else 200
    return render(request, "coaching/cohorts/contact_form.html", context, status=status)


@allows(Permission.INVITE)
@require_http_methods(["GET", "POST"])
def invite(request: NetworkRequest, slug: str, cohort_id: str, enrolment_id: str) -> HttpResponse:
    """Ask for one more invitation, which leaves in the next open slot."""
    enrolment = get_enrolment_for(request.membership, cohort_id, enrolment_id)
    if request.method != "POST":
        say_nothing_changed(request)
        return _to_person(slug, enrolment)
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
    return _to_person(slug, enrolment)


_INVITE_PROBLEMS = {
    "already_joined": lambda: _("%(name)s a déjà rejoint la promotion : rien n’est envoyé."),
    "just_invited": lambda: _("Une invitation pour %(name)s est déjà prévue ou partie aujourd’hui."),
    "not_live": lambda: _("%(name)s ne suit plus cette promotion : rien n’est envoyé."),
}


@allows(Permission.RUN_COHORTS)
@require_http_methods(["GET", "POST"])
def replace(request: NetworkRequest, slug: str, cohort_id: str, enrolment_id: str) -> HttpResponse:
    """Enrol whoever runs the agency now, in the place of a head who left: the person the page named."""
    enrolment = get_enrolment_for(request.membership, cohort_id, enrolment_id)
    if request.method != "POST":
        say_nothing_changed(request)
        return redirect("adoption:cohort_detail", slug=slug, cohort_id=cohort_id)
    successor = get_successor_for(enrolment, timezone.localdate())
    if successor is None or successor.public_id != request.POST.get("successor"):
        messages.info(request, _("La direction de cette agence a encore changé : voici où elle en est."))
    else:
        name = {"name": successor.shown_name}
        try:
            replace_head(enrolment, successor)
        except CohortProblem as problem:
            messages.info(request, _REPLACE_PROBLEMS[problem.code]() % name)
        else:
            text = _("Inscription faite. L’invitation pour %(name)s partira au prochain créneau ouvert.")
            messages.success(request, text % name)
    return redirect("adoption:cohort_detail", slug=slug, cohort_id=cohort_id)


_REPLACE_PROBLEMS = {
    "already_replaced": lambda: _("C’est déjà fait pour cette agence : rien n’a changé."),
    "already_enrolled": lambda: _("%(name)s suit déjà cette promotion : rien n’a changé."),
    "not_live": lambda: _("Cette promotion n’est pas en cours : personne n’y entre."),
}


def _to_person(slug: str, enrolment: Enrolment) -> HttpResponse:
    return redirect(
        "adoption:participant",
        slug=slug,
        cohort_id=enrolment.cohort.public_id,
        enrolment_id=enrolment.public_id,
    )
