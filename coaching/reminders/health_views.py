"""How the installation's mail is doing: for a monitor without sign-in, and for the operator in words.

Neither shows a person, an address or a text; only the operator reads which network it is.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from coaching.reminders.health import Facts, Finding, findings, is_healthy
from coaching.reminders.health_words import beats_of, sentence
from coaching.reminders.promises import promises
from coaching.reminders.vital_signs import read_facts, troubles


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 while all is well, else 503; counts of the whole installation, ages in seconds."""
    facts = read_facts()
    found = findings(facts)
    is_ok = is_healthy(found)
    content = {
        "status": "ok" if is_ok else "failing",
        "checks": {each.name: _told(each, facts) for each in found},
    }
    return JsonResponse(content, status=200 if is_ok else 503)


def _told(found: Finding, facts: Facts | None) -> dict[str, Any]:
    told: dict[str, Any] = {"ok": found.is_ok}
    if facts is None:
        return told
    if found.name == "heartbeat":
        ages = {name: int((facts.now - at).total_seconds()) for name, at in facts.beats.items()}
        return told | {"age_seconds": dict(sorted(ages.items()))}
    if found.is_ok:
        return told
    told |= {"code": found.code} if found.code else {}
    told |= {"count": found.count} if found.count else {}
    return told | ({"age_seconds": int((facts.now - found.since).total_seconds())} if found.since else {})


@never_cache
@login_required
@require_GET
def operate(request: HttpRequest) -> HttpResponse:
    """The same in words, and how much waits in which network; for accounts that operate the platform."""
    if not getattr(request.user, "is_staff", False):
        raise Http404
    facts = read_facts()
    found = findings(facts)
    now = facts.now if facts else None
    context = {
        "rows": [(each, sentence(each, now)) for each in found],
        "is_ok": is_healthy(found),
        "failing": sum(not each.is_ok for each in found),
        "beats": beats_of(facts) if facts and facts.is_migrated else [],
        "promises": promises(),
        "troubles": troubles() if facts and facts.is_migrated else [],
    }
    return render(request, "coaching/reminders/operate.html", context)
