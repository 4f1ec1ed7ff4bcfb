"""Practices that wait for a coach: who, since when, until which day an answer is promised. Needs a scope.

Each read costs the same number of queries for one practice and for a hundred, in one network or four. No
word of what was handed in is read here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.templatetags.cairn import day_month
from agencies.models import Membership, Network
from coaching.adoption.coach_reads import cohorts_of, facts_of
from coaching.adoption.facts import CohortFacts, Person, person_facts, zone_of
from coaching.adoption.querysets import with_facts
from coaching.cohorts.models import Cohort, Enrolment
from coaching.cohorts.working_days import CalendarError
from coaching.learning.models import PracticeSubmission
from coaching.learning.reviewing import ANSWERED_WITHIN
from coaching.learning.steps.practice import REHEARSAL


@dataclass(frozen=True)
class Waiting:
    """One practice of the queue, in the days of its author's agency; `promised_on`: None where none opens."""

    submission: PracticeSubmission
    person: Person
    title: str
    handed_in_on: dt.date
    promised_on: dt.date | None

    @property
    def name(self) -> str:
        return self.person.name

    @property
    def cohort(self) -> Cohort:
        return self.person.cohort.cohort

    @property
    def network(self) -> Network:
        return self.person.cohort.network

    @property
    def agency_name(self) -> str:
        agency = self.person.enrolment.membership.agency
        return agency.name if agency else ""

    @property
    def is_published(self) -> bool:
        return self.submission.route != REHEARSAL

    @property
    def is_second(self) -> bool:
        """A new version after a suggestion."""
        return bool(self.submission.was_returned)  # type: ignore[attr-defined]

    @property
    def is_overdue(self) -> bool:
        return self.promised_on is not None and self.promised_on < self.person.today

    @property
    def working_days(self) -> int:
        """Open days gone by since it was handed in."""
        return self.person.working.between(self.handed_in_on, self.person.today)

    @property
    def age(self) -> str:
        """« remise aujourd’hui », « remise il y a 3 jours ouvrés »."""
        if self.handed_in_on == self.person.today:
            return _("remise aujourd’hui")
        days = self.working_days
        if not days:
            return _("remise %(day)s") % {"day": day_month(self.handed_in_on)}
        text = ngettext("remise il y a %(n)d jour ouvré", "remise il y a %(n)d jours ouvrés", days)
        return text % {"n": days}

    @property
    def until(self) -> str:
        """« avant vendredi », « avant le 12 décembre », « promise pour mardi »: the last day counts."""
        return until_words(self.promised_on, self.person.today)


def until_words(promised_on: dt.date | None, today: dt.date) -> str:
    """The day until which an answer is promised, in the reader's words; "" without such a day."""
    if promised_on is None:
        return ""
    if promised_on == today:
        return _("promise pour aujourd’hui")
    is_near = abs((promised_on - today).days) < 7
    day = date_format(promised_on, "l") if is_near else day_month(promised_on)
    if promised_on > today:
        return _("avant %(day)s") % {"day": day}
    return (_("promise pour %(day)s dernier") if is_near else _("promise pour %(day)s")) % {"day": day}


def load_waiting(cohorts: Mapping[int, CohortFacts], now: dt.datetime) -> list[Waiting]:
    """What waits in these cohorts, the longest wait first; two queries, one when nothing waits."""
    rows = PracticeSubmission.objects.to_review(timezone.localdate(now)).with_review_facts()
    submissions = list(rows.without_words().filter(enrolment__cohort__in=list(cohorts)))
    if not submissions:
        return []
    wanted = Enrolment.objects.filter(pk__in={each.enrolment_id for each in submissions})
    people = {row.pk: person_facts(cohorts[row.cohort_id], row) for row in with_facts(wanted)}
    return [waiting(each, people[each.enrolment_id]) for each in submissions]


def waiting(submission: PracticeSubmission, person: Person) -> Waiting:
    """One practice with its days; no query."""
    facts = person.cohort
    module = facts.outline.module(submission.address.partition("/")[0])
    day = submission.submitted_at.astimezone(zone_of(person.enrolment, facts.network)).date()
    try:
        promised_on = person.working.add(day, ANSWERED_WITHIN)
    except CalendarError:
        promised_on = None
    title = module.title.in_language(get_language() or "fr") if module else submission.address
    return Waiting(submission, person, title, day, promised_on)


@dataclass(frozen=True)
class Queue:
    """Everything that waits for a person, in all the networks they coach."""

    rows: tuple[Waiting, ...]
    networks: tuple[tuple[Network, int], ...]  # with how many wait; those where something does


def load_queue(memberships: Sequence[Membership], now: dt.datetime) -> Queue:
    """The queue over these coaching memberships; the scope must hold exactly their networks. Four queries."""
    networks = {membership.network_id: membership.network for membership in memberships}
    rows = load_waiting(facts_of(cohorts_of(memberships, networks), networks, now), now)
    found: dict[int, int] = {}
    for each in rows:
        found[each.network.pk] = found.get(each.network.pk, 0) + 1
    return Queue(
        tuple(rows),
        tuple((networks[key], count) for key, count in found.items()),
    )
