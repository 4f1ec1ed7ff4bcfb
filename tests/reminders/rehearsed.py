"""A server that takes every message at once, for tests that ask only when each one leaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from coaching.reminders.messages import Envelope
from coaching.reminders.transport import Accepted, Fenced


class NoServer:
    name, deduplicates_for = "smtp", None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: Any) -> None:
        return None

    def hand_over(self, envelope: Envelope, begin: Callable[[], bool]) -> Accepted | Fenced:
        return Accepted(250) if begin() else Fenced()
