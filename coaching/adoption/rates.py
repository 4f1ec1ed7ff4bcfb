"""Rates over people and agencies: coverage, activation, completion, reminders (domain.md 4.3). No Django."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from coaching.adoption.results import Figure, Part, ratio
from coaching.cohorts.working_days import WorkingDays

GRACE_WORKING_DAYS = 10
MEDIAN_MIN_PEOPLE = 3
PRACTISING = 2  # practices in 28 days (domain.md 4.3)
YIELD_WINDOW = dt.timedelta(hours=72)
ELIGIBLE_STATUSES = frozenset({"invited", "active", "paused", "completed", "ended_incomplete"})


@dataclass(frozen=True, slots=True)
class EligibilityFacts:
    """Who counts in rates (domain.md 4.2). `is_learner` is False for managers, coach tests and demo."""

    status: str
    invited_on: dt.date | None
    activated_on: dt.date | None
    working: WorkingDays
    is_learner: bool = True
    is_address_refused: bool = False


def is_eligible(facts: EligibilityFacts, today: dt.date) -> bool:
    """Activated, or invited ten working days ago or more; left, replaced and cancelled do not count."""
    if not facts.is_learner or facts.status not in ELIGIBLE_STATUSES:
        return False
    if facts.activated_on is not None:
        return True
    if facts.invited_on is None:
        return False
    return facts.working.between(facts.invited_on, today) >= GRACE_WORKING_DAYS


def activation_rate(people: Iterable[EligibilityFacts], today: dt.date) -> Figure:
    """Activated over eligible; refused addresses are a part to mend, outside the denominator."""
    counted = [person for person in people if is_eligible(person, today)]
    refused = [person for person in counted if person.is_address_refused and person.activated_on is None]
    activated = sum(person.activated_on is not None for person in counted)
    return ratio(
        "activated",
        activated,
        len(counted) - len(refused),
        "nobody_eligible",
        Part("address_to_mend", len(refused)),
    )


def time_to_activation(people: Iterable[EligibilityFacts]) -> Figure:
    """Median working days from invitation to activation; null under three people."""
    days = [
        person.working.between(person.invited_on, person.activated_on)
        for person in people
        if person.invited_on is not None and person.activated_on is not None
    ]
    parts = (Part("people", len(days)),)
    if len(days) < MEDIAN_MIN_PEOPLE:
        return Figure(None, "fewer_than_three", parts)
    return Figure(float(statistics.median(days)), "", parts)


def completion_rate(statuses: Sequence[str], *, is_over: bool) -> Figure:
    """Completed over those who could have; null with "running" while the cohort runs.

    `is_over`: the end date has passed, so people still active count as not completed. Those who
    left, were replaced or cancelled are excluded and shown as counts.
    """
    count = {status: statuses.count(status) for status in set(statuses)}
    left = [Part(code, count.get(code, 0)) for code in ("withdrawn", "replaced", "cancelled")]
    completed = count.get("completed", 0)
    pending = sum(count.get(code, 0) for code in ("active", "paused", "invited"))
    finished = completed + count.get("ended_incomplete", 0)
    if not is_over:
        return Figure(None, "running", (Part("completed", completed, of=finished + pending), *left))
    return ratio("completed", completed, finished + pending, "nobody_eligible", *left)


@dataclass(frozen=True, slots=True)
class AgencyFacts:
    """An agency on a given day. `has_head` is False while the headship is vacant."""

    key: int
    opened_on: dt.date | None
    closed_on: dt.date | None
    has_head: bool
    eligible_enrolments: int
    working: WorkingDays


@dataclass(frozen=True, slots=True)
class Coverage:
    """The share, and the agencies behind it by their key: with, without, new (in grace), vacant."""

    figure: Figure
    covered: tuple[int, ...]
    without: tuple[int, ...]
    new: tuple[int, ...]
    vacant: tuple[int, ...]


def coverage(agencies: Iterable[AgencyFacts], today: dt.date) -> Coverage:
    """Agencies with an eligible enrolment over active ones (open ten working days, with a head)."""
    groups: dict[str, list[int]] = {"covered": [], "without": [], "new": [], "vacant": [], "closed": []}
    for agency in agencies:
        groups[_group(agency, today)].append(agency.key)
    active = len(groups["covered"]) + len(groups["without"])
    figure = ratio(
        "covered",
        len(groups["covered"]),
        active,
        "no_active_agency",
        Part("new", len(groups["new"])),
        Part("vacant", len(groups["vacant"])),
    )
    return Coverage(figure, *(tuple(groups[name]) for name in ("covered", "without", "new", "vacant")))


def _group(agency: AgencyFacts, today: dt.date) -> str:
    if agency.closed_on is not None and agency.closed_on <= today:
        return "closed"
    if not agency.has_head:
        return "vacant"
    if agency.opened_on is not None and agency.opened_on > today:
        return "new"
    if agency.opened_on is not None and agency.working.between(agency.opened_on, today) < GRACE_WORKING_DAYS:
        return "new"
    return "covered" if agency.eligible_enrolments else "without"


def practice_rate(counts: Iterable[int]) -> Figure:
    """People with two practices or more in 28 days over those whose first practice is due.

    `counts` has one entry for each eligible person whose first practice is due; null while it is nobody's.
    """
    practised = list(counts)
    return ratio("practising", sum(count >= PRACTISING for count in practised), len(practised), "not_due")


def reminder_yield(sent_at: Collection[dt.datetime], activity_at: Collection[dt.datetime]) -> Figure:
    """One person's reminders followed by an activity within 72 hours. Sum the parts before dividing.

    Correlation, not cause: screens say so.
    """
    followed = sum(any(sent < act <= sent + YIELD_WINDOW for act in activity_at) for sent in sent_at)
    return ratio("followed", followed, len(sent_at), "no_reminder")


def optout_ratio(opted_out: int, reminded: int) -> Figure:
    """People who muted or unsubscribed in 28 days over those reminded at least once."""
    return ratio("opted_out", opted_out, reminded, "no_reminder")
