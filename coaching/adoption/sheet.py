"""What the agency sheet says around the figures: stage, next step, a sentence to say before the visit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language

from coaching.adoption.explain import percent
from coaching.adoption.facts import CohortFacts, Person
from coaching.adoption.overview import AgencyRow
from coaching.adoption.wording import BANDS, BUCKETS, MARKS, suggestion
from coaching.cohorts.models import LiveSession
from coaching.learning.models import StepCompletion
from coaching.learning.steps.assessment import has_passed, is_assessed


def sheet_context(facts: CohortFacts | None, row: AgencyRow | None) -> dict[str, Any]:
    """Context of agency_sheet.html beside its explanations.

    One query for the next session, one more once the week of an assessment has opened.
    """
    marks = [MARKS[mark] for mark in row.marks] if row else []
    context: dict[str, Any] = {"buckets": BUCKETS.items(), "band_names": BANDS.items(), "marks": marks}
    if facts is None or row is None:
        return context | {"people": [], "heads": []}
    passed = _passed(facts, row)
    sessions = LiveSession.objects.filter(cohort=facts.cohort.pk).coming(facts.now)
    return context | {
        "heads": row.names,
        "people": [_person(person, facts, row, passed) for person in row.people],
        "next_session": sessions.first(),
        "last_week": facts.weeks[-1].number if facts.weeks else None,
    }


def _passed(facts: CohortFacts, row: AgencyRow) -> Mapping[int, bool] | None:
    """Whether each person has passed the assessments that are open, by enrolment; None while none is.

    Yes or not yet: no score, and nothing that tells one who failed from one who has not begun (2.5).
    """
    current = -1 if facts.current_week is None else facts.current_week
    steps = {
        step.address: step
        for step in facts.outline.steps_for_sector(facts.network.sector)
        if is_assessed(step) and step.week_number <= current
    }
    if not steps:
        return None
    people = [person.enrolment.pk for person in row.people]
    reached = dict.fromkeys(people, 0)
    for done in StepCompletion.objects.filter(enrolment__in=people, address__in=steps):
        reached[done.enrolment_id] += has_passed(steps[done.address], done)
    return {person: count == len(steps) for person, count in reached.items()}


def _person(
    person: Person, facts: CohortFacts, row: AgencyRow, passed: Mapping[int, bool] | None
) -> dict[str, Any]:
    reached = person.reached_week
    week = facts.outline.weeks[reached] if reached is not None else None
    return {
        "person": person,
        "needs_a_word": person.visibility.is_visible,
        "week_number": reached,
        "week_title": week.title.in_language(get_language() or "fr") if week else "",
        "has_assessment": passed is not None,
        "has_passed": bool(passed and passed.get(person.enrolment.pk)),
        "progress": percent(person.figures.progress.value),
        "bucket": person.figures.recency_bucket,
        "suggestion": suggestion(person, row.agency.name),
    }
