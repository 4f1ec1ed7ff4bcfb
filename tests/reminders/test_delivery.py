"""From due people to a real mail server: the whole way of a message, by the doors that the tasks use."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from agencies.models import Membership
from agencies.scope import networks
from coaching.cohorts.models import Enrolment
from coaching.learning.services import complete_step
from coaching.reminders.models import Reminder
from coaching.reminders.services import Delivery, deliver_network
from tests.factories import PARIS, Cast
from tests.reminders.conftest import Mailbox

pytestmark = pytest.mark.django_db

MONDAY = dt.datetime(2027, 1, 4, 10, 0, tzinfo=PARIS)  # an hour after the launch
TUESDAY = dt.datetime(2027, 1, 12, 9, 30, tzinfo=PARIS)  # week 1 is open
FIRST_STEP = "w0-accueil/qui-lit-quoi"


def deliver(cast: Cast, now: dt.datetime) -> Delivery:
    return deliver_network(cast.network.pk, now=now)


def rows(cast: Cast, **filters: Any) -> list[Reminder]:
    with networks(cast.network.pk):
        return list(Reminder.objects.filter(**filters).order_by("due_at", "id"))


def activate(cast: Cast, enrolment: Enrolment, at: dt.datetime) -> None:
    user_id = Membership_of(cast, enrolment).user_id
    with networks(cast.network.pk, user_id=user_id):
        complete_step(enrolment, FIRST_STEP, {}, now=at)


def Membership_of(cast: Cast, enrolment: Enrolment) -> Membership:
    return next(head for head in cast.heads if head.pk == enrolment.membership_id)


def test_launch_sends_each_person_one_invitation(cast: Cast, mailbox: Mailbox) -> None:
    done = deliver(cast, MONDAY)

    assert (done.sent, done.planning.people) == (2, 2)
    assert sorted(str(mail["To"]) for mail in mailbox.received) == ["head1@example.com", "head2@example.com"]
    assert {row.state for row in rows(cast, kind="invitation")} == {"sent"}


def test_second_delivery_sends_nothing_more(cast: Cast, mailbox: Mailbox) -> None:
    deliver(cast, MONDAY)

    again = deliver(cast, MONDAY + dt.timedelta(minutes=1))

    assert (again.sent, again.planning.inserted, len(mailbox.received)) == (0, 0, 2)
