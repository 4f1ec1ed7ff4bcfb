"""What becomes of a message when nobody can tell whether the server took it (reliability 2.6, 2.8)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from agencies.scope import networks
from coaching.reminders.claiming import claim
from coaching.reminders.doubts import settle_doubts
from coaching.reminders.ledger import begin_handing, record, recover, release
from coaching.reminders.models import Reminder
from coaching.reminders.preferences import unsubscribe
from coaching.reminders.services import Delivery, deliver_network, plan_network
from coaching.reminders.transport import Accepted, NoAnswer, Refused, SmtpTransport
from tests.factories import PARIS, Cast
from tests.reminders.conftest import Mailbox

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2027, 1, 4, 10, 0, tzinfo=PARIS)
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=24)


class Remembering(SmtpTransport):
    """A provider that takes a second hand-over under the same key for the first one, for half an hour."""

    name = "provider"
    deduplicates_for = dt.timedelta(minutes=30)


def deliver(cast: Cast, now: dt.datetime, transport: SmtpTransport | None = None) -> Delivery:
    return deliver_network(cast.network.pk, now=now, transport=transport or Remembering())


def row_of(cast: Cast, place: int = 0) -> Reminder:
    with networks(cast.network.pk):
        return Reminder.objects.get(enrolment=cast.enrolments[place], kind="invitation")


def doubtful(cast: Cast, mailbox: Mailbox, transport: SmtpTransport | None = None) -> Reminder:
    """Both invitations are taken by a server that never says so."""
    mailbox.at_data = lambda _message: "keep and drop"
    deliver(cast, NOW, transport)
    mailbox.at_data = None
    return row_of(cast)


def as_kind(cast: Cast, kind: str) -> None:
    """The invitations were another kind of message; what was planned since does not matter here."""
    with networks(cast.network.pk):
        Reminder.objects.filter(state="uncertain").update(kind=kind)
        Reminder.objects.filter(state="due").delete()


def test_provider_that_remembers_is_asked_again_under_the_same_key(cast: Cast, mailbox: Mailbox) -> None:
    first = doubtful(cast, mailbox)
    assert (first.state, first.in_doubt_since, first.transport) == ("uncertain", NOW, "provider")

    deliver(cast, NOW + 5 * MINUTE)

    again = row_of(cast)
    keys = [str(mail["X-Reminder-Key"]) for mail in mailbox.to("head1@example.com")]
    assert (again.state, again.reason, again.in_doubt_since) == ("sent", "", None)
    assert keys == [first.dedupe_key] * 2


def test_nothing_is_asked_again_once_the_provider_may_have_forgotten(cast: Cast, mailbox: Mailbox) -> None:
    doubtful(cast, mailbox)

    for minutes in (25, 30, 600):
        deliver(cast, NOW + minutes * MINUTE)

    assert row_of(cast).state == "uncertain"
    assert len(mailbox.to("head1@example.com")) == 1


def test_age_of_a_doubt_counts_from_the_first_hand_over(cast: Cast, mailbox: Mailbox) -> None:
    doubtful(cast, mailbox)
    mailbox.at_data = lambda _message: "drop"
    deliver(cast, NOW + 20 * MINUTE)
    mailbox.at_data = None

    deliver(cast, NOW + 26 * MINUTE)

    assert row_of(cast).state == "uncertain"
    assert row_of(cast).in_doubt_since == NOW


def test_another_transport_is_never_asked_about_a_doubt(cast: Cast, mailbox: Mailbox) -> None:
    doubtful(cast, mailbox)

    class Other(Remembering):
        name = "other"

    deliver(cast, NOW + 5 * MINUTE, Other())
    deliver(cast, NOW + 10 * MINUTE, SmtpTransport())

    assert row_of(cast).state == "uncertain"
    assert len(mailbox.to("head1@example.com")) == 1


def test_worker_that_died_while_handing_over_is_followed_by_one_that_asks_again(
    cast: Cast, mailbox: Mailbox
) -> None:
    plan_network(cast.network.pk, NOW)
    message = claim(cast.network.pk, now=NOW).messages[0]
    begin_handing(message, NOW, transport="provider")

    deliver(cast, NOW + 3 * MINUTE)

    with networks(cast.network.pk):
        assert Reminder.objects.get(pk=message.reminder_id).state == "sent"


@pytest.mark.parametrize("code", [451, 554])
def test_refusal_of_the_second_try_says_nothing_of_the_first(cast: Cast, mailbox: Mailbox, code: int) -> None:
    doubtful(cast, mailbox)
    mailbox.at_data = lambda _message: f"{code} Not now"

    deliver(cast, NOW + 5 * MINUTE)

    assert (row_of(cast).state, row_of(cast).in_doubt_since) == ("uncertain", NOW)


def test_second_try_given_back_or_left_by_a_dead_worker_is_a_doubt_still(
    cast: Cast, mailbox: Mailbox
) -> None:
    doubtful(cast, mailbox)
    at = NOW + 5 * MINUTE
    given_back, left = claim(cast.network.pk, now=at, courier=Remembering()).messages

    release(cast.network.pk, [given_back], at)
    recover(cast.network.pk, at + 3 * MINUTE, Remembering())

    with networks(cast.network.pk):
        pair = Reminder.objects.filter(pk__in=[given_back.reminder_id, left.reminder_id])
        assert set(pair.values_list("state", "in_doubt_since")) == {("uncertain", NOW)}


def test_who_unsubscribed_meanwhile_is_not_written_to_and_the_doubt_stays(
    cast: Cast, mailbox: Mailbox
) -> None:
    doubtful(cast, mailbox)
    as_kind(cast, "weekly_digest")
    with networks(cast.network.pk):
        unsubscribe(cast.enrolment, now=NOW)

    deliver(cast, NOW + 5 * MINUTE)

    with networks(cast.network.pk):
        assert Reminder.objects.get(enrolment=cast.enrolment).state == "uncertain"
    assert len(mailbox.to("head1@example.com")) == 1


@pytest.mark.parametrize(
    ("kind", "state", "reason"),
    [
        ("weekly_digest", "skipped", "uncertain"),
        ("midweek_nudge", "skipped", "uncertain"),
        ("invitation", "uncertain", "no_answer"),
        ("session_invite", "uncertain", "no_answer"),
        ("session_today", "uncertain", "no_answer"),
        ("coach_message", "uncertain", "no_answer"),
        ("coach_circular", "uncertain", "no_answer"),
    ],
)
def test_doubt_of_a_day_is_closed_for_what_the_pages_say_as_well(
    cast: Cast, mailbox: Mailbox, kind: str, state: str, reason: str
) -> None:
    doubtful(cast, mailbox, SmtpTransport())
    as_kind(cast, kind)
    settle_doubts(cast.network.pk, NOW + 11 * MINUTE)
    settle_doubts(cast.network.pk, NOW + DAY - MINUTE)
    with networks(cast.network.pk):
        assert not Reminder.objects.exclude(state="uncertain").exists()

    settle_doubts(cast.network.pk, NOW + DAY)

    with networks(cast.network.pk):
        assert set(Reminder.objects.values_list("state", "reason")) == {(state, reason)}


def test_late_answer_clears_a_doubt_that_was_closed(cast: Cast) -> None:
    plan_network(cast.network.pk, NOW)
    message = claim(cast.network.pk, now=NOW).messages[0]
    begin_handing(message, NOW)
    record(message, NoAnswer(), NOW, NOW)
    with networks(cast.network.pk):
        Reminder.objects.filter(pk=message.reminder_id).update(kind="weekly_digest")
    assert settle_doubts(cast.network.pk, NOW + 11 * MINUTE) == 0
    assert settle_doubts(cast.network.pk, NOW + DAY) == 1

    assert record(message, Accepted(), NOW, NOW + DAY) == "sent"


def resend(cast: Cast, mailbox: Mailbox) -> list[str]:
    """A calendar message in doubt over an hour; returns its states after 9, 11, 30 and 60 minutes."""
    doubtful(cast, mailbox, SmtpTransport())
    as_kind(cast, "session_invite")
    found = []
    for minutes in (9, 11, 30, 60):
        settle_doubts(cast.network.pk, NOW + minutes * MINUTE)
        with networks(cast.network.pk):
            row = Reminder.objects.get(enrolment=cast.enrolment)
        found.append(row.state)
        if row.state == "due":
            for message in claim_as_is(cast, NOW + minutes * MINUTE):
                begin_handing(message, NOW + minutes * MINUTE)
                record(message, NoAnswer(), NOW, NOW + minutes * MINUTE)
    return found


def claim_as_is(cast: Cast, now: dt.datetime) -> list[Any]:
    with networks(cast.network.pk):
        Reminder.objects.update(kind="invitation")
    found = claim(cast.network.pk, now=now).messages
    with networks(cast.network.pk):
        Reminder.objects.filter(state="leased").update(kind="session_invite")
    return found


def test_meeting_in_doubt_is_not_sent_again_unless_the_operator_chose_so(
    cast: Cast, mailbox: Mailbox
) -> None:
    assert resend(cast, mailbox) == ["uncertain"] * 4


def test_meeting_in_doubt_is_sent_again_once_where_the_operator_chose_so(
    cast: Cast, mailbox: Mailbox, settings: Any
) -> None:
    settings.MAIL_RESENDS_MEETINGS = True

    assert resend(cast, mailbox) == ["uncertain", "due", "uncertain", "uncertain"]


def test_refusal_without_a_doubt_before_leaves_none(cast: Cast) -> None:
    plan_network(cast.network.pk, NOW)
    message = claim(cast.network.pk, now=NOW).messages[0]
    begin_handing(message, NOW)

    record(message, Refused("data", 451), NOW, NOW)

    with networks(cast.network.pk):
        row = Reminder.objects.get(pk=message.reminder_id)
    assert (row.state, row.in_doubt_since) == ("due", None)
