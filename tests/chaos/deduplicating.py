"""SMTP to a server that knows what it already has: a provider with an idempotency key, for the tests."""

from __future__ import annotations

import datetime as dt

from coaching.reminders.transport import SmtpTransport


class DeduplicatingTransport(SmtpTransport):
    """The sink collapses equal Message-IDs when told to (tests/chaos/sink.py)."""

    name = "chaos"
    deduplicates_for = dt.timedelta(hours=24)
