"""What a mail provider tells later: who may say it, and that it only moves its own message forward (Z8)."""

from __future__ import annotations

import base64
import datetime as dt
import json
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from agencies.models import Network
from agencies.scope import networks
from coaching.cohorts.models import CoachContact, Enrolment
from coaching.reminders.models import CoachMessage, Heartbeat, ProviderEvent, Reminder, Suppression
from coaching.reminders.webhooks import signature_of
from tests.factories import Cast, launch_cohort, starter_version

pytestmark = pytest.mark.django_db

SECRET = "whsec_" + base64.b64encode(b"a key that only two of us know").decode()
TOKEN = "a-token-that-nobody-guesses-0123"
NAME = "49a3999c-0ce1-4ea6-ab68-afcd6dc2e794"
KEY = "c" * 64
OTHER_KEY = "d" * 64


@pytest.fixture(autouse=True)
def resend(settings: Any) -> None:
    settings.MAIL_TRANSPORT, settings.MAIL_EVENTS_SECRET = "resend", SECRET


def a_message(
    cast: Cast, state: str = "sent", *, network_of: Network | None = None, **fields: Any
) -> Reminder:
    """Handed to Resend a minute ago."""
    now = timezone.now()
    in_flight = {"lease_token": uuid.uuid4(), "lease_until": now + dt.timedelta(minutes=1)}
    ended = state in Reminder.FINISHED
    values = {
        "enrolment": cast.enrolment,
        "recipient": cast.head.user,
        "kind": "midweek_nudge",
        "occurrence": "2027-W01",
        "dedupe_key": KEY,
        "local_due": "2027-01-06T14:00",
        "time_zone": "Europe/Paris",
        "due_at": now,
        "expires_at": now + dt.timedelta(days=2),
        "next_try_at": now,
        "state": state,
        "handed_over_at": now - dt.timedelta(minutes=1),
        "finished_at": now if ended else None,
        "transport": "resend",
        "provider_message_id": NAME if state == "sent" else "",
        **(in_flight if state in Reminder.IN_FLIGHT else {}),
        **fields,
    }
    with networks((network_of or cast.network).pk):
        return Reminder.objects.create(**values)


def now_of(cast: Cast, row: Reminder) -> Reminder:
    with networks(cast.network.pk):
        return Reminder.objects.get(pk=row.pk)


def document(kind: str = "delivered", key: str = KEY, name: str = NAME, **data: Any) -> dict[str, Any]:
    return {
        "type": f"email.{kind}",
        "created_at": "2027-01-06T13:01:00.000Z",
        "data": {"email_id": name, "to": ["head1@example.com"], "tags": {"key": key}, **data},
    }


def tell(
    content: dict[str, Any] | bytes,
    *,
    event: str = "msg_1",
    age: dt.timedelta = dt.timedelta(),
    secret: str = SECRET,
    to: str = "resend",
    **headers: str,
) -> int:
    """The status that the provider reads."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    instant = str(int((timezone.now() - age).timestamp()))
    signed = {
        "svix-id": event,
        "svix-timestamp": instant,
        "svix-signature": signature_of(event, instant, body, secret),
    }
    response = Client(enforce_csrf_checks=True).post(
        f"/mail/events/{to}/", body, content_type="application/json", headers=signed | headers
    )
    return response.status_code


def reasons(cast: Cast) -> list[str]:
    with networks(cast.network.pk):
        return list(Suppression.objects.values_list("reason", flat=True))


# --- who says it ----------------------------------------------------------------------------------


def test_signature_is_the_one_of_the_scheme() -> None:
    # The example of the scheme's own manual.
    found = signature_of(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "1614265330",
        b'{"test": 2432232314}',
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    )

    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_delivered_message_is_noted_as_such(cast: Cast) -> None:
    row = a_message(cast)

    assert tell(document()) == 200

    found = now_of(cast, row)
    assert found.state == "sent"
    assert found.delivered_at is not None
    assert Heartbeat.objects.filter(name="provider_webhook").exists()


@pytest.mark.parametrize("missing", ["svix-id", "svix-timestamp", "svix-signature"])
def test_unsigned_event_is_refused(cast: Cast, missing: str) -> None:
    row = a_message(cast)

    assert tell(document("bounced"), **{missing: ""}) == 401
    assert now_of(cast, row).state == "sent"
    assert not ProviderEvent.objects.exists()


@pytest.mark.parametrize(
    "given",
    [
        {"secret": "whsec_" + base64.b64encode(b"somebody else's own key").decode()},
        {"svix-id": "msg_2"},
        {"svix-timestamp": "1"},
        {"svix-signature": "v1,"},
        {"svix-signature": "v2,é"},
    ],
)
def test_event_with_a_wrong_signature_is_refused(cast: Cast, given: dict[str, str]) -> None:
    row = a_message(cast)

    assert tell(document("bounced"), **given) == 401
    assert now_of(cast, row).state == "sent"


def test_one_good_signature_of_two_is_enough(cast: Cast) -> None:
    row, body = a_message(cast), json.dumps(document()).encode()
    instant = str(int(timezone.now().timestamp()))
    both = f"v1,b2xk {signature_of('msg_1', instant, body, SECRET)}"

    assert tell(body, **{"svix-signature": both, "svix-timestamp": instant}) == 200
    assert now_of(cast, row).delivered_at


def test_body_that_was_changed_on_the_way_is_refused(cast: Cast) -> None:
    row, instant = a_message(cast), str(int(timezone.now().timestamp()))
    signature = signature_of("msg_1", instant, json.dumps(document()).encode(), SECRET)

    changed = {"svix-signature": signature, "svix-timestamp": instant}

    assert tell(document("bounced"), **changed) == 401
    assert now_of(cast, row).state == "sent"


@pytest.mark.parametrize("minutes", [-6, 6, 60])
def test_event_signed_long_ago_or_in_the_future_is_refused(cast: Cast, minutes: int) -> None:
    row = a_message(cast)

    assert tell(document("bounced"), age=dt.timedelta(minutes=minutes)) == 400
    assert now_of(cast, row).state == "sent"


def test_event_of_four_minutes_ago_counts(cast: Cast) -> None:
    row = a_message(cast)

    assert tell(document("bounced"), age=dt.timedelta(minutes=4)) == 200
    assert now_of(cast, row).state == "bounced"


def test_without_a_secret_nothing_is_believed(cast: Cast, settings: Any) -> None:
    settings.MAIL_EVENTS_SECRET = ""

    assert tell(document("bounced"), secret="whsec_") == 401


@pytest.mark.parametrize("other", ["brevo", "mailgun", "smtp"])
def test_provider_that_sends_nothing_for_us_is_not_believed(cast: Cast, other: str) -> None:
    row = a_message(cast)

    assert tell(document("bounced"), to=other, Authorization=f"Bearer {SECRET}") == 401
    assert now_of(cast, row).state == "sent"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff", b"[" * 50_000, b"{}", b'{"type": 1}'])
def test_event_that_cannot_be_read_is_refused(body: bytes) -> None:
    assert tell(body) == 400


def test_event_of_a_megabyte_is_refused_before_it_is_read(cast: Cast) -> None:
    row = a_message(cast)

    assert tell(document("bounced", padding="x" * 1_000_000)) == 413
    assert now_of(cast, row).state == "sent"


def test_address_of_the_events_answers_nothing_to_a_visitor() -> None:
    assert Client().get("/mail/events/resend/").status_code == 405


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


# --- Brevo ----------------------------------------------------------------------------------------


BREVO_NAME = "<202701061301.1@smtp-relay.mailin.fr>"


@pytest.fixture
def brevo(settings: Any) -> None:
    settings.MAIL_TRANSPORT, settings.MAIL_EVENTS_SECRET = "brevo", TOKEN


def brevo_document(kind: str, **fields: Any) -> dict[str, Any]:
    return {
        "event": kind,
        "email": "head1@example.com",
        "message-id": BREVO_NAME,
        "X-Mailin-custom": KEY,
        "ts_epoch": 1_799_240_460_000,
        **fields,
    }


def brevo_tells(content: dict[str, Any], authorization: str = f"Bearer {TOKEN}") -> int:
    response = Client(enforce_csrf_checks=True).post(
        "/mail/events/brevo/",
        json.dumps(content),
        content_type="application/json",
        headers={"Authorization": authorization} if authorization else {},
    )
    return response.status_code


def basic(password: str) -> str:
    return "Basic " + base64.b64encode(f"cairn:{password}".encode()).decode()


@pytest.mark.parametrize("authorization", [f"Bearer {TOKEN}", basic(TOKEN)])
def test_brevo_is_believed_with_the_token(cast: Cast, brevo: None, authorization: str) -> None:
    row = a_message(cast, "uncertain", transport="brevo")

    assert brevo_tells(brevo_document("delivered"), authorization) == 200
    assert (now_of(cast, row).state, now_of(cast, row).provider_message_id) == ("sent", BREVO_NAME)


@pytest.mark.parametrize(
    "authorization", ["", "Bearer ", "Bearer wrong", basic("wrong"), "Basic é", "Basic !!!", TOKEN]
)
def test_brevo_is_not_believed_without_it(cast: Cast, brevo: None, authorization: str) -> None:
    row = a_message(cast, transport="brevo", provider_message_id=BREVO_NAME)

    assert brevo_tells(brevo_document("hard_bounce"), authorization) == 401
    assert now_of(cast, row).state == "sent"


@pytest.mark.parametrize(
    ("kind", "state", "reason"),
    [
        ("delivered", "sent", []),
        ("hard_bounce", "bounced", ["bounced"]),
        ("invalid_email", "bounced", ["bounced"]),
        ("soft_bounce", "bounced", []),
        ("blocked", "bounced", []),
        ("spam", "sent", ["complaint"]),
        ("opened", "sent", []),
        ("deferred", "sent", []),
    ],
)
def test_words_of_brevo_mean_what_those_of_resend_mean(
    cast: Cast, brevo: None, kind: str, state: str, reason: list[str]
) -> None:
    row = a_message(cast, transport="brevo", provider_message_id=BREVO_NAME)

    assert brevo_tells(brevo_document(kind)) == 200
    assert (now_of(cast, row).state, reasons(cast)) == (state, reason)


def test_replay_of_brevo_counts_once_and_its_next_event_counts(cast: Cast, brevo: None) -> None:
    a_message(cast, transport="brevo", provider_message_id=BREVO_NAME)
    for instant in (1, 1, 2):
        brevo_tells(brevo_document("delivered", ts_epoch=instant))

    assert ProviderEvent.objects.count() == 2


@pytest.mark.parametrize("fields", [{"ts_epoch": None}, {"ts_epoch": "hier"}, {"event": None}])
def test_event_of_brevo_without_event_or_instant_is_refused(brevo: None, fields: dict[str, Any]) -> None:
    assert brevo_tells(brevo_document("delivered", **fields)) == 400
