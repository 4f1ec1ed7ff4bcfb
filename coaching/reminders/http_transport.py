"""Handing one mail to a provider by HTTPS, with the same honest outcomes as over SMTP (reliability 2.6).

On the standard library: what matters is the instant between the connection and the first byte, and no
library of mail leaves room for it. One connection per message: one that was kept may have been closed
meanwhile, and a text written into it would be a doubt for nothing.
"""

from __future__ import annotations

import datetime as dt
import json
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Self
from urllib.parse import urlsplit

from django.conf import settings

from coaching.reminders.failpoints import failpoint
from coaching.reminders.messages import Envelope
from coaching.reminders.providers import PROVIDERS, Provider, is_temporary
from coaching.reminders.transport import Accepted, Fenced, NoAnswer, Outcome, Refused

MOST_OF_AN_ANSWER = 64 * 1024


@dataclass(frozen=True, slots=True)
class HttpRefused(Refused):
    """The provider answered that it does not take the message; `code` is its HTTP status."""

    @property
    def is_permanent(self) -> bool:
        return self.stage != "connect" and self.code is not None and not is_temporary(self.code)


class HttpTransport:
    """The provider that EMAIL_URL names. Its key goes into one header of each request and nowhere else."""

    def __init__(self) -> None:
        self.provider: Provider = PROVIDERS[settings.MAIL_TRANSPORT]
        self.name: str = self.provider.name
        self.deduplicates_for: dt.timedelta | None = self.provider.deduplicates_for

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_problem: Any) -> None:
        """Nothing is kept open."""

    def hand_over(self, envelope: Envelope, before_data: Callable[[], bool]) -> Outcome:
        """Connect, the point of no return, the message. Never raises for what a server does."""
        content = self._content(envelope)
        wire = _wire()
        try:
            try:
                wire.connect()
            except OSError:
                return Refused("connect")
            failpoint("connected")
            failpoint("after_rcpt")
            if not before_data():
                return Fenced()
            failpoint("after_handing_commit")
            return self._post(wire, envelope.key, content)
        finally:
            wire.close()

    def _content(self, envelope: Envelope) -> bytes:
        mail = message_from_bytes(envelope.content, policy=policy.default)
        return json.dumps(self.provider.payload(mail, envelope.recipient, envelope.key)).encode()

    def _post(self, wire: HTTPConnection, key: str, content: bytes) -> Outcome:
        """From the first byte on only an answer tells."""
        try:
            wire.putrequest("POST", self.provider.path, skip_accept_encoding=True)
            for name, value in self._headers(key, len(content)).items():
                wire.putheader(name, value)
            wire.endheaders()
            half = len(content) // 2
            wire.send(content[:half])
            failpoint("mid_data")
            wire.send(content[half:])
            failpoint("accepted_before_250")
            answer = wire.getresponse()
        except (OSError, HTTPException):
            return NoAnswer()
        failpoint("after_250")
        try:
            body = answer.read(MOST_OF_AN_ANSWER)
        except (OSError, HTTPException):
            body = b""  # the status has said it
        return self._outcome(answer.status, body)

    def _headers(self, key: str, length: int) -> dict[str, str]:
        return {
            "Content-Type": "application/json",
            "Content-Length": str(length),
            "Accept": "application/json",
            "User-Agent": "Cairn",
            "Connection": "close",
            **self.provider.headers(settings.EMAIL_HOST_PASSWORD, key),
        }

    def _outcome(self, status: int, body: bytes) -> Outcome:
        if 200 <= status < 300:
            return Accepted(status, self.provider.message_id(body))
        if status >= 500 or self.provider.is_about_the_key(status, body):
            return NoAnswer()
        return HttpRefused("connect" if self.provider.is_about_us(status, body) else "data", status)


def _wire() -> HTTPConnection:
    """A connection that is not open yet. In the clear to this machine alone (config/values.py)."""
    place = urlsplit(settings.MAIL_PROVIDER_URL)
    assert place.hostname is not None
    if place.scheme == "https":
        context = ssl.create_default_context()
        return HTTPSConnection(place.hostname, place.port, timeout=settings.EMAIL_TIMEOUT, context=context)
    return HTTPConnection(place.hostname, place.port, timeout=settings.EMAIL_TIMEOUT)
