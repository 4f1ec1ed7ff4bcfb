"""A quiz of one's draft as a text file: Markdown or GIFT, in by pasting or uploading, out by language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from coaching.programmes.access import get_draft_for
from coaching.programmes.forms import QuizForm
from coaching.programmes.models import ProgrammeDraft
from coaching.programmes.problems import Problem
from coaching.programmes.quizzes import ReadQuiz, assemble, gift_of, markdown_of, read_quiz
from coaching.programmes.services import DraftChanged, save_draft
from coaching.programmes.views.gone import keeps_words
from coaching.programmes.views.packages import by_file

if TYPE_CHECKING:
    from accounts.models import User

_ENDINGS = {"gift": "gift.txt", "markdown": "md"}
Step = dict[str, Any]


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
@keeps_words
def quiz(request: HttpRequest, draft_id: str, module_key: str, step_key: str) -> HttpResponse:
    """The questions of one step, replaced by those of a text; one error, and nothing is."""
    draft = _draft(request, draft_id)
    step = _step(draft, module_key, step_key)
    if request.method != "POST":
        form = QuizForm(initial={"revision": draft.revision, "form": "markdown"})
        return _page(request, draft, step, form, [], module_key)
    form = QuizForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, draft, step, form, [], module_key, status=422)
    items, problems = _read(form, step)
    if not items:
        return _page(request, draft, step, form, problems, module_key, status=422)
    try:
        save_draft(draft, _with_items(draft, module_key, step_key, items), form.cleaned_data["revision"])
    except DraftChanged as changed:
        form = _again(form, changed.draft.revision)
        messages.info(
            request,
            _(
                "Le brouillon a changé dans une autre fenêtre. "
                "Rien n’est remplacé : relisez, puis envoyez de nouveau."
            ),
        )
        return _page(request, changed.draft, step, form, [], module_key, status=409)
    messages.success(request, _("Les questions sont dans le brouillon. Ce changement s’annule."))
    if problems:
        form = QuizForm(initial={"revision": draft.revision})
        draft.refresh_from_db()
        return _page(request, draft, _step(draft, module_key, step_key), form, problems, module_key)
    return redirect("programmes:module", draft_id=draft_id, module_key=module_key)


@login_required
@require_GET
def export_quiz(
    request: HttpRequest, draft_id: str, module_key: str, step_key: str, form: str, language: str
) -> HttpResponse:
    """The questions of one step as a text file in one language."""
    draft = _draft(request, draft_id)
    step = _step(draft, module_key, step_key)
    if form not in _ENDINGS or language not in ("fr", "en"):
        raise Http404
    try:
        text = (gift_of if form == "gift" else markdown_of)(step["items"], language)
    except (KeyError, TypeError, AttributeError):  # a draft may be incomplete
        messages.info(request, _("Ce quiz n’est pas encore complet : il ne s’écrit pas en texte."))
        return redirect("programmes:quiz", draft_id=draft_id, module_key=module_key, step_key=step_key)
    return HttpResponse(
        text,
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{step_key}.{language}.{_ENDINGS[form]}"'},
    )


def _draft(request: HttpRequest, draft_id: str) -> ProgrammeDraft:
    memberships = request.memberships  # type: ignore[attr-defined]
    return get_draft_for(cast("User", request.user), memberships, draft_id)


def _step(draft: ProgrammeDraft, module_key: str, step_key: str) -> Step:
    """The step with questions under this address; Http404 when the draft has none."""
    module = draft.document.get("modules", {}).get(module_key) or {}
    for step in module.get("steps", []):
        if step.get("key") == step_key and step.get("kind") in ("quiz", "assessment"):
            found: Step = step
            return found
    raise Http404


def _read(form: QuizForm, step: Step) -> tuple[list[Step], list[Problem]]:
    french = _read_one(form, "french", "fr")
    english = _read_one(form, "english", "en") if form.has("english") else None
    known = [item for item in step.get("items", []) if isinstance(item, dict) and "key" in item]
    return assemble(french, english, known)


def _read_one(form: QuizForm, name: str, language: str) -> ReadQuiz:
    content, file = form.content(name)
    label = file or (_("texte français") if language == "fr" else _("texte anglais"))
    return read_quiz(content, form.cleaned_data["form"], language=language, file=label[-80:])


def _with_items(draft: ProgrammeDraft, module_key: str, step_key: str, items: list[Step]) -> Step:
    module = draft.document["modules"][module_key]
    steps = [{**step, "items": items} if step["key"] == step_key else step for step in module["steps"]]
    modules = {**draft.document["modules"], module_key: {**module, "steps": steps}}
    return {**draft.document, "modules": modules}


def _again(form: QuizForm, revision: int) -> QuizForm:
    """The same words on the draft as it is now."""
    return QuizForm({**form.data.dict(), "revision": str(revision)})  # type: ignore[attr-defined] # a QueryDict


def _page(
    request: HttpRequest,
    draft: ProgrammeDraft,
    step: Step,
    form: QuizForm,
    problems: list[Problem],
    module_key: str,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "draft": draft,
        "step": step,
        "module_key": module_key,
        "form": form,
        "files": by_file(problems),
        "errors": sum(problem.is_error for problem in problems),
        "count": len(step.get("items", [])),
    }
    return render(request, "coaching/programmes/quiz.html", context, status=status)
