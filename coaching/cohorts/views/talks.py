"""The coach's page of one-to-ones: times offered, given, moved, taken back."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from agencies.access import NetworkRequest, allows
from agencies.roles import Permission
from coaching.cohorts.access import get_appointment_for, get_cohort_for, get_enrolment_for
from coaching.cohorts.forms_sessions import CancelForm, OfferForm, SlotForm
from coaching.cohorts.models import Appointment, Cohort
from coaching.cohorts.services import (
    CohortProblem,
    cancel_appointment,
    move_appointment,
    offer_slots,
    take_slot,
)
from coaching.cohorts.session_page import load_talks
from coaching.cohorts.session_words import session_problem


@allows(Permission.RUN_COHORTS)
@require_http_methods(["GET", "POST"])
def talks(request: NetworkRequest, slug: str, cohort_id: str) -> HttpResponse:
    """Offer times; see whose they are, and who has none yet."""
    cohort = get_cohort_for(request.membership, cohort_id)
    if cohort.status == Cohort.Status.DRAFT:
        return redirect("cohorts:preview", slug=slug, cohort_id=cohort_id)
    now = timezone.now()
    page = load_talks(cohort, now)
    initial = {"join_url": cohort.session_url}
    form = OfferForm(request.POST or None, cohort=cohort, minutes=page.minutes, initial=initial)
    if request.method == "POST" and form.is_valid():
        url = form.cleaned_data["join_url"]
        try:
            new = offer_slots(cohort, request.membership, form.starts(), join_url=url)
        except CohortProblem as problem:
            form.add_error(None, session_problem(problem))
        else:
            words = ngettext("Un créneau offert.", "%(n)s créneaux offerts.", new) % {"n": new}
            messages.success(request, words if new else _("Ces créneaux étaient déjà dans votre agenda."))
            return redirect("cohorts:talks", slug=slug, cohort_id=cohort_id)
    context = {"cohort": cohort, "page": page, "form": form, "now": now}
    status = 422 if form.is_bound else 200
    return render(request, "coaching/cohorts/talks.html", context, status=status)


@allows(Permission.RUN_COHORTS)
@require_http_methods(["GET", "POST"])
def talk(request: NetworkRequest, slug: str, cohort_id: str, appointment_id: str) -> HttpResponse:
    """One talk: give it to somebody, move it, or take it back."""
    found = get_appointment_for(request.membership, cohort_id, appointment_id)
    action = request.POST.get("action", "")
    local = found.starts_at.astimezone(ZoneInfo(found.cohort.time_zone))
    initial = {"day": local.date(), "time": local.time(), "join_url": found.join_url}
    form = SlotForm(
        request.POST if action == "move" else None, cohort=found.cohort, initial=initial, prefix="move"
    )
    cancel_form = CancelForm(request.POST if action == "cancel" else None, prefix="cancel")
    posted = {"move": form, "cancel": cancel_form}.get(action)
    if action == "give" or (posted is not None and posted.is_valid()):
        try:
            _change(request, cohort_id, found, form, cancel_form, action)
        except CohortProblem as problem:
            if posted is None:
                messages.warning(request, session_problem(problem))
                return redirect("cohorts:talks", slug=slug, cohort_id=cohort_id)
            posted.add_error(None, session_problem(problem))
        else:
            return redirect("cohorts:talks", slug=slug, cohort_id=cohort_id)
    context = {
        "cohort": found.cohort,
        "talk": found,
        "form": form,
        "cancel_form": cancel_form,
        "can_change": found.cancelled_at is None and found.starts_at > timezone.now(),
    }
    return render(
        request, "coaching/cohorts/talk.html", context, status=422 if request.method == "POST" else 200
    )


def _change(
    request: NetworkRequest,
    cohort_id: str,
    found: Appointment,
    form: SlotForm,
    cancel_form: CancelForm,
    action: str,
) -> None:
    if action == "give":
        enrolment = get_enrolment_for(request.membership, cohort_id, request.POST.get("person", ""))
        take_slot(enrolment, found, only_if_without=True)
        words = _("Entretien donné à %(name)s, qui reçoit l’invitation.")
        messages.success(request, words % {"name": enrolment.membership.shown_name})
    elif action == "move":
        url = form.cleaned_data["join_url"] or found.join_url
        if move_appointment(found, starts_at=form.starts_at, join_url=url):
            messages.success(request, _("C’est déplacé."))
    else:
        cancel_appointment(found, cancel_form.cleaned_data["note"], whose=request.POST.get("whose"))
        messages.success(request, _("Entretien annulé.") if found.enrolment else _("Créneau retiré."))
