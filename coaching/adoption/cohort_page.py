"""A running cohort as its coach sees it: people, calendar, invitations. Dates yes, contents never."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from agencies.models import Membership
from coaching.adoption.coach_reads import (
    facts_of,
    followed,
    latest_expiries,
    people_of,
    quiz_ratios,
    shared_since,
)
from coaching.adoption.facts import CohortFacts
from coaching.adoption.follow_up import Followed, percent
from coaching.adoption.invited import Invited, invited
from coaching.adoption.querysets import with_blackouts
from coaching.adoption.review_queue import Waiting, load_waiting
from coaching.cohorts.models import Cohort, LiveSession
from coaching.learning.access import get_verdicts_for
from coaching.learning.votes import Verdict

ALPHABETICAL = "alpha"
SHOWN_INVITATIONS = 10
SHOWN_EVENTS = 5
SHOWN_REVIEWS = 3


@dataclass(frozen=True)
class Row:
    """One participant; `quiz_ratio` is None when no quiz was taken, `confided_at` when no copy was shared."""

    followed: Followed
    quiz_ratio: float | None
    confided_at: dt.datetime | None = None

    @property
    def quiz_percent(self) -> int | None:
        return percent(self.quiz_ratio)


@dataclass(frozen=True)
class Handover:
    """A head whose mandate has ended, and who runs the agency since then, to be enrolled; None: nobody."""

    former: Followed
    successor: Membership | None


@dataclass(frozen=True)
class Event:
    """One line of the calendar: a week that opens, or a live session."""

    at: dt.datetime
    title: str
    note: str
    session: LiveSession | None = None
    is_past: bool = False


@dataclass(frozen=True)
class CohortPage:
    """Everything the page shows, read in a constant number of queries."""

    facts: CohortFacts
    people: tuple[Row, ...]
    gone: tuple[Followed, ...]
    handovers: tuple[Handover, ...]
    invited: tuple[Invited, ...]
    events: tuple[Event, ...]
    now: dt.datetime
    said: tuple[tuple[str, Verdict], ...]
    to_review: tuple[Waiting, ...] = ()

    @property
    def shown_reviews(self) -> tuple[Waiting, ...]:
        return self.to_review[:SHOWN_REVIEWS]

    @property
    def cohort(self) -> Cohort:
        return self.facts.cohort

    @property
    def joined(self) -> int:
        return sum(row.followed.enrolment.membership.joined_at is not None for row in self.people)

    @property
    def shown_invited(self) -> tuple[Invited, ...]:
        return self.invited[:SHOWN_INVITATIONS]

    @property
    def more_invited(self) -> int:
        return max(0, len(self.invited) - SHOWN_INVITATIONS)

    @property
    def is_over(self) -> bool:
        return self.cohort.status != Cohort.Status.RUNNING

    @property
    def may_write(self) -> bool:
        return bool(self.people) and self.cohort.status != Cohort.Status.ARCHIVED

    @property
    def may_invite(self) -> bool:
        return not self.is_over

    @cached_property
    def coming_session(self) -> LiveSession | None:
        """The session that is on today or comes next."""
        return next((each.session for each in self.events if each.session and not each.is_past), None)

    @property
    def shown_events(self) -> tuple[Event, ...]:
        """The last one past, and what comes."""
        coming = next((n for n, each in enumerate(self.events) if not each.is_past), len(self.events))
        return self.events[max(0, coming - 1) : coming + SHOWN_EVENTS]

    @property
    def has_other_events(self) -> bool:
        return len(self.shown_events) < len(self.events)

    @property
    def last_on(self) -> dt.datetime | None:
        return self.events[-1].at if self.events else None

    @property
    def summary(self) -> str:
        """« 14 au rythme, 3 à accompagner, 3 à épauler »: only what there is."""
        counts = Counter(_group(row.followed) for row in self.people)
        sentences = (
            ngettext("%(n)s au rythme", "%(n)s au rythme", counts["ok"]),
            ngettext("%(n)s à accompagner", "%(n)s à accompagner", counts["watch"]),
            ngettext("%(n)s à épauler", "%(n)s à épauler", counts["at_risk"]),
            ngettext("%(n)s invitation en attente", "%(n)s invitations en attente", counts["invited"]),
            ngettext("%(n)s en pause", "%(n)s en pause", counts["paused"]),
            ngettext("%(n)s parcours terminé", "%(n)s parcours terminés", counts["completed"]),
        )
        groups = ("ok", "watch", "at_risk", "invited", "paused", "completed")
        shown = [
            text % {"n": counts[key]} for key, text in zip(groups, sentences, strict=True) if counts[key]
        ]
        return ", ".join(shown)


def _group(each: Followed) -> str:
    if each.person.pause is not None:
        return "paused"
    if each.risk.level in ("at_risk", "watch"):
        return each.risk.level
    if each.person.status == "invited":
        return "invited"
    return "completed" if each.person.status == "completed" else "ok"


def load_cohort_page(coach: Membership, cohort: Cohort, now: dt.datetime, *, order: str = "") -> CohortPage:
    """Read the page of a launched cohort of this coach; twelve queries, one more once a head
    left, and one once a practice waits."""
    read = (
        with_blackouts(Cohort.objects.filter(pk=cohort.pk))
        .with_version()
        .prefetch_related("weeks", "sessions")
    )
    cohort_row = read.get()
    cohort_row.network = cohort.network
    facts = facts_of([cohort_row], {cohort.network_id: cohort.network}, now)[cohort.pk]
    everybody = followed(people_of({cohort.pk: facts}))
    ratios, confided = quiz_ratios(cohort), shared_since([cohort.pk])
    present = [each for each in everybody if each.person.is_present]
    if order != ALPHABETICAL:
        present.sort(key=lambda each: (not each.risk.is_at_risk, each.risk.level != "watch"))
    return CohortPage(
        facts=facts,
        people=tuple(
            Row(each, ratios.get(each.enrolment.pk), confided.get(each.enrolment.pk)) for each in present
        ),
        gone=tuple(each for each in everybody if not each.person.is_present),
        handovers=tuple(_handovers(everybody, facts)),
        invited=tuple(_invited(present, now)),
        events=tuple(_events(cohort_row, facts, now)),
        now=now,
        said=tuple(_said(get_verdicts_for(coach, cohort), facts)),
        to_review=tuple(load_waiting({cohort.pk: facts}, now)),
    )


def _said(found: Mapping[str, Verdict], facts: CohortFacts) -> Iterator[tuple[str, Verdict]]:
    """Title and verdict of each module that five people have voted on, in the order of the programme."""
    for module in facts.outline.modules:
        if module.key in found:
            yield module.title.in_language(get_language() or "fr"), found[module.key]


def _handovers(people: Sequence[Followed], facts: CohortFacts) -> Iterator[Handover]:
    """Mandates that ended while the enrolment ran, unless the successor takes part for another agency."""
    left = [
        each
        for each in people
        if each.enrolment.is_live and not each.person.is_present and each.enrolment.membership.is_head
    ]
    if facts.cohort.status != Cohort.Status.RUNNING or not left:
        return
    heads = Membership.objects.filter(pk__in=[_successor_id(each) for each in left]).select_related("user")
    in_office = {head.pk: head for head in heads}
    taking_part = {each.enrolment.membership.user_id for each in people if each.person.is_live}
    for each in left:
        successor = in_office.get(_successor_id(each) or 0)
        if successor is None or successor.user_id not in taking_part:
            yield Handover(each, successor)


def _successor_id(each: Followed) -> int | None:
    return each.enrolment.successor_id  # type: ignore[attr-defined, no-any-return]


def _invited(people: Sequence[Followed], now: dt.datetime) -> list[Invited]:
    waiting = [
        each for each in people if each.enrolment.membership.joined_at is None and each.enrolment.is_live
    ]
    expiries = latest_expiries([each.enrolment.membership_id for each in waiting])
    return [invited(each, expiries.get(each.enrolment.membership_id), now) for each in waiting]


def _events(cohort: Cohort, facts: CohortFacts, now: dt.datetime) -> list[Event]:
    language = get_language() or "fr"
    openings = (
        Event(
            week.opens_at,
            _("Semaine %(number)s") % {"number": week.number},
            facts.outline.weeks[week.number].title.in_language(language),
            is_past=week.opens_at <= now,
        )
        for week in facts.weeks
    )
    sessions = (
        Event(
            session.starts_at,
            session.title,
            "",
            session,
            is_past=session.starts_at + dt.timedelta(minutes=session.minutes) <= now,
        )
        for session in cohort.sessions.all()
        if session.cancelled_at is None
    )
    return sorted(chain(openings, sessions), key=lambda event: event.at)
