"""A provider that tells, signed as it signs, what became of a message that it was given."""

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
from coaching.reminders.models import Reminder, Suppression
from coaching.reminders.webhooks import signature_of
from tests.factories import Cast

SECRET = "whsec_" + base64.b64encode(b"a key that only two of us know").decode()


TOKEN = "a-token-that-nobody-guesses-0123"


NAME = "49a3999c-0ce1-4ea6-ab68-afcd6dc2e794"


KEY = "c" * 64


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
