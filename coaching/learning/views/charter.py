"""The presence charter: one page to read, print and take along, and the form that changes its lines."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from agencies.access import NetworkRequest, allows
from agencies.roles import Permission, Shareable
from coaching.learning import continuation
from coaching.learning.access import Learner, get_answers, get_charter, get_learner_for, get_task_for
from coaching.learning.charter import Known, density, is_blank, prefill
from coaching.learning.charter_words import page
from coaching.learning.forms import CharterForm
from coaching.learning.models import PresenceCharter
from coaching.learning.services import CHARTER, LearningProblem, NewerCharter, save_charter
from coaching.learning.steps.brand_values import BrandValues, lines_of
from coaching.learning.views.sharing import closed, standing_copies
from coaching.learning.views.values import own_name, sorted_cards


@allows(Permission.LEARN)
@require_GET
def charter(request: NetworkRequest, slug: str) -> HttpResponse:
    """The page as it stands; before it was written, what earlier answers would put on it."""
    learner = get_learner_for(request.membership)
    if learner is None:
        return render(request, "coaching/learning/no_programme.html")
    stored = get_charter(learner.enrolment)
    standing = standing_copies(learner, CHARTER).get(CHARTER, []) if stored else []
    context = _context(request, learner, stored) | {"standing": standing}
    return render(request, "coaching/learning/charter.html", context)


@allows(Permission.LEARN)
@require_http_methods(["GET", "POST"])
def edit(request: NetworkRequest, slug: str) -> HttpResponse:
    """Every line, to be changed; the answers that started them stay as they are."""
    learner = get_learner_for(request.membership)
    if learner is None:
        return redirect("learning:charter", slug=slug)
    if request.method == "GET" and (fields := continuation.waiting(request)):
        return continuation.offer(request, fields)
    stored, newer = get_charter(learner.enrolment), None
    if request.method == "POST":
        continuation.forget(request)
        if "forget_kept" in request.POST:
            return redirect("learning:edit_charter", slug=slug)
    form = CharterForm(request.POST or None, initial=_lines(learner, stored))
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            save_charter(learner.enrolment, form.lines(), form.cleaned_data["revision"])
        except LearningProblem:
            return closed(request, learner)
        except NewerCharter as problem:
            stored, newer, status = problem.stored, problem.stored, 409
        else:
            messages.success(request, _("Votre charte est enregistrée."))
            return redirect("learning:charter", slug=slug)
    elif request.method == "POST":
        status = 422
    context = {
        "network": learner.enrolment.network,
        "form": form,
        "revision": stored.revision if stored else 0,
        "newer": page(newer.lines) if newer else None,
        "seal": continuation.seal(learner.enrolment.membership.user_id),
    }
    return render(request, "coaching/learning/charter_edit.html", context, status=status)


@allows(Permission.LEARN)
@require_GET
def download(request: NetworkRequest, slug: str) -> HttpResponse:
    """The page as one file that needs nothing else: it opens in any browser and prints on A4."""
    learner = get_learner_for(request.membership)
    if learner is None:
        return redirect("learning:charter", slug=slug)
    context = _context(request, learner, get_charter(learner.enrolment))
    html = render_to_string("coaching/learning/charter_file.html", context | {"style": _style()}, request)
    response = HttpResponse(html, content_type="text/html; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{_("charte-de-presence")}.html"'
    return response


@lru_cache(maxsize=1)
def _style() -> SafeString:
    """The style of the file, which travels inside it."""
    found = finders.find("css/charter-file.css")
    if not isinstance(found, str):
        raise FileNotFoundError("css/charter-file.css")
    # Our own file, for a page opened from disk: no policy applies there, no other file is at hand.
    return SafeString(f"<style>{Path(found).read_text(encoding='utf-8')}</style>")


def _context(request: NetworkRequest, learner: Learner, stored: PresenceCharter | None) -> dict[str, Any]:
    lines = _lines(learner, stored)
    agency = request.membership.agency
    return {
        "network": learner.enrolment.network,
        "stored": stored,
        "is_blank": is_blank(lines),
        "page": page(lines),
        "density": density(lines),
        "dated_at": stored.dated_at if stored else timezone.now(),
        "owner_name": own_name(request),
        "agency_name": agency.name if agency else "",
        "kind": Shareable.CHARTER,
    }


def _lines(learner: Learner, stored: PresenceCharter | None) -> dict[str, str]:
    """The charter as written, else as earlier answers start it; two or three more queries then."""
    if stored is not None:
        return stored.lines
    answers = get_answers(learner.enrolment)
    found = sorted_cards(learner, answers)
    values = [card.label for card in found.ranked] if found else []
    return prefill(Known(learner.outline, answers, values, _acts(learner, answers), learner.language))


def _acts(learner: Learner, answers: dict[str, Any]) -> list[tuple[str, str]]:
    """The acts written beside the brand's values; one query when the step was begun."""
    step = next((step for step in learner.outline.steps if step.kind == BrandValues.kind), None)
    if step is None or step.address not in answers:
        return []
    found = get_task_for(learner, step)
    lines = lines_of(found[1], answers[step.address]) if found else []
    return [(line["label"], line["act"]) for line in lines if line["act"]]
