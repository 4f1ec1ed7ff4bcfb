"""Handing one mail to the mail server, with its three honest outcomes (reliability 2.6). No rows here."""

from __future__ import annotations

import datetime as dt
import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Protocol, Self

from django.conf import settings

from coaching.reminders.facts import BAD_ADDRESS_CODES
from coaching.reminders.failpoints import failpoint
from coaching.reminders.messages import Envelope

Stage = Literal["connect", "address", "data"]
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)
_BARE_NEWLINE = re.compile(rb"(?<!\r)\n|\r(?!\n)")


@dataclass(frozen=True, slots=True)
class Accepted:
    """The server said 250: it has the message, a provider under `provider_id`."""

    code: int = 250
    provider_id: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """The server does not have the message, for certain: it said so, or was never given it.

    `code` is None where there was no answer to read (no connection). Stage `connect` is about us and the
    server alone: no connection, no sign-in, or a sender it does not take.
    """

    stage: Stage
    code: int | None = None

    @property
    def is_permanent(self) -> bool:
        return self.code is not None and 500 <= self.code < 600 and self.stage != "connect"

    @property
    def is_bad_address(self) -> bool:
        return self.stage == "address" and self.code in BAD_ADDRESS_CODES


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The text was going out and no answer came: nobody can know (RFC 1047)."""


@dataclass(frozen=True, slots=True)
class Fenced:
    """The message was no longer ours to send: nothing was given to the server."""


Outcome = Accepted | Refused | NoAnswer | Fenced


class Transport(Protocol):
    """Takes one message; `before_data` is asked at the last safe moment and may say no.

    `name` goes into the ledger with the message. `deduplicates_for` is how long the server takes a second
    hand-over under the same `Envelope.key` for the first one, counted from that; None on plain SMTP, where
    nobody may ask again (reliability 2.6). A message is written anew for each try: a server that refuses a
    known key because the text is another one has seen the first. Whether it took it, it does not say: that is
    NoAnswer, until it tells (tellings.py).
    """

    name: str
    deduplicates_for: dt.timedelta | None

    def hand_over(self, envelope: Envelope, before_data: Callable[[], bool]) -> Outcome: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...


class SmtpTransport:
    """One connection for a whole batch, opened at the first message and again after a failure."""

    name = "smtp"
    deduplicates_for: dt.timedelta | None = None

    def __init__(self) -> None:
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_problem: Any) -> None:
        self.close()

    def hand_over(self, envelope: Envelope, before_data: Callable[[], bool]) -> Outcome:
        """MAIL, RCPT, the point of no return, DATA. Never raises for what a server does."""
        refused = self._open() or self._address(envelope)
        if refused is not None:
            return refused
        failpoint("after_rcpt")
        if not before_data():
            self._reset()
            return Fenced()
        failpoint("after_handing_commit")
        outcome = self._data(envelope.content)
        if not isinstance(outcome, Accepted):
            self._reset() if isinstance(outcome, Refused) else self.close()
        return outcome

    def close(self) -> None:
        """Say goodbye if anybody still listens."""
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        try:
            smtp.quit()
        except (OSError, smtplib.SMTPException):
            smtp.close()

    def _open(self) -> Refused | None:
        if self._smtp is not None:
            return None
        smtp = None
        try:
            smtp = _connected()
            _secured(smtp)
        except smtplib.SMTPResponseException as problem:
            _drop(smtp)
            return Refused("connect", problem.smtp_code)
        except (OSError, smtplib.SMTPException):
            _drop(smtp)
            return Refused("connect")
        self._smtp = smtp
        failpoint("connected")
        return None

    def _address(self, envelope: Envelope) -> Refused | None:
        assert self._smtp is not None
        try:
            code, _reply = self._smtp.mail(envelope.sender)
            if code != 250:
                # We are refused, not the person: like a server that is away, it costs no message its try.
                self._reset()
                return Refused("connect", code)
            code, _reply = self._smtp.rcpt(envelope.recipient)
            if code not in (250, 251):
                self._reset()
                return Refused("address", code)
        except UnicodeEncodeError:
            self._reset()
            return Refused("address", 553)  # an address that this server's SMTP cannot spell
        except (OSError, smtplib.SMTPException):
            self._hang_up()
            return Refused("address")
        return None

    def _data(self, content: bytes) -> Outcome:
        """Until 354 nothing has been given; after it only an answer tells."""
        assert self._smtp is not None
        try:
            code, _reply = self._smtp.docmd("data")
        except (OSError, smtplib.SMTPException):
            self._hang_up()
            return Refused("data")
        if code != 354:
            return Refused("data", code)
        try:
            return self._text(stuffed(content))
        except (OSError, smtplib.SMTPException):
            self._hang_up()
            return NoAnswer()

    def _text(self, content: bytes) -> Outcome:
        assert self._smtp is not None
        half = len(content) // 2
        self._smtp.send(content[:half])
        failpoint("mid_data")
        self._smtp.send(content[half:])
        failpoint("accepted_before_250")
        code, _reply = self._smtp.getreply()
        failpoint("after_250")
        if 200 <= code < 300:
            return Accepted(code)
        return Refused("data", code) if code >= 400 else NoAnswer()

    def _reset(self) -> None:
        if self._smtp is None:
            return
        try:
            code, _reply = self._smtp.rset()
        except (OSError, smtplib.SMTPException):
            self._hang_up()
        else:
            if code != 250:
                self._hang_up()

    def _hang_up(self) -> None:
        _drop(self._smtp)
        self._smtp = None


def remembers_for(transport: Transport | None) -> dt.timedelta:
    """How long after the first hand-over one may ask again under the same key, with some minutes to spare."""
    if transport is None or transport.deduplicates_for is None:
        return dt.timedelta(0)
    return max(dt.timedelta(0), transport.deduplicates_for - dt.timedelta(minutes=5))


def _by_http() -> Transport:
    from coaching.reminders.http_transport import HttpTransport  # which imports this module

    return HttpTransport()


# By the name that EMAIL_URL chose (config/values.py).
TRANSPORTS: dict[str, Callable[[], Transport]] = {
    "smtp": SmtpTransport,
    "resend": _by_http,
    "brevo": _by_http,
}


def make_transport() -> Transport:
    """The way mail leaves this installation."""
    return TRANSPORTS[settings.MAIL_TRANSPORT]()


def stuffed(content: bytes) -> bytes:
    """The text as DATA wants it: CRLF, doubled dots at line starts, a lone dot at the end."""
    lines = _LEADING_DOT.sub(b"..", _BARE_NEWLINE.sub(b"\r\n", content))
    return lines + (b".\r\n" if lines.endswith(b"\r\n") else b"\r\n.\r\n")


def _connected() -> smtplib.SMTP:
    """An open session; the name we give at EHLO comes from the sender, not from a look-up."""
    name = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
    host, port, wait = settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT
    if settings.EMAIL_USE_SSL:
        context = ssl.create_default_context()
        return _prompt(smtplib.SMTP_SSL(host, port, name, timeout=wait, context=context))
    return _prompt(smtplib.SMTP(host, port, name, timeout=wait))


def _prompt(smtp: smtplib.SMTP) -> smtplib.SMTP:
    """Send each part at once: else the second half of a text waits 40 ms for the receipt of the first."""
    assert smtp.sock is not None
    smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return smtp


def _secured(smtp: smtplib.SMTP) -> None:
    """STARTTLS or nothing where it is asked for: never in the clear after it failed. Then sign in."""
    if settings.EMAIL_USE_TLS:
        smtp.starttls(context=ssl.create_default_context())
    if settings.EMAIL_HOST_USER:
        smtp.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    else:
        smtp.ehlo_or_helo_if_needed()


def _drop(smtp: smtplib.SMTP | None) -> None:
    if smtp is not None:
        smtp.close()
