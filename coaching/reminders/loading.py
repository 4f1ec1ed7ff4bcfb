"""From rows to the planner's facts, for many people of one network in a constant number of queries."""

from __future__ import annotations

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple, cast
from zoneinfo import ZoneInfo

from django.db import Error, connection
from django.db.models import Case, Exists, OuterRef, Q, Value, When

from agencies.addresses import address_hash
from agencies.models import Agency, Network
from agencies.scope import current_network_id
from coaching.adoption.days import counted
from coaching.adoption.ladder import left_by_week
from coaching.cohorts.events import session_uid
from coaching.cohorts.models import (
    Appointment,
    Blackout,
    CoachContact,
    Cohort,
    CohortWeek,
    Enrolment,
    EnrolmentPause,
    LiveSession,
    SlotChoice,
)
from coaching.cohorts.own_sessions import OwnSession, latest_by_key, own_sessions
from coaching.cohorts.services import working_days_of
from coaching.cohorts.working_days import Period, WorkingDays
from coaching.learning.access.learner import VISIBLE
from coaching.learning.models import PracticeReview
from coaching.programmes.outline import ProgrammeOutline
from coaching.programmes.runtime import outline_of
from coaching.reminders.ahead import Ahead
from coaching.reminders.facts import (
    BAD_ADDRESS_CODES,
    CALENDAR_KINDS,
    CalendarEntry,
    PersonFacts,
    SentMessage,
    WeekOpening,
)
from coaching.reminders.models import OneTap, Reminder, ReminderAttempt, Suppression
from coaching.reminders.policies import StoredLayers
from coaching.reminders.policy import ReminderPolicy
from coaching.reminders.wishes import iso_week

CAPS_REACH = dt.timedelta(days=8)  # the caps look back seven
HISTORY = dt.timedelta(days=90)  # the planner asks for 60 or more
LEFT = ("sent", "leased", "handing", "uncertain")
CLOSED = ("skipped", "cancelled", "dead", "bounced")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Loaded:
    """One enrolment with its person, cohort and programme, and what the planner needs of it."""

    enrolment: Enrolment
    outline: ProgrammeOutline
    weeks: tuple[CohortWeek, ...]
    own: tuple[OwnSession, ...]  # in the slots that are the person's, cancelled ones included
    talks: tuple[Appointment, ...]
    facts: PersonFacts
    policy: ReminderPolicy  # equal ones are one object

    @property
    def network(self) -> Network:
        return self.enrolment.network

    @property
    def language(self) -> str:
        return self.facts.language


def load(enrolment_ids: Collection[int], now: dt.datetime) -> dict[int, Loaded]:
    """Facts by enrolment id; needs the scope of one network. Seventeen queries, however many people.

    Whoever's facts cannot be built (an unknown time zone, an unreadable programme) is logged and left out.
    """
    rows = list(
        Enrolment.objects.filter(pk__in=enrolment_ids).with_person().with_version().select_related("network")
    )
    shared = _Shared(rows, now)
    found: dict[int, Loaded] = {}
    for row in rows:
        with left_out_on_error(row):
            found[row.pk] = shared.person(row)
    return found


@contextmanager
def left_out_on_error(enrolment: Enrolment) -> Iterator[None]:
    """One person whose data make no sense stops nobody else; the operator's log says where to look.

    Only for what is computed: a statement that failed has ended the transaction, and goes on up.
    """
    try:
        yield
    except Error:
        raise
    except Exception as problem:
        # No text of the problem: it may quote what a person wrote.
        logger.error(
            "enrolment %s of network %s is left out of the reminders: %s",
            enrolment.public_id,
            enrolment.network.slug,
            type(problem).__name__,
        )


class _Shared:
    """What several people have in common, fetched once."""

    def __init__(self, rows: list[Enrolment], now: dt.datetime) -> None:
        self.now = now
        ids, cohorts = [row.pk for row in rows], {row.cohort_id for row in rows}
        self.weeks = _grouped(CohortWeek.objects.filter(cohort_id__in=cohorts), "cohort_id")
        self.sessions = _grouped(LiveSession.objects.filter(cohort_id__in=cohorts), "cohort_id")
        self.choices = _grouped(SlotChoice.objects.filter(enrolment_id__in=ids), "enrolment_id")
        self.talks = _grouped(Appointment.objects.filter(enrolment_id__in=ids), "enrolment_id")
        here = Q(cohort_id__in=cohorts) | Q(cohort=None)
        self.blackouts = _grouped(Blackout.objects.filter(here), "cohort_id")
        self.layers = StoredLayers.read(cohorts)
        self.pauses = _grouped(EnrolmentPause.objects.filter(enrolment_id__in=ids), "enrolment_id")
        contacts = CoachContact.objects.filter(enrolment_id__in=ids)
        answers = PracticeReview.objects.unopened().filter(submission__enrolment_id__in=ids)
        self.answers_at: defaultdict[int, list[dt.datetime]] = defaultdict(list)
        for pk, at in answers.order_by("sent_at").values_list("submission__enrolment_id", "sent_at"):
            if at is not None:  # which `unopened` rules out
                self.answers_at[pk].append(at)
        self.contacts = _grouped(contacts.only("enrolment_id", "happened_at", "kind"), "enrolment_id")
        self.own_ids, self.shown = _enrolments_by_person(row.membership.user_id for row in rows)
        everything = [pk for own in self.own_ids.values() for pk in own]
        self.ledger = _history(everything, now)
        self.history, self.closed = self.ledger.left, self.ledger.closed
        self.other_networks_at = _in_other_networks(self.own_ids, now)
        self.suppressed = suppressed(rows)
        self.ahead = Ahead(rows, now)
        self.quiet_at = _asked_for_quiet(everything, now)
        self._working: dict[tuple[Any, ...], WorkingDays] = {}
        self._openings: dict[int, tuple[WeekOpening, ...]] = {}

    def person(self, row: Enrolment) -> Loaded:
        membership, network = row.membership, row.network
        agency = membership.agency
        zone = agency.time_zone if agency else network.time_zone
        clock = ZoneInfo(zone)
        pauses = tuple(Period(each.starts_on, each.ends_on) for each in self.pauses[row.pk])
        working = self._working_days(row.cohort_id, agency, network, pauses)
        weeks = tuple(sorted(self.weeks[row.cohort_id], key=lambda week: week.number))
        outline = outline_of(row.cohort.programme_version)
        opened = ((week.number, week.opens_at) for week in weeks if week.opens_at <= self.now)
        left = left_by_week(opened, outline.required_minutes_by_week(network.sector), row.week_minutes)
        own = tuple(
            own_sessions(self.sessions[row.cohort_id], {each.key: each for each in self.choices[row.pk]})
        )
        talks = tuple(latest_by_key(self.talks[row.pk]).values())
        facts = PersonFacts(
            network_id=network.pk,
            enrolment_id=row.pk,
            status=_status(row, pauses, self.now.astimezone(clock).date()),
            time_zone=zone,
            working=working,
            weeks=self._weeks(row.cohort_id, weeks),
            invited_at=row.invited_again_at or row.invited_at,
            activated_at=row.activated_at,
            last_activity_at=row.last_activity_at,
            history=tuple(self.history[row.pk]),
            elsewhere=tuple(
                message
                for pk in self.own_ids[membership.user_id]
                if pk != row.pk
                for message in self.history[pk]
            ),
            other_networks_at=tuple(self.other_networks_at[membership.user_id]),
            closed=frozenset(self.closed[row.pk]),
            lapsed=frozenset(self.ledger.lapsed[row.pk]),
            invitations_ended_at=tuple(self.ledger.invitations_ended_at[row.pk]),
            mail_mode=row.mail_mode,
            suppression=self.suppressed.get(row.pk, ""),
            minutes_left=sum(minutes for _opens_at, minutes in left),
            left_open_since=left[0][0].astimezone(clock).date() if left else None,
            sessions_at=tuple(each.session.starts_at for each in own if not each.is_cancelled),
            events=_events(row, own, talks) if membership.user.is_active else (),
            practices=self.ahead.practices(row, outline, weeks, working.blackouts, pauses),
            follow_ups=self.ahead.follow_ups(row, outline) if row.pk in self.shown else (),
            is_cohort_running=row.cohort.status == Cohort.Status.RUNNING,
            is_cohort_archived=row.cohort.status == Cohort.Status.ARCHIVED,
            is_mandate_over=membership.is_over_on(self.now.astimezone(clock).date()),
            language=membership.user.language or network.default_language,
            employment_status=membership.employment_status,
            manager_view=network.manager_view,
            coach_contacts_on=tuple(
                each.happened_at.astimezone(clock).date() for each in self.contacts[row.pk]
            ),
            notified_at=row.manager_notice_at,
            handled_on=max(
                (
                    each.happened_at.astimezone(clock).date()
                    for each in self.contacts[row.pk]
                    if each.kind == CoachContact.Kind.HANDLED
                ),
                default=None,
            ),
            answers_at=tuple(self.answers_at[row.pk]),
            quiet_week=self._quiet_week(membership.user_id, clock),
        )
        policy = self.layers.of(row.cohort_id, row.digest_weekday).policy
        return Loaded(row, outline, weeks, own, talks, facts, policy)

    def _quiet_week(self, user_id: int, clock: ZoneInfo) -> str:
        """Asked for in one cohort, it holds in every one of theirs here; "" when they did not ask."""
        asked = [self.quiet_at[pk] for pk in self.own_ids[user_id] if pk in self.quiet_at]
        return iso_week(max(asked).astimezone(clock).date()) if asked else ""

    def _working_days(
        self, cohort_id: int, agency: Agency | None, network: Network, pauses: tuple[Period, ...]
    ) -> WorkingDays:
        """Agencies that keep the same days share one table of them."""
        own = (tuple(agency.open_days), agency.holiday_subdivision) if agency else ()
        key = (cohort_id, own, pauses)
        if key not in self._working:
            closed = (*self.blackouts[cohort_id], *self.blackouts[None])
            blackouts = tuple(Period(row.starts_on, row.ends_on) for row in closed)
            self._working[key] = counted(working_days_of(agency, network, blackouts, pauses))
        return self._working[key]

    def _weeks(self, cohort_id: int, weeks: Iterable[CohortWeek]) -> tuple[WeekOpening, ...]:
        if cohort_id not in self._openings:
            self._openings[cohort_id] = tuple(
                WeekOpening(week.number, week.key, week.opens_at) for week in weeks
            )
        return self._openings[cohort_id]


def _events(
    row: Enrolment, own: Iterable[OwnSession], talks: Iterable[Appointment]
) -> tuple[CalendarEntry, ...]:
    """The person's sessions and talk as the planner knows them."""
    sessions = (
        CalendarEntry(
            session_uid(row, each.session.key), each.sequence, each.session.starts_at, each.is_cancelled
        )
        for each in own
    )
    meetings = (
        CalendarEntry(
            session_uid(row, talk.key), talk.sequence, talk.starts_at, talk.cancelled_at is not None
        )
        for talk in talks
    )
    return (*sessions, *meetings)


def _grouped(rows: Iterable[Any], key: str) -> defaultdict[int | None, list[Any]]:
    found: defaultdict[int | None, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, key)].append(row)
    return found


def _enrolments_by_person(user_ids: Iterable[int]) -> tuple[dict[int, list[int]], set[int]]:
    """Account id -> every enrolment in this network: the caps are a person's, not an enrolment's.

    And those that their pages show, one per person (`learning.access.get_enrolment_for`).
    """
    found: defaultdict[int, list[int]] = defaultdict(list)
    ranks: defaultdict[int, list[tuple[bool, dt.date, int]]] = defaultdict(list)
    rows = Enrolment.objects.filter(membership__user_id__in=set(user_ids))
    columns = ("pk", "membership__user_id", "status", "cohort__status", "cohort__starts_on")
    for pk, user_id, status, cohort_status, starts_on in rows.values_list(*columns):
        found[user_id].append(pk)
        if status in VISIBLE and cohort_status != Cohort.Status.DRAFT:
            is_live = status in Enrolment.LIVE and cohort_status != Cohort.Status.ARCHIVED
            ranks[user_id].append((is_live, starts_on, pk))
    return found, {max(each)[-1] for each in ranks.values()}


class _History(NamedTuple):
    """By enrolment: what left or may have left, what ended otherwise, and when invitations so ended.

    `lapsed` are calendar messages that were given up for the person's sake (muted, gone, an address that took
    no mail): once that is over the same events are wanted again.
    """

    left: defaultdict[int, list[SentMessage]]
    closed: defaultdict[int, list[tuple[str, str]]]
    lapsed: defaultdict[int, list[tuple[str, str]]]
    invitations_ended_at: defaultdict[int, list[dt.datetime]]


def _history(ids: list[int], now: dt.datetime) -> _History:
    found = _History(defaultdict(list), defaultdict(list), defaultdict(list), defaultdict(list))
    # What a calendar has been sent is known for as long as the calendar may hold it.
    lately = Q(due_at__gte=now - HISTORY) | Q(kind__in=CALENDAR_KINDS)
    rows = Reminder.objects.filter(lately, enrolment_id__in=ids, state__in=(*LEFT, *CLOSED)).values_list(
        "enrolment_id",
        "kind",
        "occurrence",
        "state",
        "handed_over_at",
        "finished_at",
        "lease_until",
        "reasons",
        _was_given_up(),
    )
    for enrolment_id, kind, occurrence, state, handed_at, finished_at, lease_until, reasons, given_up in rows:
        if state in LEFT:
            at = handed_at or finished_at or lease_until or now
            events = tuple(reasons) if kind in CALENDAR_KINDS else ()
            found.left[enrolment_id].append(SentMessage(kind, occurrence, at, events))
            continue
        found.closed[enrolment_id].append((kind, occurrence))
        if kind in CALENDAR_KINDS and given_up:
            found.lapsed[enrolment_id].append((kind, occurrence))
        if kind == "invitation" and finished_at:
            found.invitations_ended_at[enrolment_id].append(finished_at)
    return found


def _asked_for_quiet(ids: list[int], now: dt.datetime) -> dict[int, dt.datetime]:
    """Enrolment id -> when they last asked from a mail for nothing more that week; of the last days only."""
    rows = OneTap.objects.filter(
        enrolment_id__in=ids, action=OneTap.Action.NEXT_WEEK, at__gte=now - CAPS_REACH
    )
    return dict(rows.order_by("at").values_list("enrolment_id", "at"))


def _was_given_up() -> Case:
    """Whether a message was given up for the person's sake, or for an address that takes no mail.

    What a coach has closed was not: it may have arrived, and they decided that nothing more is sent.
    """
    tries = ReminderAttempt.objects.filter(network=OuterRef("network"), reminder=OuterRef("pk"))
    refused = Exists(tries.filter(stage="address", smtp_code__in=BAD_ADDRESS_CODES))
    return Case(
        When(Q(state="dead") | Q(state="skipped", reason="closed"), then=refused),
        When(state="skipped", then=Value(True)),
        default=Value(False),
    )


def suppressed(rows: list[Enrolment]) -> dict[int, str]:
    """By enrolment: why nothing leaves. What the mailbox refuses weighs more than what the person asked."""
    hashes = {row.pk: address_hash(cast(int, row.network_id), row.membership.user.email) for row in rows}
    people = {row.pk: row.membership.user_id for row in rows}
    known = Suppression.objects.filter(
        Q(address_hash__in=set(hashes.values())) | Q(user_id__in=set(people.values()))
    ).values_list("user_id", "address_hash", "reason")
    by_person = {user_id: reason for user_id, _hash, reason in known if user_id}
    by_address = {address: reason for _user, address, reason in known if address}
    reasons = {pk: by_address.get(hashes[pk]) or by_person.get(people[pk]) for pk in hashes}
    return {pk: reason for pk, reason in reasons.items() if reason}


def _in_other_networks(user_ids: Collection[int], now: dt.datetime) -> defaultdict[int, list[dt.datetime]]:
    """Account id -> when other networks wrote lately: the caps are promised to a person (domain.md 3.2)."""
    found: defaultdict[int, list[dt.datetime]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT recipient_id, at FROM reminders_of_other_networks(%s, %s, %s)",
            [list(user_ids), current_network_id(), now - CAPS_REACH],
        )
        for user_id, at in cursor.fetchall():
            found[user_id].append(at)
    return found


def _status(row: Enrolment, pauses: tuple[Period, ...], today: dt.date) -> str:
    """A pause that is over has ended, and a person who left has gone, before anything touched the row."""
    membership = row.membership
    if row.is_live and (membership.is_over_on(today) or not membership.user.is_active):
        return Enrolment.Status.WITHDRAWN
    is_resting = any(pause.ends_on >= today for pause in pauses)
    if row.status == Enrolment.Status.PAUSED and not is_resting:
        return Enrolment.Status.ACTIVE
    return row.status
