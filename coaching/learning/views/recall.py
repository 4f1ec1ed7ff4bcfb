"""The recall question on the home: asked, answered in place, with what is useful said at once."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.acting import say_nothing_changed
from agencies.access import NetworkRequest, allows
from agencies.roles import Permission
from coaching.learning.access import get_learner_for
from coaching.learning.services import LearningProblem, answer_recall
from coaching.learning.steps import Refused
from coaching.learning.steps.base import typed_number, typed_text
from coaching.learning.views.home import ANSWERED, answered_card, due_card, home_page


@allows(Permission.LEARN)
@require_http_methods(["GET", "POST"])
def recall(request: NetworkRequest, slug: str) -> HttpResponse:
    """Answer the question; the card is on the home. A script gets the card alone, a form goes back there."""
    learner = get_learner_for(request.membership)
    if request.method != "POST" or learner is None:
        say_nothing_changed(request)
        return redirect("learning:home", slug=slug)
    address, after_days = typed_text(request.POST.get("address")), typed_number(request.POST.get("after"))
    try:
        answer = answer_recall(learner.enrolment, address, after_days, request.POST)
    except LearningProblem:
        messages.info(request, _("Cette question n’attend plus de réponse."))
        return redirect("learning:home", slug=slug)
    if isinstance(answer, Refused):
        card = (due_card(learner) or {}) | {"errors": answer.errors}
        return _card(request, card, 422) if is_fragment(request) else home_page(request, learner, card, 422)
    if is_fragment(request):
        return _card(request, answered_card(learner, answer.address, answer.after_days))
    query = urlencode({ANSWERED: f"{answer.address}+{answer.after_days}"})
    return redirect(reverse("learning:home", args=[slug]) + f"?{query}#recall")


def is_fragment(request: NetworkRequest) -> bool:
    """Whether a script asks for the changed part alone (static/js/in-place.js, or htmx)."""
    return bool(request.htmx)  # type: ignore[attr-defined]


def _card(request: NetworkRequest, card: Any, status: int = 200) -> HttpResponse:
    context = {"recall": card, "network": request.network}
    return render(request, "coaching/learning/_recall.html", context, status=status)
