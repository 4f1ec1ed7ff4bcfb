"""A person's own pages: home with the one next step, the path, a module, its end, a pause."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.acting import say_nothing_changed
from agencies.access import NetworkRequest, allows
from agencies.models import Membership
from agencies.roles import Permission
from coaching.cohorts.models import Cohort, Enrolment, LiveSession
from coaching.cohorts.own_sessions import load_own_sessions
from coaching.cohorts.regularity import Dots, dots_of
from coaching.cohorts.services import PAUSE_WEEKS, CohortProblem, resume, working_days_of
from coaching.cohorts.services import pause as pause_enrolment
from coaching.cohorts.working_days import Period
from coaching.learning.access import (
    Learner,
    get_due_recall,
    get_learner_for,
    get_left_steps,
    get_module_for,
    get_news_for,
    get_own_vote,
    get_recall_answer,
    get_recall_item,
)
from coaching.learning.between import get_bonds, reads_wall
from coaching.learning.forms import PauseForm, VoteForm, pause_problem
from coaching.learning.models import LessonVote, StepCompletion
from coaching.learning.offline import offline_list
from coaching.learning.pages import (
    colleagues_words,
    dots_words,
    home_context,
    module_context,
    module_done_context,
    pair_words,
    path_context,
)
from coaching.learning.progress import ModuleView
from coaching.learning.social_proof import is_worth_saying
from coaching.learning.steps.base import mapping, typed_number
from coaching.learning.steps.items import feedback, shown
from coaching.learning.views.certificate import left_for
from coaching.learning.views.values import values_of
from coaching.programmes.outline import StepOutline

ANSWERED = "answered"  # in the address of the home: the recall question just answered, "module/item+2"


@allows(Permission.LEARN)
@require_GET
def home(request: NetworkRequest, slug: str) -> HttpResponse:
    """The next step and the minutes it takes, a recall question, the week, the path, a pause in two taps."""
    learner = get_learner_for(request.membership)
    if learner is None:
        return render(request, "coaching/learning/no_programme.html")
    address, _plus, after_days = request.GET.get(ANSWERED, "").rpartition("+")
    card = answered_card(learner, address, typed_number(after_days)) if address else due_card(learner)
    return home_page(request, learner, card)


def home_page(
    request: NetworkRequest, learner: Learner, recall: dict[str, Any] | None, status: int = 200
) -> HttpResponse:
    """The home with this recall card; None for a home without."""
    pause = current_pause(learner, timezone.localdate(learner.now))
    step = learner.journey.next_step
    proof = colleagues_who_did(learner, step) if step and not pause else None
    session = next_session(learner)
    context = home_context(learner, pause) | {
        "first_name": request.user.get_short_name(),  # type: ignore[union-attr]
        "pause": pause,
        "session": session,
        "is_session_soon": session is not None and is_this_week(session.starts_at, learner.now),
        "colleagues": colleagues_words(*proof) if proof else "",
        "recall": recall,
        "dots": dots_words(dots_for(learner)) if learner.enrolment.is_live else None,
        "values": values_of(learner),
        "pause_weeks": PAUSE_WEEKS,
        "pair_note": pair_words(get_bonds(learner)),
        "reads_wall": reads_wall(request.network_memberships),
        "news": news_lines(learner),
        "left": left_for(learner),
    }
    return render(request, "coaching/learning/home.html", context, status=status)


@allows(Permission.LEARN)
@require_GET
def offline(request: NetworkRequest, slug: str) -> JsonResponse:
    """For the service worker: the pages of this week that the person's device may keep."""
    return JsonResponse(offline_list(get_learner_for(request.membership), request.membership.user_id))


@allows(Permission.LEARN)
@require_GET
def path(request: NetworkRequest, slug: str) -> HttpResponse:
    """Every week and module, what is done, what is open, what is still to come."""
    learner = get_learner_for(request.membership)
    if learner is None:
        return render(request, "coaching/learning/no_programme.html")
    return render(request, "coaching/learning/path.html", path_context(learner, get_left_steps(learner)))


@allows(Permission.LEARN)
@require_GET
def module(request: NetworkRequest, slug: str, module_key: str) -> HttpResponse:
    """One module: what it is for, its steps and where to go on."""
    learner = get_learner_for(request.membership)
    if learner is None:
        return redirect("learning:home", slug=slug)
    view = get_module_for(learner, module_key)
    return render(request, "coaching/learning/module.html", module_context(learner, view))


@allows(Permission.LEARN)
@require_GET
def module_done(request: NetworkRequest, slug: str, module_key: str) -> HttpResponse:
    """The end of a module: thanks, the minutes given, what comes next; or what is still left in it."""
    learner = get_learner_for(request.membership)
    if learner is None:
        return redirect("learning:home", slug=slug)
    return module_done_page(request, learner, get_module_for(learner, module_key))


def module_done_page(
    request: NetworkRequest, learner: Learner, view: ModuleView, form: VoteForm | None = None
) -> HttpResponse:
    """The end of a module with the word one may say of it; `form` when it came back."""
    context = module_done_context(learner, view)
    if view.state == "done":
        said = get_own_vote(learner.enrolment, view.module.key)
        word, note = (said.word, said.note) if said else ("", "")
        context |= {"vote_form": form or VoteForm(initial={"word": word, "note": note}), "said": said}
    context["vote_words"] = LessonVote.Word.choices
    return render(request, "coaching/learning/module_done.html", context, status=422 if form else 200)


@allows(Permission.LEARN)
@require_http_methods(["GET", "POST"])
def pause(request: NetworkRequest, slug: str) -> HttpResponse:
    """Stop for one to three weeks, or come back; no reason, no reproach. The buttons are on the home."""
    if request.method != "POST":
        say_nothing_changed(request)
        return redirect("learning:home", slug=slug)
    learner = get_learner_for(request.membership)
    if learner is None:
        return redirect("learning:home", slug=slug)
    today = timezone.localdate(learner.now)
    if "resume" in request.POST:
        resume(learner.enrolment, today=today, now=learner.now)
        messages.success(request, _("Bon retour. Tout est resté où vous l’aviez laissé."))
        return redirect("learning:home", slug=slug)
    form = PauseForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Choisissez une, deux ou trois semaines."))
        return redirect("learning:home", slug=slug)
    try:
        pause_enrolment(
            learner.enrolment,
            form.cleaned_data["weeks"],
            today=today,
            now=learner.now,
        )
    except CohortProblem as problem:
        messages.info(request, pause_problem(problem))
    else:
        messages.success(
            request,
            _("Votre pause commence. Aucun message d’ici là, vos dates se décalent, et tout reste ouvert."),
        )
    return redirect("learning:home", slug=slug)


# --- parts of the home -----------------------------------------------------------------------


def news_lines(learner: Learner) -> list[dict[str, str]]:
    """What a coach answered to a practice and the person has not opened yet; one query."""
    found = []
    for review in get_news_for(learner.enrolment):
        step = learner.outline.step(review.submission.address)
        module = learner.outline.module(step.module_key) if step else None
        if step and module:
            args = [learner.enrolment.network.slug, step.module_key, step.key]
            line = {"title": module.title.in_language(learner.language), "coach": review.coach.shown_name}
            found.append(line | {"url": reverse("learning:step", args=args)})
    return found


def current_pause(learner: Learner, today: dt.date) -> Period | None:
    """The pause that runs today, the one that lasts longest."""
    running = [pause for pause in learner.breaks.pauses if today in pause]
    return max(running, key=lambda pause: pause.ends_on, default=None)


def due_card(learner: Learner) -> dict[str, Any] | None:
    """The recall question to ask now, None when there is none or the cohort is archived."""
    if learner.enrolment.cohort.status == Cohort.Status.ARCHIVED:
        return None
    due = get_due_recall(learner)
    return _card(learner, due.address, due.after_days) if due else None


def answered_card(learner: Learner, address: str, after_days: int) -> dict[str, Any] | None:
    """A recall question just answered, with what is useful; the next one due for anything else."""
    answer, card = get_recall_answer(learner.enrolment, address, after_days), None
    if answer is not None:
        card = _card(learner, address, after_days)
    if card is None or answer is None:
        return due_card(learner)
    return card | {"feedback": feedback(card["item"], mapping(answer.content).get("chosen"))}


def _card(learner: Learner, address: str, after_days: int) -> dict[str, Any] | None:
    item = get_recall_item(learner, address)
    module = learner.outline.module(address.partition("/")[0])
    if item is None or module is None:
        return None
    return {
        "address": address,
        "after_days": after_days,
        **shown(item),
        "module_title": module.title.in_language(learner.language),
    }


def dots_for(learner: Learner) -> Dots:
    """One dot for each of the last eight weeks, as adoption counts them (domain.md 4.3)."""
    breaks, network = learner.breaks, learner.enrolment.network
    first = next((week.opens_at for week in learner.calendar if week.number == 1), None)
    starts_on = first.astimezone(learner.zone).date() if first else learner.enrolment.cohort.starts_on
    return dots_of(
        [at.astimezone(learner.zone).date() for at in learner.completed.values()],
        starts_on + dt.timedelta(days=breaks.shift_days),
        learner.today,
        working_days_of(breaks.agency, network, breaks.blackouts, breaks.pauses),
    )


def next_session(learner: Learner) -> LiveSession | None:
    """The person's next live session, in the slot that is theirs; one query."""
    coming = (own.session for own in load_own_sessions(learner.enrolment) if not own.is_cancelled)
    return next((session for session in coming if session.ends_at > learner.now), None)


def is_this_week(moment: dt.datetime, now: dt.datetime) -> bool:
    """Whether both stand in the same week, Monday to Sunday, on the reader's clock."""
    day, today = timezone.localdate(moment), timezone.localdate(now)
    return day.isocalendar()[:2] == today.isocalendar()[:2]


def colleagues_who_did(learner: Learner, step: StepOutline) -> tuple[int, int] | None:
    """How many colleagues of how many have done the next step, when that is worth saying; one query.

    Only heads count, the person themself does not.
    """
    did_it = StepCompletion.objects.filter(enrolment=OuterRef("pk"), address=step.address)
    rows = (
        Enrolment.objects.filter(cohort_id=learner.enrolment.cohort_id)
        .filter(membership__role=Membership.Role.AGENCY_HEAD, status__in=(*Enrolment.LIVE, "completed"))
        .present(timezone.localdate(learner.now))
        .exclude(pk=learner.enrolment.pk)
        .values_list(Exists(did_it), flat=True)
    )
    answers = list(rows)
    people, done = len(answers), sum(answers)
    return (done, people) if is_worth_saying(done, people) else None
