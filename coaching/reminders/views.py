"""Pages about messages: from a mail without signing in, from one's account, and the coach's list."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from agencies.access import NetworkRequest, allows
from agencies.public_id import is_public_id
from agencies.roles import Permission
from agencies.scope import networks
from coaching.cohorts.access import get_cohort_for
from coaching.cohorts.access import get_enrolment_for as get_cohort_enrolment_for
from coaching.cohorts.models import Cohort, Enrolment
from coaching.cohorts.services import CohortProblem, pause, resume
from coaching.learning.forms import pause_problem
from coaching.reminders.access import get_enrolment_behind, get_holder, get_own_enrolment
from coaching.reminders.explanation import Explanation, explained
from coaching.reminders.forms import MailModeForm, PauseForm
from coaching.reminders.models import CoachMessage, Reminder
from coaching.reminders.policies import StoredLayers
from coaching.reminders.policy_words import inherited_words
from coaching.reminders.preferences import choose_digest_day, is_unsubscribed, set_mail_mode, unsubscribe
from coaching.reminders.querysets import DRAWERS
from coaching.reminders.reading_over import received_by
from coaching.reminders.settling_words import recent_decisions
from coaching.reminders.tokens import Holder, token_url
from coaching.reminders.unreached import unreached_people
from coaching.reminders.wording import MessageRow

PER_PAGE = 50
OWN_SHOWN = 6
OWN_DRAWERS = (
    ("coming", gettext_lazy("Le prochain"), 1),
    ("sent", gettext_lazy("Les derniers partis"), OWN_SHOWN),
    ("not_sent", gettext_lazy("Les derniers qui ne sont pas partis"), OWN_SHOWN),
)
RECEIVED_SHOWN = 20
WRITTEN_SHOWN = 10
DRAWER_WORDS = {
    "coming": gettext_lazy("À venir"),
    "sent": gettext_lazy("Partis"),
    "not_sent": gettext_lazy("Non envoyés"),
    "to_see": gettext_lazy("À voir"),
}


@csrf_exempt  # a mail programme posts here (RFC 8058); the signed address is the permission
@never_cache
@require_http_methods(["GET", "POST"])
def unsubscribe_page(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the messages of one network, or have them again; a GET changes nothing (scanners open links)."""
    holder = get_holder("unsubscribe", token)
    with networks(holder.network_id):
        enrolment = get_enrolment_behind(holder)
        if request.method == "POST":
            _change_messages(enrolment, request.POST.get("action", ""))
        context = {
            "network": enrolment.network,
            "is_unsubscribed": is_unsubscribed(enrolment),
            "mail_mode": enrolment.mail_mode,
            "pause_url": token_url("pause", holder),
            "has_changed": request.method == "POST",
        }
    # Outside the scope: the frame of the page asks for the memberships of whoever is signed in.
    return render(request, "coaching/reminders/unsubscribe.html", context)


def _change_messages(enrolment: Enrolment, action: str) -> None:
    """Anything but the page's two other buttons unsubscribes: that is what one-click posts."""
    if action == "again":
        set_mail_mode(enrolment, Enrolment.MailMode.ALL)
    elif action == "digest_only":
        set_mail_mode(enrolment, Enrolment.MailMode.DIGEST_ONLY)
    else:
        unsubscribe(enrolment)


@never_cache
@require_http_methods(["GET", "POST"])
def pause_page(request: HttpRequest, token: str) -> HttpResponse:
    """A pause of one to three weeks, or its end, without signing in; a GET changes nothing."""
    holder = get_holder("pause", token)
    with networks(holder.network_id):
        enrolment = get_enrolment_behind(holder)
        today = _today_of(enrolment)
        form = PauseForm(request.POST if request.method == "POST" and "resume" not in request.POST else None)
        if request.method == "POST":
            if "resume" in request.POST:
                resume(enrolment, today=today)
            elif form.is_valid():
                _pause(request, enrolment, form.cleaned_data["weeks"], today)
            if not form.errors:
                return redirect(request.path)
        context = {
            "form": form,
            "network": enrolment.network,
            "is_live": enrolment.is_live,
            "pause": enrolment.pauses.filter(starts_on__lte=today, ends_on__gte=today).first(),
        }
    status = 422 if form.errors else 200
    return render(request, "coaching/reminders/pause.html", context, status=status)


def _pause(request: HttpRequest, enrolment: Enrolment, weeks: int, today: dt.date) -> None:
    try:
        pause(enrolment, weeks, today=today)
    except CohortProblem as problem:
        messages.info(request, pause_problem(problem))


def _today_of(enrolment: Enrolment) -> dt.date:
    agency = enrolment.membership.agency
    zone = agency.time_zone if agency else enrolment.network.time_zone
    return timezone.localdate(timezone=ZoneInfo(zone))


@allows(Permission.LEARN)
@require_http_methods(["GET", "POST"])
def preferences(request: NetworkRequest, slug: str) -> HttpResponse:
    """One's own messages: how many, the last ones, the next one, a pause."""
    enrolment = get_own_enrolment(request.membership)
    policy = StoredLayers.read([enrolment.cohort_id]).of(enrolment.cohort_id)
    form = MailModeForm(
        request.POST if request.method == "POST" else None,
        initial={"mail_mode": enrolment.mail_mode, "digest_weekday": enrolment.digest_weekday},
        inherited=inherited_words("digest_weekday", policy),
    )
    if request.method == "POST" and form.is_valid():
        set_mail_mode(enrolment, form.cleaned_data["mail_mode"])
        day = form.cleaned_data["digest_weekday"]
        if "digest_weekday" in request.POST and day != enrolment.digest_weekday:
            choose_digest_day(enrolment, day)
        messages.success(request, _("C’est noté."))
        return redirect("reminders:preferences", slug=slug)
    context = {
        "form": form,
        "is_unsubscribed": is_unsubscribed(enrolment),
        "pause_url": token_url("pause", Holder(enrolment.network.pk, enrolment.public_id)),
        "drawers": _own_drawers(enrolment),
        "received": received_by(enrolment, RECEIVED_SHOWN),
    }
    return render(
        request, "coaching/reminders/preferences.html", context, status=422 if form.is_bound else 200
    )


def _own_drawers(enrolment: Enrolment) -> list[tuple[str, str, list[tuple[MessageRow, Explanation]]]]:
    """The next one, the last that left, the last that did not, each with its why; five queries."""
    own, found = Reminder.objects.of(enrolment).with_person(), []
    wanted = [(name, words, list(own.in_drawer(name)[:count])) for name, words, count in OWN_DRAWERS]
    told = iter(explained([row for _name, _words, rows in wanted for row in rows], is_own=True))
    for name, words, rows in wanted:
        found.append((name, str(words), [(MessageRow(row), next(told)) for row in rows]))
    return found


@allows(Permission.SEE_COHORTS)
@require_GET
def cohort_messages(request: NetworkRequest, slug: str, cohort_id: str) -> HttpResponse:
    """Every message of a cohort's people in plain words, in four drawers; and whom none reaches."""
    cohort = get_cohort_for(request.membership, cohort_id)
    person = _person_of(request, cohort_id)
    rows = Reminder.objects.of(person) if person else Reminder.objects.of_cohort(cohort)
    counts = rows.counted()
    asked = request.GET.get("show", "")
    drawer = asked if asked in DRAWERS else "coming"
    paginator = Paginator(rows.in_drawer(drawer).with_person(), PER_PAGE)
    paginator.count = counts[drawer]  # counted above, with the others
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "cohort": cohort,
        "page": page,
        "rows": [MessageRow(row, cohort) for row in page.object_list],
        "drawer": drawer,
        "title": DRAWER_WORDS[drawer],
        "drawers": [(name, DRAWER_WORDS[name], counts[name]) for name in DRAWERS],
        "query": urlencode({"show": drawer, **({"person": person.public_id} if person else {})}) + "&",
        "person": person,
        "decisions": recent_decisions(cohort) if drawer == "to_see" and not person else [],
        "is_softened": StoredLayers.read(()).is_softened,
        "unreached": [] if person else unreached_people(cohort),
        "may_write": cohort.status in (Cohort.Status.RUNNING, Cohort.Status.ENDED),
        "written": list(
            CoachMessage.objects.of_cohort(cohort)
            .readable_by(request.membership)
            .with_author()
            .with_outcome()
            .recent_first()[:WRITTEN_SHOWN]
        ),
    }
    return render(request, "coaching/reminders/cohort_messages.html", context)


def _person_of(request: NetworkRequest, cohort_id: str) -> Enrolment | None:
    """Whose messages alone are asked for."""
    asked = request.GET.get("person", "")
    return get_cohort_enrolment_for(request.membership, cohort_id, asked) if is_public_id(asked) else None
