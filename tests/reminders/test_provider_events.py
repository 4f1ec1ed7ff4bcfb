"""What a mail provider tells later moves its own message alone, only forward, and once (Z8)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from agencies.scope import networks
from coaching.cohorts.models import CoachContact, Enrolment
from coaching.reminders.models import CoachMessage, ProviderEvent, Reminder, Suppression
from tests.factories import Cast, launch_cohort, starter_version
from tests.reminders.telling import KEY, NAME, a_message, document, now_of, reasons, resend, tell

__all__ = ["resend"]

pytestmark = pytest.mark.django_db


OTHER_KEY = "d" * 64


# --- what it moves --------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["handing", "uncertain", "due", "leased"])
def test_delivery_ends_the_doubt(cast: Cast, state: str) -> None:
    row = a_message(cast, state)

    assert tell(document()) == 200

    found = now_of(cast, row)
    assert (found.state, found.reason, found.provider_message_id) == ("sent", "", NAME)
    assert found.delivered_at == found.finished_at is not None
    assert (found.lease_token, found.lease_until) == (None, None)
    with networks(cast.network.pk):
        assert Enrolment.objects.get(pk=cast.enrolment.pk).reminders_sent == 1


def test_doubt_that_a_restored_database_has_is_ended_by_the_key_alone(cast: Cast) -> None:
    row = a_message(cast, "uncertain", reason="restored", transport="", handed_over_at=None)

    tell(document())

    found = now_of(cast, row)
    assert (found.state, found.transport, found.provider_message_id) == ("sent", "resend", NAME)


def test_end_of_a_doubt_leaves_no_age_of_it(cast: Cast) -> None:
    row = a_message(cast, "uncertain", reason="no_answer", in_doubt_since=timezone.now())

    tell(document("bounced"))

    assert now_of(cast, row).in_doubt_since is None


@pytest.mark.parametrize("aside", ["uncertain", "closed"])  # in time, by a coach
def test_delivery_clears_a_doubt_that_was_put_aside(cast: Cast, aside: str) -> None:
    row = a_message(cast, "skipped", reason=aside)

    tell(document())

    assert now_of(cast, row).state == "sent"


@pytest.mark.parametrize("state", ["sent", "handing", "uncertain", "due"])
def test_message_that_came_back_is_no_longer_sent(cast: Cast, state: str) -> None:
    row = a_message(cast, state)

    assert tell(document("bounced", bounce={"type": "Permanent"})) == 200

    found = now_of(cast, row)
    assert (found.state, found.reason, found.lease_token) == ("bounced", "came_back", None)


def test_address_that_does_not_exist_gets_no_more_and_its_coach_sees_it(cast: Cast) -> None:
    a_message(cast)

    tell(document("bounced", bounce={"type": "Permanent", "subType": "General"}))

    assert reasons(cast) == ["bounced"]
    with networks(cast.network.pk):
        row = Enrolment.objects.select_related("network", "membership__user").get(pk=cast.enrolment.pk)
        assert row.is_address_refused


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("bounced", {"bounce": {"type": "Transient"}}),
        ("bounced", {"bounce": {"type": "Undetermined"}}),
        ("failed", {}),
        ("suppressed", {}),
    ],
)
def test_message_that_came_back_for_now_silences_nobody(cast: Cast, kind: str, data: dict[str, Any]) -> None:
    row = a_message(cast)

    tell(document(kind, **data))

    assert now_of(cast, row).state == "bounced"
    assert reasons(cast) == []


def test_mail_that_came_back_from_an_address_corrected_since_blames_nobody(cast: Cast) -> None:
    row = a_message(cast)

    tell(document("bounced", to=["typo@example.com"]))

    assert now_of(cast, row).state == "bounced"
    assert reasons(cast) == []


def test_person_who_calls_it_spam_is_written_to_no_more(cast: Cast) -> None:
    row = a_message(cast, "uncertain")

    assert tell(document("complained")) == 200

    assert now_of(cast, row).state == "sent"  # they had it
    assert reasons(cast) == ["complaint"]


def test_person_takes_back_that_it_was_spam_by_asking_for_messages_again(cast: Cast, client: Client) -> None:
    a_message(cast)
    tell(document("complained"))
    client.force_login(cast.head.user)
    page = "/n/rivages/messages/"
    assert "Vous avez demandé à ne plus rien recevoir" in client.get(page).content.decode()

    client.post(page, {"mail_mode": "all"})

    assert reasons(cast) == []


def test_who_asked_for_nothing_more_stays_with_that_word(cast: Cast) -> None:
    a_message(cast)
    with networks(cast.network.pk):
        Suppression.objects.create(user=cast.head.user, reason="unsubscribed")

    assert tell(document("complained")) == 200
    assert reasons(cast) == ["unsubscribed"]


def test_letter_of_a_coach_that_turns_out_delivered_is_noted_as_an_exchange(cast: Cast) -> None:
    with networks(cast.network.pk):
        letter = CoachMessage.objects.create(
            cohort=cast.cohort,
            author=cast.coach,
            words={"subject": "Jeudi", "body": "À jeudi."},
            people=[cast.enrolment.public_id],
            state="queued",
            written_at=timezone.now(),
            queued_at=timezone.now(),
        )
    a_message(cast, "uncertain", kind="coach_message", occurrence=letter.public_id)

    assert tell(document()) == 200

    with networks(cast.network.pk):
        assert CoachContact.objects.get(enrolment=cast.enrolment).kind == "message"
        assert Enrolment.objects.get(pk=cast.enrolment.pk).reminders_sent == 0


@pytest.mark.parametrize("kind", ["opened", "clicked", "sent", "delivery_delayed", "something_new"])
def test_event_that_concerns_nobody_here_changes_nothing(cast: Cast, kind: str) -> None:
    row = a_message(cast, "uncertain")

    assert tell(document(kind)) == 200
    assert now_of(cast, row).state == "uncertain"


# --- once, in any order, its own alone ----------------------------------------------------------------


def test_replayed_event_counts_once(cast: Cast) -> None:
    row = a_message(cast)
    tell(document("bounced"))
    with networks(cast.network.pk):
        Suppression.objects.all().delete()  # taken back by the coach

    assert tell(document("bounced")) == 200

    assert reasons(cast) == []
    assert now_of(cast, row).state == "bounced"
    assert ProviderEvent.objects.count() == 1


def test_late_delivery_does_not_undo_what_came_back(cast: Cast) -> None:
    row = a_message(cast, "uncertain")
    tell(document("bounced"), event="msg_1")

    assert tell(document("delivered"), event="msg_2") == 200

    found = now_of(cast, row)
    assert (found.state, found.delivered_at) == ("bounced", None)


def test_message_may_still_come_back_after_it_was_taken(cast: Cast) -> None:
    row = a_message(cast, "uncertain")
    tell(document("delivered"), event="msg_1")

    tell(document("bounced"), event="msg_2")

    assert now_of(cast, row).state == "bounced"


def test_second_delivery_changes_neither_the_instant_nor_the_count(cast: Cast) -> None:
    row = a_message(cast, "uncertain")
    tell(document(), event="msg_1")
    first = now_of(cast, row).delivered_at

    tell(document(), event="msg_2")

    assert now_of(cast, row).delivered_at == first
    with networks(cast.network.pk):
        assert Enrolment.objects.get(pk=cast.enrolment.pk).reminders_sent == 1


@pytest.mark.parametrize("kind", ["delivered", "bounced", "complained"])
@pytest.mark.parametrize("state", ["dead", "cancelled", "skipped"])
def test_message_that_has_another_end_keeps_it(cast: Cast, state: str, kind: str) -> None:
    row = a_message(cast, state, reason="unsubscribed")

    assert tell(document(kind)) == 200
    assert (now_of(cast, row).state, now_of(cast, row).reason) == (state, "unsubscribed")


def test_message_that_was_never_handed_over_is_moved_by_nobody(cast: Cast) -> None:
    row = a_message(cast, "due", handed_over_at=None, transport="")

    assert tell(document()) == 200
    assert now_of(cast, row).state == "due"


@pytest.mark.parametrize(
    "told",
    [
        {"key": OTHER_KEY},
        {"key": ""},
        {"name": "another-name"},
        {"name": ""},
        {"key": "c" * 64 + "\x00"},
        {"key": "c" * 5_000},
    ],
)
def test_unknown_key_or_name_is_read_and_changes_nothing(cast: Cast, told: dict[str, str]) -> None:
    row = a_message(cast)

    assert tell(document("bounced", **told)) == 200
    assert now_of(cast, row).state == "sent"
    assert reasons(cast) == []


def test_name_of_another_network_s_message_moves_neither(cast: Cast) -> None:
    ours = a_message(cast)
    with networks(cast.other_network.pk):
        _cohort, (there,) = launch_cohort(cast.other_coach, starter_version(), [cast.outsider])
        theirs = {"enrolment": there, "recipient": cast.outsider.user}
    other = a_message(
        cast, network_of=cast.other_network, **theirs, dedupe_key=OTHER_KEY, provider_message_id="theirs"
    )

    assert tell(document("bounced", key=KEY, name="theirs"), event="msg_1") == 200
    assert tell(document("bounced", key=OTHER_KEY, name=NAME), event="msg_2") == 200

    assert now_of(cast, ours).state == "sent"
    with networks(cast.other_network.pk):
        assert Reminder.objects.get(pk=other.pk).state == "sent"


def test_event_of_one_network_leaves_the_other_alone(cast: Cast) -> None:
    ours = a_message(cast)
    with networks(cast.other_network.pk):
        _cohort, (there,) = launch_cohort(cast.other_coach, starter_version(), [cast.outsider])
        theirs = {"enrolment": there, "recipient": cast.outsider.user}
    other = a_message(
        cast, network_of=cast.other_network, **theirs, dedupe_key=OTHER_KEY, provider_message_id="theirs"
    )

    tell(document("bounced", key=OTHER_KEY, name="theirs", to=["outsider@example.com"]))

    assert now_of(cast, ours).state == "sent"
    assert reasons(cast) == []
    with networks(cast.other_network.pk):
        assert Reminder.objects.get(pk=other.pk).state == "bounced"
        assert Suppression.objects.get().reason == "bounced"


def test_message_that_another_way_took_is_not_moved(cast: Cast) -> None:
    row = a_message(cast, transport="smtp", provider_message_id="")

    assert tell(document("bounced")) == 200
    assert now_of(cast, row).state == "sent"


def test_what_is_kept_of_an_event_says_nothing_of_anybody(cast: Cast) -> None:
    a_message(cast)

    tell(document("bounced"))

    kept = str(list(ProviderEvent.objects.values()))
    assert "@" not in kept
    assert KEY not in kept
    assert NAME not in kept
