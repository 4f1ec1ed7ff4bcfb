"""The cohorts of one network that the coach is assigned to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from agencies.access import NetworkRequest, allows
from agencies.roles import Permission
from coaching.cohorts.access import cohorts_for
from coaching.cohorts.models import Cohort


@dataclass(frozen=True)
class Row:
    """One cohort of the list; `week` is the number of the week that runs, None before and after."""

    cohort: Cohort
    week: int | None
    last_week: int
    has_begun: bool

    @property
    def is_draft(self) -> bool:
        return self.cohort.status == Cohort.Status.DRAFT

    @property
    def is_over(self) -> bool:
        return self.cohort.status in (Cohort.Status.ENDED, Cohort.Status.ARCHIVED)


@allows(Permission.SEE_COHORTS)
@require_GET
def cohort_list(request: NetworkRequest, slug: str) -> HttpResponse:
    """Drafts first, then what is launched and has not begun, what runs, what is over."""
    now = timezone.now()
    cohorts = (
        cohorts_for(request.membership).with_version().with_figures(timezone.localdate(now)).recent_first()
    )
    rows = [_row(cohort, now) for cohort in cohorts.prefetch_related("weeks")]
    launched = [row for row in rows if not row.is_draft and not row.is_over]
    context = {
        "drafts": [row for row in rows if row.is_draft],
        "coming": [row for row in launched if not row.has_begun],
        "running": [row for row in launched if row.has_begun],
        "over": [row for row in rows if row.is_over],
    }
    return render(request, "coaching/cohorts/cohort_list.html", context)


def _row(cohort: Cohort, now: dt.datetime) -> Row:
    weeks = list(cohort.weeks.all())
    opened = [week.number for week in weeks if week.opens_at <= now]
    is_running = bool(opened) and now <= weeks[-1].due_at
    return Row(cohort, opened[-1] if is_running else None, weeks[-1].number if weeks else 0, bool(opened))
