"""The wall of a cohort: its heads thank and withdraw, its coach may take something off."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agencies.access import NetworkRequest, allows
from agencies.roles import Permission
from coaching.cohorts.access import get_cohort_for
from coaching.learning.access import Learner, get_learner_for
from coaching.learning.between import coach_wall_of, get_excerpt_for, require_wall, thanks_for, wall_of
from coaching.learning.forms import HidingForm
from coaching.learning.services import (
    LearningProblem,
    hide,
    report,
    show_again,
    take_off_wall,
    take_thanks_back,
    thank,
)
from coaching.learning.steps.base import typed_number
from coaching.learning.views.pairs import problem_words

PER_PAGE = 20


@allows(Permission.LEARN)
@require_http_methods(["GET", "POST"])
def wall(request: NetworkRequest, slug: str) -> HttpResponse:
    """Excerpts that colleagues of one's cohort chose to show, newest first."""
    require_wall(request.network_memberships)
    learner = get_learner_for(request.membership)
    if learner is None:
        return render(request, "coaching/learning/no_programme.html")
    if request.method == "POST":
        return _acted(request, learner)
    page = Paginator(wall_of(learner), PER_PAGE).get_page(request.GET.get("page"))
    own = [item for item in page if item.enrolment_id == learner.enrolment.pk]
    thanks = thanks_for(own)
    lines = [
        {
            "item": item,
            "is_mine": item.enrolment_id == learner.enrolment.pk,
            "thanked_by": thanks.get(item.pk, []),
        }
        for item in page
    ]
    context = {"network": learner.enrolment.network, "page": page, "lines": lines}
    return render(request, "coaching/learning/wall.html", context)


def _acted(request: NetworkRequest, learner: Learner) -> HttpResponse:
    item = get_excerpt_for(learner, typed_number(request.POST.get("item")))
    action, me = request.POST.get("action", ""), learner.enrolment
    if item is None:
        messages.info(request, gone())
        return redirect("learning:wall", slug=me.network.slug)
    try:
        if action == "thank":
            thank(me, item)
        elif action == "unthank":
            take_thanks_back(me, item)
        elif action == "report":
            report(me, item)
            messages.success(request, _("Votre coach est au courant, sans savoir par qui. Merci."))
        elif action == "withdraw" and item.enrolment_id == me.pk:
            take_off_wall(me, item)
            messages.success(request, _("Votre extrait n’est plus sur le mur."))
    except LearningProblem as problem:
        messages.info(request, problem_words(problem.code))
    return redirect(_here(request, "learning:wall", me.network.slug, place=item.pk))


def gone() -> str:
    return _("Cet extrait n’est plus sur le mur.")


def _here(request: NetworkRequest, name: str, *args: str, place: int) -> str:
    page = typed_number(request.POST.get("page"), 1)
    return reverse(name, args=args) + (f"?page={page}" if page > 1 else "") + f"#e-{place}"


@allows(Permission.RUN_COHORTS)
@require_http_methods(["GET", "POST"])
def coach_wall(request: NetworkRequest, slug: str, cohort_id: str) -> HttpResponse:
    """The coach reads the wall of a cohort, and may take an excerpt off it with a reason for its author."""
    cohort = get_cohort_for(request.membership, cohort_id)
    form: HidingForm | None = None
    chosen = typed_number(request.POST.get("item"))
    if request.method == "POST":
        item = coach_wall_of(cohort).filter(pk=chosen).first()
        if item is None:
            messages.info(request, gone())
            return redirect("learning:coach_wall", slug=slug, cohort_id=cohort_id)
        form = HidingForm(request.POST)
        if "show" in request.POST:
            show_again(item)
            back = _("L’extrait est de nouveau sur le mur.")
            messages.success(request, back if item.hidden_at else _("C’est noté : l’extrait reste."))
        elif form.is_valid():
            hide(item, form.cleaned_data["reason"])
            messages.success(request, _("L’extrait n’est plus sur le mur. La personne lit votre raison."))
        if "show" in request.POST or form.is_valid():
            return redirect(_here(request, "learning:coach_wall", slug, cohort_id, place=item.pk))
    page = Paginator(coach_wall_of(cohort), PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {"cohort": cohort, "page": page, "form": form, "chosen": chosen}
    return render(request, "coaching/learning/coach_wall.html", context, status=422 if form else 200)
