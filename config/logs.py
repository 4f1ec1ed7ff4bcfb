"""Log lines without personal data: addresses and tokens are masked in messages and tracebacks alike."""

from __future__ import annotations

import copy
import logging
import re

ADDRESS = re.compile(r"[^\s<>\"'(),;:=@]+@[^\s<>\"'(),;:@]+\.[A-Za-z]{2,}")
# Invitation, unsubscribe and session tokens are 32 characters or more of URL-safe base64.
TOKEN = re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{32,}(?![\w-])")


def discreet(text: str) -> str:
    """`text` with every e-mail address and every long token replaced."""
    return TOKEN.sub("[token]", ADDRESS.sub("[address]", text))


class DiscreetFormatter(logging.Formatter):
    """One line with time, level and logger; the message and any traceback are masked.

    A refusal (403, 404) is an answer, not a failure: Django logs where it was raised, nobody needs that.
    """

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        if 400 <= getattr(record, "status_code", 0) < 500:
            record = _without_traceback(record)
        return discreet(super().format(record))


def _without_traceback(record: logging.LogRecord) -> logging.LogRecord:
    """A copy: other handlers keep theirs."""
    short = copy.copy(record)
    short.exc_info = short.exc_text = short.stack_info = None
    return short
