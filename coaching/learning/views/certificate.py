"""The page of completion: what a person has done, to print on one sheet; or kindly, what is left."""

from __future__ import annotations

from typing import Any

from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from agencies.access import NetworkRequest, allows
from agencies.roles import Permission
from coaching.cohorts.models import Enrolment
from coaching.learning.access import Learner, coach_names, get_learner_for
from coaching.learning.models import StepCompletion
from coaching.learning.pages import certificate_context, left_context


@allows(Permission.LEARN)
@require_GET
def certificate(request: NetworkRequest, slug: str) -> HttpResponse:
    """An attestation for who finished. The legal « certificat de réalisation » comes from the coach."""
    learner = get_learner_for(request.membership)
    if learner is None:
        return render(request, "coaching/learning/no_programme.html")
    context: dict[str, Any] = {"network": request.network, "coach_names": coach_names(learner)}
    if learner.enrolment.status != Enrolment.Status.COMPLETED:
        return render(request, "coaching/learning/certificate_left.html", context | left_context(learner))
    learner.enrolment.refresh_from_db(fields=["activated_at", "completed_at"])
    context |= certificate_context(learner) | {
        "name": request.membership.shown_name,
        "agency": request.membership.agency,
        "minutes_done": minutes_done(learner),
    }
    return render(request, "coaching/learning/certificate.html", context)


def minutes_done(learner: Learner) -> int:
    """Estimated minutes of the steps of the weeks that were done, optional ones included (domain.md 5.3)."""
    rows = StepCompletion.objects.of(learner.enrolment).filter(week_number__lt=len(learner.outline.weeks))
    return rows.aggregate(total=Sum("minutes"))["total"] or 0
