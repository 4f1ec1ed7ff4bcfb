"""The lesson player: one step, its saving while one types, and the copy one may share of a text."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.templatetags.cairn import clock
from agencies.access import NetworkRequest, allows
from agencies.roles import Audience, Permission, Shareable
from coaching.cohorts.models import Cohort, CohortCoach
from coaching.learning import continuation
from coaching.learning.access import (
    Learner,
    get_content,
    get_learner_for,
    get_sent_reply,
    get_step_for,
    get_task_for,
)
from coaching.learning.forms import ShareForm
from coaching.learning.models import SharedItem
from coaching.learning.services import (
    LearningProblem,
    StepTaken,
    save_draft,
    share_copy,
    submit_step,
    withdraw_copy,
)
from coaching.learning.steps import Accepted, Conflict, Content, Refused, StepKind, Task
from coaching.learning.steps.base import Form
from coaching.learning.steps.reflection import Question, questions, text_of
from coaching.learning.steps.survey import in_words
from coaching.programmes.outline import StepOutline
from coaching.programmes.render import body_html
from coaching.programmes.runtime import rendered_of

DRAFT_TAKEN = "draft_taken"  # read and erased by app.js; names a draft, holds no text


@allows(Permission.LEARN)
@require_http_methods(["GET", "POST"])
def step(request: NetworkRequest, slug: str, module_key: str, step_key: str) -> HttpResponse:
    """One step: its page, and what is posted from it."""
    learner, outline = _learner_and_step(request, module_key, step_key)
    if not learner.journey.is_open(outline):
        return render(request, "coaching/learning/step_later.html", _frame(learner, outline))
    found = get_task_for(learner, outline)
    if found is None:
        return render(request, "coaching/learning/step_unwritten.html", _frame(learner, outline))
    if request.method == "POST":
        return _submitted(request, learner, *found)
    if fields := continuation.waiting(request):
        return continuation.offer(request, fields)
    content = get_content(learner.enrolment, outline.address) if found[0].has_answer else {}
    return render(request, found[0].template, _page(request, learner, *found, content, request.GET))


def _learner_and_step(request: NetworkRequest, module_key: str, step_key: str) -> tuple[Learner, StepOutline]:
    learner = get_learner_for(request.membership)
    if learner is None:
        raise Http404
    return learner, get_step_for(learner, module_key, step_key)


def _submitted(request: NetworkRequest, learner: Learner, kind: StepKind, task: Task) -> HttpResponse:
    continuation.forget(request)
    if "forget_kept" in request.POST:
        return _without_draft(redirect(request.path), learner, task.step, "")
    try:
        taken = submit_step(learner.enrolment, task.step.address, request.POST)
    except LearningProblem:
        return _closed(request, learner)
    if isinstance(taken.outcome, Accepted):
        answer = redirect(_after(learner, task.step, taken))
        return _without_draft(answer, learner, task.step, kind.draft_of(request.POST))
    if isinstance(taken.outcome, Refused):
        return _refused(request, learner, kind, task, taken.outcome)
    return _in_conflict(request, learner, kind, task, taken.outcome)


def _without_draft(
    answer: HttpResponse, learner: Learner, outline: StepOutline, draft: str | None
) -> HttpResponse:
    """Tell the script that the copy of a text on the device has served; "" for all of this step."""
    if draft is not None:
        url = _url("learning:autosave", learner, outline.module_key, outline.key)
        secure = settings.SESSION_COOKIE_SECURE
        answer.set_cookie(
            DRAFT_TAKEN, quote(f"{url}#{draft}", safe=""), max_age=3600, secure=secure, samesite="Lax"
        )
    return answer


def _closed(request: NetworkRequest, learner: Learner) -> HttpResponse:
    messages.warning(
        request, _("Ce parcours est terminé : vos réponses restent lisibles, sans plus changer.")
    )
    return redirect("learning:home", slug=learner.enrolment.network.slug)


def _after(learner: Learner, outline: StepOutline, taken: StepTaken) -> str:
    """Another page of this step, or onwards."""
    stay = taken.outcome.stay if isinstance(taken.outcome, Accepted) else {}
    here = _url("learning:step", learner, outline.module_key, outline.key)
    if stay is None:
        return onward_url(learner, outline) if taken.is_complete else here
    place = quote(taken.outcome.place) if isinstance(taken.outcome, Accepted) else ""
    return here + (f"?{urlencode(stay)}" if stay else "") + (f"#{place}" if place else "")


def _refused(
    request: NetworkRequest, learner: Learner, kind: StepKind, task: Task, refused: Refused
) -> HttpResponse:
    """The same page with what was typed, a summary on top, and 422."""
    context = _page(request, learner, kind, task, refused.content, request.POST)
    return render(request, kind.template, context | {"errors": refused.errors}, status=422)


def _in_conflict(
    request: NetworkRequest, learner: Learner, kind: StepKind, task: Task, conflict: Conflict
) -> HttpResponse:
    """Both texts: the newer one to read, the typed one in the field; sending again is then deliberate."""
    content = get_content(learner.enrolment, task.step.address)
    context = _page(request, learner, kind, task, content, request.POST)
    typed = {"text": conflict.typed, "if_text": request.POST.get("if"), "then_text": request.POST.get("then")}
    return render(request, kind.template, context | typed | {"conflict": conflict}, status=409)


def _page(
    request: NetworkRequest, learner: Learner, kind: StepKind, task: Task, content: Content, query: Form
) -> dict[str, Any]:
    """Everything a step's template shows."""
    context = _frame(learner, task.step) | kind.context(task, content, query)
    author = learner.enrolment.membership.user_id
    context |= {"fields": task.fields, "seal": continuation.seal(author)}
    if kind.has_draft:
        names = (task.step.module_key, task.step.key)
        context |= {"owner": owner_mark(author), "autosave_url": _url("learning:autosave", learner, *names)}
    if kind.kind == "reading":
        context |= _reading(learner, task.step)
    if kind.kind == "survey":
        context |= _sent(learner, task, content, is_asked="p" in query)
    if kind.kind == "reflection" and "question" in context:
        context |= _sharing(learner, task.step, context["question"])
    return context


def owner_mark(user_id: int) -> str:
    """Whose drafts wait on a device, without naming the person; the script erases everybody else's."""
    return salted_hmac(__name__, str(user_id)).hexdigest()[:16]


def _frame(learner: Learner, outline: StepOutline) -> dict[str, Any]:
    """The bar on top, the way on and the way back."""
    view = learner.journey.modules[outline.module_key]
    place = view.place_of(outline)
    before = view.steps[: view.steps.index(outline)]
    previous = next((step for step in reversed(before) if step.is_played), None)
    left = view.minutes_left
    return {
        "learner": learner,
        "step": outline,
        "module": view,
        "week": learner.journey.weeks[outline.week_number],
        "title": outline.title.in_language(learner.language),
        "module_title": view.module.title.in_language(learner.language),
        "place": place,
        "done_count": view.done_count,
        "total": len(view.required) if place else 0,
        "minutes_left": left,
        "is_done": outline.address in learner.done,
        "step_url": _url("learning:step", learner, outline.module_key, outline.key),
        "home_url": _url("learning:home", learner),
        "module_url": _url("learning:module", learner, outline.module_key),
        "previous_url": _url("learning:step", learner, outline.module_key, previous.key) if previous else "",
        "onward_url": onward_url(learner, outline),
    }


def onward_url(learner: Learner, outline: StepOutline) -> str:
    """The next step of the same module, else the page that ends it."""
    steps = learner.journey.modules[outline.module_key].steps
    following = next((step for step in steps[steps.index(outline) + 1 :] if step.is_played), None)
    if following:
        return _url("learning:step", learner, outline.module_key, following.key)
    return _url("learning:module_done", learner, outline.module_key)


def _url(name: str, learner: Learner, *args: str) -> str:
    return reverse(name, args=[learner.enrolment.network.slug, *args])


def _reading(learner: Learner, outline: StepOutline) -> dict[str, Any]:
    rendered = rendered_of(learner.enrolment.cohort.programme_version)
    language = "en" if learner.language.startswith("en") else "fr"
    return {
        "body": body_html(rendered, outline.address, language, learner.sector),
        "sources": learner.outline.sources_of(outline),
    }


def _sent(learner: Learner, task: Task, content: Content, *, is_asked: bool) -> dict[str, Any]:
    """What the coach got and when, shown unless a part is asked for; one query."""
    reply = get_sent_reply(learner.enrolment, task.step.address)
    if reply is None:
        return {}
    sent: Content = reply.content if isinstance(reply.content, dict) else {}
    return {
        "sent": reply,
        "shows_sent": not is_asked,
        "sent_answers": in_words(task.fields["items"], sent),
        "is_changed": content.get("answers") != sent.get("answers"),
        "can_change": learner.enrolment.cohort.status != Cohort.Status.ARCHIVED,
    }


def _sharing(learner: Learner, outline: StepOutline, question: Question) -> dict[str, Any]:
    """Who could read a copy, and the copy that stands; two queries."""
    shared = SharedItem.objects.of(learner.enrolment).standing()
    return {
        "coach_names": coach_names(learner),
        "shared": shared.filter(address=outline.address, prompt=question.id).first(),
        "share_url": _url("learning:share", learner, outline.module_key, outline.key, question.id),
    }


def coach_names(learner: Learner) -> str:
    """« Claire Aubert », or several names; the coaches of this cohort."""
    rows = CohortCoach.objects.filter(cohort_id=learner.enrolment.cohort_id).select_related(
        "membership__user"
    )
    return ", ".join(sorted(row.membership.shown_name for row in rows))


@allows(Permission.LEARN)
@require_http_methods(["GET", "POST"])
def autosave(request: NetworkRequest, slug: str, module_key: str, step_key: str) -> HttpResponse:
    """For the player's script: keep what is being written; GET gives a fresh token after a sign-in."""
    learner, outline = _learner_and_step(request, module_key, step_key)
    found = get_task_for(learner, outline)
    if found is None or not found[0].has_draft or not learner.journey.is_open(outline):
        raise Http404
    kind, _task = found
    if request.method == "GET":
        content = get_content(learner.enrolment, outline.address)
        revision = kind.revision(content, request.GET)
        return JsonResponse({"token": get_token(request), "revision": revision})
    try:
        outcome = save_draft(learner.enrolment, outline.address, request.POST)
    except LearningProblem as problem:
        return JsonResponse({"problem": problem.code}, status=409)
    if isinstance(outcome, Conflict):
        return JsonResponse(
            {"problem": "newer", "revision": outcome.revision, "text": outcome.stored}, status=409
        )
    if isinstance(outcome, Refused):
        return JsonResponse({"problem": "refused", "errors": dict(outcome.errors)}, status=422)
    continuation.forget(request)
    return JsonResponse({"revision": kind.revision(outcome.content, request.POST), "at": clock(learner.now)})


@allows(Permission.LEARN)
@require_http_methods(["GET", "POST"])
def share(request: NetworkRequest, slug: str, module_key: str, step_key: str, prompt: str) -> HttpResponse:
    """Offer the coach an edited copy of one text, or take it back; the original never leaves."""
    learner, outline = _learner_and_step(request, module_key, step_key)
    question = _question(learner, outline, prompt)
    here = _url("learning:step", learner, outline.module_key, outline.key)
    if request.method == "POST" and "withdraw" in request.POST:
        withdraw_copy(learner.enrolment, outline.address, question.id)
        messages.success(request, _("La copie est retirée. Votre coach ne la voit plus."))
        return redirect(here)
    text = text_of(get_content(learner.enrolment, outline.address), question.id)
    form = ShareForm(request.POST or None, initial={"copy": text})
    if request.method == "POST" and form.is_valid():
        try:
            share_copy(
                learner.enrolment,
                Shareable.REFLECTION,
                outline.address,
                question.id,
                form.cleaned_data["copy"],
                Audience.COACH,
            )
        except LearningProblem:
            return _closed(request, learner)
        messages.success(request, _("La copie est partagée avec votre coach. Votre texte reste à vous."))
        return redirect(here)
    context = _frame(learner, outline) | _sharing(learner, outline, question)
    context |= {
        "form": form,
        "text": text,
        "question": question,
        "seal": continuation.seal(learner.enrolment.membership.user_id),
    }
    return render(request, "coaching/learning/share.html", context, status=422 if form.is_bound else 200)


def _question(learner: Learner, outline: StepOutline, prompt: str) -> Question:
    found = get_task_for(learner, outline)
    if found is None or outline.kind != "reflection" or not learner.journey.is_open(outline):
        raise Http404
    for question in questions(found[1]):
        if question.id == prompt:
            return question
    raise Http404
