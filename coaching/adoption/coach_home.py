"""The coach's home over all their networks: whom to contact, invitations that wait, the next two weeks."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.cairn import clock, day_month, spelled
from agencies.models import Membership, Network
from coaching.adoption.agenda import AHEAD, SHOWN, Line, Meeting, Session, Talk, coming
from coaching.adoption.coach_reads import (
    cohorts_of,
    done_addresses,
    facts_of,
    followed,
    latest_expiries,
    people_of,
    shared_since,
)
from coaching.adoption.facts import CohortFacts
from coaching.adoption.follow_up import Followed, to_contact, with_next_steps
from coaching.adoption.invited import Invited, invited
from coaching.adoption.notices import Notice, notices_of
from coaching.adoption.reading import currency
from coaching.adoption.review_queue import Waiting, load_waiting
from coaching.cohorts.models import Appointment, CoachContact, Cohort, LiveSession

SHOWN_REVIEWS = 4
SHOWN_PEOPLE = 30  # more calls than a morning holds: the rest is one link away
SHARED_SHOWN_FOR = dt.timedelta(days=28)  # what was confided stays on the person's page


@dataclass(frozen=True)
class NetworkCard:
    """One network of the strip; `cohort` is the one that runs, or the next draft, or the last that ended."""

    network: Network
    cohort: Cohort | None
    others: int
    week: int | None
    last_week: int
    people: int
    to_contact: int

    @property
    def is_draft(self) -> bool:
        return self.cohort is not None and self.cohort.status == Cohort.Status.DRAFT

    @property
    def is_over(self) -> bool:
        return self.cohort is not None and self.cohort.status == Cohort.Status.ENDED


@dataclass(frozen=True)
class Confided:
    """Somebody who confided a copy lately; what it says is on their page only."""

    followed: Followed
    at: dt.datetime


@dataclass(frozen=True)
class Home:
    """Everything the page shows, already read: the template makes no query."""

    now: dt.datetime
    cards: tuple[NetworkCard, ...]
    queue: tuple[Followed, ...]
    invitations: tuple[Invited, ...]
    today: tuple[Meeting, ...]
    coming: tuple[Line, ...]
    confided: tuple[Confided, ...]
    noted_this_week: int
    to_review: tuple[Waiting, ...] = ()
    notices: tuple[Notice, ...] = ()
    shows_all: bool = False

    @property
    def shown_queue(self) -> tuple[Followed, ...]:
        """Whom the page lists, the most pressing first."""
        return self.queue if self.shows_all else self.queue[:SHOWN_PEOPLE]

    @property
    def more_people(self) -> int:
        return len(self.queue) - len(self.shown_queue)

    @property
    def shown_reviews(self) -> tuple[Waiting, ...]:
        return self.to_review[:SHOWN_REVIEWS]

    @property
    def coming_soon(self) -> tuple[Line, ...]:
        return self.coming[:SHOWN]

    @property
    def coming_later(self) -> tuple[Line, ...]:
        return self.coming[SHOWN:]

    @property
    def next_session(self) -> Session | None:
        return next((line for line in self.coming if isinstance(line, Session)), None)

    @property
    def has_cohorts(self) -> bool:
        return any(card.cohort for card in self.cards)

    @property
    def title(self) -> str:
        return _title(len(self.queue), [each for each in self.today if isinstance(each, Session)])

    @property
    def subtitle(self) -> str:
        return _subtitle(self)


def load_home(
    memberships: Sequence[Membership], now: dt.datetime, zone: ZoneInfo, *, shows_all: bool = False
) -> Home:
    """Read the home of a person's coaching memberships; the scope must hold exactly their networks.

    Fourteen queries, fifteen once a practice waits, whatever the number of networks, cohorts and people.
    Days are those of `zone`.
    """
    networks = {membership.network_id: membership.network for membership in memberships}
    facts = facts_of(cohorts_of(memberships, networks), networks, now)
    running = {key: each for key, each in facts.items() if each.cohort.status == Cohort.Status.RUNNING}
    people = followed(people_of(running))
    waiting = to_contact(people)
    queue = with_next_steps(waiting, done_addresses([each.enrolment.pk for each in waiting]))
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    held: list[Meeting] = [*_sessions(running, people, midnight), *_talks(memberships, running, midnight)]
    sessions = sorted(held, key=lambda each: each.at)
    tomorrow = midnight + dt.timedelta(days=1)
    return Home(
        now=now,
        cards=tuple(_card(network, facts, people, queue) for network in _by_name(networks)),
        queue=tuple(queue),
        invitations=tuple(_invitations(people, waiting, now)),
        today=tuple(each for each in sessions if each.at < tomorrow),
        coming=coming(facts.values(), sessions, tomorrow),
        confided=tuple(_confided(running, people, now)),
        noted_this_week=_noted_since(memberships, midnight - dt.timedelta(days=midnight.weekday())),
        to_review=tuple(load_waiting(facts, now)),
        notices=tuple(notices_of([each.cohort for each in facts.values()])),
        shows_all=shows_all,
    )


def _by_name(networks: dict[int | None, Network]) -> list[Network]:
    return sorted(networks.values(), key=lambda network: (network.name.casefold(), network.pk))


def _sessions(
    running: dict[int, CohortFacts], people: Sequence[Followed], midnight: dt.datetime
) -> list[Session]:
    end = midnight + AHEAD + dt.timedelta(days=1)
    rows = LiveSession.objects.coming(midnight).filter(cohort__in=list(running), starts_at__lt=end)
    live = Counter(each.enrolment.cohort_id for each in people if each.person.is_live)
    return [
        Session(
            row,
            running[row.cohort_id].cohort,
            running[row.cohort_id].network,
            row.expected(live[row.cohort_id]),
        )
        for row in rows.with_choices()
    ]


def _talks(
    memberships: Sequence[Membership], running: dict[int, CohortFacts], midnight: dt.datetime
) -> list[Talk]:
    """The one-to-ones that are somebody's, of these coaches; one query."""
    end = midnight + AHEAD + dt.timedelta(days=1)
    rows = Appointment.objects.standing().filter(
        coach__in=[membership.pk for membership in memberships],
        cohort__in=list(running),
        enrolment__isnull=False,
        starts_at__gte=midnight,
        starts_at__lt=end,
    )
    return [
        Talk(row, running[row.cohort_id].cohort, running[row.cohort_id].network) for row in rows.with_person()
    ]


def _invitations(people: Sequence[Followed], queue: Sequence[Followed], now: dt.datetime) -> list[Invited]:
    """Those that need a hand: refused by a mailbox, expired, or unopened and not in the queue."""
    waiting = [each for each in people if each.person.is_live and each.enrolment.membership.joined_at is None]
    expiries = latest_expiries([each.enrolment.membership_id for each in waiting])
    found = (invited(each, expiries.get(each.enrolment.membership_id), now) for each in waiting)
    asked = {each.enrolment.pk for each in queue}
    stuck = [each for each in found if each.is_stuck and not (each.state == "waiting" and each.key in asked)]
    return sorted(stuck, key=lambda each: (each.state != "refused", -(each.working_days or 0), each.key))


def _confided(
    running: dict[int, CohortFacts], people: Sequence[Followed], now: dt.datetime
) -> list[Confided]:
    """One line per person, the latest first."""
    at = shared_since(running)
    found = [Confided(each, at[each.enrolment.pk]) for each in people if each.enrolment.pk in at]
    lately = (each for each in found if now - each.at < SHARED_SHOWN_FOR)
    return sorted(lately, key=lambda each: each.at, reverse=True)


def _noted_since(memberships: Sequence[Membership], since: dt.datetime) -> int:
    coaches = [membership.pk for membership in memberships]
    return CoachContact.objects.filter(coach__in=coaches, happened_at__gte=since).count()


def _card(
    network: Network, facts: dict[int, CohortFacts], people: Sequence[Followed], queue: Sequence[Followed]
) -> NetworkCard:
    own = [each for each in facts.values() if each.network.pk == network.pk]
    own.sort(key=lambda each: currency(each.cohort, timezone.localdate(each.now)))
    first = own[0] if own else None
    is_running = first is not None and first.cohort.status == Cohort.Status.RUNNING
    present = [each for each in people if each.person.cohort is first]
    return NetworkCard(
        network=network,
        cohort=first.cohort if first else None,
        others=max(0, len(own) - 1),
        week=first.current_week if first and is_running else None,
        last_week=first.weeks[-1].number if first and first.weeks else 0,
        people=sum(each.person.is_present for each in present),
        to_contact=sum(each.person.cohort.network.pk == network.pk for each in queue),
    )


# --- in words ------------------------------------------------------------------------------------


def _title(count: int, today: Sequence[Session]) -> str:
    """The day in one sentence: how many to contact, and the sessions of the day."""
    if not count and not today:
        return _("Rien ne presse aujourd’hui.")
    held = _held_today(today)
    if not count:
        return _("%(session)s, et personne à contacter.") % {"session": capfirst(held)}
    people = ngettext("%(number)s personne à contacter", "%(number)s personnes à contacter", count)
    people = capfirst(people % {"number": spelled(count)})
    return f"{people}, {held}." if held else f"{people}."


def _held_today(today: Sequence[Session]) -> str:
    if len(today) == 1:
        at = timezone.localtime(today[0].session.starts_at)
        return _("une séance à %(time)s") % {"time": clock(at)}
    if today:
        return ngettext("%(number)s séance", "%(number)s séances", len(today)) % {
            "number": spelled(len(today))
        }
    return ""


def _subtitle(home: Home) -> str:
    if following := home.next_session:
        at = timezone.localtime(following.session.starts_at)
        return _("Prochaine séance : %(day)s à %(time)s, %(network)s.") % {
            "day": day_month(at),
            "time": clock(at),
            "network": following.network.name,
        }
    return _("Aucune autre séance dans les deux semaines qui viennent.") if home.has_cohorts else ""
