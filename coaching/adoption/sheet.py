"""What the agency sheet says around the figures: stage, next step, a sentence to say before the visit."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language

from coaching.adoption.explain import percent
from coaching.adoption.facts import CohortFacts, Person
from coaching.adoption.overview import AgencyRow
from coaching.adoption.wording import BANDS, BUCKETS, MARKS, suggestion
from coaching.cohorts.models import LiveSession


def sheet_context(facts: CohortFacts | None, row: AgencyRow | None) -> dict[str, Any]:
    """Context of agency_sheet.html beside its explanations; one query, for the next session."""
    marks = [MARKS[mark] for mark in row.marks] if row else []
    context: dict[str, Any] = {"buckets": BUCKETS.items(), "band_names": BANDS.items(), "marks": marks}
    if facts is None or row is None:
        return context | {"people": [], "heads": []}
    sessions = LiveSession.objects.filter(cohort=facts.cohort.pk).coming(facts.now)
    return context | {
        "heads": row.names,
        "people": [_person(person, facts, row) for person in row.people],
        "next_session": sessions.first(),
        "last_week": facts.weeks[-1].number if facts.weeks else None,
    }


def _person(person: Person, facts: CohortFacts, row: AgencyRow) -> dict[str, Any]:
    reached = person.reached_week
    week = facts.outline.weeks[reached] if reached is not None else None
    return {
        "person": person,
        "needs_a_word": person.visibility.is_visible,
        "week_number": reached,
        "week_title": week.title.in_language(get_language() or "fr") if week else "",
        "progress": percent(person.figures.progress.value),
        "bucket": person.figures.recency_bucket,
        "suggestion": suggestion(person, row.agency.name),
    }
