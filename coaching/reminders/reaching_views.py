"""The page on which a coach lets messages go again to somebody whom none reaches."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agencies.access import NetworkRequest, allows
from agencies.roles import Permission
from coaching.cohorts.access import get_enrolment_for
from coaching.reminders.reaching import told_of, write_again


@allows(Permission.RUN_COHORTS)
@require_http_methods(["GET", "POST"])
def reach(request: NetworkRequest, slug: str, cohort_id: str, enrolment_id: str) -> HttpResponse:
    """Why nothing leaves for this person, and the way to write to them again."""
    enrolment = get_enrolment_for(request.membership, cohort_id, enrolment_id)
    if request.method == "POST":
        write_again(enrolment)
        said = _("Les messages peuvent de nouveau aller vers %(name)s.")
        messages.success(request, said % {"name": enrolment.membership.shown_name})
        return redirect("reminders:cohort_messages", slug=slug, cohort_id=cohort_id)
    context = {"enrolment": enrolment, "cohort": enrolment.cohort, "why": told_of(enrolment)}
    return render(request, "coaching/reminders/reach.html", context)
