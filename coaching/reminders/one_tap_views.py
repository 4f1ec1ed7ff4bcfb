"""Pages behind the links of a mail, without signing in: a GET shows one button, a POST acts once.

They say what happens and nothing else: no name of a person, of a module or of a step.
"""

from __future__ import annotations

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from agencies.scope import networks
from coaching.cohorts.models import Enrolment
from coaching.learning.access import Learner, get_recall_answer, get_recall_item
from coaching.learning.services import LearningProblem, answer_recall
from coaching.learning.steps import Refused
from coaching.learning.steps.items import feedback, shown
from coaching.reminders.access import get_enrolment_behind, get_tap
from coaching.reminders.one_tap import is_closed, standing, take
from coaching.reminders.recalls import marked
from coaching.reminders.taps import ACTIONS, Action, Tap


@never_cache
@require_http_methods(["GET", "POST"])
def tap_page(request: HttpRequest, action: str, token: str) -> HttpResponse:
    """Done, next week, I am stuck: asked again in one sentence, done at one touch."""
    if action not in ACTIONS or action == "recall":
        raise Http404
    wanted = cast(Action, action)
    tap = get_tap(wanted, token)
    if tap is None:
        return _too_late(request)
    person = _person(tap)
    with networks(tap.holder.network_id, user_id=person.membership.user_id):
        if request.method == "POST":
            take(person, wanted, tap)
            return redirect(request.path)
        found = standing(person, wanted, tap)
        slug = person.network.slug
        context = {
            "action": action,
            "state": found.state,
            "until": found.until,
            "minutes": found.step.minutes if found.step else None,
            "network": person.network,
            "home_url": reverse("learning:home", args=[slug]),
            "help_url": reverse("learning:help", args=[slug]),
        }
        if found.step is not None:
            context["step_url"] = reverse("learning:step", args=[slug, found.step.module_key, found.step.key])
    # Outside the scope: the frame of the page asks for the memberships of whoever is signed in.
    return render(request, "coaching/reminders/tap.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def recall_page(request: HttpRequest, token: str) -> HttpResponse:
    """The recall question with the answer that was touched; what is useful once it is sent.

    The answer given is shown to whoever sends it and never again: a mail is passed on, an answer is not.
    """
    tap = get_tap("recall", token)
    if tap is None:
        return _too_late(request)
    person = _person(tap)
    with networks(tap.holder.network_id, user_id=person.membership.user_id):
        learner = Learner(person, timezone.now(), get_language() or "fr")
        context, status = _recall(request, learner, tap)
    context |= {"network": person.network, "home_url": reverse("learning:home", args=[person.network.slug])}
    return render(request, "coaching/reminders/recall.html", context, status=status)


def _recall(request: HttpRequest, learner: Learner, tap: Tap) -> tuple[dict[str, Any], int]:
    found = marked(learner.outline, tap.about)
    item = get_recall_item(learner, found[0]) if found else None
    if found is None or item is None or is_closed(learner):
        return {"state": "closed"}, 200
    address, after_days, option = found
    if get_recall_answer(learner.enrolment, address, after_days) is not None:
        return {"state": "taken"}, 200
    if request.method != "POST":
        return {"state": "ask"} | shown(item, option), 200
    try:
        answer = answer_recall(learner.enrolment, address, after_days, request.POST, now=learner.now)
    except LearningProblem:
        return {"state": "closed"}, 200
    if isinstance(answer, Refused):
        return {"state": "ask", "errors": answer.errors} | shown(item), 422
    content = cast(dict[str, Any], answer.content)
    return {"state": "answered", "item": item, "feedback": feedback(item, content["chosen"])}, 200


def _person(tap: Tap) -> Enrolment:
    """Whose mail it was; they act in a transaction of its own."""
    with networks(tap.holder.network_id):
        return get_enrolment_behind(tap.holder)


def _too_late(request: HttpRequest) -> HttpResponse:
    return render(request, "coaching/reminders/link_over.html", status=410)
