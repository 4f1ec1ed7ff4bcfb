"""What each answer of a mail provider does to a message, over real sockets (reliability 2.6)."""

from __future__ import annotations

import datetime as dt
import socket
import uuid
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine
from django.core import mail as django_mail

from agencies.scope import networks
from coaching.reminders.http_transport import HttpRefused, HttpTransport
from coaching.reminders.messages import Envelope
from coaching.reminders.models import Reminder, ReminderAttempt, Suppression
from coaching.reminders.services import deliver_network
from coaching.reminders.tellings import take_in
from coaching.reminders.transport import Accepted, Fenced, NoAnswer, Refused, make_transport
from coaching.reminders.webhooks import Telling
from tests.factories import PARIS, Cast
from tests.reminders.conftest import free_port
from tests.reminders.provider_stand_in import StandIn, provider_running

NOW = dt.datetime(2027, 1, 4, 10, 0, tzinfo=PARIS)
KEY = "a" * 64


@pytest.fixture(params=["resend", "brevo"])
def provider(request: pytest.FixtureRequest, settings: Any) -> Iterator[StandIn]:
    with provider_running(request.param, settings) as stand_in:
        yield stand_in


@pytest.fixture
def resend(settings: Any) -> Iterator[StandIn]:
    with provider_running("resend", settings) as stand_in:
        yield stand_in


@pytest.fixture
def brevo(settings: Any) -> Iterator[StandIn]:
    with provider_running("brevo", settings) as stand_in:
        yield stand_in


def a_mail() -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = '"Élise Roux (Rivages, Ouest)" <bonjour@cairn.test>'
    mail["To"] = "head@example.com"
    mail["Reply-To"] = "Élise Roux <elise@example.com>"
    mail["Subject"] = "Votre semaine 2 : écouter"
    mail["Message-ID"] = f"<{KEY}@cairn.test>"
    mail["List-Unsubscribe"] = "<https://cairn.test/mail/unsubscribe/x/>"
    mail["X-Reminder-Key"] = KEY
    mail.set_content("Bonjour, à tout à l’heure.")
    mail.add_alternative("<p>Bonjour, à tout à l’heure.</p>", subtype="html")
    mail.add_alternative("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", subtype="calendar")
    return mail


def envelope() -> Envelope:
    return Envelope("bonjour@cairn.test", "head@example.com", a_mail().as_bytes(), KEY)


def handed(**options: Any) -> Any:
    with make_transport() as transport:
        return transport.hand_over(envelope(), options.get("before_data", lambda: True))


def test_accepted_message_has_the_name_that_the_provider_gave_it(provider: StandIn) -> None:
    assert handed() == Accepted(200, "id-1")


def test_same_key_again_is_the_same_message(provider: StandIn) -> None:
    assert [handed(), handed()] == [Accepted(200, "id-1")] * 2
    assert len(provider.messages) == 1
    assert len(provider.posted) == 2


def test_resend_is_asked_in_its_own_words(resend: StandIn) -> None:
    handed()

    ((headers, body),) = resend.posted
    assert headers["Authorization"] == "Bearer the-key"
    assert headers["Idempotency-Key"] == KEY
    assert body["from"] == "Élise Roux · Rivages Ouest <bonjour@cairn.test>"
    assert (body["to"], body["reply_to"]) == (["head@example.com"], "elise@example.com")
    assert body["subject"] == "Votre semaine 2 : écouter"
    assert body["text"].strip() == "Bonjour, à tout à l’heure."
    assert body["html"].strip() == "<p>Bonjour, à tout à l’heure.</p>"
    assert body["tags"] == [{"name": "key", "value": KEY}]
    assert body["headers"] == {
        "List-Unsubscribe": "<https://cairn.test/mail/unsubscribe/x/>",
        "X-Reminder-Key": KEY,
    }
    (calendar,) = body["attachments"]
    assert (calendar["filename"], calendar["content_type"].split(";")[0]) == ("invite.ics", "text/calendar")
    assert HttpTransport().deduplicates_for == dt.timedelta(hours=24)


def test_brevo_is_asked_in_its_own_words(brevo: StandIn) -> None:
    handed()

    ((headers, body),) = brevo.posted
    assert headers["api-key"] == "the-key"
    assert body["sender"] == {"name": "Élise Roux · Rivages Ouest", "email": "bonjour@cairn.test"}
    assert (body["to"], body["replyTo"]) == ([{"email": "head@example.com"}], {"email": "elise@example.com"})
    assert body["textContent"].strip() == "Bonjour, à tout à l’heure."
    assert body["headers"]["X-Mailin-custom"] == KEY
    assert str(uuid.UUID(body["headers"]["idempotencyKey"])) == body["headers"]["idempotencyKey"]
    assert [each["name"] for each in body["attachment"]] == ["invite.ics"]
    assert HttpTransport().deduplicates_for == dt.timedelta(minutes=30)


def test_key_of_the_api_is_in_no_message(provider: StandIn) -> None:
    handed()

    assert "the-key" not in str(provider.bodies)


ABOUT_THE_SENDER = {
    "resend": {"name": "validation_error", "message": "Invalid `from` field."},
    "brevo": {"code": "invalid_parameter", "message": "valid sender email required"},
}


@pytest.mark.parametrize("status", [400, 413, 415, 422, 451])
def test_refused_message_ends_and_nobody_else_is_blamed(provider: StandIn, status: int) -> None:
    provider.answers = [(status, {"message": "Invalid `to` field."})]

    outcome = handed()

    assert outcome == HttpRefused("data", status)
    assert (outcome.is_permanent, outcome.is_bad_address) == (True, False)


@pytest.mark.parametrize("status", [408, 425])
def test_message_that_came_at_a_bad_moment_is_refused_for_now(provider: StandIn, status: int) -> None:
    provider.answers = [status]

    outcome = handed()

    assert outcome == HttpRefused("data", status)
    assert not outcome.is_permanent


@pytest.mark.parametrize("status", [302, 401, 402, 403, 404, 405, 429])
def test_refusal_of_us_is_no_refusal_of_the_message(provider: StandIn, status: int) -> None:
    provider.answers = [status]

    outcome = handed()

    assert outcome == HttpRefused("connect", status)
    assert not outcome.is_permanent


def test_refused_sender_is_a_refusal_of_us(provider: StandIn, settings: Any) -> None:
    provider.answers = [(422, ABOUT_THE_SENDER[settings.MAIL_TRANSPORT])]

    assert handed() == HttpRefused("connect", 422)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 529])
def test_trouble_at_the_provider_leaves_the_message_in_doubt(provider: StandIn, status: int) -> None:
    provider.answers = [status]

    assert handed() == NoAnswer()


@pytest.mark.parametrize(
    "answer",
    [
        (409, {"name": "concurrent_idempotent_requests"}),
        (409, {"name": "invalid_idempotent_request"}),
        (400, {"code": "duplicate_parameter", "message": "idempotencyKey already used"}),
    ],
)
def test_answer_about_a_try_before_does_not_say_what_became_of_it(provider: StandIn, answer: Any) -> None:
    provider.answers = [answer]

    assert handed() == NoAnswer()


@pytest.mark.parametrize("answer", ["cut", "cut early"])
def test_line_that_is_cut_leaves_the_message_in_doubt(provider: StandIn, answer: str) -> None:
    provider.answers = [answer]

    assert handed() == NoAnswer()


def test_provider_that_says_nothing_is_not_waited_for_without_end(provider: StandIn, settings: Any) -> None:
    settings.EMAIL_TIMEOUT = 0.2
    provider.answers = ["hang"]

    assert handed() == NoAnswer()
    assert len(provider.messages) == 1  # it has it: that is the doubt


def test_yes_that_cannot_be_read_is_a_yes(provider: StandIn) -> None:
    provider.answers = [(200, b"<html>"), (201, {"id": ["x"], "messageId": 7}), (202, b"[]")]

    assert [handed(), handed(), handed()] == [Accepted(200), Accepted(201), Accepted(202)]


def test_provider_that_takes_the_call_and_sleeps_leaves_the_message_in_doubt(settings: Any) -> None:
    with provider_running("resend", settings):
        port = free_port()
        settings.MAIL_PROVIDER_URL, settings.EMAIL_TIMEOUT = f"http://127.0.0.1:{port}", 0.2
        with socket.create_server(("127.0.0.1", port)):
            outcome = handed()  # the system takes the connection, and nobody reads

    assert outcome == NoAnswer()


def test_provider_that_is_away_has_nothing_of_ours(provider: StandIn, settings: Any) -> None:
    settings.MAIL_PROVIDER_URL = f"http://127.0.0.1:{free_port()}"

    def never() -> bool:
        raise AssertionError("asked for the point of no return without a connection")

    assert handed(before_data=never) == Refused("connect")


def test_message_that_is_no_longer_ours_is_not_posted(provider: StandIn) -> None:
    assert handed(before_data=lambda: False) == Fenced()
    assert provider.posted == []


# --- the ledger ---------------------------------------------------------------------------------


def deliver(cast: Cast, now: dt.datetime = NOW) -> None:
    deliver_network(cast.network.pk, now=now)


def invitation(cast: Cast) -> Reminder:
    with networks(cast.network.pk):
        return Reminder.objects.get(enrolment=cast.enrolment, kind="invitation")


def invitations(cast: Cast) -> set[str]:
    with networks(cast.network.pk):
        return set(Reminder.objects.filter(kind="invitation").values_list("state", flat=True))


@pytest.mark.django_db
def test_ledger_knows_who_took_a_message_and_under_which_name(
    cast: Cast, provider: StandIn, settings: Any
) -> None:
    deliver(cast)

    row = invitation(cast)
    assert (row.state, row.transport) == ("sent", settings.MAIL_TRANSPORT)
    assert row.provider_message_id in provider.messages.values()
    with networks(cast.network.pk):
        assert set(ReminderAttempt.objects.values_list("stage", "smtp_code")) == {("accepted", 200)}
    (letter,) = provider.to(cast.head.user.email)
    assert row.dedupe_key in str(letter)


@pytest.mark.django_db
@pytest.mark.parametrize("status", [401, 403, 429])
def test_account_that_is_refused_costs_nobody_a_message(cast: Cast, provider: StandIn, status: int) -> None:
    provider.answers = [status]
    deliver(cast)
    row = invitation(cast)
    assert (row.state, row.attempts) == ("due", 0)
    with networks(cast.network.pk):
        assert not Suppression.objects.exists()
        assert not Reminder.objects.filter(state="handing").exists()

    deliver(cast, NOW + dt.timedelta(minutes=2))

    assert invitation(cast).state == "sent"
    assert len(provider.messages) == 2


@pytest.mark.django_db
def test_message_that_the_provider_refuses_for_good_ends_with_its_answer(
    cast: Cast, provider: StandIn
) -> None:
    provider.answers = [422, 422]

    deliver(cast)

    row = invitation(cast)
    assert (row.state, row.reason) == ("dead", "smtp_422")
    with networks(cast.network.pk):
        assert not Suppression.objects.exists()


@pytest.mark.django_db
def test_message_left_in_doubt_is_asked_about_under_its_key_and_made_once(cast: Cast, brevo: StandIn) -> None:
    brevo.answers = ["cut"]
    deliver(cast)
    assert invitations(cast) == {"uncertain", "sent"}

    deliver(cast, NOW + dt.timedelta(minutes=5))

    assert invitations(cast) == {"sent"}
    assert (len(brevo.posted), len(brevo.messages)) == (3, 2)


@pytest.mark.django_db
def test_provider_that_compares_texts_makes_it_once_and_its_later_word_ends_the_doubt(
    cast: Cast, resend: StandIn
) -> None:
    resend.answers = ["cut"]
    with time_machine.travel(NOW):
        deliver(cast)

    with time_machine.travel(NOW + dt.timedelta(minutes=5)):  # the links of a letter bear their second
        deliver(cast, NOW + dt.timedelta(minutes=5))

    assert invitations(cast) == {"uncertain", "sent"}
    assert (len(resend.posted), len(resend.messages)) == (3, 2)
    with networks(cast.network.pk):
        row = Reminder.objects.get(kind="invitation", state="uncertain")
    name = resend.messages[row.dedupe_key]
    telling = Telling("msg_1", "delivered", row.dedupe_key, name)
    assert take_in("resend", telling, b"", NOW + dt.timedelta(minutes=6)) == "sent"
    assert invitations(cast) == {"sent"}


# --- Django's own mails ---------------------------------------------------------------------------


def test_code_to_sign_in_goes_by_the_provider_too(provider: StandIn) -> None:
    taken = django_mail.send_mail("Votre code", "123456", "Cairn <bonjour@cairn.test>", ["head@example.com"])

    assert taken == 1
    ((_headers, body),) = provider.posted
    assert "123456" in str(body)
    assert "head@example.com" in str(body["to"])


def test_two_codes_are_two_messages(provider: StandIn) -> None:
    for code in ("1", "2"):
        django_mail.send_mail("Votre code", code, None, ["head@example.com"])

    assert len(provider.messages) == 2


@pytest.mark.parametrize("answer", [401, 422, 503, "cut"])
def test_code_that_was_not_taken_is_told_without_address_or_text(provider: StandIn, answer: Any) -> None:
    provider.answers = [answer]

    with pytest.raises(OSError, match="the mail provider did not take a mail") as told:
        django_mail.send_mail("Votre code", "123456", None, ["head@example.com"])

    assert "head@" not in str(told.value)
    assert "123456" not in str(told.value)
