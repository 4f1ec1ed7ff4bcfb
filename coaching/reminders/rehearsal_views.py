"""The page of what one person will see and receive, before the launch."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from agencies.access import NetworkRequest, allows
from agencies.roles import Permission
from coaching.cohorts.access import get_enrolment_for
from coaching.cohorts.calendar import CalendarError
from coaching.cohorts.models import Cohort, Enrolment
from coaching.reminders.rehearsal import rehearse
from coaching.reminders.wording import because

ENTERS, SILENT = "enters", "silent"  # the two stories of a rehearsal


@allows(Permission.RUN_COHORTS)
@require_GET
def rehearsal(request: NetworkRequest, slug: str, cohort_id: str, enrolment_id: str) -> HttpResponse:
    """What one person of a draft will see and receive, and what will not be sent to them, and why."""
    enrolment = get_enrolment_for(request.membership, cohort_id, enrolment_id)
    if enrolment.cohort.status != Cohort.Status.DRAFT:
        return redirect(
            "adoption:participant", slug=slug, cohort_id=cohort_id, enrolment_id=enrolment.public_id
        )
    story = SILENT if request.GET.get("story") == SILENT else ENTERS
    try:
        found = rehearse(enrolment, timezone.now(), enters=story == ENTERS)
    except CalendarError:
        found = None
    if found is None:  # the preview says what is wrong with the dates
        return redirect("cohorts:preview", slug=slug, cohort_id=cohort_id)
    context = {
        "cohort": enrolment.cohort,
        "enrolment": enrolment,
        "found": found,
        "story": story,
        "suppressed": because(found.suppressed) if found.suppressed else "",
        "others": Enrolment.objects.filter(cohort=enrolment.cohort).with_person().by_agency(),
    }
    return render(request, "coaching/reminders/rehearsal.html", context)
