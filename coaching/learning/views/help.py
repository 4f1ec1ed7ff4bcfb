"""« J'ai besoin d'un coup de main »: a small page, always reached from the same place."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agencies.access import NetworkRequest, allows
from agencies.roles import Permission
from coaching.cohorts.models import Cohort
from coaching.learning import continuation
from coaching.learning.access import coach_names, get_learner_for, get_own_help_request
from coaching.learning.forms import HelpForm
from coaching.learning.services import LearningProblem, ask_for_help, withdraw_help


@allows(Permission.LEARN)
@require_http_methods(["GET", "POST"])
def help_page(request: NetworkRequest, slug: str) -> HttpResponse:
    """Call the coach with or without a sentence, see that they know, or say that it is fine."""
    learner = get_learner_for(request.membership)
    if learner is None:
        return render(request, "coaching/learning/no_programme.html")
    if request.method == "GET" and (fields := continuation.waiting(request)):
        return continuation.offer(request, fields)
    if request.method == "POST":
        continuation.forget(request)
        if "forget_kept" in request.POST:
            return redirect("learning:help", slug=slug)
    if "withdraw" in request.POST:
        withdraw_help(learner.enrolment)
        messages.success(request, _("C’est noté. Vous pouvez redemander quand vous voulez."))
        return redirect("learning:help", slug=slug)
    form = HelpForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            ask_for_help(learner.enrolment, form.cleaned_data["text"])
        except LearningProblem:
            messages.info(request, _("Votre promotion est terminée : écrivez directement à votre coach."))
        return redirect("learning:help", slug=slug)
    context = {
        "form": form,
        "network": request.network,
        "asked": get_own_help_request(learner.enrolment),
        "coach_names": coach_names(learner),
        "is_open": learner.enrolment.cohort.status == Cohort.Status.RUNNING,
        "seal": continuation.seal(learner.enrolment.membership.user_id),
    }
    return render(request, "coaching/learning/help.html", context, status=422 if form.is_bound else 200)
