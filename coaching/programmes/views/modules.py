"""The editor of one module (screen 25): its blocks, one open at a time, and what hinders publishing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coaching.programmes.authoring import documents
from coaching.programmes.authoring.blocks import (
    English,
    blocks_of,
    english_of,
    module_line,
    names_of,
    week_lines,
)
from coaching.programmes.authoring.documents import Edited
from coaching.programmes.authoring.faults import OF_MODULE, RECALL, Fault, faults_of
from coaching.programmes.authoring.places import Place, place_of_block
from coaching.programmes.authoring.words import COMMON_KINDS, KINDS
from coaching.programmes.models import ProgrammeDraft
from coaching.programmes.services.drafts import label_for
from coaching.programmes.views.drafts import draft_of, frame, save_edit
from coaching.programmes.views.forms import Answer, OpenForm, answer_form, open_form
from coaching.programmes.views.gone import keeps_words


@login_required
@require_http_methods(["GET", "POST"])
@keeps_words
def module(request: HttpRequest, draft_id: str, module_key: str) -> HttpResponse:
    """The blocks of a module; `?block=` opens one, `?only=review` shows those whose English is to review."""
    draft = draft_of(request, draft_id)
    if module_key not in draft.document["modules"]:
        raise Http404
    if request.method == "POST":
        return _pressed(request, draft, module_key)
    wanted = request.GET.get("block", "")
    place = place_of_block(draft.document, module_key, wanted) if wanted else None
    form = open_form(draft, place, _block_url(draft, module_key, wanted)) if place else None
    return _shown(request, draft, module_key, wanted if place else "", form, 200)


@login_required
@require_http_methods(["GET", "POST"])
@keeps_words
def block(request: HttpRequest, draft_id: str, module_key: str, block_key: str) -> HttpResponse:
    """The form of one block: a step, `~module` for what the module says of itself, `~recall`."""
    draft = draft_of(request, draft_id)
    here = reverse("programmes:module", args=[draft_id, module_key])
    if request.method == "GET":
        return redirect(f"{here}?block={block_key}#block-{block_key}")

    def show(current: ProgrammeDraft, form: OpenForm, status: int) -> HttpResponse:
        return _shown(request, current, module_key, block_key, form, status)

    def onward(place: str) -> str:
        if request.POST.get("do") == "close":
            return f"{here}#block-{block_key}"
        return f"{here}?block={block_key}#{place or f'block-{block_key}'}"

    def find(document: dict[str, Any]) -> Place | None:
        return place_of_block(document, module_key, block_key)

    answer = Answer(request, draft, find, request.path, frame(request, draft))
    return answer_form(answer, show, onward)


def _shown(
    request: HttpRequest,
    draft: ProgrammeDraft,
    module_key: str,
    opened: str,
    form: OpenForm | None,
    status: int,
) -> HttpResponse:
    context = _page(request, draft, module_key) | {"opened": opened, "form": form}
    return render(request, "coaching/programmes/draft_module.html", context, status=status)


def _page(request: HttpRequest, draft: ProgrammeDraft, module_key: str) -> dict[str, Any]:
    language, document = get_language() or "fr", draft.document
    content = document["modules"][module_key]
    blocks = blocks_of(content, draft.stale)
    weeks = week_lines(document, draft.stale, language)
    at = next((n for n, week in enumerate(weeks) if module_key in {each.key for each in week.modules}), 0)
    near = weeks[max(min(at, len(weeks) - 2), 0) :][:2]
    above = f"modules/{module_key}"
    own = english_of({k: v for k, v in content.items() if k not in ("steps", "recall")}, above, draft.stale)
    recall = english_of({"recall": content.get("recall", [])}, above, draft.stale)
    faults = faults_of(document, module_key)
    only_review = request.GET.get("only") == "review"
    return frame(request, draft) | {
        "line": module_line(document, module_key, draft.stale, language),
        "objective": content.get("objective", {}),
        "week": weeks[at] if weeks else None,
        "near": near,
        "near_title": names_of(near),
        "week_title": weeks[at].name if weeks else "",
        "blocks": [each for each in blocks if each.english.to_review] if only_review else blocks,
        "only_review": only_review,
        "to_review": sum(bool(each.to_review) for each in (own, recall, *(each.english for each in blocks))),
        "stale_blocks": _count("stale", own, recall, blocks),
        "missing_blocks": _count("missing", own, recall, blocks),
        "own_english": own,
        "recall_english": recall,
        "recall_count": len(content.get("recall", [])),
        "faults": [(fault, fault_url(draft, fault)) for fault in faults if fault.is_error],
        "advice": [(fault, fault_url(draft, fault)) for fault in faults if not fault.is_error],
        "common_kinds": [(kind, KINDS[kind]) for kind in COMMON_KINDS],
        "other_kinds": [(kind, words) for kind, words in KINDS.items() if kind not in COMMON_KINDS],
        "next_label": label_for(draft),
        "module_block": OF_MODULE,
        "recall_block": RECALL,
    }


def _count(status: str, own: English, recall: English, blocks: list[Any]) -> int:
    states = [own.status, recall.status, *(each.english.status for each in blocks)]
    return states.count(status)


def fault_url(draft: ProgrammeDraft, fault: Fault) -> str:
    """Where in the editor a fault is mended."""
    if fault.module:
        here = reverse("programmes:module", args=[draft.public_id, fault.module])
        return f"{here}?block={fault.block}#{fault.anchor or f'block-{fault.block}'}"
    if not fault.part or (fault.part == "settings" and not fault.anchor):
        return reverse("programmes:draft", args=[draft.public_id])
    return f"{reverse('programmes:part', args=[draft.public_id, fault.part])}#{fault.anchor}"


def _block_url(draft: ProgrammeDraft, module_key: str, block_key: str) -> str:
    return reverse("programmes:block", args=[draft.public_id, module_key, block_key])


def _pressed(request: HttpRequest, draft: ProgrammeDraft, module_key: str) -> HttpResponse:
    verb, _sep, key = request.POST.get("do", "").partition(":")
    content = draft.document["modules"][module_key]
    acts = {
        "add": lambda: documents.add_step(content, key),
        "up": lambda: documents.move_step(content, key, -1),
        "down": lambda: documents.move_step(content, key, 1),
        "copy": lambda: documents.copy_step(content, key),
        "drop": lambda: documents.drop_step(content, key),
    }
    if verb not in acts:
        raise Http404
    edited = acts[verb]()
    whole = {**draft.document, "modules": {**draft.document["modules"], module_key: edited.document}}
    here = reverse("programmes:module", args=[draft.public_id, module_key])
    if not save_edit(request, draft, Edited(whole, edited.key, edited.copies)):
        return redirect(here)
    if verb == "drop":
        messages.success(request, _("Le bloc est retiré. « Annuler » le ramène."))
    opened = f"?block={edited.key}" if verb in ("add", "copy") and edited.key else ""
    return redirect(f"{here}{opened}#block-{edited.key}" if edited.key else here)
