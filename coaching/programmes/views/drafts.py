"""The page of a draft: weeks and modules, the parts outside them, undo, throwing it away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.acting import say_nothing_changed
from coaching.programmes.access import get_draft_for
from coaching.programmes.authoring import documents
from coaching.programmes.authoring.blocks import WEEK_MINUTES, in_language, week_lines
from coaching.programmes.authoring.documents import Edited
from coaching.programmes.authoring.places import place_of_part, place_of_week
from coaching.programmes.authoring.words import MODULE_KINDS, PARTS
from coaching.programmes.models import ProgrammeDraft
from coaching.programmes.services import DraftChanged, discard_draft, save_draft, undo_draft
from coaching.programmes.services.drafts import label_for
from coaching.programmes.views.forms import Answer, answer_form, open_form
from coaching.programmes.views.gone import keeps_words

if TYPE_CHECKING:
    from accounts.models import User


@login_required
@require_http_methods(["GET", "POST"])
@keeps_words
def draft(request: HttpRequest, draft_id: str) -> HttpResponse:
    """Weeks and modules in their order; each button posts here."""
    found = draft_of(request, draft_id)
    if request.method == "POST":
        return _pressed(request, found)
    return render(request, "coaching/programmes/draft_detail.html", _page(request, found))


@login_required
@require_http_methods(["GET", "POST"])
@keeps_words
def week(request: HttpRequest, draft_id: str, week_key: str) -> HttpResponse:
    """The title of a week."""
    found = draft_of(request, draft_id)
    here = reverse("programmes:draft", args=[draft_id])

    def show(draft: ProgrammeDraft, form: Any, status: int) -> HttpResponse:
        context = _page(request, draft) | {"form": form, "open_week": week_key}
        return render(request, "coaching/programmes/draft_detail.html", context, status=status)

    if request.method == "GET":
        place = place_of_week(found.document, week_key)
        if place is None:
            return redirect(here)
        return show(found, open_form(found, place, request.path), 200)
    answer = Answer(
        request,
        found,
        lambda document: place_of_week(document, week_key),
        request.path,
        frame(request, found),
    )
    return answer_form(answer, show, lambda _place: here)


@login_required
@require_http_methods(["GET", "POST"])
@keeps_words
def part(request: HttpRequest, draft_id: str, part_name: str) -> HttpResponse:
    """What stands outside the modules: the programme itself, sessions, themes, sources, decks."""
    found = draft_of(request, draft_id)
    if part_name not in PARTS:
        raise Http404

    def show(draft: ProgrammeDraft, form: Any, status: int) -> HttpResponse:
        context = frame(request, draft) | {"form": form, "part": part_name, "part_title": PARTS[part_name]}
        return render(request, "coaching/programmes/draft_part.html", context, status=status)

    if request.method == "GET":
        place = place_of_part(found.document, part_name)
        assert place is not None
        return show(found, open_form(found, place, request.path), 200)
    answer = Answer(request, found, lambda document: place_of_part(document, part_name), request.path)
    return answer_form(answer, show, lambda place: f"{request.path}#{place}" if place else request.path)


@login_required
@require_http_methods(["GET", "POST"])
@keeps_words
def undo(request: HttpRequest, draft_id: str) -> HttpResponse:
    """Bring back what the last change replaced."""
    found = draft_of(request, draft_id)
    if request.method == "GET":
        say_nothing_changed(request)
        return redirect("programmes:draft", draft_id)
    try:
        after = undo_draft(found, posted_revision(request))
    except DraftChanged:
        messages.warning(request, changed_elsewhere())
    else:
        if after.revision != found.revision:
            messages.success(request, _("Le dernier changement est annulé."))
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return redirect(wanted if is_ours else reverse("programmes:draft", args=[draft_id]))


@login_required
@require_http_methods(["GET", "POST"])
@keeps_words
def discard(request: HttpRequest, draft_id: str) -> HttpResponse:
    """Throw the draft away, after a question: nothing brings it back."""
    found = draft_of(request, draft_id)
    if request.method == "GET":
        return render(request, "coaching/programmes/draft_discard.html", frame(request, found))
    discard_draft(found)
    messages.success(request, _("Le brouillon est effacé. Les versions publiées restent."))
    return redirect("cohorts:library")


def draft_of(request: HttpRequest, draft_id: str) -> ProgrammeDraft:
    """The draft in the address: its author's alone, else 404."""
    memberships = request.memberships  # type: ignore[attr-defined] # NetworkMiddleware
    return get_draft_for(cast("User", request.user), memberships, draft_id)


def frame(request: HttpRequest, draft: ProgrammeDraft) -> dict[str, Any]:
    """What every page of a draft shows around its content."""
    language = get_language() or "fr"
    return {
        "draft": draft,
        "programme_title": in_language(draft.document.get("title"), language) or _("Sans titre"),
        "label": draft.document.get("version", ""),
        "parts": [(name, words) for name, words in PARTS.items()],
        "can_undo": draft.revisions.exists(),
        "draft_url": reverse("programmes:draft", args=[draft.public_id]),
    }


def posted_revision(request: HttpRequest) -> int:
    """The revision a button was drawn on; -1, which is never current, for anything else."""
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else -1


def changed_elsewhere() -> str:
    return _(
        "Le brouillon a changé dans une autre fenêtre entre-temps. Voici où il en est : rien n’est perdu."
    )


def save_edit(request: HttpRequest, draft: ProgrammeDraft, edited: Edited) -> bool:
    """Keep what a button made of the document; False, and a word about it, when the page was an older one."""
    try:
        save_draft(draft, edited.document, posted_revision(request), copies=edited.copies)
    except DraftChanged:
        messages.warning(request, changed_elsewhere())
        return False
    return True


def _page(request: HttpRequest, draft: ProgrammeDraft) -> dict[str, Any]:
    weeks = week_lines(draft.document, draft.stale, get_language() or "fr")
    return frame(request, draft) | {
        "weeks": weeks,
        "minutes": sum(line.minutes for line in weeks if line.holder == "weeks"),
        "limit": WEEK_MINUTES,
        "kinds": [(kind, words) for kind, words in MODULE_KINDS.items() if kind != "booster"],
        "next_label": label_for(draft),
    }


def _pressed(request: HttpRequest, draft: ProgrammeDraft) -> HttpResponse:
    verb, _sep, key = request.POST.get("do", "").partition(":")
    edited = _edited(draft.document, verb, key, request.POST.get("kind", "lesson"))
    if edited is None:
        raise Http404
    here = reverse("programmes:draft", args=[draft.public_id])
    if not save_edit(request, draft, edited):
        return redirect(here)
    if verb in ("module-add", "booster-add") and edited.key:
        return redirect("programmes:module", draft.public_id, edited.key)
    if verb == "week-drop" and edited.document == draft.document:
        messages.info(request, _("Un parcours garde au moins une semaine : rien n’a changé."))
    elif verb in ("week-drop", "module-drop"):
        messages.success(request, _("C’est retiré. « Annuler » le ramène."))
    return redirect(f"{here}#{edited.key}" if edited.key else here)


def _edited(document: dict[str, Any], verb: str, key: str, kind: str) -> Edited | None:
    if verb == "module-add":
        known = kind if kind in MODULE_KINDS and kind != "booster" else "lesson"
        return documents.add_module(document, "weeks", key, known)
    if verb == "booster-add":
        return documents.add_module(document, "boosters", key, "booster")
    moves = {"up": -1, "down": 1}
    what, _sep, act = verb.partition("-")
    if what == "week" and act in moves:
        return documents.move_week(document, key, moves[act])
    if what == "module" and act in moves:
        return documents.move_module(document, key, moves[act])
    acts = {
        "week-add": lambda: documents.add_week(document),
        "week-copy": lambda: documents.copy_week(document, key),
        "week-drop": lambda: documents.drop_week(document, key),
        "module-copy": lambda: documents.copy_module(document, key),
        "module-drop": lambda: documents.drop_module(document, key),
    }
    return acts[verb]() if verb in acts else None
