"""No mail server answers: a sentence instead of an error, the same for everybody, and nothing half done."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from accounts.models import User
from accounts.services import confirm_address
from tests.factories import make_user

pytestmark = pytest.mark.django_db

PASSWORD = "une phrase bien longue"
KNOWN, UNKNOWN, CLOSED = "karim@rivages.example", "nobody@rivages.example", "parti@rivages.example"
AWAY = "Le message n’est pas parti."


@pytest.fixture
def karim() -> User:
    make_user(CLOSED, is_active=False)
    user = make_user(KNOWN, password=PASSWORD)
    confirm_address(user)
    return user


@pytest.fixture
def no_server(settings: Any) -> None:
    """The site's own backend, and a port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as freed:
        settings.EMAIL_PORT = freed.getsockname()[1]
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture
def signed_in(client: Client, karim: User) -> Client:
    """By the forms, so that what asks for a recent proof of oneself opens."""
    client.post("/accounts/login/", {"login": KNOWN, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.mark.parametrize("path", ["/accounts/login/code/", "/accounts/password/reset/"])
def test_a_mail_that_cannot_leave_is_told_alike_for_every_address(
    karim: User, no_server: None, path: str
) -> None:
    clients = {address: Client() for address in (KNOWN, UNKNOWN, CLOSED)}

    answers = [client.post(path, {"email": address}) for address, client in clients.items()]

    assert {answer.status_code for answer in answers} == {503}
    assert AWAY in answers[0].content.decode()
    assert len({answer.content for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1
    assert len({tuple(sorted(client.cookies)) for client in clients.values()}) == 1


def test_the_sentence_is_in_the_readers_language(client: Client, karim: User, no_server: None) -> None:
    response = client.post("/accounts/login/code/", {"email": KNOWN}, headers={"accept-language": "en"})

    assert "The message did not leave." in response.content.decode()


def test_no_code_waits_that_nobody_got(client: Client, karim: User, no_server: None) -> None:
    client.post("/accounts/login/code/", {"email": KNOWN})

    response = client.get("/accounts/login/code/confirm/")

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/code/")


def test_the_code_leaves_once_the_server_is_back(client: Client, karim: User, settings: Any) -> None:
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 1
    client.post("/accounts/login/code/", {"email": KNOWN})
    settings.EMAIL_BACKEND = working

    response = client.post("/accounts/login/code/", {"email": KNOWN})

    assert response["Location"].startswith("/accounts/login/code/confirm/")
    assert [message.to for message in mail.outbox] == [[KNOWN]]


def test_an_unverified_address_is_told_so_and_not_signed_in(client: Client, no_server: None) -> None:
    make_user(KNOWN, password=PASSWORD)

    response = client.post("/accounts/login/", {"login": KNOWN, "password": PASSWORD})

    assert response.status_code == 503
    assert AWAY in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_new_address_whose_code_cannot_leave_changes_nothing(signed_in: Client, no_server: None) -> None:
    response = signed_in.post("/accounts/email/", {"email": "new@rivages.example", "action_add": ""})

    assert response.status_code == 503
    assert list(EmailAddress.objects.values_list("email", "verified")) == [(KNOWN, True)]


def test_news_that_cannot_leave_are_logged_only(
    signed_in: Client, karim: User, no_server: None, caplog: Any
) -> None:
    chosen = "une autre phrase bien longue"

    response = signed_in.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": chosen, "password2": chosen},
    )

    assert response.status_code == 302
    karim.refresh_from_db()
    assert karim.check_password(chosen)
    assert "password_changed was not sent: ConnectionRefusedError" in caplog.text
    assert KNOWN not in caplog.text
