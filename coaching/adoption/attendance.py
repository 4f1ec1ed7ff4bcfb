"""Attendance of live sessions: the rate, and R4 of domain.md 4.3 and 4.4. No Django, no clock."""

from __future__ import annotations

import datetime as dt

from coaching.adoption.results import Figure, Part
from coaching.cohorts.attending import ATTENDED, AttendanceFacts, Held

EXCUSED = "excused"


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
