"""Whatever a mail server does: what the ledger then says of a message, and what becomes of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest

from agencies.scope import networks
from coaching.reminders.ledger import MAX_ATTEMPTS
from coaching.reminders.models import Reminder, Suppression
from tests.chaos.clock import Clock
from tests.chaos.conftest import rounds
from tests.chaos.crowd import NOW, make_crowd
from tests.chaos.judging import judge
from tests.chaos.processes import Nursery, Sink
from tests.reminders.conftest import free_port

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

PATIENCE = 1  # EMAIL_TIMEOUT in seconds
LATER = dt.timedelta(minutes=20)


@dataclass(frozen=True)
class Case:
    """What the server does to one person's message -> state and reason then, copies it holds, the end."""

    at: str
    answer: str
    state: str
    reason: str
    copies: int = 0
    finally_: str = "sent"


def refused_for_now(at: str, *codes: int) -> list[Case]:
    return [Case(at, f"{code} not now", "due", f"smtp_{code}") for code in codes]


def refused_for_ever(at: str, *codes: int) -> list[Case]:
    return [Case(at, f"{code} never", "dead", f"smtp_{code}", finally_="dead") for code in codes]


# Each for a person of its own, all in one sweep.
OF_ONE_MESSAGE = [
    *refused_for_now("rcpt", 421, 450, 451, 452),
    *refused_for_ever("rcpt", 550, 551, 552, 553, 554),
    Case("rcpt", "stall", "due", "no_address"),
    Case("rcpt", "drop", "due", "no_address"),
    *refused_for_now("data", 421, 451, 452),
    *refused_for_ever("data", 550, 554),
    Case("data", "stall", "due", "no_data"),
    Case("data", "drop", "due", "no_data"),
    *refused_for_now("text", 421, 451, 452),
    *refused_for_ever("text", 550, 552, 554),
    Case("text", "drop", "uncertain", "no_answer", 0, "uncertain"),
    Case("text", "stall", "uncertain", "no_answer", 0, "uncertain"),
    Case("text", "keep and drop", "uncertain", "no_answer", 1, "uncertain"),
    Case("text", "late", "uncertain", "no_answer", 1, "uncertain"),
]
# About the server alone: everybody waits, and it costs no message a try.
OF_THE_SERVER = [
    ("connect", "421 too many"),
    ("connect", "554 go away"),
    ("connect", "drop"),
    ("connect", "stall"),
    ("connect", "\x00\x07 what is this"),
    ("ehlo", "421 closing"),
    ("ehlo", "drop"),
    ("ehlo", "stall"),
    ("mail", "421 closing"),
    ("mail", "451 not now"),
    ("mail", "550 not you"),
]
# With smtp+tls: nothing may be said in the clear after it did not work.
OF_STARTTLS = [
    (False, "not offered"),
    (True, "454 no certificate here"),
    (True, "220 go on"),
    (True, "drop"),
    (True, "stall"),
    (True, "502 what is that"),
]


def test_what_a_server_does_to_one_message(nursery: Nursery, clock: Clock, sink: Sink) -> None:
    for number in range(rounds(1, 50)):
        clock.set(NOW)
        network = make_crowd(len(OF_ONE_MESSAGE) + 1, f"cas-{number}").pk
        told: dict[str, Any] = {"network": network, "settings": {"EMAIL_TIMEOUT": PATIENCE}}
        sink.orders(
            *(
                {"at": case.at, "answer": case.answer, "to": f"head{place}@cas-{number}.", "seconds": 2.0}
                for place, case in enumerate(OF_ONE_MESSAGE)
            )
        )

        assert nursery.run("deliver", **told) == 0
        found = by_place(network)
        for place, case in enumerate(OF_ONE_MESSAGE):
            row = found[place]
            seen = (row.state, row.reason, sink.kept.count(row.dedupe_key))
            assert seen == (case.state, case.reason, case.copies), case
        greylisted = [
            found[place] for place, case in enumerate(OF_ONE_MESSAGE) if case.answer[:3] in ("450", "451")
        ]
        assert all(
            dt.timedelta(minutes=4) < row.next_try_at - clock.now() < dt.timedelta(minutes=11)
            for row in greylisted
        )
        assert found[len(OF_ONE_MESSAGE)].state == "sent"  # of whom the server knows nothing bad

        sink.orders()
        clock.jump(LATER)
        assert nursery.run("deliver", **told) == 0
        found = by_place(network)
        for place, case in enumerate(OF_ONE_MESSAGE):
            assert found[place].state == case.finally_, case
        with networks(network):
            assert Suppression.objects.filter(reason="bounced").count() == 3  # 550, 551, 553 at RCPT
        assert judge([network], kept(network, sink)).is_clean


def test_server_that_always_says_later_is_asked_eight_times_at_most(
    nursery: Nursery, clock: Clock, sink: Sink
) -> None:
    network = make_crowd(2).pk
    sink.orders({"at": "rcpt", "answer": "452 full", "to": "head0@"})

    for _ in range(MAX_ATTEMPTS + 2):
        assert nursery.run("deliver", network=network) == 0
        clock.jump(dt.timedelta(minutes=40))

    found = by_place(network)
    assert (found[0].state, found[0].reason) == ("dead", "smtp_452")
    assert found[0].attempts <= MAX_ATTEMPTS
    assert found[1].state == "sent"


def test_server_that_is_not_well_costs_no_message_a_try(nursery: Nursery, clock: Clock, sink: Sink) -> None:
    network = make_crowd(2).pk
    patience = {"EMAIL_TIMEOUT": PATIENCE}

    for at, answer in OF_THE_SERVER:
        sink.orders({"at": at, "answer": answer})
        assert nursery.run("deliver", network=network, settings=patience) == 0
        assert waiting(network) == [("due", 0)] * 2, (at, answer)
        assert sink.misdeeds(at) > 0, (at, answer)
        clock.jump(dt.timedelta(minutes=3))
    nobody = {"EMAIL_PORT": free_port()}
    assert nursery.run("deliver", network=network, settings=nobody) == 0
    assert waiting(network) == [("due", 0)] * 2

    sink.orders()
    clock.jump(dt.timedelta(minutes=3))
    assert nursery.run("deliver", network=network) == 0
    assert waiting(network) == [("sent", 1)] * 2
    assert judge([network], sink.kept).is_clean


@pytest.mark.parametrize(("is_offered", "answer"), OF_STARTTLS)
def test_nothing_is_said_in_the_clear_after_starttls_did_not_work(
    is_offered: bool, answer: str, nursery: Nursery, clock: Clock, sink: Sink
) -> None:
    network = make_crowd(1).pk
    sink.orders({"at": "starttls", "answer": answer}, starttls=is_offered)
    wanted = {"EMAIL_USE_TLS": True, "EMAIL_TIMEOUT": PATIENCE}

    assert nursery.run("deliver", network=network, settings=wanted) == 0

    assert waiting(network) == [("due", 0)]
    assert sink.said("mail") == 0
    assert sink.texts() == []
    assert sink.said("ehlo") > 0


def by_place(network_id: int) -> list[Reminder]:
    with networks(network_id):
        rows = Reminder.objects.filter(kind="invitation").select_related("recipient")
        return sorted(rows, key=lambda row: int(row.recipient.email.partition("@")[0].removeprefix("head")))


def waiting(network_id: int) -> list[tuple[str, int]]:
    return [(row.state, row.attempts) for row in by_place(network_id)]


def kept(network_id: int, sink: Sink) -> list[str]:
    ours = {row.dedupe_key for row in by_place(network_id)}
    return [key for key in sink.kept if key in ours]
