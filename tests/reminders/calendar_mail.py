"""A cohort whose head has begun, its clock, and the calendars that its mails carry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine

from agencies.scope import networks
from coaching.cohorts.models import Enrolment
from coaching.learning.services import complete_step
from coaching.reminders.services import deliver_network
from tests.cohorts.live import Live
from tests.factories import PARIS, Cast
from tests.reminders.conftest import Mailbox, calendars_of

BEGAN = dt.datetime(2027, 1, 6, 12, 0, tzinfo=PARIS)  # a Wednesday
HEAD = "head1@example.com"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(BEGAN, tick=False) as traveller:
        yield traveller


@pytest.fixture
def live(cast: Cast, clock: time_machine.Traveller) -> Live:
    """The first head has taken a step; the second has not begun."""
    with networks(cast.network.pk, user_id=cast.head.user_id):
        complete_step(cast.enrolment, "w0-accueil/qui-lit-quoi", {}, now=BEGAN)
    return Live(cast)


def deliver(live: Live, clock: time_machine.Traveller, hours: float = 1) -> None:
    clock.shift(dt.timedelta(hours=hours))
    deliver_network(live.cast.network.pk, now=now_of(clock))


def now_of(clock: time_machine.Traveller) -> dt.datetime:
    return dt.datetime.now(PARIS)


def calendars(mailbox: Mailbox, address: str = HEAD) -> list[Any]:
    """Each calendar object that reached this address, parsed and validated, in order."""
    return [each for mail in mailbox.received if mail["To"] == address for each in calendars_of(mail)]


def last_mail(mailbox: Mailbox) -> EmailMessage:
    return [mail for mail in mailbox.received if mail["To"] == HEAD][-1]


def finish(live: Live) -> None:
    """The first head has nothing left to do, days before the closing session."""
    with networks(live.cast.network.pk):
        Enrolment.objects.filter(pk=live.cast.enrolment.pk).update(status="completed", completed_at=BEGAN)
