"""What a coach's next days hold over all networks: sessions, weeks that open, departures, ends. No query."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agencies.models import Network
from coaching.adoption.facts import CohortFacts
from coaching.cohorts.calendar import local_instant
from coaching.cohorts.models import Appointment, Cohort, LiveSession

AHEAD = dt.timedelta(days=14)
SHOWN = 8
_MORNING = dt.time(6, 0)  # when a week opens


@dataclass(frozen=True)
class Session:
    """A live session with the network it belongs to."""

    session: LiveSession
    cohort: Cohort
    network: Network
    enrolled: int

    @property
    def at(self) -> dt.datetime:
        return self.session.starts_at


@dataclass(frozen=True)
class Landmark:
    """A day of a cohort that is no session: a week opens, a draft would depart, the last week is due."""

    kind: Literal["opening", "departure", "end"]
    at: dt.datetime
    cohort: Cohort
    network: Network
    note: str
    week: int = 0

    @property
    def title(self) -> str:
        if self.kind == "opening":
            return _("Semaine %(number)s, %(cohort)s") % {"number": self.week, "cohort": self.cohort.name}
        if self.kind == "departure":
            return _("Départ envisagé, %(cohort)s") % {"cohort": self.cohort.name}
        return _("Dernière semaine, %(cohort)s") % {"cohort": self.cohort.name}


@dataclass(frozen=True)
class Talk:
    """A one-to-one of this coach, with whom; free times are not worth a line."""

    talk: Appointment
    cohort: Cohort
    network: Network

    @property
    def at(self) -> dt.datetime:
        return self.talk.starts_at

    @property
    def name(self) -> str:
        return self.talk.enrolment.membership.shown_name if self.talk.enrolment else ""


Meeting = Session | Talk
Line = Session | Talk | Landmark


def coming(facts: Iterable[CohortFacts], sessions: Sequence[Meeting], start: dt.datetime) -> tuple[Line, ...]:
    """All lines from `start` on and for fourteen days, in the order of their hour."""
    found: list[Line] = [each for each in sessions if start <= each.at]
    found += [line for cohort in facts for line in _landmarks(cohort) if start <= line.at < start + AHEAD]
    return tuple(sorted(found, key=lambda line: (line.at, line.network.name, line.cohort.pk)))


def _landmarks(facts: CohortFacts) -> Iterator[Landmark]:
    cohort, network = facts.cohort, facts.network
    if cohort.status == Cohort.Status.DRAFT:
        at = local_instant(cohort.starts_on, _MORNING, cohort.time_zone)
        yield Landmark("departure", at, cohort, network, _("Encore en préparation : rien n’est parti."))
    if cohort.status != Cohort.Status.RUNNING:
        return
    language, titles = get_language() or "fr", facts.outline.weeks
    for week in facts.weeks:
        title = titles[week.number].title.in_language(language) if week.number < len(titles) else ""
        yield Landmark("opening", week.opens_at, cohort, network, title, week.number)
    if facts.weeks:
        last = max(week.due_at for week in facts.weeks)
        yield Landmark("end", last, cohort, network, _("Les parcours de cette promotion se terminent."))
