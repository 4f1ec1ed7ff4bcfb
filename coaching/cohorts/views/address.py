"""Correct the address of somebody whom no invitation reaches."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from agencies.access import NetworkRequest, allows
from agencies.roles import Permission
from coaching.cohorts.access import get_enrolment_for
from coaching.cohorts.forms_team import AddressForm
from coaching.cohorts.models import Cohort, Enrolment
from coaching.cohorts.services import CohortProblem, correct_address

PROBLEMS = {
    "same_address": gettext_lazy("C’est déjà cette adresse."),
    "already_enrolled": gettext_lazy("Cette adresse est celle d’une autre personne de la promotion."),
    "already_here": gettext_lazy("La personne de cette adresse dirige déjà cette agence."),
}


@allows(Permission.INVITE)
@require_http_methods(["GET", "POST"])
def correct(request: NetworkRequest, slug: str, cohort_id: str, enrolment_id: str) -> HttpResponse:
    """Another address for somebody who has not joined; once they have, it is theirs alone to change."""
    enrolment = get_enrolment_for(request.membership, cohort_id, enrolment_id)
    if enrolment.membership.joined_at:
        return _too_late(request, enrolment)
    form = AddressForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            correct_address(enrolment, form.cleaned_data["email"])
        except CohortProblem as problem:
            if problem.code not in PROBLEMS:
                return _too_late(request, enrolment)
            form.add_error("email", PROBLEMS[problem.code])
        else:
            messages.success(request, _said(enrolment))
            return _back(request, enrolment)
    context = {"form": form, "enrolment": enrolment, "cohort": enrolment.cohort}
    status = 422 if form.is_bound else 200
    return render(request, "coaching/cohorts/address_form.html", context, status=status)


def _said(enrolment: Enrolment) -> str:
    words = {"name": enrolment.membership.shown_name}
    if enrolment.cohort.status == Cohort.Status.RUNNING:
        return (
            _("L’adresse est corrigée : une invitation partira pour %(name)s au prochain créneau ouvert.")
            % words
        )
    return _("L’adresse de %(name)s est corrigée.") % words


def _too_late(request: NetworkRequest, enrolment: Enrolment) -> HttpResponse:
    """They joined, or left, while the page was open."""
    words = {"name": enrolment.membership.shown_name}
    if enrolment.membership.joined_at or enrolment.is_live:
        messages.info(
            request, _("%(name)s a rejoint le réseau et change son adresse dans son compte.") % words
        )
    else:
        messages.info(request, _("%(name)s ne suit plus cette promotion : rien n’a changé.") % words)
    return _back(request, enrolment)


def _back(request: NetworkRequest, enrolment: Enrolment) -> HttpResponse:
    slug, cohort = request.network.slug, enrolment.cohort
    if cohort.status == Cohort.Status.DRAFT:
        return redirect("cohorts:members", slug=slug, cohort_id=cohort.public_id)
    return redirect(
        "adoption:participant", slug=slug, cohort_id=cohort.public_id, enrolment_id=enrolment.public_id
    )
