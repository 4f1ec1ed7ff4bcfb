"""Servers that were brought along (DATABASE_URL, REDIS_URL, EMAIL_URL): each is asked once, at first."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import psycopg

from config.embedded.processes import ServiceError
from config.env import Environment
from config.values import Database, Mail

SECONDS = 5
OLDEST_POSTGRESQL = 15


def is_given(name: str, values: Mapping[str, str]) -> bool:
    """Whether the environment names this server, by its address or by a file that holds it."""
    return name in values or f"{name}_FILE" in values


def questions(given: Environment, values: Mapping[str, str]) -> list[Callable[[], None]]:
    """One call for each server that was given; each raises ServiceError with the variable's name."""
    found: dict[str, Callable[[], None]] = {
        "DATABASE_URL": lambda: ask_database("DATABASE_URL", given.database),
        "DATABASE_OWNER_URL": lambda: ask_database("DATABASE_OWNER_URL", given.database_owner),
        "REDIS_URL": lambda: ask_broker(given.redis_url),
        "EMAIL_URL": lambda: ask_mail(given.mail),
    }
    return [ask for name, ask in found.items() if is_given(name, values)]


def ask_database(name: str, login: Database) -> None:
    """Log in once."""
    where = login.host if login.host.startswith("/") else f"{login.host or 'localhost'}:{login.port or 5432}"
    try:
        with psycopg.connect(
            dbname=login.name,
            user=login.user or None,
            password=login.password or None,
            host=login.host or None,
            port=login.port or None,
            connect_timeout=SECONDS,
            **login.options,  # type: ignore[arg-type]
        ) as connection:
            version = connection.info.server_version // 10000
    except psycopg.Error as problem:
        raise _unanswered(name, "a PostgreSQL server", where, problem) from None
    if version < OLDEST_POSTGRESQL:
        raise ServiceError(
            f"{name}: expected PostgreSQL {OLDEST_POSTGRESQL} or newer, found version {version}"
        )


def ask_broker(url: str) -> None:
    """Connect once, by the library that Celery uses."""
    import redis
    from kombu.connection import Connection
    from kombu.exceptions import KombuError

    parts = urlsplit(url)
    where = f"{parts.hostname}:{parts.port or 6379}" if parts.hostname else parts.path
    limits = {"socket_connect_timeout": SECONDS, "socket_timeout": SECONDS}
    try:
        # kombu has no types
        with Connection(url, transport_options=limits) as connection:  # type: ignore[no-untyped-call]
            connection.connection  # noqa: B018 - reading it connects
    except (redis.RedisError, KombuError, OSError) as problem:
        raise _unanswered("REDIS_URL", "a Redis or Valkey server", where, problem) from None


def ask_mail(mail: Mail) -> None:
    """Greet once, and sign in where there is a login; nothing is sent. A provider is only called up."""
    where = f"{mail.host}:{mail.port}"
    context = ssl.create_default_context()
    if mail.provider_url:
        return _call_up(mail, where, context)
    try:
        with (
            smtplib.SMTP_SSL(mail.host, mail.port, timeout=SECONDS, context=context)
            if mail.use_ssl
            else smtplib.SMTP(mail.host, mail.port, timeout=SECONDS)
        ) as client:
            if mail.use_tls:
                client.starttls(context=context)
            if mail.user:
                client.login(mail.user, mail.password)
            client.noop()
    except (smtplib.SMTPException, OSError, UnicodeError) as problem:
        raise _unanswered("EMAIL_URL", "a mail server", where, problem) from None


def _call_up(mail: Mail, where: str, context: ssl.SSLContext) -> None:
    try:
        with socket.create_connection((mail.host, mail.port), SECONDS) as wire:
            if mail.use_ssl:
                context.wrap_socket(wire, server_hostname=mail.host).close()
    except (OSError, UnicodeError) as problem:
        raise _unanswered("EMAIL_URL", f"the mail provider {mail.transport}", where, problem) from None


def _unanswered(name: str, kind: str, where: str, problem: Exception) -> ServiceError:
    reason = " ".join(str(problem).split()) or type(problem).__name__
    return ServiceError(f"{name}: expected {kind} that answers at {where} ({reason})")
