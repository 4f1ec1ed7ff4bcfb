"""How fast mail leaves: a gate that closes after failures, a rate, a ceiling per network, turns for all."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from agencies.scope import networks
from coaching.cohorts.models import Enrolment, LiveSession
from coaching.reminders import gate, services, sweeping, tasks
from coaching.reminders.models import MailGate, Reminder
from coaching.reminders.services import Delivery, deliver_network, plan_network
from coaching.reminders.sweeping import sweep, turn_of
from tests.factories import PARIS, Cast, launch_cohort, make_cast, make_member, starter_version
from tests.reminders.conftest import Mailbox

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2027, 1, 4, 10, 0, tzinfo=PARIS)
SECOND, MINUTE, HOUR = dt.timedelta(seconds=1), dt.timedelta(minutes=1), dt.timedelta(hours=1)


def rows(cast: Cast, **filters: Any) -> list[Reminder]:
    with networks(cast.network.pk):
        return list(Reminder.objects.filter(**filters).order_by("pk"))


# --- the gate -----------------------------------------------------------------------------------


def test_ten_failures_in_a_row_close_the_gate_for_a_minute_then_one_worker_may_try() -> None:
    for number in range(10):
        assert gate.is_open("smtp", NOW + number * SECOND)
        gate.note_failure("smtp", NOW + number * SECOND)
    closed_at = NOW + 9 * SECOND

    assert not gate.is_open("smtp", closed_at + 59 * SECOND)
    assert [gate.is_open("smtp", closed_at + MINUTE) for _worker in range(3)] == [True, False, False]
    assert gate.is_open("other", closed_at)


def test_one_answer_opens_the_gate_for_all() -> None:
    for _time in range(10):
        gate.note_failure("smtp", NOW)

    gate.note_success("smtp")

    assert [gate.is_open("smtp", NOW + SECOND) for _worker in range(3)] == [True] * 3
    gate.note_failure("smtp", NOW + 2 * SECOND)
    assert gate.is_open("smtp", NOW + 2 * SECOND)


def test_nothing_is_claimed_and_no_attempt_burnt_while_the_gate_is_closed(
    cast: Cast, nobody_listens: None, request: pytest.FixtureRequest
) -> None:
    for number in range(10):
        deliver_network(cast.network.pk, now=NOW + number * 2 * MINUTE)
    assert MailGate.objects.get().failures == 10
    mailbox: Mailbox = request.getfixturevalue("mailbox")
    closed = NOW + 18 * MINUTE + 30 * SECOND
    with networks(cast.network.pk):
        Reminder.objects.filter(kind="invitation").update(next_try_at=closed)

    during = deliver_network(cast.network.pk, now=closed).sent
    after = deliver_network(cast.network.pk, now=NOW + 20 * MINUTE).sent

    assert (during, after) == (0, 2)
    assert len(mailbox.received) == 2
    assert {row.attempts for row in rows(cast, state="sent")} == {1}
    assert MailGate.objects.get().failures == 0


def test_refused_address_says_that_the_server_is_there(cast: Cast, mailbox: Mailbox) -> None:
    for _time in range(9):
        gate.note_failure("smtp", NOW)
    mailbox.at_rcpt = lambda _address: "550 No such person"

    deliver_network(cast.network.pk, now=NOW)

    assert MailGate.objects.get().failures == 0


# --- the rate -----------------------------------------------------------------------------------


def test_turns_of_all_workers_together_keep_to_the_rate() -> None:
    assert gate.take_turn("smtp", 20, 5, NOW) == 0
    assert gate.take_turn("smtp", 20, 5, NOW) == 4
    assert gate.take_turn("smtp", 5, 5, NOW + 2 * SECOND) == 6
    assert gate.take_turn("smtp", 1, 5, NOW + MINUTE) == 0


def test_no_turn_is_given_that_a_lease_would_not_outlast() -> None:
    gate.take_turn("smtp", 101, 5, NOW)

    assert gate.take_turn("smtp", 1, 5, NOW) is None
    assert gate.take_turn("smtp", 1, 5, NOW + SECOND) == pytest.approx(19.2)


def test_messages_leave_no_faster_than_the_rate(
    cast: Cast, mailbox: Mailbox, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(services.time, "sleep", waits.append)
    settings.MAIL_RATE = 1

    deliver_network(cast.network.pk, now=NOW)

    assert len(mailbox.received) == 2
    assert waits[0] == 0
    assert 0.5 < waits[1] <= 1


def test_without_a_turn_messages_are_given_back_untried(cast: Cast, mailbox: Mailbox, settings: Any) -> None:
    settings.MAIL_RATE = 1
    gate.take_turn("smtp", 30, 1, NOW)

    deliver_network(cast.network.pk, now=NOW)

    assert mailbox.received == []
    assert {(row.state, row.attempts) for row in rows(cast, kind="invitation")} == {("due", 0)}
    assert {row.next_try_at for row in rows(cast, kind="invitation")} == {NOW + 20 * SECOND}


# --- the ceiling of a network ---------------------------------------------------------------------


def test_network_that_sent_all_it_may_in_a_day_waits_and_the_operator_is_told(
    cast: Cast, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(gate, "AT_LEAST", 1)
    monkeypatch.setattr(gate, "PER_LEARNER", 0)

    with caplog.at_level(logging.ERROR):
        done = deliver_network(cast.network.pk, now=NOW)

    assert (done.sent, done.held, len(mailbox.received)) == (1, 1, 1)
    (waiting,) = rows(cast, kind="invitation", state="due")
    assert (waiting.reason, waiting.next_try_at, waiting.attempts) == ("network_cap", NOW + HOUR, 0)
    assert f"network {cast.network.pk} has reached its messages of a day" in caplog.text

    assert deliver_network(cast.network.pk, now=NOW + 25 * HOUR).sent >= 1


@pytest.mark.parametrize(("heads", "room"), [(2, 30), (12, 36)])
def test_ceiling_is_three_a_day_for_each_person_and_never_below_thirty(heads: int, room: int) -> None:
    cast = make_cast(heads)

    with networks(cast.network.pk):
        assert gate.room_today(cast.network.pk, NOW) == room


# --- turns ----------------------------------------------------------------------------------------


def test_turn_grows_shorter_with_the_number_of_networks() -> None:
    assert [turn_of(count) for count in (0, 1, 4, 10_000)] == [40, 40, 10, 3]


def make_due(*casts_networks: int) -> None:
    for network_id in casts_networks:
        with networks(network_id):
            Enrolment.objects.update(next_check_at=timezone.now())
            LiveSession.objects.all().delete()


@pytest.fixture
def always_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sweep reads the database's clock; the policy's window is opened for whatever hour it is."""
    from coaching.reminders import planner, policy

    monkeypatch.setattr(policy, "why_closed", lambda *_args: "")
    monkeypatch.setattr(planner, "why_closed", lambda *_args: "")


def two_networks(heads: int) -> tuple[Cast, int]:
    """A network of many people with an invitation due, and another with one."""
    cast = make_cast(heads)
    with networks(cast.other_network.pk):
        head = make_member(cast.other_network, "alone@example.com", "agency_head", cast.outsider.agency)
        launch_cohort(cast.other_coach, starter_version(), [head])
    for network_id in (cast.network.pk, cast.other_network.pk):
        with networks(network_id):
            Enrolment.objects.update(invited_at=timezone.now())
    make_due(cast.network.pk, cast.other_network.pk)
    return cast, cast.other_network.pk


def test_many_messages_of_one_network_do_not_hold_up_the_only_one_of_another(
    mailbox: Mailbox, always_open: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, _other = two_networks(heads=12)
    # The server is so slow that a turn holds one message, and the large network always comes first.
    monkeypatch.setattr(sweeping, "turn_of", lambda _count: 1.0)
    monkeypatch.setattr(sweeping.random, "shuffle", lambda found: found.sort(key=cast.network.pk.__ne__))
    clock = Clock()
    monkeypatch.setattr(services, "time", clock)
    mailbox.at_data = lambda _message: clock.passes(0.6)

    sweep()

    order = [str(mail["To"]) for mail in mailbox.received]
    assert len(order) == 13
    assert order.index("alone@example.com") <= 3


class Clock:
    """Time passes when the server says so."""

    def __init__(self) -> None:
        self.at = 0.0

    def passes(self, seconds: float) -> str:
        self.at += seconds
        return ""

    def monotonic(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds


def test_network_that_raises_stops_nobody_else(
    mailbox: Mailbox, always_open: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    cast, other = two_networks(heads=2)
    real = deliver_network

    def fails(network_id: int, **options: Any) -> Delivery:
        if network_id == cast.network.pk:
            raise RuntimeError("what somebody wrote in private")
        return real(network_id, **options)

    monkeypatch.setattr(sweeping, "deliver_network", fails)

    done = sweep()

    assert [str(mail["To"]) for mail in mailbox.received] == ["alone@example.com"]
    assert (done.failed, done.sent) == ({cast.network.pk}, 1)
    assert "could not be served: RuntimeError" in caplog.text
    assert "private" not in caplog.text
    assert other in done.networks


def test_deliver_of_the_queue_serves_one_turn_as_long_as_others_wait(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, _other = two_networks(heads=2)
    turns: list[float] = []

    def served(_network_id: int, *, seconds: float) -> Delivery:
        turns.append(seconds)
        return Delivery(services.Planning())

    monkeypatch.setattr(tasks, "deliver_network", served)

    tasks.deliver(cast.network.pk)

    assert turns == [20.0]


# --- after a pause of everything --------------------------------------------------------------------


def test_what_people_go_to_today_leaves_before_what_has_waited_longer(cast: Cast, mailbox: Mailbox) -> None:
    plan_network(cast.network.pk, NOW)
    first, second = rows(cast, kind="invitation")
    with networks(cast.network.pk):
        Reminder.objects.filter(pk=first.pk).update(kind="invitation_followup", next_try_at=NOW - HOUR)
        Reminder.objects.exclude(pk__in=[first.pk, second.pk]).delete()

        found = list(Reminder.objects.due(NOW + MINUTE).oldest_first(but=["invitation"]))

    assert [row.pk for row in found] == [second.pk, first.pk]


def test_person_whom_a_fault_left_without_a_next_look_is_looked_at_within_the_hour(cast: Cast) -> None:
    with networks(cast.network.pk):
        Enrolment.objects.update(next_check_at=None)

    assert tasks.ring_lost_alarms() == 2
    assert tasks.ring_lost_alarms() == 0

    with networks(cast.network.pk), connection.cursor() as cursor:
        cursor.execute("SELECT bool_and(next_check_at <= clock_timestamp()) FROM cohorts_enrolment")
        assert cursor.fetchone() == (True,)


def test_nobody_is_looked_at_whose_cohort_is_over(cast: Cast) -> None:
    with networks(cast.network.pk):
        Enrolment.objects.update(next_check_at=None)
        cast.cohort.__class__.objects.filter(pk=cast.cohort.pk).update(status="ended")

    assert tasks.ring_lost_alarms() == 0
