"""The rehearsal room: one's own drafts, one of them under way, and asking somebody to read it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.device import owner_mark
from accounts.templatetags.cairn import clock
from agencies.access import NetworkRequest, allows
from agencies.roles import AUDIENCES_OF, Audience, Permission, Shareable
from coaching.learning import charter_words, continuation
from coaching.learning.access import (
    Learner,
    get_charter,
    get_learner_for,
    get_own_values,
    get_room_draft,
    get_room_drafts,
)
from coaching.learning.between import get_pair_of
from coaching.learning.forms import ME, ShareForm
from coaching.learning.models import RoomDraft, SharedItem
from coaching.learning.room.platforms import PLATFORMS, Platform, platform
from coaching.learning.room.preview import folded
from coaching.learning.room.rereading import count_words, reread
from coaching.learning.room_words import mark_lines
from coaching.learning.services import (
    ROOM,
    LearningProblem,
    Newer,
    RoomFull,
    begin_draft,
    share_copy,
    throw_away,
    withdraw_copy,
    write_draft,
)
from coaching.learning.steps.base import TEXT_MAX, typed_number, typed_text
from coaching.learning.steps.reflection import words_label
from coaching.learning.views.sharing import coaches_and_colleagues
from coaching.learning.views.steps import served_on_device

TOO_LONG = 422


def _learner(request: NetworkRequest) -> Learner:
    learner = get_learner_for(request.membership)
    if learner is None:
        raise Http404
    return learner


def _room_url(name: str, learner: Learner, *args: str) -> str:
    return reverse(f"learning:{name}", args=[learner.enrolment.network.slug, *args])


def _closed(request: NetworkRequest, learner: Learner) -> HttpResponse:
    messages.warning(request, _("Ce parcours est terminé : vos textes restent lisibles, sans plus changer."))
    return redirect(_room_url("room", learner))


@allows(Permission.LEARN)
@require_http_methods(["GET", "POST"])
def room(request: NetworkRequest, slug: str) -> HttpResponse:
    """One's own drafts, and a new one for the platform one chooses."""
    learner = get_learner_for(request.membership)
    if learner is None:
        return render(request, "coaching/learning/no_programme.html")
    if request.method == "POST":
        try:
            draft = begin_draft(learner.enrolment, platform(request.POST.get("platform")))
        except LearningProblem:
            return _closed(request, learner)
        except RoomFull:
            messages.warning(request, _("La salle est pleine : jetez d’abord un ancien brouillon."))
            return redirect(_room_url("room", learner))
        return redirect(_room_url("room_draft", learner, draft.public_id))
    drafts = get_room_drafts(learner.enrolment)
    given = _shared_of(learner, [draft.public_id for draft in drafts])
    lines = [
        {"draft": draft, "place": platform(draft.platform), "is_shared": draft.public_id in given}
        for draft in drafts
    ]
    context = {"network": learner.enrolment.network, "drafts": lines, "platforms": PLATFORMS.values()}
    return render(request, "coaching/learning/room/room.html", context)


def _shared_of(learner: Learner, draft_ids: list[str]) -> set[str]:
    """Which of these drafts somebody may read a copy of; one query."""
    copies = SharedItem.objects.of(learner.enrolment).standing()
    return set(copies.filter(address=ROOM, prompt__in=draft_ids).values_list("prompt", flat=True))


@allows(Permission.LEARN)
@require_http_methods(["GET", "POST"])
def room_draft(request: NetworkRequest, slug: str, draft_id: str) -> HttpResponse:
    """One draft: written, seen as the platform will show it, reread gently, copied by its author."""
    learner = _learner(request)
    draft = get_room_draft(learner.enrolment, draft_id)
    if request.method == "POST":
        return _posted(request, learner, draft)
    if fields := continuation.waiting(request):
        return continuation.offer(request, fields)
    return _draft_page(request, learner, draft)


def _posted(request: NetworkRequest, learner: Learner, draft: RoomDraft) -> HttpResponse:
    continuation.forget(request)
    here = _room_url("room_draft", learner, draft.public_id)
    action = request.POST.get("action")
    if "forget_kept" in request.POST:
        return _served(redirect(here), learner, draft)
    if action == "delete":
        throw_away(draft)
        messages.success(
            request, _("Le brouillon est effacé, et les copies que vous en aviez données aussi.")
        )
        return _served(redirect(_room_url("room", learner)), learner, draft)
    place, text = platform(request.POST.get("platform")), typed_text(request.POST.get("text"))
    try:
        written = write_draft(draft, text, place, _revision(request, draft))
    except RoomDraft.DoesNotExist:
        raise Http404 from None  # thrown away meanwhile, on another screen
    except ValueError:
        errors = {
            "text": _("Ce texte dépasse %(max)d caractères : gardez-en une partie.") % {"max": TEXT_MAX}
        }
        return _draft_page(request, learner, draft, text=text, errors=errors, status=TOO_LONG)
    if isinstance(written, Newer):
        conflict = {"stored": written.stored}
        draft.revision = written.revision
        return _draft_page(request, learner, draft, text=text, conflict=conflict, status=409)
    further = _room_url("room_share", learner, draft.public_id) if action == "share" else here
    return _served(redirect(further), learner, draft)


def _served(answer: HttpResponse, learner: Learner, draft: RoomDraft) -> HttpResponse:
    """The copy of this draft that waits on the device has served."""
    served_on_device(answer, _room_url("room_autosave", learner, draft.public_id))
    return answer


def _revision(request: NetworkRequest, draft: RoomDraft) -> int:
    return typed_number(request.POST.get("revision"), draft.revision)


def _draft_page(
    request: NetworkRequest,
    learner: Learner,
    draft: RoomDraft,
    *,
    text: str | None = None,
    errors: dict[str, str] | None = None,
    conflict: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    shown = draft.text if text is None else text
    place = platform(draft.platform)
    values, charter = get_own_values(learner), get_charter(learner.enrolment)
    author = learner.enrolment.membership.user_id
    context = _side(request, learner, shown, place, [card.label for card in values]) | {
        "network": learner.enrolment.network,
        "draft": draft,
        "text": shown,
        "revision": draft.revision,
        "is_erased": draft.revision > 1 and not shown.strip(),
        "words": words_label(shown),
        "platforms": PLATFORMS.values(),
        "values": values,
        "charter": charter_words.page(charter.lines) if charter else None,
        "copies": _copies(learner, draft),
        "errors": errors or {},
        "conflict": conflict,
        "seal": continuation.seal(author),
        "owner": owner_mark(author),
        "autosave_url": _room_url("room_autosave", learner, draft.public_id),
        "step_url": _room_url("room_draft", learner, draft.public_id),
    }
    return render(request, "coaching/learning/room/draft.html", context, status=status)


def _copies(learner: Learner, draft: RoomDraft) -> list[SharedItem]:
    """The copies of this draft that somebody may read; one query."""
    copies = SharedItem.objects.of(learner.enrolment).standing()
    return list(copies.filter(address=ROOM, prompt=draft.public_id).order_by("shared_at"))


def _side(
    request: NetworkRequest, learner: Learner, text: str, place: Platform, values: list[str]
) -> dict[str, Any]:
    """What is worked out of the text: its drawing and its marks."""
    before, after = folded(text, place.fold)
    marks = reread(text, place, sector=learner.sector, values=values)
    membership = learner.enrolment.membership
    return {
        "before": before,
        "after": after,
        "venue": place,
        "signs": len(text),
        "word_count": count_words(text),
        "marks": mark_lines(marks, place),
        "author": request.user,
        "author_place": membership.agency.name if membership.agency_id and membership.agency else "",
    }


@allows(Permission.LEARN)
@require_http_methods(["GET", "POST"])
def room_autosave(request: NetworkRequest, slug: str, draft_id: str) -> HttpResponse:
    """For the script: keep what is being written, give back its drawing and its marks; GET gives a token."""
    learner = _learner(request)
    draft = get_room_draft(learner.enrolment, draft_id)
    if request.method == "GET":
        return JsonResponse({"token": get_token(request), "revision": draft.revision})
    place, text = platform(request.POST.get("platform")), typed_text(request.POST.get("text"))
    try:
        written = write_draft(draft, text, place, _revision(request, draft))
    except RoomDraft.DoesNotExist:
        raise Http404 from None  # thrown away meanwhile, on another screen
    except ValueError:
        return JsonResponse({"problem": "refused"}, status=TOO_LONG)
    if isinstance(written, Newer):
        return JsonResponse(
            {"problem": "newer", "revision": written.revision, "text": written.stored}, status=409
        )
    continuation.forget(request)
    context = _side(request, learner, text, place, [card.label for card in get_own_values(learner)])
    html = render_to_string("coaching/learning/room/_side.html", context, request)
    return JsonResponse({"revision": written.revision, "at": clock(learner.now), "html": html})


@allows(Permission.LEARN)
@require_http_methods(["GET", "POST"])
def room_share(request: NetworkRequest, slug: str, draft_id: str) -> HttpResponse:
    """Ask for a reading: an edited copy for the coach or for one's pair, taken back at any time."""
    learner = _learner(request)
    draft = get_room_draft(learner.enrolment, draft_id)
    here = _room_url("room_draft", learner, draft.public_id)
    readers = readers_of(learner)
    if request.method == "POST" and "withdraw" in request.POST:
        withdraw_copy(learner.enrolment, ROOM, draft.public_id)
        messages.success(request, _("La copie est retirée : plus personne ne la lit."))
        return redirect(here)
    offered = [Audience(reader["key"]) for reader in readers]
    form = ShareForm(request.POST or None, initial={"copy": draft.text}, audiences=offered)
    if request.method == "POST" and form.is_valid():
        copy, audience = form.cleaned_data["copy"], form.cleaned_data["audience"]
        if audience == ME:
            return redirect(here)
        try:
            share_copy(learner.enrolment, Shareable.DRAFT, ROOM, draft.public_id, copy, Audience(audience))
        except LearningProblem:
            return _closed(request, learner)
        messages.success(request, _("La copie est partagée. Votre brouillon reste à vous."))
        return redirect(here)
    context = {
        "form": form,
        "draft": draft,
        "readers": readers,
        "chosen": request.POST.get("audience") or Audience.COACH.value,
        "copies": _copies(learner, draft),
        "back_url": here,
        "seal": continuation.seal(learner.enrolment.membership.user_id),
    }
    return render(request, "coaching/learning/room/share.html", context, status=422 if form.is_bound else 200)


def readers_of(learner: Learner) -> list[dict[str, str]]:
    """Who may be asked to read a draft, with their names; somebody one does not have is not offered."""
    pair = get_pair_of(learner.enrolment)
    names = {Audience.COACH: coaches_and_colleagues(learner)[0], Audience.PAIR: pair.name if pair else ""}
    return [
        {"key": audience.value, "names": names[audience]}
        for audience in AUDIENCES_OF[Shareable.DRAFT]
        if names.get(audience)
    ]
