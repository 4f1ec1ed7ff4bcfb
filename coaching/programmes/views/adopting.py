"""« Reprendre la 1.1 »: what an origin published since comes in, own changes stay, conflicts are chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coaching.programmes.access import get_programme_for, get_version_for
from coaching.programmes.authoring.blocks import in_language
from coaching.programmes.difference import compare
from coaching.programmes.links import draft_url
from coaching.programmes.merging import Choice, Conflict, in_words
from coaching.programmes.problems import KeyPath
from coaching.programmes.services import NothingToTakeUp, merged_with, take_up
from coaching.programmes.telling import changes_in_words, place_in_words

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class ConflictRow:
    """A conflict as the page shows it: two texts side by side, and the name of the choice."""

    name: str
    place: str
    ours: str
    theirs: str

    @classmethod
    def of(cls, conflict: Conflict) -> ConflictRow:
        language = str(conflict.path[-1]) if conflict.path[-1] in ("fr", "en") else get_language() or "fr"
        sides = (in_words(side, language, _removed) for side in (conflict.ours, conflict.theirs))
        return cls(conflict.name, _place(conflict.path), *sides)


def _place(path: KeyPath) -> str:
    """« La-lecon, quiz, titre (français) »: without the names that only the format needs."""
    words = place_in_words(tuple(part for part in path if part not in ("modules", "steps", "fr", "en")))
    language = {"fr": _("français"), "en": _("anglais")}.get(str(path[-1]))
    return f"{words} ({language})" if language else words


def _removed() -> str:
    return _("(retiré)")


@login_required
@require_http_methods(["GET", "POST"])
def adopt(request: HttpRequest, key: str, version_id: str) -> HttpResponse:
    """GET: what comes in, and each conflict. POST: the draft with what was chosen; nothing is published."""
    user, memberships = cast("User", request.user), request.memberships  # type: ignore[attr-defined]
    programme = get_programme_for(user, memberships, key)
    version = get_version_for(user, memberships, version_id)
    if programme.owner_id != user.pk or programme.origin_version is None:
        raise Http404
    try:
        if request.method == "POST":
            draft = take_up(user, programme, version, _choices(request))
            messages.success(
                request,
                _("Votre brouillon a repris la version %(label)s. Relisez-le ; ce changement s’annule.")
                % {"label": version.label},
            )
            return redirect(draft_url(draft))
        merged = merged_with(programme, version)
    except NothingToTakeUp:
        messages.info(request, _("Il n’y a rien de nouveau à reprendre de cette version."))
        return redirect("cohorts:library_programme", key=key)
    origin = programme.origin_version
    context = {
        "programme": programme,
        "version": version,
        "origin": origin,
        "title": in_language(merged.document.get("title"), get_language() or "fr"),
        "conflicts": [ConflictRow.of(conflict) for conflict in merged.conflicts],
        "summary": changes_in_words(compare(origin.document, version.document).counts),
    }
    return render(request, "coaching/programmes/adopt.html", context)


def _choices(request: HttpRequest) -> dict[str, Choice]:
    """Conflicts by name; whatever is not « theirs » stays ours."""
    chosen: dict[str, Choice] = {}
    for name, value in request.POST.items():
        if name.startswith("choice:") and value == "theirs":
            chosen[name.removeprefix("choice:")] = "theirs"
    return chosen
