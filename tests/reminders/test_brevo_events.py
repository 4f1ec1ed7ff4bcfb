"""What Brevo tells: believed by its token, read in its own words, once (Z8)."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from django.test import Client

from coaching.reminders.models import ProviderEvent
from tests.factories import Cast
from tests.reminders.telling import KEY, TOKEN, a_message, now_of, reasons, resend

__all__ = ["resend"]

pytestmark = pytest.mark.django_db


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
