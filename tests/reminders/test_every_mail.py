"""Every kind of mail, in both languages: whole, loading nothing, leading only to this site."""

from __future__ import annotations

import datetime as dt
import email
import re
from email import policy
from email.message import EmailMessage

import pytest
import time_machine
from bs4 import BeautifulSoup

from accounts.models import User
from agencies.scope import networks
from coaching.cohorts.models import Enrolment
from coaching.reminders.facts import CALENDAR_KINDS, HUMAN
from coaching.reminders.letters import Wanted, write
from coaching.reminders.loading import load
from coaching.reminders.meetings import token
from coaching.reminders.messages import _TEMPLATES, render
from coaching.reminders.models import CoachMessage
from tests.factories import PARIS, Cast
from tests.reminders.conftest import html_of, text_of
from tests.reminders.tapping import ACTIVE, LESSON, SITE, WELCOME, take

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2027, 1, 26, 9, 30, tzinfo=PARIS)  # week 3 is open
# What makes a mail programme ask a server for something before anybody touches anything.
LOADS = (
    "img",
    "script",
    "link",
    "iframe",
    "object",
    "embed",
    "video",
    "audio",
    "source",
    "svg",
    "form",
    "input",
)


def mail(cast: Cast, kind: str, language: str) -> EmailMessage:
    """One of this kind to the first head, who has begun and has a recall question due."""
    take(cast, WELCOME, ACTIVE)
    take(cast, LESSON, NOW - dt.timedelta(days=10))
    User.objects.filter(pk=cast.head.user_id).update(language=language)
    with time_machine.travel(NOW, tick=False), networks(cast.network.pk):
        Enrolment.objects.filter(pk=cast.enrolment.pk).update(activated_at=ACTIVE, status="active")
        loaded = load([cast.enrolment.pk], NOW)[cast.enrolment.pk]
        occurrence, reasons = "2027-W04", ("week_opens", "manager_notice", "weekly_digest")
        if kind in ("session_soon", "session_today", "practice_due", "comeback"):
            reasons = (kind, "coach_hand") if kind == "comeback" else (kind,)
        if kind in CALENDAR_KINDS:
            reasons = tuple(token(entry) for entry in loaded.facts.events)
        if kind in HUMAN:
            words = {"subject": "Jeudi", "body": "À jeudi, {prénom}."}
            written = CoachMessage.objects.create(
                cohort=cast.cohort, author=cast.coach, words=words, people=[], written_at=NOW
            )
            occurrence = written.public_id
        letter = write([Wanted(loaded, kind, occurrence, reasons)], NOW)[0]
        return email.message_from_bytes(render(letter, "0" * 64).content, policy=policy.default)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", sorted(_TEMPLATES))
def test_mail_is_whole_loads_nothing_and_leads_only_to_this_site(
    cast: Cast, kind: str, language: str
) -> None:
    message = mail(cast, kind, language)

    html, text = html_of(message), text_of(message)
    page = BeautifulSoup(html, "html.parser")
    addresses = [str(link["href"]) for link in page.select("a[href]")]
    assert message["Subject"]
    assert message["Content-Language"] == language
    assert page.html is not None
    assert page.html["lang"] == language
    assert page.select_one("h1").text.strip()  # type: ignore[union-attr]
    assert [element.name for element in page.select(", ".join(LOADS))] == []
    assert page.select("[src], [srcset], [background], [poster], [onload]") == []
    assert re.findall(r"url\(|@import|@font-face", html) == []
    assert [
        each for each in (*addresses, *re.findall(r"https?://\S+", text)) if not each.startswith(SITE)
    ] == []
    assert "\n\n\n" not in text.replace("\r", "")
    assert not re.search(r"<[a-z]+[ >]|{[{%]|%\(|None\b", text)


@pytest.mark.parametrize("kind", sorted(_TEMPLATES))
def test_what_each_link_of_a_mail_does_is_written_in_its_text_as_well(cast: Cast, kind: str) -> None:
    message = mail(cast, kind, "fr")

    page = BeautifulSoup(html_of(message), "html.parser")
    shown = {str(link["href"]) for link in page.select("a[href]")}
    assert shown <= set(re.findall(r"https?://\S+", text_of(message)))
