"""What a person's calendar lacks: invitations, changes and cancellations. No Django, no clock.

What has been sent is read from the ledger: the reasons of a calendar message that left are the events it
carried, `uid@sequence`, with « ! » for a cancellation. So nothing is sent twice, a change before the first
invitation left makes one invitation, and what was never sent is never cancelled.

Who is no longer there (the cohort put away, the person gone or replaced) has their events to come taken
back, « !! », though the sessions stand. Each time counts two on top of the row's sequence from then on: one
for the cancellation, one for the return, as a calendar follows the higher number alone (RFC 5546 2.1.4).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from coaching.reminders.facts import CALENDAR_KINDS, CalendarEntry, Kind, PersonFacts

REQUESTS: tuple[Kind, Kind] = ("session_invite", "session_update")
CANCEL: Kind = "session_cancel"


def token(entry: CalendarEntry) -> str:
    """The event as a message carries it."""
    mark = "!!" if entry.is_taken_back else "!" if entry.is_cancelled else ""
    return f"{entry.uid}@{entry.sequence}{mark}"


def read_token(text: str) -> tuple[str, int, bool]:
    """(uid, sequence, whether it was a cancellation); sequence -1 for anything else."""
    uid, _at, rest = text.rpartition("@")
    number = rest.rstrip("!")
    return uid, int(number) if number.isdigit() else -1, rest.endswith("!")


@dataclass(slots=True)
class Sent:
    """What left of one event: the highest sequence, whether that cancelled it, how often « !! » did."""

    sequence: int = -1
    is_cancelled: bool = False
    times_taken_back: int = 0


def sent_events(facts: PersonFacts) -> dict[str, Sent]:
    """What a calendar has been sent, by UID."""
    found: dict[str, Sent] = {}
    reasons = (text for item in facts.history if item.kind in CALENDAR_KINDS for text in item.reasons)
    for text in dict.fromkeys(reasons):
        uid, sequence, is_cancelled = read_token(text)
        known = found.setdefault(uid, Sent())
        known.times_taken_back += text.endswith("!!")
        if sequence >= known.sequence:
            known.sequence, known.is_cancelled = sequence, is_cancelled
    return found


def pending(facts: PersonFacts, now: dt.datetime) -> tuple[list[CalendarEntry], list[CalendarEntry]]:
    """(invitations and changes, cancellations) still to be sent of events to come."""
    sent = sent_events(facts)
    requests, cancels = [], []
    for entry in (each for each in facts.events if each.starts_at > now):
        known = sent.get(entry.uid)
        is_held = known is not None and not known.is_cancelled
        sequence = entry.sequence + (2 * known.times_taken_back if known else 0)
        if facts.is_gone:
            if is_held:
                gone = replace(entry, sequence=sequence + 1, is_cancelled=True, is_taken_back=True)
                cancels.append(gone)
        elif known is not None and known.sequence >= sequence:
            continue
        elif not entry.is_cancelled:
            requests.append(replace(entry, sequence=sequence))
        elif is_held:
            cancels.append(replace(entry, sequence=sequence))
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


def free_occurrence(facts: PersonFacts, kind: str, entries: Sequence[CalendarEntry]) -> str:
    """The same under another name when such a message was given up before it left: it is wanted again."""
    name = occurrence_of(entries)
    tries = (f"{name}:{number}" if number else name for number in range(len(facts.lapsed) + 1))
    return next(each for each in tries if (kind, each) not in facts.lapsed)
