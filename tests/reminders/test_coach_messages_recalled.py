"""A coach's message sent twice, recalled, or left behind by a mandate that ended."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client

from agencies.models import Agency, Membership, Network
from agencies.scope import networks
from agencies.services import end_membership
from coaching.cohorts.models import Enrolment
from coaching.reminders.messages import Envelope
from coaching.reminders.models import CoachMessage
from coaching.reminders.preferences import subscribe_again, unsubscribe
from coaching.reminders.services import deliver_network
from coaching.reminders.transport import Accepted, Fenced, Outcome
from tests.factories import Cast
from tests.reminders.coach_mail import (
    THURSDAY,
    WEDNESDAY_NIGHT,
    WORDS,
    _frozen,
    act,
    cast,
    coach,
    sent,
    states,
    url,
    written,
)
from tests.reminders.conftest import Mailbox

__all__ = ["_frozen", "cast", "coach"]

pytestmark = pytest.mark.django_db


def test_sending_twice_writes_once(coach: Client, cast: Cast, mailbox: Mailbox) -> None:
    message = written(coach, cast, 1)

    for _time in range(2):
        act(coach, cast, message, "send")
    for _time in range(2):
        deliver_network(cast.network.pk, now=THURSDAY)

    assert mailbox.subjects == ["Jeudi"]


def test_same_form_sent_twice_makes_one_draft(coach: Client, cast: Cast) -> None:
    key = re.search(r'name="key" value="(\w+)"', coach.get(url(cast)).content.decode())
    assert key is not None

    for _time in range(2):
        coach.post(url(cast), {"group": "all", "key": key[1]} | WORDS)

    with networks(cast.network.pk):
        assert CoachMessage.objects.count() == 1


def _filled(coach: Client, cast: Cast) -> dict[str, str]:
    """A new form to everybody, with the key that it carries."""
    key = re.search(r'name="key" value="(\w+)"', coach.get(url(cast)).content.decode())
    assert key is not None
    return {"group": "all", "key": key[1]} | WORDS


def test_form_sent_again_with_other_words_keeps_the_last_ones(coach: Client, cast: Cast) -> None:
    form = _filled(coach, cast)
    coach.post(url(cast), form)

    shown = coach.post(url(cast), form | {"body": "Mes mots corrigés"}, follow=True).content.decode()

    assert "Mes mots corrigés" in shown
    with networks(cast.network.pk):
        assert [each.body for each in CoachMessage.objects.all()] == ["Mes mots corrigés"]


def test_form_of_a_message_that_went_on_makes_another(coach: Client, cast: Cast) -> None:
    form = _filled(coach, cast)
    coach.post(url(cast), form)
    with networks(cast.network.pk):
        first = CoachMessage.objects.get()
    act(coach, cast, first, "send")

    coach.post(url(cast), form | {"body": "Une autre fois"})

    with networks(cast.network.pk):
        found = [(each.state, each.body) for each in CoachMessage.objects.order_by("pk")]
    assert found == [("queued", WORDS["body"]), ("draft", "Une autre fois")]


def test_message_that_has_left_for_everybody_is_not_said_to_be_recalled(
    coach: Client, cast: Cast, mailbox: Mailbox
) -> None:
    message = sent(coach, cast, 1)
    deliver_network(cast.network.pk, now=THURSDAY)

    with time_machine.travel(THURSDAY, tick=False):
        answer = act(coach, cast, message, "recall").content.decode()

    assert "Il était déjà parti pour tout le monde" in answer
    with networks(cast.network.pk):
        assert CoachMessage.objects.get(pk=message.pk).state == "queued"


def test_mandate_that_ends_by_the_clock_of_its_network_ends_what_leaves_in_its_name(
    coach: Client, cast: Cast, mailbox: Mailbox
) -> None:
    with networks(cast.network.pk):
        Agency.objects.update(time_zone="Pacific/Noumea")
        Network.objects.filter(pk=cast.network.pk).update(time_zone="Pacific/Noumea")
    sent(coach, cast, 1)
    with networks(cast.network.pk):
        end_membership(Membership.objects.get(pk=cast.coach.pk))  # Thursday there, still Wednesday in Paris

    deliver_network(cast.network.pk, now=WEDNESDAY_NIGHT + dt.timedelta(minutes=20))

    assert states(cast) == [("skipped", "coach_left")]
    assert mailbox.received == []


def test_what_has_not_left_is_recalled_and_what_has_stays_said(
    coach: Client, cast: Cast, mailbox: Mailbox
) -> None:
    with networks(cast.network.pk):
        Agency.objects.filter(pk=cast.agencies[1].pk).update(open_days=[1, 2, 3, 5])
    message = sent(coach, cast, 1, 2)
    deliver_network(cast.network.pk, now=THURSDAY)

    with time_machine.travel(THURSDAY, tick=False):
        act(coach, cast, message, "recall")
    deliver_network(cast.network.pk, now=THURSDAY + dt.timedelta(days=1))

    assert states(cast) == [("sent", ""), ("cancelled", "recalled")]
    assert len(mailbox.received) == 1


class _Hesitating:
    """A server that is slow enough for the coach to change their mind."""

    name, deduplicates_for = "smtp", None

    def __init__(self, meanwhile: Callable[[], Any]) -> None:
        self.meanwhile, self.outcomes = meanwhile, list[Any]()

    def __enter__(self) -> _Hesitating:
        return self

    def __exit__(self, *_problem: Any) -> None:
        pass

    def hand_over(self, envelope: Envelope, before_data: Callable[[], bool]) -> Outcome:
        self.meanwhile()
        self.outcomes.append(before_data())
        return Accepted() if self.outcomes[-1] else Fenced()


def test_mail_that_is_being_prepared_is_recalled_too(coach: Client, cast: Cast) -> None:
    message = sent(coach, cast, 1)
    server = _Hesitating(lambda: act(coach, cast, message, "recall"))

    deliver_network(cast.network.pk, now=THURSDAY, transport=server)

    assert server.outcomes == [False]
    assert states(cast) == [("cancelled", "recalled")]


def test_recalled_message_does_not_come_back_with_a_subscription(
    coach: Client, cast: Cast, mailbox: Mailbox
) -> None:
    message = sent(coach, cast, 1)
    with networks(cast.network.pk):
        unsubscribe(cast.enrolment)
    act(coach, cast, message, "recall")
    with networks(cast.network.pk):
        subscribe_again(cast.enrolment)
        Enrolment.objects.update(next_check_at=None)

    deliver_network(cast.network.pk, now=THURSDAY)

    assert mailbox.received == []
    assert states(cast) == [("skipped", "recalled")]


def _leaves_network(cast: Cast) -> None:
    end_membership(cast.coach)


def _leaves_cohort(cast: Cast) -> None:
    cast.cohort.coaches.all().delete()


@pytest.mark.parametrize("leave", [_leaves_network, _leaves_cohort])
def test_nothing_leaves_in_the_name_of_a_coach_who_left(
    coach: Client, cast: Cast, mailbox: Mailbox, leave: Any
) -> None:
    sent(coach, cast, 1)
    with networks(cast.network.pk):
        leave(cast)

    deliver_network(cast.network.pk, now=THURSDAY)

    assert mailbox.received == []
    assert states(cast) == [("skipped", "coach_left")]


def test_draft_is_erased_without_a_trace(coach: Client, cast: Cast) -> None:
    act(coach, cast, written(coach, cast), "discard")

    with networks(cast.network.pk):
        assert CoachMessage.objects.count() == 0
