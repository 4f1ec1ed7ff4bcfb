"""Open the same cohort in several networks: a page outside of them, for whoever coaches them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from agencies.access import coaching_of
from coaching.cohorts.forms import CALENDAR_PROBLEMS, usual_start, version_title
from coaching.cohorts.forms_again import SeveralForm
from coaching.cohorts.naming import name_for
from coaching.cohorts.several import Prepared, installed_programmes, prepare_in_each

PROBLEMS = {
    "no_programme": _("Ce parcours n’y est pas installé. La personne qui exploite Cairn peut l’y mettre."),
    "not_coach": _("Votre mandat de coach y est terminé."),
    **CALENDAR_PROBLEMS,
}
OTHER_PROBLEM = _("Aucun calendrier n’y convient à ces dates.")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def several(request: HttpRequest) -> HttpResponse:
    """Choose networks, programme and dates; then read, for each network, what is prepared or why not."""
    coaching = sorted(coaching_of(request), key=lambda each: each.network.name)
    programmes = {key: version_title(version) for key, version in installed_programmes(coaching).items()}
    today = timezone.localdate()
    form = SeveralForm(
        request.POST if request.method == "POST" else None,
        coaching=coaching,
        programmes=programmes,
        today=today,
        initial={
            "networks": [each.network.slug for each in coaching],
            "name": name_for(usual_start(today)),
            "starts_on": usual_start(today).isoformat(),
            "session_weekday": 4,
            "session_time": "08:45",
        },
    )
    if request.method == "POST" and form.is_valid():
        return _report(request, form)
    context = {"form": form, "has_programmes": bool(programmes)}
    status = 422 if form.is_bound else 200
    return render(request, "coaching/cohorts/cohort_several.html", context, status=status)


def _report(request: HttpRequest, form: SeveralForm) -> HttpResponse:
    common = ("name", "starts_on", "session_weekday", "session_time", "session_url")
    fields = {name: form.cleaned_data[name] for name in common}
    rows = prepare_in_each(form.chosen(), form.cleaned_data["programme"], fields)
    context: dict[str, Any] = {
        "rows": [(row, _why(row)) for row in rows],
        "done": sum(row.cohort is not None for row in rows),
        "name": fields["name"],
    }
    return render(request, "coaching/cohorts/cohort_several_done.html", context)


def _why(row: Prepared) -> Any:
    return PROBLEMS.get(row.problem, OTHER_PROBLEM) if row.problem else ""
