"""The coach's outbox: its days in figures, and what is decided about messages that wait for them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from agencies.access import NetworkRequest, allows
from agencies.roles import Permission
from coaching.cohorts.access import get_cohort_for
from coaching.cohorts.models import Cohort
from coaching.reminders.access import get_reminder_for
from coaching.reminders.daily import days_of
from coaching.reminders.models import Reminder
from coaching.reminders.settling import FROM, settle, undo_settlement
from coaching.reminders.settling_words import WaitingRow, done_words, sent_again_in_doubt

AT_ONCE = 100  # what one page lists and one press decides


@allows(Permission.SEE_COHORTS)
@require_GET
def days(request: NetworkRequest, slug: str, cohort_id: str) -> HttpResponse:
    """What was planned for each day around today, and what became of it."""
    cohort = get_cohort_for(request.membership, cohort_id)
    found = days_of(cohort, timezone.now())
    context = {
        "cohort": cohort,
        "coming": [day for day in found if day.is_coming],
        "past": [day for day in reversed(found) if not day.is_coming],
        "has_any": any(day.expected for day in found),
    }
    return render(request, "coaching/reminders/days.html", context)


@allows(Permission.RUN_COHORTS)
@require_http_methods(["GET", "POST"])
def decide(request: NetworkRequest, slug: str, cohort_id: str, reminder_id: str = "") -> HttpResponse:
    """One message with all that is known of it, or all that wait; what may arrive twice is said first."""
    cohort = get_cohort_for(request.membership, cohort_id)
    one = get_reminder_for(cohort, reminder_id) if reminder_id else None
    if request.method == "POST":
        return _act(request, slug, cohort, one)
    waiting = Reminder.objects.of_cohort(cohort).in_drawer("to_see").with_person()
    found = [one] if one else list(waiting[: AT_ONCE + 1])
    now = timezone.now()
    doubted = sent_again_in_doubt(found)
    rows = [WaitingRow(row, cohort, now, row.pk in doubted) for row in found[:AT_ONCE]]
    context = {"cohort": cohort, "rows": rows, "one": rows[0] if one else None, "more": len(found) > AT_ONCE}
    context |= {f"may_{action}": any(row.may(action) for row in rows) for action in FROM}
    return render(request, "coaching/reminders/decide.html", context)


def _act(request: NetworkRequest, slug: str, cohort: Cohort, one: Reminder | None) -> HttpResponse:
    action = request.POST.get("action", "")
    keys = [one.public_id] if one else request.POST.getlist("message")[:AT_ONCE]
    if action == "undo":
        _undo(request, cohort)
    elif action in FROM and not keys:
        messages.warning(request, _("Aucun message n’était coché : rien n’a été fait."))
        return redirect("reminders:decide_several", slug=slug, cohort_id=cohort.public_id)
    elif action in FROM:
        done = settle(cohort, keys, action, request.membership)
        if done:
            messages.success(request, done_words(action, done))
        if left := len(set(keys)) - done:
            messages.info(request, _left_words(left))
    to_see = redirect("reminders:cohort_messages", slug=slug, cohort_id=cohort.public_id)
    to_see["Location"] += "?show=to_see"
    return to_see


def _undo(request: NetworkRequest, cohort: Cohort) -> None:
    count = undo_settlement(cohort, request.POST.get("decision", ""), request.membership)
    if not count:
        messages.info(request, _("Il est trop tard pour revenir : le message est parti, ou déjà décidé."))
        return
    text = ngettext(
        "C’est annulé : %(count)s message attend de nouveau.",
        "C’est annulé : %(count)s messages attendent de nouveau.",
        count,
    )
    messages.success(request, text % {"count": count})


def _left_words(count: int) -> str:
    text = ngettext(
        "%(count)s message est resté tel quel : il avait changé, ou cela ne se fait pas depuis là.",
        "%(count)s messages sont restés tels quels : ils avaient changé, ou cela ne se fait pas depuis là.",
        count,
    )
    return text % {"count": count}
