"""Which slot of each session is a person's, with the SEQUENCE of their event."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from coaching.cohorts.models import Appointment, Enrolment, LiveSession, SlotChoice

# Version 5 of a name of ours: the same event for ever, and nothing to be read in it (RFC 7986 5.3).
_EVENTS = uuid.UUID("6f0c7c52-8f0e-5a43-9d0f-3c0a55c0a1de")


def event_uid(*names: str) -> str:
    """The UID of an event in somebody's calendar."""
    return str(uuid.uuid5(_EVENTS, "/".join(names)))


@dataclass(frozen=True, slots=True)
class OwnSession:
    """The slot that is a person's; `others` are the other slots of it that stand."""

    session: LiveSession
    sequence: int
    is_chosen: bool
    others: tuple[LiveSession, ...] = ()

    @property
    def is_cancelled(self) -> bool:
        return self.session.cancelled_at is not None


def own_sessions(
    sessions: Iterable[LiveSession], choices: Mapping[str, SlotChoice] | None = None
) -> list[OwnSession]:
    """One per session of the cohort, cancelled ones included, in the order of their days.

    `choices` are the person's by session key. Who has not chosen comes to the first slot that stands.
    """
    by_key: dict[str, list[LiveSession]] = {}
    for session in sessions:
        by_key.setdefault(session.key, []).append(session)
    found = [_own(slots, (choices or {}).get(key)) for key, slots in by_key.items()]
    return sorted(found, key=lambda own: (own.session.starts_at, own.session.pk))


def _own(slots: list[LiveSession], choice: SlotChoice | None) -> OwnSession:
    ordered = sorted(slots, key=lambda slot: (slot.cancelled_at is not None, slot.slot))
    chosen = next((slot for slot in slots if choice and slot.pk == choice.session_id), None)
    session = chosen or ordered[0]
    offset = choice.offset if chosen and choice else 0
    others = tuple(slot for slot in ordered if slot is not session and slot.cancelled_at is None)
    return OwnSession(session, session.sequence + offset, chosen is not None, others)


def load_own_sessions(enrolment: Enrolment) -> list[OwnSession]:
    """A person's sessions, all of the cohort; one query."""
    same = {"network": OuterRef("network"), "session": OuterRef("pk")}
    chosen = SlotChoice.objects.filter(enrolment=enrolment, **same)
    rows = LiveSession.objects.filter(cohort_id=enrolment.cohort_id)
    sessions = list(rows.annotate(chosen_offset=Subquery(chosen.values("offset")[:1])))
    choices = {
        row.key: SlotChoice(network_id=row.network_id, session=row, key=row.key, offset=row.chosen_offset)
        for row in sessions
        if row.chosen_offset is not None
    }
    return own_sessions(sessions, choices)


def latest_by_key(rows: Iterable[Appointment]) -> dict[str, Appointment]:
    """A person's appointments, one per event of their calendar: the row with the highest sequence stands."""
    found: dict[str, Appointment] = {}
    for row in rows:
        known = found.get(row.key)
        if known is None or row.sequence >= known.sequence:
            found[row.key] = row
    return found
