"""A person's own pages: home with the one next step, the path, a module, its end, their values, a pause."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.acting import say_nothing_changed
from agencies.access import NetworkRequest, allows
from agencies.models import Membership
from agencies.roles import Permission
from coaching.cohorts.models import Enrolment, EnrolmentPause, LiveSession
from coaching.cohorts.services import PAUSE_WEEKS, CohortProblem, resume
from coaching.cohorts.services import pause as pause_enrolment
from coaching.learning.access import (
    Learner,
    get_content,
    get_learner_for,
    get_module_for,
    get_task_for,
    get_top_cards,
)
from coaching.learning.forms import PauseForm, pause_problem
from coaching.learning.models import StepCompletion
from coaching.learning.pages import (
    colleagues_words,
    home_context,
    module_context,
    module_done_context,
    path_context,
)
from coaching.learning.social_proof import is_worth_saying
from coaching.learning.steps.if_then import IfThen
from coaching.programmes.outline import StepOutline

VALUES_SHOWN = 5


@allows(Permission.LEARN)
@require_GET
def home(request: NetworkRequest, slug: str) -> HttpResponse:
    """The next step and the minutes it takes, the week, the path, a pause in two taps."""
    learner = get_learner_for(request.membership)
    if learner is None:
        return render(request, "coaching/learning/no_programme.html")
    pause = current_pause(learner, timezone.localdate(learner.now))
    step = learner.journey.next_step
    proof = colleagues_who_did(learner, step) if step and not pause else None
    session = next_session(learner)
    context = home_context(learner, pause) | {
        "first_name": request.user.get_short_name(),  # type: ignore[union-attr]
        "pause": pause,
        "session": session,
        "is_session_soon": session is not None and is_this_week(session.starts_at, learner.now),
        "colleagues": colleagues_words(*proof) if proof else "",
        "values": values_of(learner),
        "pause_weeks": PAUSE_WEEKS,
    }
    return render(request, "coaching/learning/home.html", context)


@allows(Permission.LEARN)
@require_GET
def path(request: NetworkRequest, slug: str) -> HttpResponse:
    """Every week and module, what is done, what is open, what is still to come."""
    learner = get_learner_for(request.membership)
    if learner is None:
        return render(request, "coaching/learning/no_programme.html")
    return render(request, "coaching/learning/path.html", path_context(learner))


@allows(Permission.LEARN)
@require_GET
def module(request: NetworkRequest, slug: str, module_key: str) -> HttpResponse:
    """One module: what it is for, its steps and where to go on."""
    learner = get_learner_for(request.membership)
    if learner is None:
        return redirect("learning:home", slug=slug)
    view = get_module_for(learner, module_key)
    return render(request, "coaching/learning/module.html", module_context(learner, view))


@allows(Permission.LEARN)
@require_GET
def module_done(request: NetworkRequest, slug: str, module_key: str) -> HttpResponse:
    """The end of a module: thanks, the minutes given, what comes next; or what is still left in it."""
    learner = get_learner_for(request.membership)
    if learner is None:
        return redirect("learning:home", slug=slug)
    context = module_done_context(learner, get_module_for(learner, module_key))
    return render(request, "coaching/learning/module_done.html", context)


@allows(Permission.LEARN)
@require_GET
def values(request: NetworkRequest, slug: str) -> HttpResponse:
    """What one keeps at hand: one's ranked values, the way to the circle, one's « si… alors… »."""
    learner = get_learner_for(request.membership)
    if learner is None:
        return render(request, "coaching/learning/no_programme.html")
    network = learner.enrolment.network
    context = {"network": network, "values": values_of(learner), "if_then": if_then_of(learner)}
    return render(request, "coaching/learning/values.html", context)


@allows(Permission.LEARN)
@require_http_methods(["GET", "POST"])
def pause(request: NetworkRequest, slug: str) -> HttpResponse:
    """Stop for one to three weeks, or come back; no reason, no reproach. The buttons are on the home."""
    if request.method != "POST":
        say_nothing_changed(request)
        return redirect("learning:home", slug=slug)
    learner = get_learner_for(request.membership)
    if learner is None:
        return redirect("learning:home", slug=slug)
    today = timezone.localdate(learner.now)
    if "resume" in request.POST:
        resume(learner.enrolment, today=today, now=learner.now)
        messages.success(request, _("Bon retour. Tout est resté où vous l’aviez laissé."))
        return redirect("learning:home", slug=slug)
    form = PauseForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Choisissez une, deux ou trois semaines."))
        return redirect("learning:home", slug=slug)
    try:
        pause_enrolment(
            learner.enrolment,
            form.cleaned_data["weeks"],
            today=today,
            now=learner.now,
        )
    except CohortProblem as problem:
        messages.info(request, pause_problem(problem))
    else:
        messages.success(
            request,
            _("Votre pause commence. Aucun message d’ici là, vos dates se décalent, et tout reste ouvert."),
        )
    return redirect("learning:home", slug=slug)


# --- parts of the home -----------------------------------------------------------------------


def current_pause(learner: Learner, today: dt.date) -> EnrolmentPause | None:
    """The pause that runs today; one query."""
    rows = EnrolmentPause.objects.filter(
        enrolment=learner.enrolment, starts_on__lte=today, ends_on__gte=today
    )
    return rows.order_by("-ends_on").first()


def next_session(learner: Learner) -> LiveSession | None:
    """The next live session of the cohort; one query."""
    sessions = LiveSession.objects.filter(cohort_id=learner.enrolment.cohort_id)
    return sessions.coming(learner.now).first()


def is_this_week(moment: dt.datetime, now: dt.datetime) -> bool:
    """Whether both stand in the same week, Monday to Sunday, on the reader's clock."""
    day, today = timezone.localdate(moment), timezone.localdate(now)
    return day.isocalendar()[:2] == today.isocalendar()[:2]


def colleagues_who_did(learner: Learner, step: StepOutline) -> tuple[int, int] | None:
    """How many colleagues of how many have done the next step, when that is worth saying; one query.

    Only heads count, the person themself does not.
    """
    did_it = StepCompletion.objects.filter(enrolment=OuterRef("pk"), address=step.address)
    rows = (
        Enrolment.objects.filter(cohort_id=learner.enrolment.cohort_id)
        .filter(membership__role=Membership.Role.AGENCY_HEAD, status__in=(*Enrolment.LIVE, "completed"))
        .present(timezone.localdate(learner.now))
        .exclude(pk=learner.enrolment.pk)
        .values_list(Exists(did_it), flat=True)
    )
    answers = list(rows)
    people, done = len(answers), sum(answers)
    return (done, people) if is_worth_saying(done, people) else None


def values_of(learner: Learner) -> dict[str, Any] | None:
    """The person's ranked values and the address of their circle; at most one query."""
    sort = next((step for step in learner.outline.steps if step.kind == "card_sort"), None)
    if sort is None or sort.address not in learner.done:
        return None
    cards = get_top_cards(learner, sort.address, VALUES_SHOWN)
    return {"cards": cards, "step": sort} if cards else None


def if_then_of(learner: Learner) -> dict[str, Any] | None:
    """The person's own « si… alors… », the latest step of that kind; at most one query."""
    steps = [
        step for step in learner.outline.steps if step.kind == IfThen.kind and step.address in learner.done
    ]
    if not steps or get_task_for(learner, steps[-1]) is None:
        return None
    content = get_content(learner.enrolment, steps[-1].address)
    return {"if": content.get("if"), "then": content.get("then"), "step": steps[-1]}
