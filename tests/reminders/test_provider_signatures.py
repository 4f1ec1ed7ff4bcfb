"""Who may say what became of a message: signature, age, secret, size; and what cannot be read (Z8)."""

from __future__ import annotations

import base64
import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from coaching.reminders.models import Heartbeat, ProviderEvent
from coaching.reminders.webhooks import signature_of
from tests.factories import Cast
from tests.reminders.telling import SECRET, a_message, document, now_of, resend, tell

__all__ = ["resend"]

pytestmark = pytest.mark.django_db


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
