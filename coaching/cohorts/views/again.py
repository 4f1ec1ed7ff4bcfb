"""Take up a past cohort again: its rhythm, its link and, if one likes, its coaches and its people."""

from __future__ import annotations

import datetime as dt

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from agencies.access import NetworkRequest, allows
from agencies.models import Membership
from agencies.roles import Permission
from coaching.cohorts.access import get_cohort_for
from coaching.cohorts.calendar import CalendarError
from coaching.cohorts.forms import calendar_problem, usual_start
from coaching.cohorts.forms_again import AgainForm
from coaching.cohorts.models import Cohort
from coaching.cohorts.naming import next_name
from coaching.cohorts.services import blackout_periods, prepare_again, present_members
from coaching.cohorts.views.wizard import to_step
from coaching.programmes.models import ProgrammeVersion


@allows(Permission.RUN_COHORTS)
@require_http_methods(["GET", "POST"])
def again(request: NetworkRequest, slug: str, cohort_id: str) -> HttpResponse:
    """One page, then the usual steps with everything filled in; the past cohort does not change."""
    past = get_cohort_for(request.membership, cohort_id)
    if past.status == Cohort.Status.DRAFT:
        return redirect("cohorts:preview", slug=slug, cohort_id=cohort_id)
    form = _form(request, past, timezone.localdate())
    if request.method == "POST" and form.is_valid():
        try:
            draft = prepare_again(
                request.membership,
                past,
                name=form.cleaned_data["name"],
                version=form.cleaned_data["programme_version"],
                starts_on=form.cleaned_data["starts_on"],
                pauses=form.cleaned_data.get("pauses", ()),
                coaches=form.chosen_coaches(),
                with_people=form.cleaned_data.get("with_people", False),
            )
        except CalendarError as error:
            form.add_error(None, calendar_problem(error))
        else:
            return to_step("dates", draft)
    context = {"form": form, "past": past}
    status = 422 if form.is_bound else 200
    return render(request, "coaching/cohorts/cohort_again.html", context, status=status)


def _form(request: NetworkRequest, past: Cohort, today: dt.date) -> AgainForm:
    """Filled in: the newest version of the same programme, the name with the new season."""
    installed = list(ProgrammeVersion.objects.for_network(request.network).light().newest_first())
    same = past.programme_version.programme_id
    versions = sorted(installed, key=lambda version: version.programme_id != same)
    starts_on = usual_start(today)
    others = [each for each in _other_coaches(request.membership, today) if each.joined_at]
    together = set(past.coaches.values_list("membership_id", flat=True))
    return AgainForm(
        request.POST if request.method == "POST" else None,
        versions=versions,
        past=past,
        pauses=blackout_periods(past),
        coaches=others,
        people=len(present_members(past, today)),
        today=today,
        initial={
            "programme_version": versions[0].public_id if versions else "",
            "name": next_name(past.name, starts_on),
            "starts_on": starts_on.isoformat(),
            "coaches": [each.public_id for each in others if each.pk in together],
        },
    )


def _other_coaches(coach: Membership, today: dt.date) -> list[Membership]:
    rows = Membership.objects.filter(network=coach.network_id).coaches().open_on(today).with_person()
    return list(rows.exclude(user=coach.user_id).order_by("pk"))
