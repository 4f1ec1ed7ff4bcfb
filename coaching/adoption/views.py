"""The manager's pages: the overview of a cohort, one agency before a visit, what people gave her to read."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from agencies.access import NetworkRequest, allows
from agencies.models import Agency, BrandValue
from agencies.roles import Permission, Shareable, has_permission
from coaching.adoption.access import (
    ViewMode,
    choose_cohort,
    get_sheet_agency_for,
    overview_cohorts,
    view_mode,
)
from coaching.adoption.explain import band_lines, explain_agency, explain_region, figures
from coaching.adoption.facts import CohortFacts, cohort_facts, people_facts
from coaching.adoption.matrix import Matrix
from coaching.adoption.overview import AgencyRow, Overview, build
from coaching.adoption.reading import read_agencies, read_enrolments
from coaching.adoption.sheet import sheet_context
from coaching.adoption.wording import reason, subtitle, title
from coaching.cohorts.models import Cohort
from coaching.learning.access import get_copies_given_to
from coaching.learning.copies import kind_words
from coaching.learning.models import SharedItem
from coaching.learning.services import note_consultation
from coaching.programmes.runtime import outline_of

SUPPORT = "support"


@allows(Permission.SEE_OVERVIEW)
@require_GET
def overview(request: NetworkRequest, slug: str) -> HttpResponse:
    """Where the network stands, in one sentence, four figures, one table and the people to support."""
    mode = view_mode(request.membership, request.network)
    cohorts = overview_cohorts(request.membership)
    cohort = choose_cohort(cohorts, request.GET.get("cohort", ""))
    if cohort is None:
        return render(request, "coaching/adoption/overview_empty.html")
    page = load_overview(request, cohort, mode)
    only_support = request.GET.get("show") == SUPPORT
    return render(request, "coaching/adoption/overview.html", _context(request, page, cohorts, only_support))


def load_overview(
    request: NetworkRequest, cohort: Cohort, mode: ViewMode, agency: Agency | None = None
) -> Overview:
    """All facts of a cohort, or of one agency in it, in two queries."""
    network = request.network
    facts = cohort_facts(cohort, outline_of(cohort.programme_version), network, timezone.now())
    today, agency_id = facts.today_in(None), agency.pk if agency else None
    agencies = read_agencies(network.pk, today, besides=cohort.pk, agency_id=agency_id)
    people = people_facts(facts, read_enrolments(network.pk, cohorts=[cohort.pk]))
    return build(facts, mode, agencies, people)


def _context(
    request: NetworkRequest, page: Overview, cohorts: list[Cohort], only_support: bool
) -> dict[str, Any]:
    shown = [row for row in page.rows if row.needs_a_word] if only_support else page.rows
    matrix = Matrix(page.cohort, request.network.slug)
    return {
        "page": page,
        "cohort": page.cohort.cohort,
        "other_cohorts": [cohort for cohort in cohorts if cohort.pk != page.cohort.cohort.pk],
        "now": page.cohort.now,
        "last_week": page.cohort.weeks[-1].number if page.cohort.weeks else None,
        "title": title(page),
        "subtitle": subtitle(page),
        "figures": figures(page),
        "explanation": explain_region(page),
        "matrix_head": matrix.head(),
        "matrix_body": matrix.body(shown),
        "shown_rows": shown,
        "only_support": only_support,
        "support": [(row, person, reason(person)) for row, person in page.support],
        "bands": band_lines(page),
    }


@allows(Permission.SEE_AGENCY_SHEET)
@require_GET
def agency(request: NetworkRequest, slug: str, public_id: str) -> HttpResponse:
    """One agency, on a phone in the car park: the week reached and one sentence to say."""
    found = get_sheet_agency_for(request.membership, request.network, public_id)
    cohorts = overview_cohorts(request.membership)
    cohort = choose_cohort(cohorts, request.GET.get("cohort", ""))
    row: AgencyRow | None = None
    facts: CohortFacts | None = None
    if cohort is not None:
        page = load_overview(request, cohort, ViewMode.NAMED, found)
        facts, row = page.cohort, next(iter(page.rows), None)
    context: dict[str, Any] = {
        "agency": found,
        "cohort": cohort,
        "explanations": explain_agency(row),
    }
    if has_permission(request.membership.role, Permission.READ_GIVEN_COPIES):
        context["given"] = read_given(request, get_copies_given_to(request.membership, found))
    return render(request, "coaching/adoption/agency_sheet.html", context | sheet_context(facts, row))


@allows(Permission.READ_GIVEN_COPIES)
@require_GET
def given(request: NetworkRequest, slug: str) -> HttpResponse:
    """What people of the network chose to give their manager to read: charters and brand acts, by name."""
    lines = read_given(request, get_copies_given_to(request.membership))
    is_named = view_mode(request.membership, request.network) is ViewMode.NAMED  # else agencies have no sheet
    return render(request, "coaching/adoption/given.html", {"given": lines, "is_named": is_named})


def read_given(request: NetworkRequest, copies: list[SharedItem]) -> list[dict[str, Any]]:
    """What is about to be shown; who gave it is told that it was opened. One more query when there is any."""
    note_consultation(request.membership, items=copies)
    return given_lines(copies)


def given_lines(copies: list[SharedItem]) -> list[dict[str, Any]]:
    """Each copy with its title and its giver; one more query when there is an act of the brand among them."""
    acts = {copy.prompt for copy in copies if copy.kind == Shareable.BRAND_ACT}
    labels = (
        {value.public_id: value for value in BrandValue.objects.filter(public_id__in=acts)} if acts else {}
    )
    language = get_language() or "fr"
    return [
        {
            "copy": copy,
            "title": labels[copy.prompt].label(language) if copy.prompt in labels else kind_words(copy),
            "name": copy.enrolment.membership.shown_name,
            "agency": copy.enrolment.membership.agency,
        }
        for copy in copies
    ]
