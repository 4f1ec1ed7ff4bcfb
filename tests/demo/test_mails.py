"""The mailbox of the demonstration: messages of the weeks already lived, as they read then."""

from __future__ import annotations

import datetime as dt
import email
from email import policy
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config.demo.build import build_demo
from config.demo.mails import KEPT, keep_past_mails
from config.inbox import NAME, messages

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SATURDAY_EVENING = dt.datetime(2026, 11, 28, 20, 0, tzinfo=ZoneInfo("Europe/Paris"))


def test_the_mailbox_is_not_empty_on_a_saturday_evening(tmp_path: Path) -> None:
    build_demo(SATURDAY_EVENING)

    count = keep_past_mails(tmp_path)
    keep_past_mails(tmp_path)

    kept = messages(tmp_path)
    assert count == len(kept) == sum(KEPT.values())
    assert all(message.arrived_at < SATURDAY_EVENING for message in kept)
    assert all(NAME.fullmatch(message.name) for message in kept)
    parsed = [
        email.message_from_bytes(path.read_bytes(), policy=policy.default) for path in tmp_path.iterdir()
    ]
    assert {str(each["Content-Language"]) for each in parsed} <= {"fr", "en"}
    assert all(each.get_body(("plain",)) and each.get_body(("html",)) for each in parsed)
    assert not any("/invitation/" in each.get_body(("plain",)).get_content() for each in parsed)
