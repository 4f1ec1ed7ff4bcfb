"""A step of a draft as a learner would meet it: the same templates, nothing stored.

What the author tries out stays in their session, for one step at a time, so that a quiz can be walked to its
end; no answer, no fact, no network comes into it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from accounts.templatetags.cairn import clock
from coaching.learning.reviewing import ANSWERED_WITHIN
from coaching.learning.room.platforms import LINKEDIN
from coaching.learning.room.preview import folded
from coaching.learning.steps import Accepted, BrandWord, Conflict, Content, PickedCard, Refused, Task, kind_of
from coaching.learning.steps.base import Form, StepKind
from coaching.programmes.access import get_draft_for
from coaching.programmes.authoring.faults import faults_of
from coaching.programmes.authoring.preview import outlined_module
from coaching.programmes.authoring.words import VALUES
from coaching.programmes.models import ProgrammeDraft
from coaching.programmes.outline import ProgrammeOutline, StepOutline
from coaching.programmes.render import Rendered, body_html
from coaching.programmes.schema import GENERAL, SECTORS

_SLOT = "preview"  # of the session: the step that is tried out, and what was answered
_FIRST_CARDS = 10
View = Callable[..., HttpResponse]
# The policy lets no page stand in a frame; here one page of ours stands in another of ours.
_may_be_framed = cast(Callable[[View], View], csp_replace({"frame-ancestors": [SELF]}))


@login_required
@require_GET
def draft_preview(request: HttpRequest, draft_id: str, module_key: str, step_key: str = "") -> HttpResponse:
    """The phone, with the language and the sector to choose, and the steps of the module."""
    draft = _draft(request, draft_id)
    module = draft.document["modules"].get(module_key)
    if module is None:
        raise Http404
    steps = [(step["key"], step.get("title", {}).get("fr", "") or step["key"]) for step in module["steps"]]
    shown = step_key or (steps[0][0] if steps else "")
    if shown not in dict(steps):
        raise Http404
    query = {"language": _language(request), "sector": _sector(request)}
    address = reverse("learning:draft_preview_frame", args=[draft_id, module_key, shown])
    context = {
        "draft": draft,
        "module_key": module_key,
        "title": module.get("title", {}).get("fr", ""),
        "steps": steps,
        "shown": shown,
        "language": query["language"],
        "sector": query["sector"],
        "sectors": [(sector, VALUES[sector]) for sector in SECTORS],
        "query": urlencode(query),
        "frame_url": f"{address}?{urlencode(query | {'restart': '1'})}",
    }
    return render(request, "coaching/learning/draft_preview.html", context)


@login_required
@_may_be_framed
@xframe_options_sameorigin
@require_http_methods(["GET", "POST"])
def draft_preview_frame(request: HttpRequest, draft_id: str, module_key: str, step_key: str) -> HttpResponse:
    """The page of the step itself, in the language and for the sector asked for."""
    draft = _draft(request, draft_id)
    language, sector = _language(request), _sector(request)
    found = outlined_module(draft.document, module_key)
    if module_key not in draft.document["modules"]:
        raise Http404
    with translation.override(language):
        if found is None:
            faults = [each for each in faults_of(draft.document, module_key) if each.is_error]
            context = {"faults": faults, "draft": draft, "module_key": module_key}
            return render(request, "coaching/learning/draft_preview_incomplete.html", context)
        outline, rendered = found
        step = outline.step(f"{module_key}/{step_key}")
        kind = kind_of(step.kind) if step else None
        if step is None or kind is None:
            raise Http404
        preview = _Preview(request, draft, outline, rendered, step, kind, language, sector)
        return preview.answered() if request.method == "POST" else preview.shown()


class _Preview:
    """One step tried out: a learner's page without a learner."""

    def __init__(
        self,
        request: HttpRequest,
        draft: ProgrammeDraft,
        outline: ProgrammeOutline,
        rendered: Rendered,
        step: StepOutline,
        kind: StepKind,
        language: str,
        sector: str,
    ) -> None:
        self.request, self.draft, self.outline, self.rendered = request, draft, outline, rendered
        self.step, self.kind, self.language, self.sector = step, kind, language, sector
        self.task = _task(outline, step, language, sector)

    def shown(self) -> HttpResponse:
        if "restart" in self.request.GET:
            self._keep({})
        return self._render(self._kept(), self.request.GET)

    def saved(self) -> HttpResponse:
        """What the script saves while one types."""
        outcome = self.kind.draft(self.task, self.request.POST, self._kept())
        if not isinstance(outcome, Accepted):
            return JsonResponse({}, status=422)
        self._keep(outcome.content)
        revision = self.kind.revision(outcome.content, self.request.POST)
        return JsonResponse({"revision": revision, "at": clock(timezone.now())})

    def answered(self) -> HttpResponse:
        if "autosave" in self.request.GET:
            return self.saved()
        outcome = self.kind.validate(self.task, self.request.POST, self._kept())
        if isinstance(outcome, Accepted):
            self._keep(outcome.content)
            if outcome.stay is None:
                return redirect(self._onward())
            return redirect(self._url(self.step.key, **outcome.stay))
        if isinstance(outcome, Refused):
            return self._render(outcome.content, self.request.POST, 422, errors=outcome.errors)
        assert isinstance(outcome, Conflict)
        return self._render(outcome.content, self.request.POST, 409, conflict=outcome)

    def _render(self, content: Content, query: Form, status: int = 200, **more: Any) -> HttpResponse:
        context = self._frame() | self.kind.context(self.task, content, query) | {"fields": self.task.fields}
        context |= self._beside(context, content) | more
        return render(self.request, self.kind.template, context, status=status)

    def _frame(self) -> dict[str, Any]:
        """The bar on top and the ways on, as views.steps gives them to a learner."""
        module = self.outline.module(self.step.module_key)
        assert module is not None
        steps = module.steps_for_sector(self.sector)
        required = [each for each in steps if each.is_required]
        at = required.index(self.step) if self.step in required else 0
        return {
            "step": self.step,
            "title": self.step.title.in_language(self.language),
            "module_title": module.title.in_language(self.language),
            "place": at + 1,
            "done_count": at,
            "total": len(required),
            "minutes_left": sum(each.minutes for each in required[at:]),
            "home_url": self._url(self.step.key),
            "module_url": self._url(self.step.key),
            "previous_url": self._url(steps[steps.index(self.step) - 1].key)
            if self.step in steps and steps.index(self.step)
            else "",
            "onward_url": self._onward(),
            "autosave_url": self._url(self.step.key, autosave="1"),
            "is_preview": True,
            "is_untranslated": self.language == "en" and bool(self.step.data.get("untranslated")),
        }

    def _beside(self, context: dict[str, Any], content: Content) -> dict[str, Any]:
        """What a page shows of the person and their network, where there is neither."""
        beside: dict[str, Any] = {}
        if self.step.kind in ("reading", "practice"):
            beside["body"] = body_html(self.rendered, self.step.address, self.language, self.sector)
            beside["sources"] = self.outline.sources_of(self.step)
        if self.step.kind == "practice":
            before, after = folded(str(context.get("text", "")), LINKEDIN.fold)
            beside |= {"before": before, "after": after, "venue": LINKEDIN, "author": self.request.user}
            beside |= {"target_days": ANSWERED_WITHIN, "sector_label": VALUES[self.sector]}
        return beside

    def _onward(self) -> str:
        module = self.outline.module(self.step.module_key)
        steps = module.steps_for_sector(self.sector) if module else ()
        at = steps.index(self.step) if self.step in steps else -1
        following = steps[at + 1] if at + 1 < len(steps) else self.step
        return self._url(following.key, restart="1")

    def _url(self, step_key: str, **query: str) -> str:
        names = [self.draft.public_id, self.step.module_key, step_key]
        chosen = {"language": self.language, "sector": self.sector} | query
        return f"{reverse('learning:draft_preview_frame', args=names)}?{urlencode(chosen)}"

    @property
    def _mark(self) -> str:
        return f"{self.draft.public_id}/{self.step.address}"

    def _kept(self) -> Content:
        kept = self.request.session.get(_SLOT) or {}
        return dict(kept["content"]) if kept.get("step") == self._mark else {}

    def _keep(self, content: Content) -> None:
        self.request.session[_SLOT] = {"step": self._mark, "content": content}


def _task(outline: ProgrammeOutline, step: StepOutline, language: str, sector: str) -> Task:
    """The step as somebody would meet it who sorted the first cards of the deck on top."""
    deck = outline.decks.get(str(step.data.get("deck"))) or next(iter(outline.decks.values()), None)
    cards = deck.cards[:_FIRST_CARDS] if deck else ()
    picked = tuple(PickedCard(card.key, card.label.in_language(language)) for card in cards)
    needs_cards = "for_each" in step.data or step.kind in ("practice", "editorial_table")
    count = int(str(step.data.get("for_each", "")).rpartition("top-")[2] or 0) or 5
    return Task(
        step=step,
        fields=step.content(language, sector),
        language=language,
        seed=1,
        deck=deck,
        cards=picked[: count if "for_each" in step.data else _FIRST_CARDS] if needs_cards else None,
        labels={code: text.in_language(language) for code, text in outline.themes.items()},
        brand=tuple(BrandWord(card.key, card.label) for card in picked[:3]),
    )


def _draft(request: HttpRequest, draft_id: str) -> ProgrammeDraft:
    memberships = request.memberships  # type: ignore[attr-defined] # NetworkMiddleware
    return get_draft_for(cast(User, request.user), memberships, draft_id)


def _language(request: HttpRequest) -> str:
    wanted = request.GET.get("language", translation.get_language() or "fr")
    return "en" if wanted.startswith("en") else "fr"


def _sector(request: HttpRequest) -> str:
    wanted = request.GET.get("sector", "")
    return wanted if wanted in SECTORS else GENERAL
