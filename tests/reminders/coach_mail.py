"""The cast of the tests of a coach's own messages: a Wednesday night, four heads, and what a coach does."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from agencies.scope import networks
from coaching.cohorts.models import Enrolment
from coaching.reminders.models import CoachMessage, Reminder
from tests.factories import PARIS, Cast, make_cast

WEDNESDAY_NIGHT = dt.datetime(2027, 1, 20, 22, 15, tzinfo=PARIS)
THURSDAY = dt.datetime(2027, 1, 21, 8, 30, tzinfo=PARIS)
WORDS = {"subject": "Jeudi", "body": "Bonjour {prénom},\n\nÀ jeudi.\nClaire"}


@pytest.fixture(autouse=True)
def _frozen() -> Any:
    with time_machine.travel(WEDNESDAY_NIGHT, tick=False):
        yield


@pytest.fixture
def cast() -> Cast:
    """Four heads; nothing else of theirs is due."""
    cast = make_cast(4)
    with networks(cast.network.pk):
        Enrolment.objects.update(next_check_at=None)
    return cast


@pytest.fixture
def coach(client: Client, cast: Cast) -> Client:
    client.force_login(cast.coach.user)
    return client


def url(cast: Cast, name: str = "write_message", *more: str) -> str:
    return reverse(f"reminders:{name}", args=["rivages", cast.cohort.public_id, *more])


def keys(cast: Cast, *numbers: int) -> list[str]:
    return [cast.enrolments[number - 1].public_id for number in numbers]


def written(coach: Client, cast: Cast, *numbers: int, **words: str) -> CoachMessage:
    """A draft to these heads, from 1; to everybody without a number."""
    to = {"group": "chosen", "people": keys(cast, *numbers)} if numbers else {"group": "all"}
    answer = coach.post(url(cast), to | WORDS | words)
    assert answer.status_code == 302, answer.content.decode()
    with networks(cast.network.pk):
        return CoachMessage.objects.latest("pk")


def act(coach: Client, cast: Cast, message: CoachMessage, action: str, **fields: Any) -> HttpResponse:
    data = {"action": action, "revision": message.revision} | fields
    return coach.post(url(cast, "message", message.public_id), data, follow=True)


def sent(coach: Client, cast: Cast, *numbers: int, **words: str) -> CoachMessage:
    message = written(coach, cast, *numbers, **words)
    act(coach, cast, message, "send")
    return message


def page(coach: Client, cast: Cast, message: CoachMessage) -> str:
    return coach.get(url(cast, "message", message.public_id)).content.decode().replace("\u00a0", " ")


def ledger(cast: Cast) -> list[Reminder]:
    with networks(cast.network.pk):
        rows = Reminder.objects.filter(kind__startswith="coach_").select_related("enrolment")
        return list(rows.order_by("enrolment_id"))


def states(cast: Cast) -> list[tuple[str, str]]:
    return [(row.state, row.reason) for row in ledger(cast)]
