"""The coach's taps on a session's page: somebody's attendance, or the coach's own signature.

The page itself is the cohorts'; what it posts comes here, above them, because finishing may follow from it.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.acting import say_nothing_changed
from agencies.access import NetworkRequest, allows
from agencies.roles import Permission
from coaching.cohorts.access import get_enrolment_for, get_session_for
from coaching.cohorts.models import LiveSession
from coaching.cohorts.services import CohortProblem, confirm
from coaching.cohorts.session_words import session_problem
from coaching.learning.services import mark_attendance, unmark_attendance

NOTHING = "nothing"  # a tap taken back


@allows(Permission.RUN_COHORTS)
@require_http_methods(["GET", "POST"])
def attendance(request: NetworkRequest, slug: str, cohort_id: str, session_id: str) -> HttpResponse:
    """One tap; back to the session's page, at the person."""
    found = get_session_for(request.membership, cohort_id, session_id)
    page, fragment = reverse("cohorts:session", args=[slug, cohort_id, session_id]), "#signatures"
    if request.method != "POST":
        say_nothing_changed(request)
        return redirect(page)
    try:
        if "confirm" in request.POST:
            _confirm(request, found)
        elif person := request.POST.get("person", ""):
            enrolment = get_enrolment_for(request.membership, cohort_id, person)
            fragment = f"#p-{enrolment.public_id}"
            state, reason = request.POST.get("state", ""), request.POST.get("reason", "")[:200]
            if state != NOTHING:
                mark_attendance(found, enrolment, request.membership, state, reason=reason)
            elif not unmark_attendance(found, enrolment):
                words = _("La personne a signé, ou une correction le raconte : cela reste.")
                messages.warning(request, words)
    except CohortProblem as problem:
        messages.warning(request, session_problem(problem))
    return redirect(page + fragment)


def _confirm(request: NetworkRequest, found: LiveSession) -> None:
    signed = confirm(found, request.membership)
    words = ngettext("Vous avez signé pour une personne.", "Vous avez signé pour %(n)s personnes.", signed)
    if signed:
        messages.success(request, words % {"n": signed})
    else:
        messages.info(request, _("Votre signature y était déjà."))
