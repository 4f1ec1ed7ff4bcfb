"""When a coach's own message leaves, to whom, and under which caps."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from agencies.models import Agency
from agencies.scope import networks
from agencies.services import end_membership
from coaching.cohorts.models import CoachContact, Cohort, Enrolment, EnrolmentPause
from coaching.learning.models import HelpRequest
from coaching.reminders.models import Reminder
from coaching.reminders.preferences import set_mail_mode, unsubscribe
from coaching.reminders.services import deliver_network
from tests.factories import Cast
from tests.reminders.coach_mail import (
    THURSDAY,
    WEDNESDAY_NIGHT,
    _frozen,
    act,
    cast,
    coach,
    ledger,
    page,
    sent,
    states,
    url,
    written,
)
from tests.reminders.conftest import Mailbox

__all__ = ["_frozen", "cast", "coach"]

pytestmark = pytest.mark.django_db


# --- when, and to whom ---------------------------------------------------------------------------------


def test_message_of_the_night_leaves_when_the_agency_opens(
    coach: Client, cast: Cast, mailbox: Mailbox
) -> None:
    sent(coach, cast, 1)

    deliver_network(cast.network.pk, now=WEDNESDAY_NIGHT + dt.timedelta(minutes=1))
    during_the_night = len(mailbox.received)
    deliver_network(cast.network.pk, now=THURSDAY)

    assert (during_the_night, mailbox.subjects) == (0, ["Jeudi"])


def test_list_of_messages_says_that_one_has_left_for_everybody(
    coach: Client, cast: Cast, mailbox: Mailbox
) -> None:
    sent(coach, cast, 1)
    before = coach.get(url(cast, "cohort_messages")).content.decode()

    deliver_network(cast.network.pk, now=THURSDAY)

    after = coach.get(url(cast, "cohort_messages")).content.decode()
    assert '<span class="tag tag--info">Envoi demandé</span>' in before
    assert '<span class="tag tag--ok">Parti</span>' in after


def test_sender_is_shown_without_the_quotes_of_a_mail_s_head(coach: Client, cast: Cast) -> None:
    shown = page(coach, cast, written(coach, cast, 1))

    assert "<dt>De</dt><dd>Claire Aubert (Rivages" in shown


def own_messages(cast: Cast, number: int) -> str:
    """What this head, from 1, reads on « Mes messages »."""
    client = Client()
    client.force_login(cast.heads[number - 1].user)
    answer = client.get(reverse("reminders:preferences", args=["rivages"]))
    return answer.content.decode().replace("\u00a0", " ")


def test_what_a_coach_wrote_is_read_again_once_it_has_left_and_by_nobody_else(
    coach: Client, cast: Cast, mailbox: Mailbox
) -> None:
    sent(coach, cast, 1, body="Bonjour {prénom},\n\nÀ jeudi, salle du fond.")
    before = own_messages(cast, 1)

    deliver_network(cast.network.pk, now=THURSDAY)

    name = cast.heads[0].known_name.partition(" ")[0]
    assert "salle du fond" not in before
    assert f"Bonjour {name}," in own_messages(cast, 1)
    assert "salle du fond" in own_messages(cast, 1)
    assert "salle du fond" not in own_messages(cast, 2)


def test_each_person_gets_it_at_the_hours_of_their_own_agency(coach: Client, cast: Cast) -> None:
    with networks(cast.network.pk):
        Agency.objects.filter(pk=cast.agencies[0].pk).update(time_zone="Indian/Reunion")
        Agency.objects.filter(pk=cast.agencies[1].pk).update(open_days=[1, 2, 3, 5])

    sent(coach, cast, 1, 2, 3)

    assert [row.local_due for row in ledger(cast)] == [
        "2027-01-21T08:30",
        "2027-01-22T08:30",
        "2027-01-21T08:30",
    ]
    assert ledger(cast)[0].due_at < ledger(cast)[2].due_at


def _unsubscribed(enrolment: Enrolment) -> None:
    unsubscribe(enrolment)


def _muted(enrolment: Enrolment) -> None:
    set_mail_mode(enrolment, "none")


def _withdrawn(enrolment: Enrolment) -> None:
    Enrolment.objects.filter(pk=enrolment.pk).update(status="withdrawn")


def _left(enrolment: Enrolment) -> None:
    end_membership(enrolment.membership)


def _archived(enrolment: Enrolment) -> None:
    Cohort.objects.filter(pk=enrolment.cohort_id).update(status="archived")


@pytest.mark.parametrize(
    ("change", "because"),
    [
        (_unsubscribed, "unsubscribed"),
        (_muted, "muted"),
        (_withdrawn, "withdrawn"),
        (_left, "withdrawn"),
        (_archived, "archived"),
    ],
)
def test_what_changed_before_it_left_is_looked_at_once_more(
    coach: Client, cast: Cast, mailbox: Mailbox, change: Any, because: str
) -> None:
    sent(coach, cast, 1)
    with networks(cast.network.pk):
        change(cast.enrolment)

    deliver_network(cast.network.pk, now=THURSDAY)

    assert "Jeudi" not in mailbox.subjects
    assert ledger(cast)[0].reason == because


def test_who_gets_nothing_is_said_before_and_has_a_row_that_says_why(coach: Client, cast: Cast) -> None:
    with networks(cast.network.pk):
        unsubscribe(cast.enrolment)
    message = written(coach, cast, 1, 2)

    before = page(coach, cast, message)
    act(coach, cast, message, "send")
    after = page(coach, cast, message)

    assert "Ne part pas parce que la personne ne veut plus de messages." in before
    assert states(cast) == [("skipped", "unsubscribed"), ("due", "")]
    assert "Non envoyé parce que la personne ne veut plus de messages." in after


def test_message_that_reaches_nobody_is_not_sent_off(coach: Client, cast: Cast) -> None:
    with networks(cast.network.pk):
        unsubscribe(cast.enrolment)
    message = written(coach, cast, 1)

    answer = act(coach, cast, message, "send")

    assert "ne partirait pour personne" in answer.content.decode()
    assert ledger(cast) == []


def test_digest_only_does_not_silence_ones_own_coach(coach: Client, cast: Cast, mailbox: Mailbox) -> None:
    with networks(cast.network.pk):
        set_mail_mode(cast.enrolment, "digest_only")
    sent(coach, cast, 1)
    with networks(cast.network.pk):
        Enrolment.objects.update(next_check_at=None)

    deliver_network(cast.network.pk, now=THURSDAY)

    assert mailbox.subjects == ["Jeudi"]


def test_pause_is_left_in_peace_until_it_ends(coach: Client, cast: Cast) -> None:
    with networks(cast.network.pk):
        EnrolmentPause.objects.create(
            enrolment=cast.enrolment, starts_on=dt.date(2027, 1, 18), ends_on=dt.date(2027, 1, 24)
        )

    message = written(coach, cast, 1)
    shown = page(coach, cast, message)
    act(coach, cast, message, "send")

    assert ledger(cast)[0].local_due == "2027-01-25T08:30"
    assert "Part lundi 25 janvier à 8 h 30 : la personne est en pause." in shown


# --- caps: a letter to a few is a letter, to more it counts ----------------------------------------------


def _reminders_left(cast: Cast, *days: int) -> None:
    """Digests that left so many days before Thursday, to everybody."""
    with networks(cast.network.pk):
        for enrolment in cast.enrolments:
            for day in days:
                at = THURSDAY - dt.timedelta(days=day)
                Reminder.objects.create(
                    enrolment=enrolment, recipient_id=enrolment.membership.user_id, kind="weekly_digest",
                    occurrence=f"W{day}", dedupe_key=f"{enrolment.pk}-{day}", local_due="2027-01-12T08:45",
                    time_zone="Europe/Paris", due_at=at, expires_at=at, next_try_at=at, state="sent",
                    handed_over_at=at, finished_at=at,
                )  # fmt: skip


def test_letter_to_three_is_held_back_by_no_cap_and_counts_for_none(
    coach: Client, cast: Cast, mailbox: Mailbox
) -> None:
    _reminders_left(cast, 1, 4)
    sent(coach, cast, 1, 2, 3)

    deliver_network(cast.network.pk, now=THURSDAY)

    assert len(mailbox.received) == 3
    with networks(cast.network.pk):
        assert set(Enrolment.objects.values_list("reminders_sent", flat=True)) == {0}


def test_circular_waits_for_who_had_two_messages_in_seven_days(coach: Client, cast: Cast) -> None:
    _reminders_left(cast, 1, 4)

    message = written(coach, cast)
    shown = page(coach, cast, message)
    act(coach, cast, message, "send")

    assert {row.kind for row in ledger(cast)} == {"coach_circular"}
    assert {row.local_due for row in ledger(cast)} == {"2027-01-25T08:30"}  # seven days after the first
    assert "la personne a reçu assez de messages ces jours-ci" in shown


def test_circular_does_not_wait_forty_eight_hours_after_the_digest(coach: Client, cast: Cast) -> None:
    _reminders_left(cast, 1)

    sent(coach, cast)

    assert {row.local_due for row in ledger(cast)} == {"2027-01-21T08:30"}


def test_letter_is_an_exchange_noted_when_it_has_left_and_a_circular_is_none(
    coach: Client, cast: Cast, mailbox: Mailbox
) -> None:
    sent(coach, cast, 1)
    sent(coach, cast, subject="À tous")

    deliver_network(cast.network.pk, now=THURSDAY)

    with networks(cast.network.pk):
        noted = [(row.enrolment_id, row.coach_id, row.kind) for row in CoachContact.objects.all()]
    assert len(mailbox.received) == 5
    assert noted == [(cast.enrolment.pk, cast.coach.pk, "message")]


def _home_on(cast: Cast, at: dt.datetime) -> str:
    """The coach's home at that moment, its blanks as a keyboard types them."""
    with time_machine.travel(at, tick=False):
        client = Client()
        client.force_login(cast.coach.user)
        shown = client.get("/coach/").content.decode()
    return shown.replace("\u00a0", " ").replace("\u202f", " ")


def test_letter_leaves_the_promise_of_a_call_as_it_was(coach: Client, cast: Cast, mailbox: Mailbox) -> None:
    address = reverse("cohorts:contact", args=["rivages", cast.cohort.public_id, cast.enrolment.public_id])
    coach.post(address, {"kind": "attempt", "call_back_on": "2027-01-22"})
    sent(coach, cast, 1)

    deliver_network(cast.network.pk, now=THURSDAY)

    assert len(mailbox.received) == 1
    assert "Rappel promis pour vendredi 22 janvier" in _home_on(cast, THURSDAY + dt.timedelta(days=1))


def test_hand_asked_for_after_the_letter_was_written_is_not_answered_by_it(
    coach: Client, cast: Cast, mailbox: Mailbox
) -> None:
    sent(coach, cast, 1)
    with networks(cast.network.pk, user_id=cast.head.user_id):
        HelpRequest.objects.create(
            enrolment=cast.enrolment, text="", asked_at=WEDNESDAY_NIGHT + dt.timedelta(minutes=45)
        )

    deliver_network(cast.network.pk, now=THURSDAY)

    assert len(mailbox.received) == 1
    assert "A demandé un coup de main" in _home_on(cast, THURSDAY + dt.timedelta(hours=1))
