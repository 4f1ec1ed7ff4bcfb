"""Changing a running cohort: what can be changed and what was; form, preview, report, undoing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.acting import say_nothing_changed
from agencies.access import NetworkRequest, allows
from agencies.roles import Permission
from coaching.adoption.change_forms import FORMS, ChangeForm
from coaching.adoption.change_words import ASKED, PROBLEMS, Asked
from coaching.adoption.changes import last_changes, told_after, told_before
from coaching.cohorts.access import get_change_for, get_cohort_for
from coaching.cohorts.calendar import CalendarError
from coaching.cohorts.models import Cohort
from coaching.cohorts.running import ALLOWED_IN, RUNNING
from coaching.cohorts.services import CohortProblem, rehearse
from coaching.learning.services import change_cohort, undo_change
from coaching.programmes.runtime import outline_of


@allows(Permission.RUN_COHORTS)
@require_GET
def changes(request: NetworkRequest, slug: str, cohort_id: str) -> HttpResponse:
    """What can be changed in this cohort now, and the last changes, each with its report."""
    cohort = get_cohort_for(request.membership, cohort_id)
    if cohort.status == Cohort.Status.DRAFT:
        return redirect("cohorts:preview", slug=slug, cohort_id=cohort_id)
    context = {
        "cohort": cohort,
        "everybody": [ASKED[key] for key in ("close-days", "shift", "extend") if _may(cohort, key)],
        "some": [ASKED[key] for key in ("pause-people", "extend-people", "exempt") if _may(cohort, key)],
        "whole": [ASKED[key] for key in ("archive", "bring-back") if _may(cohort, key)],
        "may_join": cohort.status == Cohort.Status.RUNNING,
        "last": last_changes(cohort),
    }
    return render(request, "coaching/adoption/changes.html", context)


def _may(cohort: Cohort, slug: str) -> bool:
    return cohort.status in ALLOWED_IN.get(FORMS[slug].kind, (RUNNING,))


@allows(Permission.RUN_COHORTS)
@require_http_methods(["GET", "POST"])
def change(request: NetworkRequest, slug: str, cohort_id: str, kind: str) -> HttpResponse:
    """One kind of change: its form; posted, its preview; agreed to, done and reported."""
    cohort = get_cohort_for(request.membership, cohort_id)
    if kind not in FORMS:
        raise Http404
    if not _may(cohort, kind):
        messages.info(request, PROBLEMS["not_live"])
        return redirect("adoption:changes", slug=slug, cohort_id=cohort_id)
    form = _form(request, cohort, kind)
    if not form.is_bound or not form.is_valid() or "again" in request.POST:
        return _form_page(request, cohort, ASKED[kind], form)
    if "confirm" in request.POST:
        done = _confirm(request, cohort, form)
        if done is not None:
            return done
    return _preview(request, cohort, ASKED[kind], form)


def _form(request: NetworkRequest, cohort: Cohort, kind: str) -> ChangeForm:
    people = cohort.enrolments.live().present(timezone.localdate()).with_person().by_agency()
    found = list(people) if kind in ("pause-people", "extend-people", "exempt") else []
    asked, tick = set(request.GET.getlist("person")), request.POST.get("tick", "")
    typed = {name: request.POST[name] for name in FORMS[kind].base_fields if name in request.POST}
    return FORMS[kind](
        request.POST if request.method == "POST" and not tick else None,
        initial=typed,
        people=found,
        outline=outline_of(cohort.programme_version),
        sector=request.network.sector,
        today=timezone.localdate(),
        chosen=[row.public_id for row in found if tick == "all" or row.public_id in asked],
    )


def _form_page(request: NetworkRequest, cohort: Cohort, asked: Asked, form: ChangeForm) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    context = {"cohort": cohort, "asked": asked, "form": form}
    return render(request, "coaching/adoption/change_form.html", context, status=status)


def _preview(request: NetworkRequest, cohort: Cohort, asked: Asked, form: ChangeForm) -> HttpResponse:
    wish = form.wish()
    try:
        outcome = rehearse(cohort, wish)
    except CalendarError as error:
        form.add_error(None, PROBLEMS.get(error.code, PROBLEMS["no_free_week"]))
        return _form_page(request, cohort, asked, form)
    except CohortProblem as problem:
        messages.info(request, PROBLEMS[problem.code])
        return redirect("adoption:changes", slug=request.network.slug, cohort_id=cohort.public_id)
    context = {
        "cohort": cohort,
        "asked": asked,
        "form": form,
        "told": told_before(cohort, wish, outcome),
        "mark": outcome.mark,
        "moves": outcome.moves,
    }
    return render(request, "coaching/adoption/change_preview.html", context)


def _confirm(request: NetworkRequest, cohort: Cohort, form: ChangeForm) -> HttpResponse | None:
    """The report of what was done; None to show the preview again, for what was shown holds no more."""
    mark = request.POST.get("mark", "")
    try:
        done = change_cohort(cohort, request.membership, form.wish(), mark=mark, reason=form.why)
    except CohortProblem as problem:
        messages.info(request, PROBLEMS[problem.code])
        return None
    except CalendarError:
        return None
    return redirect(
        "adoption:change_report",
        slug=request.network.slug,
        cohort_id=cohort.public_id,
        change_id=done.public_id,
    )


@allows(Permission.RUN_COHORTS)
@require_GET
def change_report(request: NetworkRequest, slug: str, cohort_id: str, change_id: str) -> HttpResponse:
    """What a change did, person by person, with the button that undoes it."""
    found = get_change_for(request.membership, cohort_id, change_id)
    context: dict[str, Any] = {
        "cohort": found.cohort,
        "change": found,
        "told": told_after(found.cohort, found),
    }
    return render(request, "coaching/adoption/change_report.html", context)


@allows(Permission.RUN_COHORTS)
@require_http_methods(["GET", "POST"])
def change_undo(request: NetworkRequest, slug: str, cohort_id: str, change_id: str) -> HttpResponse:
    """Put back what the change found, or say in one sentence why that is not possible any more."""
    found = get_change_for(request.membership, cohort_id, change_id)
    if request.method != "POST":
        say_nothing_changed(request)
    else:
        try:
            undo_change(found, request.membership)
        except CohortProblem as problem:
            messages.warning(request, PROBLEMS[problem.code])
        else:
            messages.success(request, _("C’est annulé : tout est comme avant ce changement."))
    return redirect("adoption:change_report", slug=slug, cohort_id=cohort_id, change_id=change_id)
