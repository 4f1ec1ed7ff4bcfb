"""Signing in by code: one arrives where one was going, whatever happens to the code on the way."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from allauth.account.models import EmailAddress
from bs4 import BeautifulSoup
from django.core import mail
from django.test import Client

from tests.factories import make_user

pytestmark = pytest.mark.django_db

STEP = "/n/rivages/learn/montrer-sans-nommer/ma-scene/"
ASK, CONFIRM, LOGIN = "/accounts/login/code/", "/accounts/login/code/confirm/", "/accounts/login/"


@pytest.fixture(autouse=True)
def _karim() -> None:
    user = make_user("karim@rivages.example")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def ask(client: Client, **fields: str) -> None:
    client.post(ASK, {"email": "karim@rivages.example"} | fields)


def received() -> str:
    found = re.search(r"\b[A-Z0-9]{3,}-?[A-Z0-9]{3,}\b", str(mail.outbox[-1].body))
    assert found is not None
    return found[0]


def form_fields(client: Client, address: str, selector: str = "form.form") -> dict[str, str]:
    form = BeautifulSoup(client.get(address).content, "html.parser").select_one(selector)
    assert form is not None
    return {str(field["name"]): str(field["value"]) for field in form.select("input[type=hidden]")}


def way_on(location: str) -> tuple[str, str]:
    parts = urlsplit(location)
    return parts.path, parse_qs(parts.query).get("next", [""])[0]


def test_a_link_opened_while_a_code_is_pending_leads_to_its_step(client: Client) -> None:
    ask(client)

    pending = client.get(LOGIN, {"next": STEP}).headers["Location"]
    entered = client.post(CONFIRM, form_fields(client, pending) | {"code": received()})

    assert way_on(pending) == (CONFIRM, STEP)
    assert entered.headers["Location"] == STEP


def test_a_code_too_old_leads_back_to_ask_with_the_way_kept(client: Client) -> None:
    ask(client, next=STEP)

    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=4)):
        late = client.get(CONFIRM, {"next": STEP})

    assert way_on(late.headers["Location"]) == (ASK, STEP)


def test_too_many_tries_lead_back_to_ask_with_the_way_kept(client: Client) -> None:
    ask(client)

    answers = [client.post(CONFIRM, {"code": "AAA-BBB", "next": STEP}) for _try in range(3)]

    assert [answer.status_code for answer in answers] == [422, 422, 302]
    words = [answer.content.decode().replace("\u00a0", " ") for answer in answers]
    assert "Il reste 2 essais" in words[0]
    assert "Il reste 1 essai" in words[1]
    assert "dernier message reçu" in words[0]
    assert way_on(answers[2].headers["Location"]) == (ASK, STEP)


def test_another_address_may_be_given_without_losing_the_way(client: Client) -> None:
    ask(client)
    fields = form_fields(client, f"{CONFIRM}?next={STEP}", 'form[action="/accounts/logout/"]')

    back = client.post("/accounts/logout/", fields)
    shown = client.get(back.headers["Location"])

    assert way_on(back.headers["Location"]) == (LOGIN, STEP)
    assert shown.status_code == 200


def test_another_code_may_be_asked_for_and_serves_as_long_as_the_first(client: Client) -> None:
    ask(client)
    now = dt.datetime.now(dt.UTC)

    with time_machine.travel(now + dt.timedelta(minutes=2)):
        again = client.post(CONFIRM, {"action": "resend", "next": STEP})
    with time_machine.travel(now + dt.timedelta(minutes=4)):
        entered = client.post(CONFIRM, {"code": received(), "next": STEP})

    assert way_on(again.headers["Location"]) == (CONFIRM, STEP)
    assert len(mail.outbox) == 2
    assert entered.headers["Location"] == STEP


def test_the_page_says_how_long_a_code_serves(client: Client) -> None:
    ask(client)

    page = client.get(CONFIRM).content.decode().replace("\u00a0", " ")

    assert "pendant 3 minutes" in page
    assert "Renvoyer un code" in page


@pytest.mark.parametrize("address", ["/", LOGIN])
def test_head_is_answered_as_get(client: Client, address: str) -> None:
    assert client.head(address).status_code == client.get(address).status_code
