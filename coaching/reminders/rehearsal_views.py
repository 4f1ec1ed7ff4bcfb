"""Before the launch: what one person will see and receive, and each mail of the rehearsal."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from agencies.access import NetworkRequest, allows
from agencies.roles import Permission
from coaching.cohorts.access import get_cohort_for, get_enrolment_for
from coaching.cohorts.calendar import CalendarError
from coaching.cohorts.models import Cohort, Enrolment
from coaching.reminders.rehearsal import rehearse
from coaching.reminders.rehearsal_cohort import MIX, STORIES, CohortRehearsal, rehearse_cohort
from coaching.reminders.rehearsal_mail import rehearsed_mail
from coaching.reminders.rehearsal_words import moment_of, title_of
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


@allows(Permission.RUN_COHORTS)
@require_GET
def rehearsed(request: NetworkRequest, slug: str, cohort_id: str) -> HttpResponse:
    """One mail of the rehearsal, to one person, as they would get it; the next and the one before."""
    cohort = get_cohort_for(request.membership, cohort_id)
    if cohort.status != Cohort.Status.DRAFT:
        return redirect("adoption:cohort_detail", slug=slug, cohort_id=cohort_id)
    story = request.GET.get("story", MIX)
    try:
        found = rehearse_cohort(cohort, story if story in STORIES else MIX, timezone.now())
    except CalendarError:
        found = None
    shown = _shown(request, found) if found else None
    if shown is None:  # nothing leaves, or the rehearsal has changed since the link was made
        return redirect("cohorts:preview", slug=slug, cohort_id=cohort_id)
    return render(request, "coaching/reminders/rehearsed_mail.html", {"cohort": cohort} | shown)


def _shown(request: NetworkRequest, found: CohortRehearsal) -> dict[str, object] | None:
    occasions = [each for each in found.occasions if each.readers]
    asked, to = request.GET.get("message", ""), request.GET.get("to", "")
    place = next((n for n, each in enumerate(occasions) if asked in ("", each.name)), None)
    if place is None:
        return None
    occasion = occasions[place]
    readers = {person.enrolment.public_id: (person, item) for person, item in occasion.readers}
    person, item = readers.get(to) or occasion.readers[0]
    before, after = occasions[:place], occasions[place + 1 :]
    return {
        "title": title_of(occasion, found),
        "moment": moment_of(item),
        "person": person,
        "mail": rehearsed_mail(person.loaded, found.drawn, item),
        "readers": [
            (each.name, urlencode({"story": found.story, "message": occasion.name, "to": key}))
            for key, (each, _item) in readers.items()
        ],
        "before": _link(found, before[-1].name) if before else "",
        "after": _link(found, after[0].name) if after else "",
    }


def _link(found: CohortRehearsal, name: str) -> str:
    return urlencode({"story": found.story, "message": name})
