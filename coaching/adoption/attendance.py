"""Attendance of live sessions: the rate, and R4 of domain.md 4.3 and 4.4. No Django, no clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coaching.adoption.results import Figure, Part

ATTENDED = frozenset({"present", "replay"})
EXCUSED = "excused"


@dataclass(frozen=True, slots=True)
class Held:
    """A session of the cohort that was held and recorded; both instants are aware.

    Nobody was missed where nobody was noted: a session counts once somebody's attendance is known, and
    once its signing is closed.
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
    held: Sequence[Held], states: Mapping[str, str], invited_at: dt.datetime | None, now: dt.datetime
) -> AttendanceFacts:
    """Sessions before a late joiner's start do not count (domain.md 4.8), nor those still open to sign."""
    counted = (
        each for each in held if each.closes_at < now and (invited_at is None or each.starts_at >= invited_at)
    )
    return AttendanceFacts(tuple(sorted(counted, key=lambda each: each.starts_at)), states)


def attendance_rate(facts: AttendanceFacts) -> Figure:
    """Signed sessions, replays included, over sessions held, 0 to 1; null when none was held."""
    attended = sum(facts.state(each) in ATTENDED for each in facts.held)
    parts = (Part("attended", attended, of=len(facts.held)),)
    if not facts.held:
        return Figure(None, "no_session_held", parts)
    return Figure(attended / len(facts.held), "", parts)


def missed_in_a_row(facts: AttendanceFacts) -> tuple[int, dt.datetime | None]:
    """(sessions missed since the last one attended, start of the first of them).

    An excuse is no attendance and no risk either: it neither ends the row nor lengthens it.
    """
    missed: list[Held] = []
    for each in reversed(facts.held):
        state = facts.state(each)
        if state in ATTENDED:
            break
        if state != EXCUSED:
            missed.append(each)
    return len(missed), missed[-1].starts_at if missed else None
