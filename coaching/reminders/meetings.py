"""What a person's calendar lacks: invitations, changes and cancellations. No Django, no clock.

What has been sent is read from the ledger: the reasons of a calendar message that left are the events it
carried, `uid@sequence`, with « ! » for a cancellation. So nothing is sent twice, a change before the first
invitation left makes one invitation, and what was never sent is never cancelled.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence

from coaching.reminders.facts import CALENDAR_KINDS, CalendarEntry, Kind, PersonFacts

REQUESTS: tuple[Kind, Kind] = ("session_invite", "session_update")
CANCEL: Kind = "session_cancel"


def token(entry: CalendarEntry) -> str:
    """The event as a message carries it."""
    return f"{entry.uid}@{entry.sequence}{'!' if entry.is_cancelled else ''}"


def read_token(text: str) -> tuple[str, int, bool]:
    """(uid, sequence, whether it was a cancellation); sequence -1 for anything else."""
    uid, _at, rest = text.rpartition("@")
    number = rest.removesuffix("!")
    return uid, int(number) if number.isdigit() else -1, rest.endswith("!")


def sent_events(facts: PersonFacts) -> dict[str, tuple[int, bool]]:
    """UID -> (highest sequence that left, whether that was a cancellation)."""
    found: dict[str, tuple[int, bool]] = {}
    for message in facts.history:
        if message.kind in CALENDAR_KINDS:
            for uid, sequence, is_cancelled in map(read_token, message.reasons):
                known = found.get(uid)
                if known is None or sequence >= known[0]:
                    found[uid] = (sequence, is_cancelled)
    return found


def pending(facts: PersonFacts, now: dt.datetime) -> tuple[list[CalendarEntry], list[CalendarEntry]]:
    """(invitations and changes, cancellations) still to be sent of events to come."""
    sent = sent_events(facts)
    requests, cancels = [], []
    for entry in facts.events:
        known = sent.get(entry.uid)
        if entry.starts_at <= now or (known is not None and known[0] >= entry.sequence):
            continue
        if not entry.is_cancelled:
            requests.append(entry)
        elif known is not None and not known[1]:
            cancels.append(entry)
    return requests, cancels


def pending_of(facts: PersonFacts, kind: str, now: dt.datetime) -> list[CalendarEntry]:
    """What a message of this kind would carry now."""
    requests, cancels = pending(facts, now)
    return cancels if kind == CANCEL else requests


def request_kind(facts: PersonFacts, entries: Iterable[CalendarEntry]) -> Kind:
    """An invitation while all of it is new, else a change."""
    sent = sent_events(facts)
    return "session_update" if any(entry.uid in sent for entry in entries) else "session_invite"


def occurrence_of(entries: Sequence[CalendarEntry]) -> str:
    """Names a message by what it carries: the same events at the same sequences are the same message."""
    text = " ".join(sorted(map(token, entries)))
    return hashlib.sha256(text.encode()).hexdigest()[:32]
