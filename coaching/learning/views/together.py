"""« Ensemble »: a person's live sessions and their talk; the code, the signature, the replay."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import NetworkRequest, allows
from agencies.roles import Permission
from coaching.cohorts.events import organizer_of, session_event, talk_event
from coaching.cohorts.ical import CalendarEvent, calendar_object
from coaching.cohorts.models import Cohort, LiveSession
from coaching.cohorts.services import (
    CohortProblem,
    choose_slot,
    give_up_slot,
    take_slot,
)
from coaching.cohorts.session_words import session_problem
from coaching.learning.access import Learner, get_learner_for
from coaching.learning.access.together import (
    Meeting,
    get_free_talks,
    get_meeting,
    get_meetings,
    get_offered_talk,
    get_own_talk,
)
from coaching.learning.services import enter_code, record_replay, sign
from coaching.learning.steps.base import typed_text
from coaching.learning.steps.items import is_right, shown

CALENDAR = "text/calendar; charset=utf-8"


@allows(Permission.LEARN)
@require_http_methods(["GET", "POST"])
def together(request: NetworkRequest, slug: str) -> HttpResponse:
    """What one comes to, and the field for the code of a session that is open."""
    learner = get_learner_for(request.membership)
    if learner is None:
        return render(request, "coaching/learning/no_programme.html")
    if request.method == "POST":
        return _act(request, slug, learner)
    return _page(request, learner)


def _page(request: NetworkRequest, learner: Learner, problem: str = "", status: int = 200) -> HttpResponse:
    meetings = get_meetings(learner)
    talk = get_own_talk(learner)
    free = get_free_talks(learner) if talk is None or talk.starts_at > learner.now else []
    context = {
        "network": request.network,
        "cohort": learner.enrolment.cohort,
        "coming": [meeting for meeting in meetings if not meeting.is_past],
        "past": [meeting for meeting in reversed(meetings) if meeting.is_past],
        "open_code": any(meeting.is_signable for meeting in meetings),
        "talk": talk,
        "is_talk_to_come": talk is not None and talk.starts_at > learner.now,
        "free": free,
        "is_running": learner.enrolment.cohort.status == Cohort.Status.RUNNING,
        "problem": problem,
    }
    return render(request, "coaching/learning/together.html", context, status=status)


def _act(request: NetworkRequest, slug: str, learner: Learner) -> HttpResponse:
    """The code, or a talk taken or given up."""
    try:
        if "code" in request.POST:
            row = enter_code(learner.enrolment, typed_text(request.POST["code"])[:20])
            if row is None:
                return _page(request, learner, session_problem("wrong_code"), 422)
            messages.success(request, _("Votre présence est signée. Merci."))
            return redirect("learning:together_session", slug=slug, session_id=row.session.public_id)
        if "talk" in request.POST:
            _change_talk(request, learner)
    except CohortProblem as problem:
        if problem.code in ("too_many_tries", "marked_otherwise"):
            return _page(request, learner, session_problem(problem), 422)
        messages.warning(request, session_problem(problem))
    return redirect("learning:together", slug=slug)


def _change_talk(request: NetworkRequest, learner: Learner) -> None:
    talk = get_offered_talk(learner, typed_text(request.POST.get("talk")))
    if "give_up" in request.POST:
        give_up_slot(learner.enrolment, talk)
        messages.success(request, _("C’est noté : ce créneau est de nouveau libre."))
    else:
        take_slot(learner.enrolment, talk)
        messages.success(request, _("Entretien fixé. L’invitation arrive par courriel."))


@allows(Permission.LEARN)
@require_http_methods(["GET", "POST"])
def together_session(request: NetworkRequest, slug: str, session_id: str) -> HttpResponse:
    """One session: the link, one's slot, the signature, and afterwards the replay."""
    learner = get_learner_for(request.membership)
    if learner is None:
        raise Http404
    meeting = get_meeting(learner, session_id)
    if request.method != "POST":
        return _session_page(request, meeting)
    try:
        if "replay" in request.POST:
            return _answer(request, slug, meeting)
        if "sign" in request.POST:
            sign(learner.enrolment, meeting.session)
            messages.success(request, _("Votre présence est signée. Merci."))
        elif choose_slot(learner.enrolment, _slot(meeting, request)):
            messages.success(request, _("Votre créneau est choisi. Votre agenda suit."))
    except CohortProblem as problem:
        messages.warning(request, session_problem(problem))
    return redirect("learning:together_session", slug=slug, session_id=session_id)


def _slot(meeting: Meeting, request: NetworkRequest) -> LiveSession:
    """The slot that the button names; the one that is theirs for anything else, which changes nothing."""
    wanted = typed_text(request.POST.get("slot"))
    slots = (meeting.session, *meeting.own.others)
    found: LiveSession = next((slot for slot in slots if slot.public_id == wanted), meeting.session)
    return found


def _session_page(
    request: NetworkRequest, meeting: Meeting, given: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    plan, language = meeting.plan, get_language() or "fr"
    given = given or {}
    summary = plan.summary if plan and plan.summary else None
    context: dict[str, Any] = {
        "network": request.network,
        "meeting": meeting,
        "session": meeting.session,
        "slots": sorted((meeting.session, *meeting.own.others), key=lambda slot: slot.starts_at),
        "can_choose": bool(meeting.own.others) and not meeting.is_past and meeting.attendance is None,
        "can_join": bool(meeting.session.join_url) and not meeting.is_past,
        "objective": plan.objective.in_language(language) if plan else "",
        "parts": [part.label.in_language(language) for part in plan.agenda] if plan else [],
        "summary": summary.in_language(language) if summary else "",
        "questions": [_question(item, given) for item in meeting.questions] if meeting.has_replay else [],
        "is_answered": bool(given),
    }
    return render(request, "coaching/learning/together_session.html", context, status=status)


def _question(item: dict[str, Any], given: dict[str, str]) -> dict[str, Any]:
    """One question of the replay; with an answer, what the author says of it."""
    chosen = given.get(item["key"])
    option = next((each for each in item["options"] if each["key"] == chosen), None)
    return shown(item, chosen) | {
        "is_right": option is not None and is_right(item, chosen),
        "feedback": option["feedback"] if option else "",
    }


def _answer(request: NetworkRequest, slug: str, meeting: Meeting) -> HttpResponse:
    """All right: it counts as attended. Else the page says what to look at again; as often as one likes."""
    given = {item["key"]: typed_text(request.POST.get(f"q-{item['key']}")) for item in meeting.questions}
    if not meeting.has_replay:
        return redirect("learning:together_session", slug=slug, session_id=meeting.session.public_id)
    if not all(is_right(item, given[item["key"]]) for item in meeting.questions):
        return _session_page(request, meeting, given, 422)
    record_replay(meeting.learner.enrolment, meeting.session)
    messages.success(request, _("C’est suivi, en différé : la séance compte dans votre assiduité."))
    return redirect("learning:together_session", slug=slug, session_id=meeting.session.public_id)


@allows(Permission.LEARN)
@never_cache
@require_safe
def session_file(request: NetworkRequest, slug: str, session_id: str) -> HttpResponse:
    """One session as a file for a calendar; the same event as the mails and the private calendar bring."""
    learner = get_learner_for(request.membership)
    if learner is None:
        raise Http404
    meeting, enrolment = get_meeting(learner, session_id), learner.enrolment
    event = session_event(enrolment, meeting.own, request.network, enrolment.cohort)
    return _file(request, event, f"{meeting.session.key}.ics")


@allows(Permission.LEARN)
@never_cache
@require_safe
def talk_file(request: NetworkRequest, slug: str) -> HttpResponse:
    """One's talk as a file for a calendar."""
    learner = get_learner_for(request.membership)
    talk = get_own_talk(learner) if learner else None
    if learner is None or talk is None:
        return redirect("learning:together", slug=slug)
    return _file(request, talk_event(learner.enrolment, talk, request.network), f"{talk.key}.ics")


def _file(request: NetworkRequest, event: CalendarEvent, name: str) -> HttpResponse:
    content = calendar_object(
        [event],
        "PUBLISH",
        stamped_at=timezone.now(),
        organizer=organizer_of(request.network),
        language=get_language() or "fr",
    )
    response = HttpResponse(content, content_type=CALENDAR)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
