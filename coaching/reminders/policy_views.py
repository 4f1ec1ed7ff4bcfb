"""Pages of the reminder policy: what holds in a network or a cohort and who set it, and changing it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from agencies.access import NetworkRequest, allows
from agencies.models import Network
from agencies.roles import Permission, has_permission
from coaching.cohorts.access import get_cohort_for
from coaching.cohorts.models import Blackout, Cohort
from coaching.cohorts.suggestions import BlackoutSuggestion, suggest_blackouts
from coaching.cohorts.usual_pauses import LABELS
from coaching.cohorts.working_days import Period
from coaching.reminders.layers import Level, resolve
from coaching.reminders.policies import StoredLayers, closures_of, layer_row
from coaching.reminders.policy_changes import (
    change_cohort_policy,
    change_network_policy,
    close_network,
    reopen_network,
)
from coaching.reminders.policy_forms import ClosureForm, PolicyForm
from coaching.reminders.policy_words import groups_of
from coaching.reminders.softening import lift_softening

OFFERED_FOR = dt.timedelta(days=365)
CHANGEABLE = (Cohort.Status.DRAFT, Cohort.Status.RUNNING)


@allows(Permission.SEE_REMINDER_POLICY)
@require_GET
def network_policy(request: NetworkRequest, slug: str) -> HttpResponse:
    """What holds in a network, for those who run it and those who answer for it."""
    stored, row = StoredLayers.read(()), layer_row(None)
    context = {
        "groups": list(groups_of(resolve(stored.network), Level.NETWORK)),
        "row": row,
        "closures": _to_come(request.network),
        "softened_at": row.softened_at if row else None,
        "may_edit": any(
            has_permission(each.role, Permission.EDIT_REMINDER_POLICY) for each in request.network_memberships
        ),
    }
    return render(request, "coaching/reminders/network_policy.html", context)


@allows(Permission.EDIT_REMINDER_POLICY)
@require_http_methods(["GET", "POST"])
def edit_network_policy(request: NetworkRequest, slug: str) -> HttpResponse:
    """Set values for the whole network, or lift a softening."""
    if request.method == "POST" and "lift" in request.POST:
        lift_softening(request.network, request.membership)
        messages.success(request, _("Les relances repartent comme réglé. Qui s’est désabonné le reste."))
        return redirect("reminders:network_policy", slug=slug)
    stored = StoredLayers.read(()).network
    form = PolicyForm(request.POST if request.method == "POST" else None, stored=stored, network=None)
    if form.is_bound and form.is_valid():
        change_network_policy(request.network, dict(form.wanted), request.membership)
        messages.success(request, _("C’est noté. Les messages qui attendent suivent."))
        return redirect("reminders:network_policy", slug=slug)
    status = 422 if form.is_bound else 200
    return render(request, "coaching/reminders/policy_form.html", {"form": form}, status=status)


@allows(Permission.EDIT_REMINDER_POLICY)
@require_http_methods(["GET", "POST"])
def network_closures(request: NetworkRequest, slug: str) -> HttpResponse:
    """Days on which nobody of the network is written to: offered, one's own, taken back."""
    offers = _offers(request.network)
    chosen = request.POST.get("close", "")
    period = next((each.period for each in offers if str(each.period.starts_on) == chosen), None)
    if "reopen" in request.POST:
        for each in closures_of(request.network):
            if str(each.pk) == request.POST["reopen"]:
                reopen_network(request.network, each.pk)
                messages.success(request, _("Cette fermeture est retirée."))
        return redirect("reminders:network_closures", slug=slug)
    is_typed = request.method == "POST" and not chosen
    form = ClosureForm(request.POST if is_typed else None)
    if form.is_bound and form.is_valid():
        period = form.closure()
    if period is not None:
        close_network(request.network, period)
        messages.success(request, _("C’est noté : personne n’est relancé ces jours-là."))
        return redirect("reminders:network_closures", slug=slug)
    context = {
        "form": form,
        "closures": _to_come(request.network),
        "offers": [(each.period, LABELS[each.code]) for each in offers],
    }
    status = 422 if form.is_bound else 200
    return render(request, "coaching/reminders/network_closures.html", context, status=status)


def _to_come(network: Network) -> list[Blackout]:
    today = network.today(timezone.now())
    return [each for each in closures_of(network) if each.ends_on >= today]


def _offers(network: Network) -> list[BlackoutSuggestion]:
    """The usual breaks of the coming year that are not closed yet."""
    today = network.today(timezone.now())
    closed = {(each.starts_on, each.ends_on) for each in closures_of(network)}
    offered = suggest_blackouts(today, today + OFFERED_FOR, country=network.country)
    return [
        BlackoutSuggestion(each.code, Period(*days, str(LABELS[each.code])))
        for each in offered
        if (days := (each.period.starts_on, each.period.ends_on)) not in closed
    ]


@allows(Permission.SEE_COHORTS)
@require_GET
def cohort_policy(request: NetworkRequest, slug: str, cohort_id: str) -> HttpResponse:
    """What holds in one cohort, and who set it."""
    cohort = get_cohort_for(request.membership, cohort_id)
    stored = StoredLayers.read([cohort.pk])
    context = {
        "cohort": cohort,
        "groups": list(groups_of(stored.of(cohort.pk), Level.COHORT)),
        "row": layer_row(cohort),
        "is_softened": stored.is_softened,
        "closures": _to_come(request.network),
        "may_edit": cohort.status in CHANGEABLE,
    }
    return render(request, "coaching/reminders/cohort_policy.html", context)


@allows(Permission.RUN_COHORTS)
@require_http_methods(["GET", "POST"])
def edit_cohort_policy(request: NetworkRequest, slug: str, cohort_id: str) -> HttpResponse:
    """Set values for one cohort, within what its network allows."""
    cohort = get_cohort_for(request.membership, cohort_id)
    if cohort.status not in CHANGEABLE:
        return redirect("reminders:cohort_policy", slug=slug, cohort_id=cohort_id)
    stored = StoredLayers.read([cohort.pk])
    own = stored.cohorts.get(cohort.pk, ())
    form = PolicyForm(request.POST if request.method == "POST" else None, stored=own, network=stored.network)
    if form.is_bound and form.is_valid():
        change_cohort_policy(cohort, dict(form.wanted), request.membership)
        messages.success(request, _("C’est noté. Les messages qui attendent suivent."))
        return redirect("reminders:cohort_policy", slug=slug, cohort_id=cohort_id)
    context: dict[str, Any] = {"form": form, "cohort": cohort}
    status = 422 if form.is_bound else 200
    return render(request, "coaching/reminders/policy_form.html", context, status=status)
