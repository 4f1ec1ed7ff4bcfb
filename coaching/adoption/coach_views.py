"""The coach's pages that read progress: home over all networks, a launched cohort, one participant."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from agencies.access import NetworkRequest, allows, coaching_of
from agencies.public_id import new_public_id
from agencies.roles import Permission
from agencies.scope import networks
from coaching.adoption.coach_home import load_home
from coaching.adoption.cohort_page import ALPHABETICAL, load_cohort_page
from coaching.adoption.participant_page import load_participant_page
from coaching.cohorts.access import get_cohort_for, get_enrolment_for, get_just_noted_for
from coaching.cohorts.forms import ContactForm
from coaching.cohorts.models import Cohort
from coaching.learning.access import get_pictured_for, get_shared_items_for
from coaching.learning.continuation import seal
from coaching.learning.copies import title_of
from coaching.learning.pictures_http import picture_response
from coaching.learning.services import note_consultation
from coaching.programmes.runtime import outline_of

PEOPLE_PER_PAGE = 50


@login_required
@require_GET
def coach_home(request: HttpRequest) -> HttpResponse:
    """Monday morning in one page: whom to contact and why, in every network one coaches, read only."""
    coaching = coaching_of(request)
    with networks(*(membership.network.pk for membership in coaching), user_id=request.user.pk):
        home = load_home(coaching, timezone.now(), _own_zone(), shows_all="all" in request.GET)
        noted = get_just_noted_for(coaching, request.GET.get("noted", ""), timezone.now())
    request.seal = seal(coaching[0].user_id)  # type: ignore[attr-defined]  # for the queue's forms
    context = {"home": home, "noted": noted, "tomorrow": timezone.localdate() + dt.timedelta(days=1)}
    return render(request, "coaching/adoption/coach_home.html", context)


def _own_zone() -> ZoneInfo:
    """The time zone of the person who reads, as accounts.middleware activated it."""
    return ZoneInfo(timezone.get_current_timezone_name())


@allows(Permission.SEE_COHORTS)
@require_GET
def cohort_detail(request: NetworkRequest, slug: str, cohort_id: str) -> HttpResponse:
    """A launched cohort; a draft is still on its preview."""
    cohort = get_cohort_for(request.membership, cohort_id)
    if cohort.status == Cohort.Status.DRAFT:
        return redirect("cohorts:preview", slug=slug, cohort_id=cohort_id)
    order = ALPHABETICAL if request.GET.get("order") == ALPHABETICAL else ""
    page = load_cohort_page(request.membership, cohort, timezone.now(), order=order)
    people = Paginator(page.people, PEOPLE_PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "cohort": page.cohort, "people": people, "order": order}
    return render(request, "coaching/adoption/cohort_detail.html", context)


@allows(Permission.SEE_COHORTS)
@require_GET
def participant(request: NetworkRequest, slug: str, cohort_id: str, enrolment_id: str) -> HttpResponse:
    """One person: what is done, what to look at together, what was said."""
    enrolment = get_enrolment_for(request.membership, cohort_id, enrolment_id)
    if enrolment.cohort.status == Cohort.Status.DRAFT:
        return redirect("cohorts:preview", slug=slug, cohort_id=cohort_id)
    page = load_participant_page(request.membership, enrolment, timezone.now())
    today = timezone.localdate()
    initial = {"key": new_public_id(), "followed": enrolment.is_followed_on(today)}
    context = {
        "page": page,
        "cohort": enrolment.cohort,
        "contact_form": ContactForm(today=today, initial=initial),
        "noted": get_just_noted_for([request.membership], request.GET.get("noted", ""), timezone.now()),
    }
    return render(request, "coaching/adoption/participant.html", context)


@allows(Permission.SEE_COHORTS)
@require_GET
@never_cache
def confided(request: NetworkRequest, slug: str, cohort_id: str, enrolment_id: str) -> HttpResponse:
    """The copies that one person confided to their coach. Opening them is noted, and told to that person."""
    enrolment = get_enrolment_for(request.membership, cohort_id, enrolment_id)
    items = get_shared_items_for(request.membership, enrolment)
    note_consultation(request.membership, items=items)
    outline, language = outline_of(enrolment.cohort.programme_version), get_language() or "fr"
    context = {
        "enrolment": enrolment,
        "cohort": enrolment.cohort,
        "items": [(title_of(item, outline, language), item) for item in items],
    }
    return render(request, "coaching/adoption/confided.html", context)


@allows(Permission.SEE_COHORTS)
@require_GET
@never_cache
def submitted_image(
    request: NetworkRequest, slug: str, cohort_id: str, enrolment_id: str, submission_id: str
) -> HttpResponse:
    """The picture of a practice that was handed in to this coach; looked at, like the page around it."""
    enrolment = get_enrolment_for(request.membership, cohort_id, enrolment_id)
    submission = get_pictured_for(request.membership, enrolment, submission_id)
    note_consultation(request.membership, submissions=[submission])
    return picture_response(bytes(submission.image or b""))
