"""Entering a running cohort: a late joiner, and the wizard of a change of head. Form, preview, done."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agencies.access import NetworkRequest, allows
from agencies.models import Membership
from agencies.roles import Permission
from coaching.cohorts.access import get_cohort_for, get_enrolment_for, get_successor_for
from coaching.cohorts.forms_joining import JoinForm, ReplaceForm
from coaching.cohorts.models import Cohort, CohortChange, Enrolment
from coaching.cohorts.people import newcomers
from coaching.cohorts.running import WeekDates
from coaching.cohorts.services import (
    CohortProblem,
    add_late_joiner,
    hand_over,
    joiner_dates,
    other_headship,
    replace_head,
)
from coaching.programmes.runtime import outline_of

PROBLEMS = {
    "already_replaced": gettext_lazy("C’est déjà fait pour cette agence : rien n’a changé."),
    "already_enrolled": gettext_lazy("%(name)s suit déjà cette promotion : rien n’a changé."),
    "not_live": gettext_lazy("Cette promotion n’est pas en cours : personne n’y entre."),
    "not_a_head": gettext_lazy("Cette personne ne dirige pas d’agence : personne ne prend sa suite."),
    "same_person": gettext_lazy("C’est l’adresse de la personne qui part."),
}


@allows(Permission.RUN_COHORTS)
@require_http_methods(["GET", "POST"])
def join(request: NetworkRequest, slug: str, cohort_id: str) -> HttpResponse:
    """Somebody enters a running cohort, with dates of their own that are shown first."""
    cohort = get_cohort_for(request.membership, cohort_id)
    if cohort.status != Cohort.Status.RUNNING:
        messages.info(request, PROBLEMS["not_live"])
        return redirect("adoption:changes", slug=slug, cohort_id=cohort_id)
    candidates = newcomers(cohort, timezone.localdate())
    form = JoinForm(request.POST if request.method == "POST" else None, candidates=candidates)
    context = {"cohort": cohort, "form": form, "has_candidates": bool(candidates)}
    if not form.is_bound or not form.is_valid() or "again" in request.POST:
        return _page(request, "cohort_join", context, form)
    person = form.membership()
    if "confirm" in request.POST:
        try:
            add_late_joiner(cohort, person, dates=form.cleaned_data["dates"], coach=request.membership)
        except CohortProblem as problem:
            messages.info(request, PROBLEMS[problem.code] % {"name": person.shown_name})
            return redirect("adoption:changes", slug=slug, cohort_id=cohort_id)
        _say_enrolled(request, person.shown_name)
        return _to_report(cohort, CohortChange.Kind.JOIN)
    context |= {"name": person.shown_name, "dates": dates_of(cohort, form.cleaned_data["dates"])}
    return render(request, "coaching/cohorts/cohort_join_preview.html", context)


@allows(Permission.RUN_COHORTS)
@require_http_methods(["GET", "POST"])
def replace(request: NetworkRequest, slug: str, cohort_id: str, enrolment_id: str) -> HttpResponse:
    """A change of head: who comes, with which dates, what stays with whom; then done, with a trace."""
    enrolment = get_enrolment_for(request.membership, cohort_id, enrolment_id)
    if "successor" in request.POST:
        return _enrol_successor(request, enrolment)
    refusal = _why_not(enrolment)
    if refusal:
        messages.info(request, PROBLEMS[refusal])
        return redirect("adoption:participant", slug=slug, cohort_id=cohort_id, enrolment_id=enrolment_id)
    heads = _other_heads(enrolment)
    data = request.POST if request.method == "POST" else None
    form = ReplaceForm(data, heads=heads, former=enrolment.membership)
    if form.is_bound and form.is_of_another_agency:
        messages.info(request, PROBLEMS["already_replaced"])
        return redirect("adoption:cohort_detail", slug=slug, cohort_id=cohort_id)
    context: dict[str, Any] = {"cohort": enrolment.cohort, "enrolment": enrolment, "form": form}
    context["keeps"] = other_headship(enrolment, request.network.today())
    if not form.is_bound or not form.is_valid() or "again" in request.POST:
        return _page(request, "replace_form", context, form)
    if "confirm" in request.POST:
        return _hand_over(request, enrolment, form)
    context |= {"name": form.new_name, "dates": dates_of(enrolment.cohort, form.cleaned_data["dates"])}
    return render(request, "coaching/cohorts/replace_preview.html", context)


def _why_not(enrolment: Enrolment) -> str:
    if enrolment.cohort.status != Cohort.Status.RUNNING:
        return "not_live"
    if not enrolment.membership.is_head:
        return "not_a_head"
    return "already_replaced" if enrolment.status == Enrolment.Status.REPLACED else ""


def _other_heads(enrolment: Enrolment) -> list[Membership]:
    """Who runs the same agency now, besides the person."""
    former = enrolment.membership
    rows = Membership.objects.open_on(timezone.localdate()).filter(agency=former.agency_id)
    heads = rows.filter(role=Membership.Role.AGENCY_HEAD).exclude(user=former.user_id)
    return list(heads.select_related("user").order_by("-starts_on", "-pk"))


def _hand_over(request: NetworkRequest, enrolment: Enrolment, form: ReplaceForm) -> HttpResponse:
    cleaned, cohort = form.cleaned_data, enrolment.cohort
    try:
        done = hand_over(
            enrolment,
            request.membership,
            successor=form.successor,
            email=cleaned["email"],
            name=cleaned["name"],
            is_interim=cleaned["is_interim"],
            dates=cleaned["dates"],
        )
    except CohortProblem as problem:
        messages.info(request, PROBLEMS[problem.code] % {"name": form.new_name})
        return redirect("adoption:cohort_detail", slug=request.network.slug, cohort_id=cohort.public_id)
    _say_enrolled(request, form.new_name)
    return _report(cohort, done)


def _enrol_successor(request: NetworkRequest, enrolment: Enrolment) -> HttpResponse:
    """The short way of the cohort's page: whoever runs the agency now, in the place of a head who left."""
    successor = get_successor_for(enrolment, timezone.localdate())
    if successor is None or successor.public_id != request.POST.get("successor"):
        messages.info(request, _("La direction de cette agence a encore changé : voici où elle en est."))
    else:
        try:
            replace_head(enrolment, successor, coach=request.membership)
        except CohortProblem as problem:
            messages.info(request, PROBLEMS[problem.code] % {"name": successor.shown_name})
        else:
            _say_enrolled(request, successor.shown_name)
    cohort_id = enrolment.cohort.public_id
    return redirect("adoption:cohort_detail", slug=request.network.slug, cohort_id=cohort_id)


def _say_enrolled(request: NetworkRequest, name: str) -> None:
    text = _("Inscription faite. L’invitation pour %(name)s partira au prochain créneau ouvert.")
    messages.success(request, text % {"name": name})


def dates_of(cohort: Cohort, dates: str) -> list[dict[str, Any]]:
    """Week by week: its title, the cohort's date and the one of who enters now; three queries."""
    person, language = joiner_dates(cohort, dates), get_language() or "fr"
    titles = {week.number: week.title for week in outline_of(cohort.programme_version).weeks}
    rows = []
    for week in cohort.weeks.all():
        found: dt.datetime = person.due_at(
            week.number, WeekDates(week.opens_at, week.due_at), cohort.time_zone
        )
        title = titles[week.number].in_language(language)
        rows.append({"number": week.number, "title": title, "cohort": week.due_at, "own": found})
    return rows


def _to_report(cohort: Cohort, kind: str) -> HttpResponse:
    done = cohort.changes.standing().filter(kind=kind).latest_first().first()
    if done is None:
        return redirect("adoption:changes", slug=cohort.network.slug, cohort_id=cohort.public_id)
    return _report(cohort, done)


def _report(cohort: Cohort, change: CohortChange) -> HttpResponse:
    return redirect(
        "adoption:change_report",
        slug=cohort.network.slug,
        cohort_id=cohort.public_id,
        change_id=change.public_id,
    )


def _page(request: NetworkRequest, template: str, context: dict[str, Any], form: Any) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return render(request, f"coaching/cohorts/{template}.html", context, status=status)
