"""The page of completion: what a person has done, to print on one sheet; or kindly, what is left."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from agencies.access import NetworkRequest, allows
from agencies.roles import Permission
from coaching.cohorts.models import Attendance, Cohort
from coaching.learning.access import Learner, coach_names, get_learner_for
from coaching.learning.access.together import get_meetings
from coaching.learning.completion_words import left_groups, results_words
from coaching.learning.models import StepCompletion
from coaching.learning.pages import certificate_context, left_context


@allows(Permission.LEARN)
@require_GET
def certificate(request: NetworkRequest, slug: str) -> HttpResponse:
    """An attestation for who finished, even once the cohort was over.

    The legal « certificat de réalisation » comes from the coach.
    """
    learner = get_learner_for(request.membership)
    if learner is None:
        return render(request, "coaching/learning/no_programme.html")
    context: dict[str, Any] = {"network": request.network, "coach_names": coach_names(learner)}
    if not learner.has_finished:
        context |= left_context(learner) | {"left": left_for(learner)}
        return render(request, "coaching/learning/certificate_left.html", context)
    first_at, last_at = dates_of(learner)
    context |= certificate_context(learner) | {
        "first_at": first_at,
        "last_at": last_at,
        "name": request.membership.shown_name,
        "agency": request.membership.agency,
        "minutes_done": minutes_done(learner),
        "results": results_words(learner.completion),
    }
    context["live_minutes"], context["replay_minutes"] = minutes_attended(learner)
    return render(request, "coaching/learning/certificate.html", context)


def left_for(learner: Learner) -> list[dict[str, Any]]:
    """What is left once every step is done; [] for everybody else, without a query for who is on the way."""
    is_over = learner.enrolment.cohort.status == Cohort.Status.ARCHIVED
    if is_over or not learner.has_taken_all or learner.has_finished:
        return []
    return left_groups(learner, get_meetings(learner))


def dates_of(learner: Learner) -> tuple[dt.datetime | None, dt.datetime | None]:
    """When they began and finished; by the steps, where the cohort was over before. Two queries."""
    enrolment, outline = learner.enrolment, learner.outline
    enrolment.refresh_from_db(fields=["activated_at", "completed_at"])
    taken = [(outline.step(address), at) for address, at in learner.completed.items()]
    counted = [at for step, at in taken if step and step.is_required]
    first_at = enrolment.activated_at or min(counted, default=None)
    return first_at, enrolment.completed_at or max(counted, default=None)


def minutes_done(learner: Learner) -> int:
    """Estimated minutes of the steps of the weeks that were done, optional ones included (domain.md 5.3)."""
    rows = StepCompletion.objects.of(learner.enrolment).filter(week_number__lt=len(learner.outline.weeks))
    return rows.aggregate(total=Sum("minutes"))["total"] or 0


def minutes_attended(learner: Learner) -> tuple[int, int]:
    """Minutes of the sessions followed live, and of those followed afterwards (« différé »); one query."""
    live = replay = 0
    for row in Attendance.objects.of(learner.enrolment).select_related("session"):
        if row.state == Attendance.State.PRESENT:
            live += row.session.minutes
        elif row.state == Attendance.State.REPLAY:
            replay += row.session.minutes
    return live, replay
