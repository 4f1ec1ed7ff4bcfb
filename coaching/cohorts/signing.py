"""When a live session may be signed, and its code. No Django, no clock."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from dataclasses import dataclass

AROUND = dt.timedelta(hours=24)  # domain.md 5.3: signature window = session ± 24 h
CODE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Window:
    """Both ends included, aware instants."""

    opens_at: dt.datetime
    closes_at: dt.datetime

    def __contains__(self, now: dt.datetime) -> bool:
        return self.opens_at <= now <= self.closes_at


def signing_window(starts_at: dt.datetime, minutes: int) -> Window:
    """From 24 hours before the session begins to 24 hours after it ends."""
    return Window(starts_at - AROUND, starts_at + dt.timedelta(minutes=minutes) + AROUND)


def attendance_code(secret: str, session_id: str) -> str:
    """Six digits of one session, the same for everybody in it; nothing of them is stored."""
    digest = hmac.new(secret.encode(), f"attendance {session_id}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8]) % 10**CODE_DIGITS:0{CODE_DIGITS}}"


def typed_code(text: str) -> str:
    """What somebody typed, without the spaces people put in: "482 913" is 482913."""
    return "".join(letter for letter in text if letter in "0123456789")
