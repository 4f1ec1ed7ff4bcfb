"""The attendance of whole cohorts, read at once: what was held, and what is known of each person."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from coaching.cohorts.attending import Held
from coaching.cohorts.models import Attendance


@dataclass(frozen=True)
class Recorded:
    """By cohort id the sessions held, one per key; by enrolment id what is known by session key."""

    held: dict[int, dict[str, Held]] = field(default_factory=dict)
    states: dict[int, dict[str, str]] = field(default_factory=dict)


def load_recorded(cohort_ids: Collection[int]) -> Recorded:
    """Cancelled sessions left out; one query."""
    found = Recorded()
    rows = Attendance.objects.filter(enrolment__cohort__in=cohort_ids, session__cancelled_at__isnull=True)
    for row in rows.select_related("session"):
        session = row.session
        seen = found.held.setdefault(session.cohort_id, {})
        known = Held(row.key, session.starts_at, session.window.closes_at)
        if row.key not in seen or known.closes_at > seen[row.key].closes_at:
            seen[row.key] = known
        found.states.setdefault(row.enrolment_id, {})[row.key] = row.state
    return found
