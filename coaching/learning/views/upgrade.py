"""A running cohort takes up another version: choose, see what it means for each person, do it, undo it."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.acting import say_nothing_changed
from agencies.access import NetworkRequest, allows
from agencies.public_id import is_public_id
from agencies.roles import Permission
from coaching.cohorts.access import get_cohort_for
from coaching.cohorts.models import Cohort
from coaching.learning.models import CohortUpgrade
from coaching.learning.services import (
    UpgradePlan,
    UpgradeProblem,
    plan_upgrade,
    undo_upgrade,
    upgrade,
    versions_for,
)
from coaching.programmes.difference import compare
from coaching.programmes.models import ProgrammeVersion
from coaching.programmes.telling import changes_in_words

_PROBLEMS: dict[str, str | Promise] = {
    "not_running": gettext_lazy("Seule une promotion en cours change de version."),
    "same_version": gettext_lazy("Cette promotion suit déjà cette version."),
    "not_installed": gettext_lazy("Cette version n’est plus installée dans ce réseau."),
    "other_programme": gettext_lazy("C’est un autre parcours : une promotion garde le sien."),
    "other_weeks": gettext_lazy(
        "Cette version n’a pas les mêmes semaines : le calendrier qui court ne lui va pas. "
        "Une nouvelle promotion pourra la suivre."
    ),
    "changed": gettext_lazy(
        "La promotion a changé de version entre-temps : rien n’a été fait. Voici où elle en est."
    ),
    "later_change": gettext_lazy(
        "La promotion a changé de version depuis, ou elle est terminée : ce changement-là ne s’annule plus."
    ),
}


@allows(Permission.RUN_COHORTS)
@require_http_methods(["GET", "POST"])
def version(request: NetworkRequest, slug: str, cohort_id: str) -> HttpResponse:
    """GET: the versions, or with ?to= what one means for each person. POST: the cohort takes it up."""
    cohort = get_cohort_for(request.membership, cohort_id)
    if request.method == "POST":
        return _take_up(request, cohort)
    versions = versions_for(cohort) if cohort.status == Cohort.Status.RUNNING else []
    wanted = request.GET.get("to", "")
    chosen = next((each for each in versions if each.public_id == wanted), None)
    plan, problem = _plan(cohort, chosen)
    context = {
        "cohort": cohort,
        "versions": versions,
        "chosen": chosen,
        "plan": plan,
        "problem": problem,
        "changes": list(cohort.upgrades.select_related("from_version", "to_version").defer(*_HEAVY)),
    }
    if plan is not None and chosen is not None:
        difference = compare(cohort.programme_version.document, chosen.document)
        context |= {
            "difference": difference,
            "summary": "" if difference.is_empty else changes_in_words(difference.counts),
            "notes": _notes(cohort.programme_version, chosen, versions),
        }
    return render(request, "coaching/learning/upgrade.html", context)


@allows(Permission.RUN_COHORTS)
@require_http_methods(["GET", "POST"])
def undo(request: NetworkRequest, slug: str, cohort_id: str, upgrade_id: str) -> HttpResponse:
    """Back to the version before, everybody as they were."""
    cohort = get_cohort_for(request.membership, cohort_id)
    change = _change_of(cohort, upgrade_id)
    if request.method != "POST":
        say_nothing_changed(request)
        return _back(cohort)
    try:
        undo_upgrade(change)
    except UpgradeProblem as problem:
        messages.info(request, str(_PROBLEMS[problem.code]))
        return _back(cohort)
    messages.success(
        request, _("La promotion suit de nouveau la version %(label)s.") % _label(change.from_version)
    )
    return _back(cohort)


_HEAVY = (
    "from_version__document",
    "from_version__rendered",
    "to_version__document",
    "to_version__rendered",
)


def _notes(
    current: ProgrammeVersion, chosen: ProgrammeVersion, versions: list[ProgrammeVersion]
) -> list[ProgrammeVersion]:
    """The versions whose author says what changed on the way to the chosen one, the oldest first.

    Each note tells of the version before it: none speaks of going back, and one alone of another programme.
    """
    if chosen.programme_id != current.programme_id:
        return [chosen] if chosen.what_changed else []
    of_this = [each for each in versions if each.programme_id == chosen.programme_id and each.what_changed]
    return [each for each in reversed(of_this) if _day(current) < _day(each) <= _day(chosen)]


def _day(version: ProgrammeVersion) -> tuple[dt.datetime, int]:
    """Where a version stands in the order in which they were published."""
    return version.published_at, version.pk


def _plan(cohort: Cohort, chosen: ProgrammeVersion | None) -> tuple[UpgradePlan | None, str]:
    if chosen is None:
        return None, ""
    try:
        return plan_upgrade(cohort, chosen, timezone.now()), ""
    except UpgradeProblem as problem:
        return None, str(_PROBLEMS[problem.code])


def _take_up(request: NetworkRequest, cohort: Cohort) -> HttpResponse:
    wanted, seen = (_version(request.POST.get(name, "")) for name in ("to", "from"))
    if wanted is None or seen is None:
        say_nothing_changed(request)
        return _back(cohort)
    try:
        upgrade(cohort, wanted, request.membership, seen=seen)
    except UpgradeProblem as problem:
        messages.info(request, str(_PROBLEMS[problem.code]))
        return _back(cohort)
    messages.success(
        request,
        _("La promotion suit la version %(label)s. Ce qui était fait le reste ; vous pouvez annuler ici.")
        % _label(wanted),
    )
    return _back(cohort)


def _version(public_id: str) -> ProgrammeVersion | None:
    """A version by its public id; whether this cohort may take it up is for the service to say."""
    if not is_public_id(public_id):
        return None
    return ProgrammeVersion.objects.light().filter(public_id=public_id).first()


def _change_of(cohort: Cohort, public_id: str) -> CohortUpgrade:
    rows = cohort.upgrades.select_related("cohort", "from_version", "to_version").defer(*_HEAVY)
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _label(version: ProgrammeVersion) -> dict[str, str]:
    return {"label": version.label}


def _back(cohort: Cohort) -> HttpResponse:
    return redirect("learning:upgrade", slug=cohort.network.slug, cohort_id=cohort.public_id)
