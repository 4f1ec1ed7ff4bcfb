"""Whether mail goes out, from what the database says: facts in, findings out. No Django, no clock.

Figures are of the whole installation: no network, no person (reliability 8).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

# What comes through the broker, or from a worker without one, once a minute; three minutes without are an
# alarm (reliability 8).
BROKER_BEATS, SWEEP = ("tick", "mail"), "sweep"
BEAT_LASTS = dt.timedelta(minutes=3)
BROKERLESS_AFTER = dt.timedelta(days=7)  # silent so long, the broker has been given up
DUE_LASTS = dt.timedelta(minutes=15)
DOUBT_LASTS = dt.timedelta(hours=24) + DUE_LASTS  # what is closed after a day needs its minute
# Silence: nothing has left for an hour while several should have, or for three while a single one should.
SEVERAL = 3
SILENCE_OF_SEVERAL, SILENCE_OF_ONE = dt.timedelta(hours=1), dt.timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Facts:
    """What was read at `now`, by the database's clock.

    `beats` are the last signs of life by name. `stuck` are messages that no worker has taken for a quarter of
    an hour, `unplanned` people whose alarm rang as long ago, `doubtful` hand-overs uncertain for a day.
    `waiting` are messages that should have left and have not (those stuck, those tried in vain), `refused`
    those of the last hours that ended without leaving, or nobody knows how, since the last that left; the
    first of both has been expected since `expected_since`. `capped` wait for a network's ceiling,
    `closed_gates` are transports that nobody could reach ten times in a row.
    """

    now: dt.datetime
    is_migrated: bool = True
    held: str = ""
    beats: Mapping[str, dt.datetime] = field(default_factory=dict)
    stuck: int = 0
    stuck_since: dt.datetime | None = None
    unplanned: int = 0
    unplanned_since: dt.datetime | None = None
    doubtful: int = 0
    waiting: int = 0
    refused: int = 0
    expected_since: dt.datetime | None = None
    left_at: dt.datetime | None = None
    capped: int = 0
    closed_gates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `code` says more of it, `count` how many, `since` from when."""

    name: str
    is_ok: bool
    code: str = ""
    count: int = 0
    since: dt.datetime | None = None


def findings(facts: Facts | None) -> tuple[Finding, ...]:
    """All that was looked at; None when the database did not answer, and nothing else is known.

    No more than the database of another version can tell.
    """
    answers = Finding("database", is_ok=facts is not None)
    if facts is None:
        return (answers,)
    if not facts.is_migrated:
        return (answers, Finding("migrations", is_ok=False))
    return (
        answers,
        Finding("migrations", is_ok=True),
        _heartbeat(facts),
        Finding("held", not facts.held, code=facts.held),
        Finding("gate", not facts.closed_gates, code=",".join(facts.closed_gates)),
        Finding("capped", not facts.capped, count=facts.capped),
        Finding("due", not facts.stuck, count=facts.stuck, since=facts.stuck_since),
        Finding("planning", not facts.unplanned, count=facts.unplanned, since=facts.unplanned_since),
        Finding("uncertain", not facts.doubtful, count=facts.doubtful),
        silence(facts),
    )


def is_healthy(found: tuple[Finding, ...]) -> bool:
    return all(each.is_ok for each in found)


def _heartbeat(facts: Facts) -> Finding:
    """From the workers, or by a sweep without any; a broker that was in use may not fall silent unseen."""
    ages = {name: facts.now - at for name, at in facts.beats.items()}
    late = [name for name in BROKER_BEATS if ages.get(name, dt.timedelta.max) > BEAT_LASTS]
    if not late:
        return Finding("heartbeat", is_ok=True)
    by_sweep = ages.get(SWEEP, dt.timedelta.max) <= BEAT_LASTS
    if by_sweep and all(ages.get(name, dt.timedelta.max) > BROKERLESS_AFTER for name in late):
        return Finding("heartbeat", is_ok=True, code="brokerless")
    known = [facts.beats[name] for name in late if name in facts.beats]
    return Finding("heartbeat", is_ok=False, code=",".join(late), since=min(known, default=None))


def silence(facts: Facts) -> Finding:
    """Alarm when nothing leaves though messages should: a quiet Sunday, when none should, is none.

    One refused address, or two, is no silence of the machine; a message that waits is.
    """
    expected = facts.waiting + facts.refused
    is_several = expected >= SEVERAL
    patience = SILENCE_OF_SEVERAL if is_several else SILENCE_OF_ONE
    begun = [at for at in (facts.left_at, facts.expected_since) if at is not None]
    is_called_for = is_several or facts.waiting > 0
    is_silent = is_called_for and bool(begun) and facts.now - max(begun) >= patience
    return Finding("silence", not is_silent, count=expected, since=facts.left_at)
