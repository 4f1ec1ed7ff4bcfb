"""The word one says of a lesson, at its end."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.acting import say_nothing_changed
from agencies.access import NetworkRequest, allows
from agencies.roles import Permission
from coaching.learning.access import get_learner_for, get_module_for
from coaching.learning.forms import VoteForm
from coaching.learning.services import LearningProblem, vote_on_lesson
from coaching.learning.views.home import module_done_page


@allows(Permission.LEARN)
@require_http_methods(["GET", "POST"])
def vote(request: NetworkRequest, slug: str, module_key: str) -> HttpResponse:
    """Keep what is said; the form is on the page that ends the lesson."""
    learner = get_learner_for(request.membership)
    if learner is None:
        return redirect("learning:home", slug=slug)
    view = get_module_for(learner, module_key)
    if request.method != "POST":
        say_nothing_changed(request)
        return redirect("learning:module_done", slug=slug, module_key=module_key)
    form = VoteForm(request.POST)
    if not form.is_valid():
        return module_done_page(request, learner, view, form)
    try:
        vote_on_lesson(learner.enrolment, module_key, **form.cleaned_data)
    except LearningProblem:
        messages.info(request, _("Votre avis se donne une fois la leçon faite."))
    else:
        messages.success(request, _("Merci, votre avis aide à améliorer cette leçon."))
    return redirect("learning:module_done", slug=slug, module_key=module_key)
