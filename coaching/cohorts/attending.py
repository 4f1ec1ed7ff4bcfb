"""Which live sessions count for one person, and what is known of each (domain.md 4.3). No Django."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

PRESENT, REPLAY = "present", "replay"
ATTENDED = frozenset({PRESENT, REPLAY})


@dataclass(frozen=True, slots=True)
class Held:
    """A session of the cohort that was held and recorded; both instants are aware.

    Nobody was missed where nobody was noted: a session counts once somebody's attendance is known, and
    once its signing is closed or something is known of this person.
    """

    key: str
    starts_at: dt.datetime
    closes_at: dt.datetime


@dataclass(frozen=True, slots=True)
class AttendanceFacts:
    """One person: the sessions held since they were invited, in order, and what is known by session key."""

    held: tuple[Held, ...] = ()
    states: Mapping[str, str] | None = None

    def state(self, held: Held) -> str:
        return (self.states or {}).get(held.key, "")


def attendance_facts(
    held: Iterable[Held],
    states: Mapping[str, str],
    invited_at: dt.datetime | None,
    now: dt.datetime,
    finished_at: dt.datetime | None = None,
) -> AttendanceFacts:
    """Sessions before a late joiner's start do not count (domain.md 4.8), nor those still open to sign.

    Nothing that is held after somebody has finished takes it back: it counts only when they came.
    """

    def counts(each: Held) -> bool:
        known = states.get(each.key, "")
        has_come = known in ATTENDED
        is_theirs = invited_at is None or each.starts_at >= invited_at
        is_in_time = finished_at is None or each.starts_at < finished_at or has_come
        return is_theirs and is_in_time and (each.closes_at < now or bool(known))

    counted = filter(counts, held)
    return AttendanceFacts(tuple(sorted(counted, key=lambda each: each.starts_at)), states)
