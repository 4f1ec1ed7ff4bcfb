"""A coach reads practices and answers them: the queue over all networks, one cohort's, one practice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.device import owner_mark
from accounts.templatetags.cairn import clock
from agencies.access import NetworkRequest, allows, coaching_of
from agencies.roles import Permission
from agencies.scope import networks
from coaching.adoption.coach_reads import facts_of
from coaching.adoption.querysets import with_blackouts
from coaching.adoption.review_form import (
    GIVE_BACK,
    ONLY_READ,
    Posted,
    inserted,
    read_form,
    without_margin,
)
from coaching.adoption.review_page import Case, following, load_case, load_review_page, review_url
from coaching.adoption.review_queue import load_queue, load_waiting
from coaching.cohorts.access import get_cohort_for
from coaching.cohorts.models import Cohort
from coaching.learning.access import get_canned_for, get_handed_in_for, get_queue_of
from coaching.learning.models import PracticeReview, PracticeSubmission
from coaching.learning.reviewing import COMMENT_MAX, REMARK_MAX
from coaching.learning.services import (
    IncompleteReview,
    NewerReview,
    ReviewProblem,
    note_consultation,
    recall_review,
    save_review,
    send_review,
)
from coaching.learning.views.steps import served_on_device

State = PracticeReview.State


@login_required
@require_GET
def reviews(request: HttpRequest) -> HttpResponse:
    """Every practice that waits, in every network one coaches; read only: each leads into its network."""
    coaching = coaching_of(request)
    with networks(*(membership.network.pk for membership in coaching), user_id=request.user.pk):
        queue = load_queue(coaching, timezone.now())
    return render(
        request, "coaching/adoption/reviews.html", {"queue": queue, "just_sent": just_sent(request)}
    )


@allows(Permission.SEE_COHORTS)
@require_GET
def cohort_reviews(request: NetworkRequest, slug: str, cohort_id: str) -> HttpResponse:
    """What waits in one cohort."""
    cohort = get_cohort_for(request.membership, cohort_id)
    if cohort.status == Cohort.Status.DRAFT:
        return redirect("cohorts:preview", slug=slug, cohort_id=cohort_id)
    rows = with_blackouts(Cohort.objects.filter(pk=cohort.pk)).with_version().prefetch_related("weeks")
    now = timezone.now()
    waiting = load_waiting(facts_of(rows, {cohort.network_id: cohort.network}, now), now)
    return render(request, "coaching/adoption/cohort_reviews.html", {"cohort": cohort, "rows": waiting})


@allows(Permission.SEE_COHORTS)
@require_GET
def next_review(request: NetworkRequest, slug: str) -> HttpResponse:
    """To the practice of this network that has waited longest; to the queue of all once none waits."""
    queue = get_queue_of(request.membership, timezone.localdate())
    return redirect(review_url(slug, *queue[0]) if queue else reverse("adoption:reviews"))


@allows(Permission.RUN_COHORTS)
@require_http_methods(["GET", "POST"])
@never_cache
def review(request: NetworkRequest, slug: str, cohort_id: str, submission_id: str) -> HttpResponse:
    """One practice: read it, answer it, go on to the next."""
    case = _case(request, cohort_id, submission_id)
    if case.submission.withdrawn_at is not None:
        return _gone(request, case.submission)
    if request.method == "POST":
        return _acted(request, case)
    note_consultation(request.membership, submissions=[case.submission])
    outcome = request.GET.get("preview", "")
    template = "coaching/adoption/review.html"
    if outcome in (GIVE_BACK, ONLY_READ) and case.draft is not None:
        template = "coaching/adoption/review_preview.html"
    return _page(request, case, template=template, outcome=outcome)


@allows(Permission.RUN_COHORTS)
@require_http_methods(["GET", "POST"])
def review_autosave(request: NetworkRequest, slug: str, cohort_id: str, submission_id: str) -> HttpResponse:
    """For the script: keep what is being written; GET gives a fresh token after a sign-in."""
    case = _case(request, cohort_id, submission_id)
    if request.method == "GET":
        edition = case.draft.edition if case.draft else 0
        return JsonResponse({"token": get_token(request), "revision": edition})
    posted = _posted(request, case, is_saving=True)
    try:
        draft = _save(request, case, posted)
    except NewerReview as newer:
        return JsonResponse({"problem": "newer", "revision": newer.review.edition}, status=409)
    except ReviewProblem as problem:
        return JsonResponse({"problem": problem.code}, status=409)
    except IncompleteReview:
        return JsonResponse({"problem": "refused"}, status=422)
    now = timezone.localtime()
    return JsonResponse({"revision": draft.edition if draft else 0, "at": clock(now)})


def _case(request: NetworkRequest, cohort_id: str, submission_id: str) -> Case:
    """The practice that the address names; Http404 unless it was handed in to this coach's cohort."""
    cohort = get_cohort_for(request.membership, cohort_id)
    if cohort.status == Cohort.Status.DRAFT:
        raise Http404
    cohort.network = request.network
    return load_case(get_handed_in_for(request.membership, cohort, submission_id))


def _posted(request: NetworkRequest, case: Case, *, is_saving: bool = False) -> Posted:
    return read_form(
        request.POST, case.grid, case.text, may_give_back=case.may_give_back, is_saving=is_saving
    )


def _save(request: NetworkRequest, case: Case, posted: Posted) -> PracticeReview | None:
    return save_review(
        case.submission,
        request.membership,
        case.grid,
        posted.words,
        version=posted.version,
        edition=posted.edition,
    )


def _acted(request: NetworkRequest, case: Case) -> HttpResponse:
    """The button that was pressed; a problem shows the page again with what was typed."""
    action = request.POST.get("action", "")
    if action == "recall":
        return _recalled(request, case)
    posted = _posted(request, case)
    try:
        if action == "send":
            return _sent(request, case, posted)
        return _kept(request, case, posted, action)
    except IncompleteReview as incomplete:
        return _refused(request, case, posted, incomplete)
    except NewerReview as newer:
        context = {"newer": newer.review}
        return _typed_page(request, case, posted, context, edition=newer.review.edition, status=409)
    except ReviewProblem as problem:
        return _stopped(request, case, posted, problem)


def _kept(request: NetworkRequest, case: Case, posted: Posted, action: str) -> HttpResponse:
    """Keep the words, with what the button changes in them, and stay on the page."""
    name, _colon, value = action.partition(":")
    words, place = posted.words, ""
    if name == "drop":
        words, place = without_margin(words, value), "#remarks"
    elif name == "remark":
        place = "#remarks"
    elif name == "insert":
        canned = get_canned_for(request.membership)
        words, place = inserted(words, request.POST.get("canned", ""), canned, case.grid), "#f-comment"
    kept = Posted(words, posted.edition, posted.version, posted.gives_back)
    try:
        _save(request, case, kept)
    except IncompleteReview as long:
        return _refused(request, case, kept, long)
    if name == "preview":
        outcome = GIVE_BACK if posted.gives_back else ONLY_READ
        return _served(redirect(f"{request.path}?preview={outcome}"), request, case)
    if words.remark and name in ("remark", "keep"):
        messages.warning(request, _MISSING["remark"]())
    elif name == "keep":
        messages.success(request, _("C’est gardé. Rien n’est parti."))
    return _served(redirect(request.path + place), request, case)


def _sent(request: NetworkRequest, case: Case, posted: Posted) -> HttpResponse:
    """Send, say it, and open the next practice of this network; at its end, the queue of all networks."""
    today, coach = timezone.localdate(), request.membership
    before = get_queue_of(coach, today)
    answered = send_review(
        case.submission,
        coach,
        case.grid,
        posted.words,
        gives_back=posted.gives_back,
        version=posted.version,
        edition=posted.edition,
    )
    slug = request.network.slug
    name = {"name": case.submission.enrolment.membership.shown_name}
    messages.success(request, _SENT[answered.state]() % name)
    request.session[JUST_SENT] = [slug, case.submission.enrolment.cohort.public_id, case.submission.public_id]
    found = following(get_queue_of(coach, today), case.submission.public_id, before)
    onwards = redirect(review_url(slug, *found) if found else reverse("adoption:reviews"))
    return _served(onwards, request, case)


def _served(answer: HttpResponse, request: NetworkRequest, case: Case) -> HttpResponse:
    """The words are here: the script's copy of them on the device goes."""
    served_on_device(answer, _autosave_url(request, case.submission))
    return answer


def _autosave_url(request: NetworkRequest, submission: PracticeSubmission) -> str:
    args = [request.network.slug, submission.enrolment.cohort.public_id, submission.public_id]
    return reverse("adoption:review_autosave", args=args)


JUST_SENT = "review_just_sent"  # in the session: where the last answer can be taken back
_SENT: dict[str, Callable[[], str]] = {
    State.VALIDATED: lambda: _("Validée : %(name)s lira votre retour sur sa page."),
    State.RETURNED: lambda: _("Rendue avec votre suggestion : %(name)s la lira sur sa page."),
    State.READ: lambda: _("Votre retour est donné à %(name)s."),
}


def _recalled(request: NetworkRequest, case: Case) -> HttpResponse:
    try:
        recall_review(case.submission, request.membership)
    except ReviewProblem:
        messages.info(
            request, _("Ce retour est déjà lu, ou parti depuis plus d’un quart d’heure : il reste donné.")
        )
    else:
        messages.success(request, _("Votre retour est repris : c’est de nouveau un brouillon."))
    return redirect(request.path)


def _gone(request: HttpRequest, submission: PracticeSubmission) -> HttpResponse:
    """Taken back by its author, perhaps a moment ago: nothing of it can be read any more."""
    name = {"name": submission.enrolment.membership.shown_name}
    messages.info(request, _("%(name)s a repris ce texte : il ne se lit plus.") % name)
    cohort = submission.enrolment.cohort
    return redirect("adoption:cohort_reviews", slug=cohort.network.slug, cohort_id=cohort.public_id)


_PROBLEMS = {
    "closed": lambda: _("Cette promotion est archivée : elle se lit, sans plus rien y envoyer."),
    "new_version": lambda: _(
        "Une nouvelle version vient d’être remise : la voici. Vos mots sont là, à relire avec elle."
    ),
    "answered": lambda: _(
        "Un retour est déjà parti pour cette mise en pratique. Le vôtre n’est pas envoyé : il est plus bas."
    ),
    "returned_before": lambda: _(
        "Une suggestion a déjà été donnée : cette fois, dites que c’est lu, ou validez."
    ),
}


def _stopped(request: NetworkRequest, case: Case, posted: Posted, problem: ReviewProblem) -> HttpResponse:
    """Somebody else was faster: the sentence, the practice as it is now, and what was typed."""
    fresh = _case(request, case.submission.enrolment.cohort.public_id, case.submission.public_id)
    if problem.code == "gone":
        return _gone(request, fresh.submission)
    return _typed_page(request, fresh, posted, {"problem": _PROBLEMS[problem.code]()}, status=409)


_MISSING = {
    "points": lambda: _("Choisissez 0, 1 ou 2 pour chaque critère."),
    "suggestion": lambda: _("Écrivez la suggestion : une seule, que l’on peut suivre."),
    "comment": lambda: _("Écrivez un mot, ou une remarque à côté d’un passage."),
    "remark": lambda: _(
        "Un retour porte douze remarques au plus. La dernière attend dans son champ : "
        "retirez-en une, ou dites-la dans votre mot."
    ),
    "comment_long": lambda: _too_long(_("Votre mot"), COMMENT_MAX),
    "suggestion_long": lambda: _too_long(_("Votre suggestion"), REMARK_MAX),
    "remark_long": lambda: _too_long(_("Votre remarque"), REMARK_MAX),
}


def _too_long(name: str, most: int) -> str:
    return _("%(name)s : %(most)d caractères au plus. Raccourcissez.") % {"name": name, "most": most}


def _refused(
    request: NetworkRequest, case: Case, posted: Posted, incomplete: IncompleteReview
) -> HttpResponse:
    errors = {name.removesuffix("_long"): _MISSING[name]() for name in incomplete.missing}
    is_long = any(name.endswith("_long") for name in incomplete.missing)
    return _typed_page(request, case, posted, {"errors": errors, "is_long": is_long}, status=422)


def _typed_page(
    request: NetworkRequest,
    case: Case,
    posted: Posted,
    context: dict[str, Any],
    *,
    edition: int | None = None,
    status: int,
) -> HttpResponse:
    """The page with what was typed in its fields."""
    outcome = GIVE_BACK if posted.gives_back else ONLY_READ
    page = load_review_page(
        request.membership,
        case,
        timezone.now(),
        words=posted.words,
        edition=posted.edition if edition is None else edition,
        outcome=outcome,
    )
    return render(request, "coaching/adoption/review.html", _context(request, page) | context, status=status)


def _page(request: NetworkRequest, case: Case, *, template: str, outcome: str) -> HttpResponse:
    page = load_review_page(request.membership, case, timezone.now(), outcome=outcome)
    return render(request, template, _context(request, page))


def _context(request: NetworkRequest, page: Any) -> dict[str, Any]:
    return {
        "page": page,
        "cohort": page.submission.enrolment.cohort,
        "owner": owner_mark(request.membership.user_id),
        "revision": page.edition,
        "autosave_url": _autosave_url(request, page.submission),
        "step_url": request.path,
        "just_sent": just_sent(request),
    }


def just_sent(request: HttpRequest) -> str:
    """Where the answer that has just been sent can be taken back, shown once; "" without one."""
    found = request.session.pop(JUST_SENT, None)
    return review_url(*found) if found else ""
