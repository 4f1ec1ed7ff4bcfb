"""The lesson player: one step, and its saving while one types."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.device import owner_mark
from accounts.templatetags.cairn import clock
from agencies.access import NetworkRequest, allows
from agencies.roles import Permission, Shareable
from coaching.cohorts.models import Cohort
from coaching.learning import continuation
from coaching.learning.access import (
    Learner,
    get_content,
    get_learner_for,
    get_left_step_for,
    get_moved_step_for,
    get_sent_reply,
    get_task_for,
)
from coaching.learning.pages import charter_url
from coaching.learning.services import (
    LearningProblem,
    StepTaken,
    save_draft,
    submit_step,
)
from coaching.learning.services.dialogue import submit_dialogue
from coaching.learning.steps import Accepted, Conflict, Content, Refused, StepKind, Task
from coaching.learning.steps.base import Form
from coaching.learning.steps.brand_values import BrandValues
from coaching.learning.steps.practice import PRACTICE_TEXT, Practice
from coaching.learning.steps.survey import in_words
from coaching.learning.views import practice
from coaching.learning.views.pairs import dialogue_context
from coaching.learning.views.sharing import (
    closed,
    coaches_and_colleagues,
    learner_and_step,
    share_url,
    sharing_context,
    standing_copies,
)
from coaching.learning.views.values import sorted_cards, three_lists
from coaching.programmes.outline import StepOutline
from coaching.programmes.render import body_html
from coaching.programmes.runtime import rendered_of

KEPT_FOR = "X-Kept-For"  # read by public/sw.js: whose device may keep this page
DRAFT_TAKEN = "draft_taken"  # read and erased by app.js; names a draft, holds no text


@allows(Permission.LEARN)
@require_http_methods(["GET", "POST"])
def step(request: NetworkRequest, slug: str, module_key: str, step_key: str) -> HttpResponse:
    """One step: its page, and what is posted from it."""
    try:
        learner, outline = learner_and_step(request, module_key, step_key)
    except Http404:
        return _moved(request, "learning:step", module_key, step_key)
    if not learner.journey.is_open(outline):
        return render(request, "coaching/learning/step_later.html", _frame(learner, outline))
    found = get_task_for(learner, outline)
    if found is None:
        return render(request, "coaching/learning/step_unwritten.html", _frame(learner, outline))
    if request.method == "POST":
        take = _arrived if continuation.wants_json(request) else _submitted
        return take(request, learner, *found)
    if fields := continuation.waiting(request):
        return continuation.offer(request, fields)
    content = get_content(learner.enrolment, outline.address) if found[0].has_answer else {}
    response = render(request, found[0].template, _page(request, learner, *found, content, request.GET))
    if not (content and found[0].shows_words):  # what one has written is no lesson: no device keeps it
        response.headers[KEPT_FOR] = owner_mark(learner.enrolment.membership.user_id)
    return response


def _moved(request: NetworkRequest, name: str, module_key: str, step_key: str) -> HttpResponse:
    """On to where the step stands since the cohort changed version, with what was posted: nothing is lost."""
    learner = get_learner_for(request.membership)
    if learner is None:
        raise Http404
    try:
        outline = get_moved_step_for(learner, module_key, step_key)
    except Http404:
        if name != "learning:step":
            raise
        is_writing = request.method == "POST"
        former, left = get_left_step_for(learner, module_key, step_key, is_writing=is_writing)
        return _left(request, former, left)
    onward = redirect(_url(name, learner, outline.module_key, outline.key))
    onward.status_code = 302 if request.method == "GET" else 307
    return onward


def _left(request: NetworkRequest, learner: Learner, outline: StepOutline) -> HttpResponse:
    """A step that has left the programme, to read again; what was still typed there stays on the page."""
    found = get_task_for(learner, outline)
    if found is None:
        raise Http404
    kind, task = found
    is_posted = request.method == "POST"
    if is_posted and isinstance(kind, Practice) and "withdraw" in request.POST:
        return practice.take_back(request, learner, task)
    if is_posted and continuation.wants_json(request):
        return JsonResponse({"problem": "closed"}, status=409)
    content = get_content(learner.enrolment, outline.address) if kind.has_answer else {}
    if is_posted:
        content = kind.draft(task, request.POST, content).content
    query: Form = request.POST if is_posted else request.GET
    context = _page(request, learner, kind, task, content, query)
    context |= {"is_left": True, "is_unsaved": is_posted, "module_url": _url("learning:path", learner)}
    return render(request, kind.template, context, status=409 if is_posted else 200)


def _submitted(request: NetworkRequest, learner: Learner, kind: StepKind, task: Task) -> HttpResponse:
    continuation.forget(request)
    if "forget_kept" in request.POST:
        return _without_draft(redirect(request.path), learner, task.step, "")
    try:
        if isinstance(kind, Practice):
            if "withdraw" in request.POST:
                return practice.take_back(request, learner, task)
            if problem := _picture_problem(request, learner, kind, task):
                return problem
        taken = _submit(request, learner, kind, task)
    except LearningProblem:
        return closed(request, learner)
    if isinstance(taken.outcome, Accepted):
        answer: HttpResponse = redirect(_after(learner, task.step, taken))
        if isinstance(kind, Practice):
            content = taken.outcome.content
            if request.POST.get("action") == "rehearse":
                answer = practice.to_the_room(learner, content["text"])
            elif practice.goes_onward(request, learner, task, content):
                answer = redirect(onward_url(learner, task.step))
        return _without_draft(answer, learner, task.step, kind.draft_of(request.POST))
    if isinstance(taken.outcome, Refused):
        return _refused(request, learner, kind, task, taken.outcome)
    return _in_conflict(request, learner, kind, task, taken.outcome)


def _arrived(request: NetworkRequest, learner: Learner, kind: StepKind, task: Task) -> HttpResponse:
    """An answer that was given without network, sent by offline.js with a fresh token; sent twice, it is one.

    The seal says who wrote it: a device that changed hands does not hand answers over.
    """
    if continuation.author_of(request) != request.user.pk:
        return JsonResponse({"problem": "another_author"}, status=403)
    try:
        if isinstance(kind, Practice) and _picture_problem(request, learner, kind, task):
            return JsonResponse({"problem": "refused"}, status=422)
        taken = _submit(request, learner, kind, task)
    except LearningProblem as problem:
        return JsonResponse({"problem": problem.code}, status=409)
    if isinstance(taken.outcome, Accepted):
        return _without_draft(JsonResponse({"sent": True}), learner, task.step, kind.draft_of(request.POST))
    is_refused = isinstance(taken.outcome, Refused)
    return JsonResponse({"problem": "refused" if is_refused else "newer"}, status=422 if is_refused else 409)


def _submit(request: NetworkRequest, learner: Learner, kind: StepKind, task: Task) -> StepTaken:
    """Take what was posted; a dialogue also confides its copy, a practice may start from a draft."""
    if kind.kind == "pair_dialogue":
        return submit_dialogue(learner.enrolment, task.step.address, request.POST)
    form = practice.form_of(request, learner) if isinstance(kind, Practice) else request.POST
    return submit_step(learner.enrolment, task.step.address, form)


def _picture_problem(
    request: NetworkRequest, learner: Learner, kind: StepKind, task: Task
) -> HttpResponse | None:
    """The page again when the picture that was sent cannot be kept; the words are, before it is looked at."""
    if not request.FILES and request.POST.get("action") not in ("attach", "drop_image"):
        return None
    written = save_draft(learner.enrolment, task.step.address, request.POST)
    if not isinstance(written, Accepted):
        return None  # the submission that follows says the same, with both texts
    problem = practice.receive_image(request, learner, task)
    if not problem:
        return None
    return _refused(request, learner, kind, task, Refused({"image": problem}, written.content))


def _without_draft(
    answer: HttpResponse, learner: Learner, outline: StepOutline, draft: str | None
) -> HttpResponse:
    """Tell the script that the copy of a text on the device has served; "" for all of this step."""
    if draft is not None:
        served_on_device(answer, _url("learning:autosave", learner, outline.module_key, outline.key), draft)
    return answer


def served_on_device(answer: HttpResponse, autosave_url: str, draft: str = "") -> None:
    """A draft's copy on the device goes: named by where it is saved, "" for all of that page."""
    mark, secure = quote(f"{autosave_url}#{draft}", safe=""), settings.SESSION_COOKIE_SECURE
    answer.set_cookie(DRAFT_TAKEN, mark, max_age=3600, secure=secure, samesite="Lax")


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
    context = _page(request, learner, kind, task, conflict.content, request.POST)
    return render(request, kind.template, context | {"conflict": conflict}, status=409)


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
    if isinstance(kind, Practice):
        context |= _reading(learner, task.step) | {"coach_names": coaches_and_colleagues(learner)[0]}
        context |= practice.practice_context(request, learner, task, content)
        context |= {
            "standing": standing_copies(learner, task.step.address).get(PRACTICE_TEXT, []),
            "share_url": share_url(learner, task.step, PRACTICE_TEXT),
        }
    if kind.kind == "survey":
        context |= _sent(learner, task, content, is_asked="p" in query)
    if kind.kind == "pair_dialogue":
        context |= dialogue_context(learner, task.step)
    if kind.kind == "reflection" and "question" in context:
        context |= sharing_context(learner, task.step, context["question"].id, Shareable.REFLECTION)
    if kind.kind == BrandValues.kind:
        context |= _brand(learner, task, context)
    return context


def _brand(learner: Learner, task: Task, context: dict[str, Any]) -> dict[str, Any]:
    """Who reads the act on this page now, or all acts beside the three lists; two queries at most."""
    if context.get("is_read"):
        standing = standing_copies(learner, task.step.address)
        lines = [
            {
                **line,
                "standing": standing.get(line["key"], []),
                "share_url": share_url(learner, task.step, line["key"]),
            }
            for line in context["lines"]
        ]
        return {"lines": lines} | _three_lists(learner)
    if "page" not in context:
        return {}
    part = context["page"].id
    return {
        "standing": standing_copies(learner, task.step.address).get(part, []),
        "share_url": share_url(learner, task.step, part),
    }


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
        "week": learner.journey.part(outline.week_number),
        "title": outline.title.in_language(learner.language),
        "module_title": view.module.title.in_language(learner.language),
        "place": place,
        "done_count": view.done_count,
        "total": len(view.required) if place else 0,
        "minutes_left": left,
        "is_done": outline.address in learner.done,
        "is_updated": learner.has_changed(outline),
        "is_untranslated": learner.language.startswith("en") and bool(outline.data.get("untranslated")),
        "step_url": _url("learning:step", learner, outline.module_key, outline.key),
        "home_url": _url("learning:home", learner),
        "module_url": _url("learning:module", learner, outline.module_key),
        "previous_url": _url("learning:step", learner, outline.module_key, previous.key) if previous else "",
        "onward_url": onward_url(learner, outline),
        "charter_url": charter_url(learner, outline.module_key),
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
    context: dict[str, Any] = {
        "body": body_html(rendered, outline.address, language, learner.sector),
        "sources": learner.outline.sources_of(outline),
    }
    if _follows_the_brand(learner, outline):
        context |= _three_lists(learner)
    return context


def _three_lists(learner: Learner) -> dict[str, Any]:
    """The brand and me; until the cards are sorted, the way to the sort."""
    found, sort = sorted_cards(learner), learner.outline.card_sort
    if found or not sort:
        return {"lists": three_lists(learner, found)}
    return {"sort_url": _url("learning:step", learner, sort.module_key, sort.key)}


def _follows_the_brand(learner: Learner, outline: StepOutline) -> bool:
    """Whether this is the first reading after the brand values of its module, about the three lists."""
    steps = learner.journey.modules[outline.module_key].steps
    place = next((n for n, step in enumerate(steps) if step.kind == BrandValues.kind), None)
    if place is None:
        return False
    return next((step for step in steps[place:] if step.kind == "reading"), None) == outline


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


@allows(Permission.LEARN)
@require_http_methods(["GET", "POST"])
def autosave(request: NetworkRequest, slug: str, module_key: str, step_key: str) -> HttpResponse:
    """For the player's script: keep what is being written; GET gives a fresh token after a sign-in."""
    try:
        learner, outline = learner_and_step(request, module_key, step_key)
    except Http404:
        return _moved(request, "learning:autosave", module_key, step_key)
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
    saved: dict[str, Any] = {
        "revision": kind.revision(outcome.content, request.POST),
        "at": clock(learner.now),
    }
    if isinstance(kind, Practice):
        saved["html"] = practice.preview_html(request, learner, outcome.content["text"])
    return JsonResponse(saved)
