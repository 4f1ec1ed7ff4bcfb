"""What each way of sending promises is said for every way, in both languages, the one in use first."""

from __future__ import annotations

from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from accounts.models import User
from coaching.reminders.promises import promises
from config.values import MAIL_PROVIDERS


def shown() -> str:
    page = render_to_string("coaching/reminders/_promises.html", {"promises": promises()})
    return page.replace("\u00a0", " ").replace("\u202f", " ")


def test_every_way_that_email_url_may_name_has_its_promise() -> None:
    assert {each.name for each in promises()} == {"smtp", *MAIL_PROVIDERS}


@pytest.mark.parametrize("name", ["smtp", "resend", "brevo"])
def test_way_in_use_comes_first(settings: Any, name: str) -> None:
    settings.MAIL_TRANSPORT = name

    assert [each.name for each in promises() if each.is_ours] == [promises()[0].name] == [name]


def test_window_is_the_one_that_the_transport_has() -> None:
    page = shown()

    assert "Exactement une fois pendant 24 heures" in page
    assert "Exactement une fois pendant 30 minutes" in page
    assert "Jamais perdu en silence, jamais doublé par nous" in page


def test_provider_whose_tellings_are_not_believed_says_what_is_missing(settings: Any) -> None:
    settings.MAIL_TRANSPORT = "resend"
    assert "MAIL_EVENTS_SECRET" in shown()

    settings.MAIL_EVENTS_SECRET = "whsec_x"

    assert "MAIL_EVENTS_SECRET" not in shown()
    assert "Il nous dit ce qui est arrivé" in shown()


def test_promises_are_said_in_english_too() -> None:
    with translation.override("en"):
        assert "Exactly once for 24 hours" in shown()


@pytest.mark.django_db
def test_operator_reads_the_promises_beside_how_mail_is_doing(client: Client) -> None:
    client.force_login(User.objects.create_user("operator@example.com", is_staff=True))

    page = client.get("/operate/mail/").content.decode()

    assert "Ce que l’envoi peut promettre" in page
    assert page.count("En service") == 1
