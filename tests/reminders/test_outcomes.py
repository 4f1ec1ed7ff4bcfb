"""What each answer of a mail server does to a message (reliability 2.6, 2.7)."""

from __future__ import annotations

import datetime as dt
import smtplib
from typing import Any

import pytest

from agencies.scope import networks
from coaching.reminders import transport as transports
from coaching.reminders.claiming import claim
from coaching.reminders.ledger import MAX_ATTEMPTS, backoff, begin_handing, record, recover
from coaching.reminders.models import Reminder, ReminderAttempt, Suppression
from coaching.reminders.services import deliver_network, plan_network
from coaching.reminders.transport import Accepted, Fenced, NoAnswer, Refused, SmtpTransport, stuffed
from tests.factories import PARIS, Cast
from tests.reminders.conftest import Mailbox

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2027, 1, 4, 10, 0, tzinfo=PARIS)
LATER = NOW + dt.timedelta(minutes=10)


def deliver(cast: Cast, now: dt.datetime = NOW) -> None:
    deliver_network(cast.network.pk, now=now)


def invitation(cast: Cast, place: int = 0) -> Reminder:
    with networks(cast.network.pk):
        return Reminder.objects.get(enrolment=cast.enrolments[place], kind="invitation")


def attempts(cast: Cast, row: Reminder) -> list[tuple[str, int | None]]:
    with networks(cast.network.pk):
        return list(
            ReminderAttempt.objects.filter(reminder=row).order_by("pk").values_list("stage", "smtp_code")
        )


@pytest.mark.parametrize("code", [421, 450, 451, 452])
@pytest.mark.parametrize("stage", ["at_rcpt", "at_data"])
def test_temporary_refusal_is_tried_again_and_sent_once(
    cast: Cast, mailbox: Mailbox, stage: str, code: int
) -> None:
    setattr(mailbox, stage, lambda _what: f"{code} Later")
    deliver(cast)
    row = invitation(cast)
    assert (row.state, row.reason, row.attempts) == ("due", f"smtp_{code}", 1)
    assert NOW < row.next_try_at <= NOW + dt.timedelta(minutes=11)
    setattr(mailbox, stage, None)

    deliver(cast, NOW + dt.timedelta(minutes=11))

    row = invitation(cast)
    assert (row.state, row.attempts, len(mailbox.to("head1@example.com"))) == ("sent", 2, 1)
    assert attempts(cast, row) == [("address" if stage == "at_rcpt" else "data", code), ("accepted", 250)]


@pytest.mark.parametrize("code", [550, 551, 553])
def test_unknown_address_ends_the_message_and_is_written_to_no_more(
    cast: Cast, mailbox: Mailbox, code: int
) -> None:
    mailbox.at_rcpt = lambda address: f"{code} No such person" if address == "head1@example.com" else ""

    deliver(cast)

    row = invitation(cast)
    assert (row.state, row.reason) == ("dead", f"smtp_{code}")
    with networks(cast.network.pk):
        assert Suppression.objects.get().reason == "bounced"
    assert invitation(cast, 1).state == "sent"


@pytest.mark.parametrize("code", [421, 550, 553])
def test_sender_that_the_server_refuses_costs_nobody_a_message(
    cast: Cast, mailbox: Mailbox, code: int
) -> None:
    mailbox.at_mail = lambda _sender: f"{code} Not from you"
    deliver(cast)
    assert (invitation(cast).state, invitation(cast).attempts) == ("due", 0)
    with networks(cast.network.pk):
        assert not Suppression.objects.exists()
    mailbox.at_mail = None

    deliver(cast, NOW + dt.timedelta(minutes=2))

    assert len(mailbox.received) == 2


@pytest.mark.parametrize("code", [552, 554])
def test_message_refused_for_good_ends_without_blaming_the_address(
    cast: Cast, mailbox: Mailbox, code: int
) -> None:
    mailbox.at_data = lambda _message: f"{code} Not this"

    deliver(cast)

    assert (invitation(cast).state, invitation(cast).reason) == ("dead", f"smtp_{code}")
    with networks(cast.network.pk):
        assert not Suppression.objects.exists()


@pytest.mark.parametrize("answer", ["drop", "keep and drop"])
def test_silence_after_the_text_is_uncertain_and_never_sent_again(
    cast: Cast, mailbox: Mailbox, answer: str
) -> None:
    mailbox.at_data = lambda _message: answer
    deliver(cast)
    mailbox.at_data = None

    for minutes in (1, 30, 300):
        deliver(cast, NOW + dt.timedelta(minutes=minutes))

    assert (invitation(cast).state, invitation(cast).reason) == ("uncertain", "no_answer")
    assert len(mailbox.received) == (2 if answer == "keep and drop" else 0)


def test_server_away_burns_no_attempt_and_everything_leaves_when_it_is_back(
    cast: Cast, nobody_listens: None, request: pytest.FixtureRequest
) -> None:
    for hour in range(6):
        deliver(cast, NOW + dt.timedelta(minutes=20 * hour))
    row = invitation(cast)
    assert (row.state, row.reason, row.attempts) == ("due", "no_connect", 0)
    mailbox: Mailbox = request.getfixturevalue("mailbox")

    deliver(cast, NOW + dt.timedelta(hours=3))

    assert (invitation(cast).state, len(mailbox.received)) == ("sent", 2)


def test_message_is_given_up_after_eight_attempts(cast: Cast, mailbox: Mailbox) -> None:
    mailbox.at_data = lambda _message: "451 Later"
    now = NOW
    for _attempt in range(MAX_ATTEMPTS + 3):
        deliver(cast, now)
        now = max(now, invitation(cast).next_try_at) + dt.timedelta(seconds=1)

    row = invitation(cast)
    assert (row.state, row.attempts) == ("dead", MAX_ATTEMPTS)


def test_message_is_given_up_a_day_after_its_first_attempt(cast: Cast, mailbox: Mailbox) -> None:
    mailbox.at_data = lambda _message: "451 Later"
    deliver(cast)

    deliver(cast, NOW + dt.timedelta(hours=24))

    assert (invitation(cast).state, invitation(cast).attempts) == ("dead", 2)


def test_backoff_doubles_up_to_an_hour_and_greylisting_waits_five_minutes() -> None:
    for attempt, seconds in ((1, 60), (2, 120), (5, 960), (8, 3600), (60, 3600)):
        waits = [backoff(attempt).total_seconds() for _ in range(50)]
        assert seconds * 0.5 <= min(waits) <= max(waits) <= seconds * 1.5
    grey = [backoff(1, 451).total_seconds() for _ in range(50)]
    assert 300 <= min(grey) <= max(grey) <= 600


def test_ledger_notes_which_transport_took_a_message_and_under_which_name(cast: Cast) -> None:
    plan_network(cast.network.pk, NOW)
    message = claim(cast.network.pk, now=NOW).messages[0]

    begin_handing(message, NOW, transport="provider")
    record(message, Accepted(202, "their-name"), NOW, LATER)

    with networks(cast.network.pk):
        row = Reminder.objects.get(pk=message.reminder_id)
    assert (row.state, row.transport, row.provider_message_id) == ("sent", "provider", "their-name")
    assert message.envelope.key == row.dedupe_key


# --- leases ----------------------------------------------------------------------------------


def test_lease_of_a_dead_worker_is_due_again_and_leaves_once(cast: Cast, mailbox: Mailbox) -> None:
    plan_network(cast.network.pk, NOW)
    assert len(claim(cast.network.pk, now=NOW).messages) == 2
    assert claim(cast.network.pk, now=NOW + dt.timedelta(seconds=60)).messages == []

    deliver(cast, NOW + dt.timedelta(seconds=121))

    assert (invitation(cast).state, len(mailbox.received)) == ("sent", 2)


def test_worker_that_died_while_handing_over_leaves_a_doubt_for_people(cast: Cast) -> None:
    plan_network(cast.network.pk, NOW)
    message = claim(cast.network.pk, now=NOW).messages[0]
    assert begin_handing(message, NOW)

    recovered = recover(cast.network.pk, NOW + dt.timedelta(seconds=130))

    assert recovered == (1, 1)


def test_paused_worker_is_fenced_out_once_its_lease_is_nearly_over(cast: Cast) -> None:
    plan_network(cast.network.pk, NOW)
    message = claim(cast.network.pk, now=NOW).messages[0]

    assert not begin_handing(message, NOW + dt.timedelta(seconds=101))


def test_worker_whose_message_was_taken_over_cannot_hand_it_over(cast: Cast) -> None:
    plan_network(cast.network.pk, NOW)
    slow = {each.reminder_id: each for each in claim(cast.network.pk, now=NOW).messages}
    recover(cast.network.pk, NOW + dt.timedelta(seconds=121))
    quick = claim(cast.network.pk, now=NOW + dt.timedelta(seconds=122)).messages[0]

    assert begin_handing(quick, NOW + dt.timedelta(seconds=123))
    assert not begin_handing(slow[quick.reminder_id], NOW + dt.timedelta(seconds=123))


def test_late_answer_clears_the_doubt_and_counts_once(cast: Cast) -> None:
    plan_network(cast.network.pk, NOW)
    message = claim(cast.network.pk, now=NOW).messages[0]
    begin_handing(message, NOW)
    recover(cast.network.pk, NOW + dt.timedelta(seconds=130))

    first = record(message, Accepted(), NOW, LATER)
    second = record(message, Accepted(), NOW, LATER)

    assert (first, second) == ("sent", "")


def test_late_refusal_cannot_take_back_what_is_no_longer_ours(cast: Cast) -> None:
    plan_network(cast.network.pk, NOW)
    message = claim(cast.network.pk, now=NOW).messages[0]
    begin_handing(message, NOW)
    recover(cast.network.pk, NOW + dt.timedelta(seconds=130))

    assert record(message, Refused("data", 451), NOW, LATER) == ""
    with networks(cast.network.pk):
        assert Reminder.objects.get(pk=message.reminder_id).state == "uncertain"


# --- the transport alone -----------------------------------------------------------------------


def envelope(cast: Cast) -> Any:
    plan_network(cast.network.pk, NOW)
    return claim(cast.network.pk, now=NOW).messages[0].envelope


def test_nothing_is_given_when_the_last_question_says_no(cast: Cast, mailbox: Mailbox) -> None:
    mail = envelope(cast)

    with SmtpTransport() as courier:
        assert courier.hand_over(mail, lambda: False) == Fenced()
        assert courier.hand_over(mail, lambda: True) == Accepted(250)

    assert len(mailbox.received) == 1


def test_one_connection_serves_a_batch_also_after_a_refusal(cast: Cast, mailbox: Mailbox) -> None:
    mail = envelope(cast)
    answers = iter(["", "554 Not this", ""])
    mailbox.at_data = lambda _message: next(answers)

    with SmtpTransport() as courier:
        outcomes = [courier.hand_over(mail, lambda: True) for _ in range(3)]

    assert outcomes == [Accepted(250), Refused("data", 554), Accepted(250)]
    assert mailbox.connections == 1


def test_new_connection_after_the_server_hung_up(cast: Cast, mailbox: Mailbox) -> None:
    mail = envelope(cast)
    answers = iter(["drop", ""])
    mailbox.at_data = lambda _message: next(answers)

    with SmtpTransport() as courier:
        outcomes = [courier.hand_over(mail, lambda: True) for _ in range(2)]

    assert outcomes == [NoAnswer(), Accepted(250)]


def test_nothing_goes_out_in_the_clear_when_starttls_is_not_offered(
    cast: Cast, mailbox: Mailbox, settings: Any
) -> None:
    mail = envelope(cast)
    settings.EMAIL_USE_TLS = True

    with SmtpTransport() as courier:
        outcome = courier.hand_over(mail, lambda: True)

    assert isinstance(outcome, Refused)
    assert (outcome.stage, mailbox.received) == ("connect", [])


def test_password_refused_is_a_connection_problem_not_the_messages_end(
    cast: Cast, mailbox: Mailbox, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = envelope(cast)
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "cairn", "wrong"

    def refuse(*_args: Any, **_kwargs: Any) -> None:
        raise smtplib.SMTPAuthenticationError(535, b"no")

    monkeypatch.setattr(transports.smtplib.SMTP, "login", refuse)

    with SmtpTransport() as courier:
        outcome = courier.hand_over(mail, lambda: True)

    assert outcome == Refused("connect", 535)
    assert not outcome.is_permanent


def test_connection_lost_before_the_text_is_a_refusal(cast: Cast, mailbox: Mailbox) -> None:
    mail = envelope(cast)

    with SmtpTransport() as courier:

        def cut() -> bool:
            assert courier._smtp is not None
            courier._smtp.close()
            return True

        outcome = courier.hand_over(mail, cut)

    assert outcome == Refused("data")


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (b"a\r\n.b\r\n", b"a\r\n..b\r\n.\r\n"),
        (b".", b"..\r\n.\r\n"),
        (b"a\nb\rc", b"a\r\nb\r\nc\r\n.\r\n"),
        (b"x\r\n.\r\ny", b"x\r\n..\r\ny\r\n.\r\n"),
    ],
)
def test_text_is_stuffed_so_that_no_line_ends_it(given: bytes, wanted: bytes) -> None:
    assert stuffed(given) == wanted
