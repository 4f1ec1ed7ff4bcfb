"""The steps of a new cohort: programme, dates, pauses, people. Each is saved: one may stop and return."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agencies.access import NetworkRequest, allows
from agencies.roles import Permission
from coaching.cohorts.access import cohorts_for, get_cohort_for
from coaching.cohorts.calendar import CalendarError, Period
from coaching.cohorts.forms import (
    DatesForm,
    MembersForm,
    PauseForm,
    PauseFormSet,
    ProgrammeForm,
    SuggestionsForm,
    ZoneForm,
    calendar_problem,
    problem_of_pauses,
    usual_start,
)
from coaching.cohorts.forms_people import PeopleListForm
from coaching.cohorts.models import Cohort
from coaching.cohorts.naming import name_for
from coaching.cohorts.people import choice_for
from coaching.cohorts.services import (
    CohortProblem,
    Part,
    blackout_periods,
    create_cohort,
    delete_draft,
    draw_calendar,
    mark_of_draft,
    set_blackouts,
    set_members,
    twin_of,
    update_draft,
)
from coaching.cohorts.usual_pauses import falling_in, suggested
from coaching.programmes.models import ProgrammeVersion
from coaching.programmes.runtime import outline_of

PAST_OFFERED = 5
DraftView = Callable[[NetworkRequest, Cohort], HttpResponse]


class DraftStep:
    """A step of a draft in front of a coach: it carries the mark of what it showed, and is refused once that
    has changed in another window. What was typed stays on the page, to be sent again knowingly."""

    def __init__(self, request: NetworkRequest, cohort: Cohort, part: Part) -> None:
        self.request, self.cohort, self.part = request, cohort, part
        self.read = request.POST.get("read") or mark_of_draft(cohort, part)
        self.is_stale = False

    def saves(self, write: Callable[[], object]) -> bool:
        """Whether it was saved: `write` is given the mark, and its refusal is kept for the page."""
        try:
            return write() is not False
        except CohortProblem as problem:
            if problem.code != "changed":
                raise
        self.is_stale = True
        self.cohort.refresh_from_db()
        self.read = mark_of_draft(self.cohort, self.part)
        return False

    def page(self, context: dict[str, Any], *, is_bound: bool) -> HttpResponse:
        own = {"cohort": self.cohort, "read": self.read, "is_stale": self.is_stale}
        status = 409 if self.is_stale else 422 if is_bound else 200
        return _page(self.request, self.part, own | context, status=status)


def on_draft(view: DraftView) -> Callable[..., HttpResponse]:
    """A view of a cohort in preparation; once launched, perhaps meanwhile, its page takes over."""

    @wraps(view)
    def checked(request: NetworkRequest, slug: str, cohort_id: str) -> HttpResponse:
        cohort = get_cohort_for(request.membership, cohort_id)
        if cohort.status == Cohort.Status.DRAFT:
            try:
                return view(request, cohort)
            except CohortProblem as problem:
                if problem.code != "not_draft":
                    raise
                get_cohort_for(request.membership, cohort_id)  # 404 for a draft erased in another window
        messages.info(request, _("Cette promotion est lancée : ses réglages ne changent plus ici."))
        return redirect("adoption:cohort_detail", slug=slug, cohort_id=cohort_id)

    return checked


@allows(Permission.RUN_COHORTS)
@require_http_methods(["GET", "POST"])
def create(request: NetworkRequest, slug: str) -> HttpResponse:
    """Step 1 of a cohort that does not exist yet."""
    versions = _installed_versions(request)
    starts_on = usual_start(timezone.localdate())
    initial = {"name": name_for(starts_on, request.network.region)}
    form = ProgrammeForm(_sent(request), versions=versions, initial=initial)
    if request.method == "POST" and form.is_valid():
        name, version = form.cleaned_data["name"], form.cleaned_data["programme_version"]
        twin = twin_of(request.membership, name, version, starts_on)  # of a first click, a second before
        cohort = twin or create_cohort(request.membership, name=name, version=version, starts_on=starts_on)
        return to_step("dates", cohort)
    past = cohorts_for(request.membership).exclude(status=Cohort.Status.DRAFT).recent_first()[:PAST_OFFERED]
    context = {"form": form, "has_versions": bool(versions), "past": past}
    return _page(request, "programme", context, status=422 if form.is_bound else 200)


@allows(Permission.RUN_COHORTS)
@require_http_methods(["GET", "POST"])
@on_draft
def programme(request: NetworkRequest, cohort: Cohort) -> HttpResponse:
    """Step 1 again."""
    here = DraftStep(request, cohort, "programme")
    versions = _installed_versions(request)
    form = ProgrammeForm(_sent(request), versions=versions, initial=_programme_fields(cohort))
    if request.method == "POST" and form.is_valid() and here.saves(lambda: _update(here, form)):
        return to_step("dates", cohort)
    return here.page({"form": form, "has_versions": bool(versions)}, is_bound=form.is_bound)


@allows(Permission.RUN_COHORTS)
@require_http_methods(["GET", "POST"])
@on_draft
def dates(request: NetworkRequest, cohort: Cohort) -> HttpResponse:
    """Step 2: the first Tuesday and the live sessions."""
    here = DraftStep(request, cohort, "dates")
    form = DatesForm(_sent(request), today=timezone.localdate(), initial=_date_fields(cohort))
    if request.method == "POST" and form.is_valid() and here.saves(lambda: _update(here, form)):
        return to_step("pauses", cohort)
    return here.page({"form": form}, is_bound=form.is_bound)


@allows(Permission.RUN_COHORTS)
@require_http_methods(["GET", "POST"])
@on_draft
def pauses(request: NetworkRequest, cohort: Cohort) -> HttpResponse:
    """Step 3: suggested pauses and one's own. A look at another school zone keeps what is typed."""
    here, zone = DraftStep(request, cohort, "pauses"), _zone(request.GET)
    if "look" in request.POST:
        return _other_zone(here, zone)
    stored = blackout_periods(cohort)
    offers = suggested(cohort, draw_calendar(cohort, ()), zone)
    suggestions = SuggestionsForm(_sent(request), suggestions=offers, stored=stored)
    offered = {(period.starts_on, period.ends_on) for period in suggestions.periods.values()}
    own = [period for period in stored if (period.starts_on, period.ends_on) not in offered]
    formset: Any = PauseFormSet(_sent(request), prefix="own", initial=[_initial(period) for period in own])
    problem = ""
    if request.method == "POST" and suggestions.is_valid() and formset.is_valid():
        chosen = sorted(
            [*suggestions.chosen_periods(), *formset.periods()], key=lambda period: period.starts_on
        )
        problem = problem_of_pauses(cohort, chosen)
        if not problem and here.saves(lambda: set_blackouts(cohort, chosen, as_read=here.read)):
            return to_step("members", cohort)
    context = _pauses_context(cohort, zone, suggestions, formset, stored) | {"problem": problem}
    return here.page(context, is_bound=formset.is_bound)


def _other_zone(here: DraftStep, shown: str) -> HttpResponse:
    """The proposals of the zone that was chosen. Nothing is saved or judged yet, and nothing is lost: what
    was ticked in the zone shown before and is not proposed any more becomes a pause of one's own."""
    request, cohort = here.request, here.cohort
    zone = _zone(request.POST)
    ticked, drawn = request.POST.getlist("chosen"), draw_calendar(cohort, ())
    before = SuggestionsForm(suggestions=suggested(cohort, drawn, shown), stored=()).periods
    kept = [period for key, period in before.items() if key in ticked]
    suggestions = SuggestionsForm(suggestions=suggested(cohort, drawn, zone), stored=kept)
    proposed = suggestions.periods.values()
    typed: Any = PauseFormSet(request.POST, prefix="own")
    own = [{name: line[name].value() for name in PauseForm.base_fields} for line in typed.forms]
    own = [row for row in own if any(row.values())]
    own += [_initial(period) for period in kept if period not in proposed]
    formset: Any = PauseFormSet(prefix="own", initial=own)
    context = _pauses_context(cohort, zone, suggestions, formset, blackout_periods(cohort))
    return here.page(context, is_bound=False)


def _pauses_context(
    cohort: Cohort, zone: str, suggestions: SuggestionsForm, formset: Any, stored: Sequence[Period]
) -> dict[str, Any]:
    return {
        "form": suggestions,
        "offers": _offers(cohort, suggestions, stored),
        "formset": formset,
        "zone_form": ZoneForm(initial={"zone": zone}),
        "zone": zone,
    }


def _zone(sent: QueryDict) -> str:
    """A zone that exists, or none."""
    form = ZoneForm(sent)
    return form.cleaned_data["zone"] if form.is_valid() else ""


@allows(Permission.RUN_COHORTS)
@require_http_methods(["GET", "POST"])
@on_draft
def members(request: NetworkRequest, cohort: Cohort) -> HttpResponse:
    """Step 4: who takes part. The first time every free head is ticked."""
    here, choice = DraftStep(request, cohort, "members"), choice_for(cohort, timezone.localdate())
    enrolled = cohort.enrolments.values_list("membership_id", flat=True)
    tick = request.GET.get("tick", "")
    form = MembersForm(_sent(request), candidates=choice.everybody, chosen=enrolled, tick=tick)
    if request.method == "POST" and form.is_valid():
        people = form.memberships()
        if here.saves(lambda: set_members(cohort, people, as_read=here.read)):
            return to_step("preview", cohort)
    context = {"form": form, "choice": choice, "list_form": PeopleListForm(), "tick": tick}
    return here.page(context, is_bound=form.is_bound)


@allows(Permission.RUN_COHORTS)
@require_http_methods(["GET", "POST"])
@on_draft
def delete(request: NetworkRequest, cohort: Cohort) -> HttpResponse:
    """Ask once, then forget a draft; nobody was told about it."""
    if request.method == "POST":
        name = cohort.name
        delete_draft(cohort)
        messages.success(request, _("La préparation de « %(name)s » est effacée.") % {"name": name})
        return redirect("cohorts:list", slug=request.network.slug)
    return render(request, "coaching/cohorts/cohort_delete.html", {"cohort": cohort})


def _sent(request: NetworkRequest) -> QueryDict | None:
    """What was posted, even when it is empty."""
    return request.POST if request.method == "POST" else None


def _page(request: NetworkRequest, step: str, context: dict[str, Any], *, status: int) -> HttpResponse:
    template = f"coaching/cohorts/cohort_{step}.html"
    return render(request, template, {"step": step, **context}, status=status)


def to_step(step: str, cohort: Cohort) -> HttpResponse:
    """On to another page of a draft."""
    return redirect(f"cohorts:{step}", slug=cohort.network.slug, cohort_id=cohort.public_id)


def _installed_versions(request: NetworkRequest) -> list[ProgrammeVersion]:
    return list(ProgrammeVersion.objects.for_network(request.network).light().newest_first())


def _programme_fields(cohort: Cohort) -> dict[str, Any]:
    return {"programme_version": cohort.programme_version.public_id, "name": cohort.name}


def _date_fields(cohort: Cohort) -> dict[str, Any]:
    return {name: getattr(cohort, name) for name in DatesForm.base_fields}


def _update(here: DraftStep, form: ProgrammeForm | DatesForm) -> bool:
    """Whether the draft took the change; if no calendar fits, the form says so."""
    try:
        update_draft(here.cohort, here.part, as_read=here.read, **form.cleaned_data)
    except CalendarError as error:
        form.add_error(None, calendar_problem(error))
        return False
    return True


def _offers(
    cohort: Cohort, form: SuggestionsForm, stored: Sequence[Period]
) -> list[tuple[str, Period, bool, str]]:
    """The suggested pauses as drawn, each with what falls in it by the calendar as it stands."""
    drawn, outline = draw_calendar(cohort, stored), outline_of(cohort.programme_version)
    return [(*row, falling_in(row[1], drawn, outline)) for row in form.rows]


def _initial(period: Period) -> dict[str, Any]:
    return {"starts_on": period.starts_on, "ends_on": period.ends_on, "label": period.label}
