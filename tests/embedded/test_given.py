"""Servers that were brought along are asked once, and a silent one is named with its reason."""

import socket
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection

from config import env
from config.embedded import given
from config.embedded.given import ask_broker, ask_database, ask_mail, questions
from config.embedded.mailsink import serve
from config.embedded.processes import ServiceError
from config.embedded.supervisor import free_port
from config.values import Database, Mail


def login(**changes: str) -> Database:
    """The tests' own database."""
    known = connection.settings_dict
    found = {"name": known["NAME"], "user": known["USER"], "password": "", "host": known["HOST"]}
    return Database(**(found | {"port": str(known["PORT"] or 5432), "options": {}} | changes))


@pytest.mark.django_db
def test_a_database_that_answers_passes():
    ask_database("DATABASE_URL", login())


@pytest.mark.django_db
def test_a_database_that_refuses_the_login_is_named_with_its_reason():
    with pytest.raises(ServiceError, match=r'DATABASE_OWNER_URL: expected .* \(.*"nowhere" does not exist\)'):
        ask_database("DATABASE_OWNER_URL", login(name="nowhere"))


def test_a_broker_that_answers_passes(valkey):
    ask_broker(valkey)


def test_a_broker_without_that_database_is_named(valkey):
    with pytest.raises(ServiceError, match="REDIS_URL: expected a Redis or Valkey server that answers at /"):
        ask_broker(f"{valkey}?virtual_host=9999")


def test_a_mail_server_is_greeted_and_one_without_tls_or_login_is_named(tmp_path: Path):
    port = free_port(30500)
    controller = serve(tmp_path, port)
    try:
        ask_mail(Mail("127.0.0.1", port, "", "", use_tls=False, use_ssl=False))
        for lacking in (
            Mail("127.0.0.1", port, "", "", use_tls=True, use_ssl=False),
            Mail("127.0.0.1", port, "", "", use_tls=False, use_ssl=True),
            Mail("127.0.0.1", port, "me", "secret", use_tls=False, use_ssl=False),
        ):
            with pytest.raises(ServiceError, match=f"that answers at 127.0.0.1:{port}") as refused:
                ask_mail(lacking)
            assert "secret" not in str(refused.value)
    finally:
        controller.stop()

    assert list(tmp_path.iterdir()) == []


def test_a_mail_provider_is_called_up_and_one_that_is_away_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(given, "SECONDS", 0.3)
    port = free_port(30600)
    provider = Mail("127.0.0.1", port, "", "the-key", use_tls=False, use_ssl=False, transport="resend")
    with pytest.raises(
        ServiceError, match=f"mail provider resend that answers at 127.0.0.1:{port}"
    ) as refused:
        ask_mail(provider)
    assert "the-key" not in str(refused.value)

    with socket.create_server(("127.0.0.1", port)):
        ask_mail(provider)
        with pytest.raises(ServiceError, match="EMAIL_URL: expected the mail provider resend"):
            ask_mail(replace(provider, use_ssl=True))


def test_only_servers_that_were_given_are_asked():
    values = {"REDIS_URL": "redis://h/0", "EMAIL_URL_FILE": "/run/mail"}

    asked = questions(env.read({}), values)

    assert len(asked) == 2
