"""Edited copies for others: of a text of a step or of the charter, for one audience; and all that stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from agencies.access import NetworkRequest, allows
from agencies.models import Membership
from agencies.roles import AUDIENCES_OF, Audience, Permission, Shareable
from coaching.cohorts.models import CohortCoach, Enrolment
from coaching.learning import continuation
from coaching.learning.access import (
    VISIBLE,
    Learner,
    get_charter,
    get_content,
    get_handed_in,
    get_learner_for,
    get_left_steps,
    get_own_copies,
    get_step_for,
    get_task_for,
    opened_by,
)
from coaching.learning.between import get_pair_of
from coaching.learning.charter_words import as_text
from coaching.learning.copies import GIVEN, READERS, SHARED, Words, kind_words, title_of
from coaching.learning.forms import ME, ShareForm
from coaching.learning.models import PracticeSubmission, SharedItem
from coaching.learning.services import CHARTER, LearningProblem, share_copy, withdraw_copy
from coaching.learning.steps.base import Original
from coaching.programmes.outline import StepOutline


@dataclass(frozen=True)
class Tile:
    """One audience to choose: its name, and what giving to it means."""

    value: str
    name: Words
    note: Words


@allows(Permission.LEARN)
@require_http_methods(["GET", "POST"])
def share(request: NetworkRequest, slug: str, module_key: str, step_key: str, prompt: str) -> HttpResponse:
    """Offer an edited copy of one text of a step, or take it back; the original never leaves."""
    learner, outline = learner_and_step(request, module_key, step_key)
    found = get_task_for(learner, outline)
    if found is None or not learner.journey.is_open(outline):
        raise Http404
    kind, task = found
    original = kind.original(task, get_content(learner.enrolment, outline.address), prompt)
    if original is None:
        raise Http404
    back = reverse("learning:step", args=[slug, module_key, step_key])
    title = outline.title.in_language(learner.language)
    page = _SharePage(
        learner, original, outline.address, prompt, back, share_url(learner, outline, prompt), title
    )
    return page.answer(request)


@allows(Permission.LEARN)
@require_http_methods(["GET", "POST"])
def share_charter(request: NetworkRequest, slug: str) -> HttpResponse:
    """Give a copy of one's charter to one audience, the manager among them, by name."""
    learner = get_learner_for(request.membership)
    charter = get_charter(learner.enrolment) if learner else None
    if learner is None or charter is None:
        return redirect("learning:charter", slug=slug)
    title = _("Ma charte de présence")
    original = Original(Shareable.CHARTER, title, as_text(charter.lines))
    back, here = (reverse(f"learning:{name}", args=[slug]) for name in ("charter", "share_charter"))
    return _SharePage(learner, original, CHARTER, CHARTER, back, here, title).answer(request)


@dataclass(frozen=True)
class _SharePage:
    """The page of one original; `address` and `prompt` name its copies."""

    learner: Learner
    original: Original
    address: str
    prompt: str
    back: str
    here: str
    title: str

    def answer(self, request: NetworkRequest) -> HttpResponse:
        if request.method == "POST" and "withdraw" in request.POST:
            return self._withdrawn(request, request.POST.get("withdraw", ""))
        form = ShareForm(
            request.POST or None,
            audiences=offered(self.learner, self.original.kind),
            initial={"copy": self.original.text},
        )
        if request.method == "POST" and form.is_valid():
            return self._shared(request, form.cleaned_data["audience"], form.cleaned_data["copy"])
        context = sharing_context(self.learner, None, self.prompt, self.original.kind, self.address)
        context |= {
            "form": form,
            "text": self.original.text,
            "title": self.title,
            "question": self.original.title,
            "back_url": self.back,
            "share_url": self.here,
            "seal": continuation.seal(self.learner.enrolment.membership.user_id),
        }
        status = 422 if form.is_bound else 200
        return render(request, "coaching/learning/share.html", context, status=status)

    def _shared(self, request: NetworkRequest, audience: str, copy: str) -> HttpResponse:
        if audience == ME:
            return self._withdrawn(request, "")
        try:
            share_copy(
                self.learner.enrolment,
                self.original.kind,
                self.address,
                self.prompt,
                copy,
                Audience(audience),
            )
        except LearningProblem:
            return closed(request, self.learner)
        messages.success(request, str(SHARED[audience]))
        return redirect(self.back)

    def _withdrawn(self, request: NetworkRequest, audience: str) -> HttpResponseRedirect:
        only = Audience(audience) if audience in set(Audience) else None
        withdraw_copy(self.learner.enrolment, self.address, self.prompt, only)
        messages.success(request, withdrawn_words(only))
        return redirect(self.back)


@allows(Permission.LEARN)
@require_http_methods(["GET", "POST"])
def shared(request: NetworkRequest, slug: str) -> HttpResponse:
    """Every copy that others can read now, with whom and since when; each is taken back in one tap."""
    learner = get_learner_for(request.membership)
    if learner is None:
        return render(request, "coaching/learning/no_programme.html")
    copies = get_own_copies(request.membership)
    if request.method == "POST":
        wanted = request.POST.get("copy", "")
        copy = next((each for each in copies if str(each.pk) == wanted), None)
        if copy is not None:
            withdraw_copy(copy.enrolment, copy.address, copy.prompt, Audience(copy.audience))
        messages.success(request, withdrawn_words(Audience(copy.audience) if copy else None))
        return redirect("learning:shared", slug=slug)
    handed_in, opened = get_handed_in(learner.enrolment), opened_by(items=copies)
    context = {
        "network": request.network,
        "copies": [_line(learner, copy) | {"opened": opened.get(copy.pk, [])} for copy in copies],
        "handed_in": _handed_in(learner, handed_in),
    }
    return render(request, "coaching/learning/shared.html", context)


def _handed_in(learner: Learner, submissions: list[PracticeSubmission]) -> list[dict[str, Any]]:
    """The practices that the coach can read, with who opened them; three queries at most."""
    opened, titles = opened_by(submissions=submissions), {}
    for each in submissions:
        step = learner.outline.step(each.address)
        module = learner.outline.module(step.module_key) if step else None
        if module:
            titles[each.address] = module.title
    if len(titles) < len(submissions):  # a change of version took their step away: they can be taken back
        titles |= {step.address: step.title for step in get_left_steps(learner) if step.kind == "practice"}
    return [
        {
            "row": each,
            "title": titles[each.address].in_language(learner.language),
            "url": reverse("learning:step", args=[learner.enrolment.network.slug, *each.address.split("/")]),
            "opened": opened.get(each.pk, []),
        }
        for each in submissions
        if each.address in titles
    ]


def _line(learner: Learner, copy: SharedItem) -> dict[str, Any]:
    step = learner.outline.step(copy.address)
    return {
        "copy": copy,
        "kind": kind_words(copy),
        "title": title_of(copy, learner.outline, learner.language),
        "reader": READERS[copy.audience],
        "url": reverse("learning:step", args=[learner.enrolment.network.slug, step.module_key, step.key])
        if step
        else "",
    }


# --- what pages around an original say -------------------------------------------------------


def withdrawn_words(audience: Audience | None) -> str:
    if audience is Audience.COACH:
        return _("La copie est retirée. Votre coach ne la voit plus.")
    return _("La copie est retirée. Personne d’autre que vous ne la voit plus.")


def offered(learner: Learner, kind: Shareable) -> tuple[Audience, ...]:
    """The audiences there are for this kind of text: the wall shows heads only, and not everybody has a pair.

    One query where a pair could read it.
    """
    missing: set[Audience] = set()
    if learner.enrolment.membership.role != Membership.Role.AGENCY_HEAD:
        missing.add(Audience.COHORT)
    if Audience.PAIR in AUDIENCES_OF[kind] and get_pair_of(learner.enrolment) is None:
        missing.add(Audience.PAIR)
    return tuple(audience for audience in AUDIENCES_OF[kind] if audience not in missing)


def share_url(learner: Learner, outline: StepOutline, prompt: str) -> str:
    slug = learner.enrolment.network.slug
    return reverse("learning:share", args=[slug, outline.module_key, outline.key, prompt])


def standing_copies(learner: Learner, address: str) -> dict[str, list[dict[str, Any]]]:
    """Prompt -> who reads a copy of it now, in the order of the audiences; one query."""
    rows = SharedItem.objects.of(learner.enrolment).standing().filter(address=address)
    found: dict[str, list[dict[str, Any]]] = {}
    order = list(Audience)
    for item in sorted(rows, key=lambda each: order.index(Audience(each.audience))):
        line = {"item": item, "words": GIVEN[item.audience], "reader": READERS[item.audience]}
        found.setdefault(item.prompt, []).append(line)
    return found


def sharing_context(
    learner: Learner, outline: StepOutline | None, prompt: str, kind: Shareable, address: str = ""
) -> dict[str, Any]:
    """Who could read a copy, and the copies that stand; two queries, three where the manager is offered."""
    standing = standing_copies(learner, address or (outline.address if outline else "")).get(prompt, [])
    context: dict[str, Any] = {
        "standing": standing,
        "tiles": (choices := tiles(learner, kind)),
        "chosen": standing[0]["item"].audience if standing else choices[min(1, len(choices) - 1)].value,
        "stands": standing[0]["item"] if standing else None,
        "may_go_to_manager": Audience.MANAGER in AUDIENCES_OF[kind],
    }
    if outline is not None:
        context |= {
            "share_url": share_url(learner, outline, prompt),
            "back_url": reverse(
                "learning:step", args=[learner.enrolment.network.slug, outline.module_key, outline.key]
            ),
        }
    return context


def tiles(learner: Learner, kind: Shareable) -> list[Tile]:
    """« Vous seul·e » first, then whom this kind of text may go to, by name where there is one."""
    audiences = offered(learner, kind)
    names, colleagues = coaches_and_colleagues(learner)
    found = [Tile(ME, _("Vous seul·e"), _("Rien ne sort d’ici. C’est le réglage de départ."))]
    if Audience.COACH in audiences:
        name = _("%(names)s, votre coach") % {"names": names} if names else READERS[Audience.COACH]
        found.append(Tile(Audience.COACH, name, _("Votre coach peut vous répondre, pas transmettre.")))
    if Audience.PAIR in audiences:
        note = _("Il ou elle dira quelle valeur se devine. Vous seul·e verrez sa réponse.")
        found.append(Tile(Audience.PAIR, READERS[Audience.PAIR], note))
    if Audience.COHORT in audiences:
        note = ngettext(
            "%(n)d collègue, sous votre nom. Pas votre responsable.",
            "%(n)d collègues, sous votre nom. Pas votre responsable.",
            colleagues,
        )
        found.append(Tile(Audience.COHORT, READERS[Audience.COHORT], note % {"n": colleagues}))
    if Audience.MANAGER in audiences:
        managers = manager_names()
        name = (
            _("%(names)s, votre responsable") % {"names": managers} if managers else READERS[Audience.MANAGER]
        )
        found.append(Tile(Audience.MANAGER, name, _("Sous votre nom. Personne ne vous le demande.")))
    return found


def coaches_and_colleagues(learner: Learner) -> tuple[str, int]:
    """« Claire Aubert », or several names, and how many other heads are in the cohort; one query."""
    people = (
        Enrolment.objects.filter(
            cohort_id=OuterRef("cohort_id"),
            membership__role=Membership.Role.AGENCY_HEAD,
            status__in=VISIBLE,
        )
        .exclude(membership__ends_on__lte=timezone.localdate(learner.now))
        .exclude(pk=learner.enrolment.pk)
        .order_by()
        .values("cohort_id")
        .annotate(n=Count("pk"))
        .values("n")
    )
    rows = list(
        CohortCoach.objects.serving(timezone.localdate(learner.now))
        .filter(cohort_id=learner.enrolment.cohort_id)
        .with_person()
        .annotate(colleagues=Coalesce(Subquery(people), 0))
    )
    names = ", ".join(sorted(row.membership.shown_name for row in rows))
    return names, rows[0].colleagues if rows else 0


def manager_names() -> str:
    """The managers in office who have joined, by name; one query."""
    rows = Membership.objects.filter(
        role=Membership.Role.REGIONAL_MANAGER, joined_at__isnull=False
    ).select_related("user")
    today = timezone.localdate()
    return ", ".join(sorted(row.shown_name for row in rows if not row.is_over_on(today)))


# --- shared with the player ------------------------------------------------------------------


def learner_and_step(request: NetworkRequest, module_key: str, step_key: str) -> tuple[Learner, StepOutline]:
    learner = get_learner_for(request.membership)
    if learner is None:
        raise Http404
    return learner, get_step_for(learner, module_key, step_key)


def closed(request: NetworkRequest, learner: Learner) -> HttpResponse:
    messages.warning(
        request, _("Ce parcours est terminé : vos réponses restent lisibles, sans plus changer.")
    )
    return redirect("learning:home", slug=learner.enrolment.network.slug)
