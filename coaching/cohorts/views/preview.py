"""The last page before a launch, and the launch itself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.acting import say_nothing_changed
from agencies.access import NetworkRequest, allows
from agencies.roles import Permission
from coaching.cohorts.calendar import CalendarError
from coaching.cohorts.forms import LaunchForm, calendar_problem
from coaching.cohorts.models import Cohort
from coaching.cohorts.preview import preview_of
from coaching.cohorts.services import CohortProblem, mark_of_draft
from coaching.cohorts.services import launch as launch_cohort
from coaching.cohorts.views.wizard import on_draft

LAUNCH_PROBLEMS = {
    "starts_in_past": _("Le premier mardi est passé : choisissez-en un autre."),
    "no_members": _("Personne n’est encore inscrit : choisissez les personnes."),
    "no_coach": _("Aucun coach ne suit cette promotion."),
    "not_draft": _("Cette promotion est déjà lancée."),
    "changed": _(
        "Cette promotion a changé dans une autre fenêtre depuis que vous l’avez relue : "
        "la voici telle qu’elle est maintenant."
    ),
}


@allows(Permission.RUN_COHORTS)
@require_GET
@on_draft
def preview(request: NetworkRequest, cohort: Cohort) -> HttpResponse:
    """The calendar as it will be, what to check, and the rehearsal of the reminders."""
    return _page(request, cohort, LaunchForm(initial={"read": mark_of_draft(cohort)}))


@allows(Permission.RUN_COHORTS)
@require_http_methods(["GET", "POST"])
@on_draft
def launch(request: NetworkRequest, cohort: Cohort) -> HttpResponse:
    """Freeze the calendar and let the invitations leave; what is missing is said on the same page."""
    if request.method != "POST":
        say_nothing_changed(request)
        return redirect("cohorts:preview", slug=request.network.slug, cohort_id=cohort.public_id)
    form = LaunchForm(request.POST.copy())
    if not form.is_valid():
        return _page(request, cohort, form, status=422)
    try:
        launched = launch_cohort(cohort, as_read=form.cleaned_data["read"])
    except CohortProblem as problem:
        if problem.code == "changed":  # in another window: to be read, and ticked, once more
            cohort.refresh_from_db()
            form.data["read"] = mark_of_draft(cohort)  # type: ignore[index]
            form.data["confirm"] = ""  # type: ignore[index]
        form.add_error(None, LAUNCH_PROBLEMS.get(problem.code, problem.code))
        return _page(request, cohort, form, status=422)
    except CalendarError as error:
        form.add_error(None, calendar_problem(error))
        return _page(request, cohort, form, status=422)
    _congratulate(request, launched)
    return redirect("adoption:cohort_detail", slug=request.network.slug, cohort_id=cohort.public_id)


def _page(request: NetworkRequest, cohort: Cohort, form: LaunchForm, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"cohort": cohort, "form": form, "step": "preview"}
    try:
        context["preview"] = preview_of(cohort, timezone.now())
    except CalendarError as error:
        messages.error(request, calendar_problem(error))
        return redirect("cohorts:dates", slug=request.network.slug, cohort_id=cohort.public_id)
    return render(request, "coaching/cohorts/cohort_preview.html", context, status=status)


def _congratulate(request: NetworkRequest, cohort: Cohort) -> None:
    people = cohort.enrolments.count()
    text = ngettext(
        "La promotion est lancée : %(count)s invitation partira au prochain créneau ouvert.",
        "La promotion est lancée : %(count)s invitations partiront au prochain créneau ouvert.",
        people,
    )
    messages.success(request, text % {"count": people})
