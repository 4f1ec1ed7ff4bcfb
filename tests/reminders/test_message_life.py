"""Anything that may happen to people, server, worker and clock, in any order: P1 to P5 of reliability 2.1
hold after each step, against a small model of who may get what (F11). The release tier runs it longer."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from agencies.models import Membership
from agencies.scope import networks
from agencies.services import end_membership
from coaching.cohorts.models import Cohort, Enrolment, LiveSession
from coaching.cohorts.services import CohortProblem, add_late_joiner, pause, replace_head, resume
from coaching.cohorts.working_days import public_holidays
from coaching.reminders import claiming, ledger, services
from coaching.reminders.facts import TOLD_ANYWAY, UNCAPPED
from coaching.reminders.messages import Envelope
from coaching.reminders.models import Reminder
from coaching.reminders.preferences import subscribe_again, unsubscribe
from coaching.reminders.services import deliver_network
from coaching.reminders.transport import Accepted, Fenced, NoAnswer, Outcome, Refused
from tests.factories import PARIS, Cast, make_agency, make_cast, make_member
from tests.lives import live

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# Lives and steps of each; before a release 2000x50.
RUNS, STEPS = map(int, os.environ.get("MESSAGE_LIVES", "12x20").split("x"))
BEGINS = dt.datetime(2027, 1, 4, 9, 30, tzinfo=PARIS)
FRANCE = public_holidays("FR")
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
POINTS = (
    "before_claim_commit",
    "after_claim_commit",
    "after_plan",
    "before_handing_commit",
    "after_sent_commit",
)
ENDS = ("refuse", "refuse_for_good", "no_answer", "lost_answer", "die_before", "die_after")


class Died(BaseException):
    """The worker is killed here; nothing catches it."""


@dataclass
class Person:
    """What the model knows of one person: what they may get, and when something reached them."""

    is_unsubscribed: bool = False
    is_gone: bool = False
    resting: list[tuple[dt.date, dt.date]] = field(default_factory=list)
    counted: list[dt.datetime] = field(default_factory=list)

    def may_get(self, kind: str, at: dt.datetime) -> bool:
        local = at.astimezone(PARIS)
        is_open = local.isoweekday() <= 5 and local.date() not in FRANCE
        is_open = is_open and dt.time(8, 30) <= local.time() < dt.time(18)
        rests = any(first <= local.date() <= last for first, last in self.resting)
        if not is_open or rests or (self.is_gone and kind != "session_cancel"):
            return False
        if self.is_unsubscribed and kind not in TOLD_ANYWAY:
            return False
        return kind in UNCAPPED or self._is_under_caps(at)

    def _is_under_caps(self, at: dt.datetime) -> bool:
        lately = [each for each in self.counted if at - each < 7 * DAY]
        return len(lately) < 2 and all(at - each >= 48 * HOUR for each in lately)


@dataclass
class Post:
    """A mail server in memory: what it took, and how it ends the next hand-overs."""

    life: MessageLife
    arrived: Counter[str] = field(default_factory=Counter)
    ends: list[str] = field(default_factory=list)
    doubtful: set[str] = field(default_factory=set)

    name = "smtp"
    deduplicates_for = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_problem: Any) -> None:
        pass

    def hand_over(self, envelope: Envelope, before_data: Callable[[], bool]) -> Outcome:
        end = self.ends.pop(0) if self.ends else ""
        if end == "refuse":
            return Refused("address", 451)
        if end == "refuse_for_good":
            return Refused("data", 554)
        if not before_data():
            return Fenced()
        key = key_of(envelope)
        if end in ("no_answer", "lost_answer", "die_before", "die_after"):
            self.doubtful.add(key)
        if end in ("", "lost_answer", "die_after"):
            self.life.reached(key)
            self.arrived[key] += 1
        if end.startswith("die"):
            raise Died
        return Accepted() if end == "" else NoAnswer()


def key_of(envelope: Envelope) -> str:
    found = next(line for line in envelope.content.splitlines() if line.startswith(b"X-Reminder-Key: "))
    return found.partition(b": ")[2].decode()


class MessageLife(RuleBasedStateMachine):
    """One network, three heads and a spare; the clock only goes on, and delivery may be long away."""

    cast: Cast
    spare: list[Membership]

    @initialize()
    def begin(self) -> None:
        self.now = BEGINS
        self.post = Post(self)
        self.people: defaultdict[int, Person] = defaultdict(Person)
        self.is_settled = False
        self.work()
        for place in (0, 1):
            self.enter(place)

    # — reading —

    def rows(self) -> list[Reminder]:
        return list(Reminder.objects.order_by("id"))

    def enrolments(self) -> list[Enrolment]:
        """For whoever is about to change something: the worker has to come by again."""
        self.is_settled = False
        return list(Enrolment.objects.select_related("membership__user", "network").order_by("pk"))

    def one(self, place: int) -> Enrolment:
        rows = self.enrolments()
        return rows[place % len(rows)]

    def reached(self, key: str) -> None:
        """Called by the server as it takes a text: P5, and the caps of the person."""
        row = Reminder.objects.get(dedupe_key=key)
        person = self.people[row.recipient_id]
        assert person.may_get(row.kind, self.now), (row.kind, self.now, person)
        if row.kind not in UNCAPPED:
            person.counted.append(self.now)

    # — time, worker and server —

    @rule(hours=st.integers(1, 30))
    def wait(self, hours: int) -> None:
        self.now += hours * HOUR
        self.is_settled = False

    @rule(days=st.integers(2, 6))
    def days_go_by(self, days: int) -> None:
        """Morning and afternoon the worker comes by, whatever the server does."""
        for _half in range(2 * days):
            self.now += dt.timedelta(hours=12 if self.now.astimezone(PARIS).hour < 12 else 5)
            if self.now.astimezone(PARIS).hour >= 18 or self.now.astimezone(PARIS).hour < 8:
                self.now += 12 * HOUR
            self.work()

    @rule(days=st.integers(2, 12))
    def nobody_works(self, days: int) -> None:
        self.now += days * DAY
        self.is_settled = False

    @rule(ends=st.lists(st.sampled_from(("", "", *ENDS)), max_size=4))
    def server_is_moody(self, ends: list[str]) -> None:
        self.post.ends = ends

    @rule(hours=st.integers(0, 6))
    def deliver(self, hours: int) -> None:
        self.now += hours * HOUR
        self.work()

    @rule(point=st.sampled_from(POINTS), times=st.integers(1, 3))
    def worker_is_killed(self, point: str, times: int) -> None:
        left = [times]

        def failpoint(name: str) -> None:
            left[0] -= name == point
            if name == point and left[0] == 0:
                raise Died

        with pytest.MonkeyPatch.context() as patch:
            for module in (claiming, ledger, services):
                patch.setattr(module, "failpoint", failpoint)
            self.work()

    def work(self) -> None:
        self.is_settled = False
        try:
            deliver_network(self.cast.network.pk, now=self.now, transport=self.post)
        except Died:
            self.now += dt.timedelta(minutes=10)  # leases end
            return
        self.is_settled = True

    # — people —

    @rule(place=st.integers(0, 5))
    def enter(self, place: int) -> None:
        row = self.one(place)
        if row.status == Enrolment.Status.INVITED:
            row.status, row.activated_at, row.last_activity_at = Enrolment.Status.ACTIVE, self.now, self.now
            row.next_check_at = self.now
            row.save(update_fields=["status", "activated_at", "last_activity_at", "next_check_at"])

    @rule(place=st.integers(0, 5))
    def do_something(self, place: int) -> None:
        Enrolment.objects.filter(pk=self.one(place).pk, activated_at__isnull=False).update(
            last_activity_at=self.now, next_check_at=self.now
        )

    @rule(place=st.integers(0, 5))
    def finish(self, place: int) -> None:
        Enrolment.objects.filter(pk=self.one(place).pk, status=Enrolment.Status.ACTIVE).update(
            status=Enrolment.Status.COMPLETED, completed_at=self.now, next_check_at=self.now
        )

    @rule(place=st.integers(0, 5), weeks=st.integers(1, 3))
    def rest(self, place: int, weeks: int) -> None:
        row, today = self.one(place), self.now.date()
        try:
            made = pause(row, weeks, today=today, now=self.now)
        except CohortProblem:
            return
        self.people[row.membership.user_id].resting.append((made.starts_on, made.ends_on))

    @rule(place=st.integers(0, 5))
    def come_back(self, place: int) -> None:
        row = self.one(place)
        resume(row, today=self.now.date(), now=self.now)
        person = self.people[row.membership.user_id]
        person.resting = [(pause.starts_on, pause.ends_on) for pause in row.pauses.all()]

    @rule(place=st.integers(0, 5), wish=st.sampled_from(["unsubscribe", "again", "again", "leave"]))
    def change_their_mind(self, place: int, wish: str) -> None:
        row = self.one(place)
        person = self.people[row.membership.user_id]
        if wish == "unsubscribe":
            unsubscribe(row, self.now)
            person.is_unsubscribed = True
        elif wish == "again":
            subscribe_again(row, self.now)
            person.is_unsubscribed = False
        else:
            end_membership(row.membership, self.now.date() - DAY)
            person.is_gone = True

    @rule(dates=st.sampled_from(["shift", "squeeze"]))
    def join_late(self, dates: str) -> None:
        try:
            add_late_joiner(self.cohort(), self.spare[0], self.now, dates=dates, coach=self.cast.coach)
        except CohortProblem:
            return

    @rule(place=st.integers(0, 2))
    def be_replaced(self, place: int) -> None:
        row = self.enrolments()[place]
        try:
            replace_head(row, self.spare[1], self.now, dates="shift", coach=self.cast.coach)
        except CohortProblem:
            return
        self.people[row.membership.user_id].is_gone = True

    @rule(place=st.integers(0, 3), hours=st.integers(1, 200))
    def move_a_session(self, place: int, hours: int) -> None:
        self.is_settled = False
        sessions = list(LiveSession.objects.order_by("pk"))
        session = sessions[place % len(sessions)]
        if session.starts_at > self.now:
            session.starts_at += hours * HOUR
            session.sequence += 1
            session.save(update_fields=["starts_at", "sequence"])
            Enrolment.objects.update(next_check_at=self.now)

    def cohort(self) -> Cohort:
        return Cohort.objects.select_related("network").get(pk=self.cast.cohort.pk)

    # — what always holds —

    @invariant()
    def planned_once(self) -> None:
        names = [(row.enrolment_id, row.kind, row.occurrence) for row in self.rows()]
        assert len(names) == len(set(names))

    @invariant()
    def never_doubled(self) -> None:
        assert all(count == 1 for count in self.post.arrived.values())

    @invariant()
    def never_lost_in_silence(self) -> None:
        for row in self.rows():
            if row.state == "sent":
                assert row.dedupe_key in self.post.arrived, row
            if row.dedupe_key in self.post.arrived:
                assert row.state in ("sent", "uncertain", "handing") or row.reason == "uncertain", row.state

    @invariant()
    def doubt_is_seen(self) -> None:
        states = {row.dedupe_key: (row.state, row.reason) for row in self.rows()}
        for key in self.post.doubtful:
            state, reason = states[key]
            assert state in ("uncertain", "handing") or (state, reason) == ("skipped", "uncertain"), state

    @invariant()
    def nothing_waits_once_the_worker_has_been_by(self) -> None:
        """Whoever could be decided was; a row is in flight only while its lease runs."""
        if self.is_settled:
            for row in self.rows():
                assert row.state not in ("leased", "handing") or row.lease_until > self.now
                assert row.state != "due" or row.next_try_at > self.now, (row.kind, row.reason, self.now)
                assert row.state != "due" or row.expires_at > self.now - 30 * DAY


def test_whatever_happens_no_message_is_lost_or_doubled_or_a_nuisance() -> None:
    cast = make_cast(3)
    with networks(cast.network.pk):
        agency = make_agency(cast.network, "Brest")
        late = make_member(cast.network, "late@example.com", "agency_head", agency)
        successor = make_member(cast.network, "next@example.com", "agency_head", cast.agencies[1])
    MessageLife.cast, MessageLife.spare = cast, [late, successor]
    live(MessageLife, cast.network.pk, lives=RUNS, steps=STEPS)
