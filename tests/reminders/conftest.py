"""A real mail server on this machine that keeps what it accepts and misbehaves when told to."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
import vobject
from aiosmtpd.controller import Controller


@dataclass
class Mailbox:
    """What arrived. `at_rcpt` and `at_data` may answer instead: a line such as "451 Later", or "drop"."""

    received: list[EmailMessage] = field(default_factory=list)
    connections: int = 0
    at_mail: Callable[[str], str] | None = None
    at_rcpt: Callable[[str], str] | None = None
    at_data: Callable[[EmailMessage], str] | None = None

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, hostname: str, lines: list[str]
    ) -> Any:
        self.connections += 1
        session.host_name = hostname
        return lines

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        answer = self.at_mail(address) if self.at_mail else ""
        if not answer:
            envelope.mail_from = address
        return answer or "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        answer = self.at_rcpt(address) if self.at_rcpt else ""
        if not answer:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = message_from_bytes(envelope.content, policy=policy.default)
        answer = self.at_data(message) if self.at_data else ""
        if answer == "drop":
            server.transport.close()
            return "250 nobody hears this"
        if answer == "keep and drop":
            self.received.append(message)
            server.transport.close()
            return "250 nobody hears this"
        if not answer:
            self.received.append(message)
        return answer or "250 Kept"

    @property
    def ids(self) -> list[str]:
        return [str(message["Message-ID"]) for message in self.received]

    @property
    def subjects(self) -> list[str]:
        return [str(message["Subject"]) for message in self.received]

    def to(self, address: str) -> list[EmailMessage]:
        """What reached this address, but for what goes into its calendar."""
        return [mail for mail in self.received if mail["To"] == address and not calendars_of(mail)]


def text_of(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def html_of(message: EmailMessage) -> str:
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def calendars_of(message: EmailMessage) -> list[Any]:
    """The calendar objects of a mail, parsed and validated by a library of its own."""
    parts = (part for part in message.walk() if part.get_content_type() == "text/calendar")
    found = [vobject.readOne(part.get_payload(decode=True).decode()) for part in parts]
    assert all(calendar.validate(raiseException=True) for calendar in found)
    return found


def free_port() -> int:
    """Below the ports that the system gives to clients; two test processes begin at different places."""
    for port in range(21_000 + os.getpid() % 8_000, 32_000):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise RuntimeError("no free port")


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    """A running server; the settings point to it."""
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port(), ready_timeout=20.0)
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    controller.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", controller.port, 5
    yield box
    controller.stop()


@pytest.fixture
def nobody_listens(settings: Any) -> None:
    """A mail server that is away."""
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
