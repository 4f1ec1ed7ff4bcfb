"""The coach's pages about live sessions: the agenda, one session, its changes, the sheet to print."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from agencies.access import NetworkRequest, allows
from agencies.roles import Permission
from coaching.cohorts.access import get_cohort_for, get_session_for
from coaching.cohorts.forms_sessions import CancelForm, SessionForm, SlotForm, session_initial
from coaching.cohorts.models import Cohort, LiveSession
from coaching.cohorts.services import (
    CohortProblem,
    add_second_slot,
    add_session,
    cancel_session,
    edit_session,
)
from coaching.cohorts.session_page import coaches_of, load_agenda, load_session_page
from coaching.cohorts.session_words import session_problem

EDIT, SLOT, CANCEL = "edit", "slot", "cancel"
SOON = dt.timedelta(days=2)  # an invitation waits for the agency's hours, past a weekend at worst
MANY = 12  # domain.md 6.6: a second slot is worth offering above this


@allows(Permission.RUN_COHORTS)
@require_http_methods(["GET", "POST"])
def agenda(request: NetworkRequest, slug: str, cohort_id: str) -> HttpResponse:
    """Every session of a launched cohort, and one more."""
    cohort = get_cohort_for(request.membership, cohort_id)
    if cohort.status == Cohort.Status.DRAFT:
        return redirect("cohorts:preview", slug=slug, cohort_id=cohort_id)
    initial = {"time": cohort.session_time, "minutes": 60, "join_url": cohort.session_url}
    form = SessionForm(request.POST or None, cohort=cohort, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            added = add_session(cohort, **form.values())
        except CohortProblem as problem:
            form.add_error(None, session_problem(problem))
        else:
            messages.success(request, _("Séance ajoutée. Chaque personne inscrite reçoit l’invitation."))
            if added.starts_at - timezone.now() < SOON:
                messages.warning(
                    request,
                    _(
                        "Elle est proche, et une invitation attend les heures de l’agence : "
                        "dites-le aussi de vive voix."
                    ),
                )
            return _to_session(slug, cohort_id, added)
    lines = load_agenda(cohort, timezone.now())
    context = {
        "cohort": cohort,
        "lines": lines,
        "coming": [line for line in lines if line.stage in ("coming", "open")],
        "past": [line for line in lines if line.stage in ("closed", "cancelled")],
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return render(request, "coaching/cohorts/sessions.html", context, status=status)


@allows(Permission.RUN_COHORTS)
@require_GET
def session(request: NetworkRequest, slug: str, cohort_id: str, session_id: str) -> HttpResponse:
    """Before: the plan and the people. During: the code, and one tap per person. After: what was signed.

    The taps go to `learning.views.attendance`: who has finished may follow from them.
    """
    found = get_session_for(request.membership, cohort_id, session_id)
    page = load_session_page(found, timezone.now())
    return render(
        request, "coaching/cohorts/session.html", {"page": page, "cohort": found.cohort, "many": MANY}
    )


@allows(Permission.RUN_COHORTS)
@require_http_methods(["GET", "POST"])
def edit(request: NetworkRequest, slug: str, cohort_id: str, session_id: str) -> HttpResponse:
    """Move it, rename it, give it a second slot, or cancel it: three forms, one at a time."""
    found = get_session_for(request.membership, cohort_id, session_id)
    cohort, action = found.cohort, request.POST.get("action", "")
    data = request.POST
    form = SessionForm(
        data if action == EDIT else None, cohort=cohort, initial=session_initial(found, cohort), prefix=EDIT
    )
    slot_form = SlotForm(data if action == SLOT else None, cohort=cohort, prefix=SLOT)
    cancel_form = CancelForm(data if action == CANCEL else None, prefix=CANCEL)
    posted = {EDIT: form, SLOT: slot_form, CANCEL: cancel_form}.get(action)
    if posted is not None and posted.is_valid():
        try:
            shown = _change(request, found, form, slot_form, cancel_form, action)
        except CohortProblem as problem:
            posted.add_error(None, session_problem(problem))
        else:
            return _to_session(slug, cohort_id, shown)
    page = load_session_page(found, timezone.now())
    context = {
        "page": page,
        "cohort": cohort,
        "form": form,
        "slot_form": slot_form,
        "cancel_form": cancel_form,
        "has_second": page.other is not None,
        "can_change": page.stage != "cancelled" and not page.has_begun,
    }
    return render(
        request,
        "coaching/cohorts/session_edit.html",
        context,
        status=422 if request.method == "POST" else 200,
    )


def _change(
    request: NetworkRequest,
    found: LiveSession,
    form: SessionForm,
    slot_form: SlotForm,
    cancel_form: CancelForm,
    action: str,
) -> LiveSession:
    """Do it, say it, and return the session whose page comes next."""
    if action == EDIT:
        if edit_session(found, **form.values(), seen=request.POST.get("seen", "")):
            messages.success(request, _("C’est changé. Les agendas des personnes inscrites suivent."))
        return found
    if action == SLOT:
        url = slot_form.cleaned_data["join_url"]
        added = add_second_slot(found, starts_at=slot_form.starts_at, join_url=url)
        messages.success(request, _("Second créneau ouvert. Il se choisit dans « Ensemble »."))
        return added
    cancel_session(found, cancel_form.cleaned_data["note"])
    messages.success(request, _("Séance annulée. Les personnes inscrites reçoivent l’annulation."))
    return found


@allows(Permission.RUN_COHORTS)
@require_GET
def sheet(request: NetworkRequest, slug: str, cohort_id: str, session_id: str) -> HttpResponse:
    """The attendance sheet, one page of A4 for twenty people."""
    found = get_session_for(request.membership, cohort_id, session_id)
    page = load_session_page(found, timezone.now())
    context = {
        "page": page,
        "cohort": found.cohort,
        "coaches": (page.is_over and page.signers) or coaches_of(found.cohort),
        "printed_at": timezone.now(),
    }
    return render(request, "coaching/cohorts/attendance_sheet.html", context)


def _session_url(slug: str, cohort_id: str, found: LiveSession) -> str:
    return reverse("cohorts:session", args=[slug, cohort_id, found.public_id])


def _to_session(slug: str, cohort_id: str, found: LiveSession) -> HttpResponse:
    return redirect(_session_url(slug, cohort_id, found))
