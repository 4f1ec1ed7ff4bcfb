"""What put a message off, as its row of the ledger keeps it for whoever asks later. No Django, no clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coaching.reminders.policy import ReminderPolicy

KEPT = 20  # a row is put off a few times in its life; this holds whatever happens to it
_CAPS = frozenset({"gap", "day", "cap"})


@dataclass(frozen=True, slots=True)
class Move:
    """One decision that a message does not leave now: why, when it was taken, and until when.

    `at` is None of what was known at planning, `until` of a message that never leaves. `messages` and
    `hours` are the caps that held then, 0 where no cap decided.
    """

    because: str
    at: dt.datetime | None = None
    until: dt.datetime | None = None
    messages: int = 0
    hours: int = 0

    @property
    def is_cap(self) -> bool:
        return self.because in _CAPS

    def stored(self) -> dict[str, Any]:
        found: dict[str, Any] = {"because": self.because}
        found |= {name: value.isoformat() for name in ("at", "until") if (value := getattr(self, name))}
        return found | {name: getattr(self, name) for name in ("messages", "hours") if getattr(self, name)}


def move(because: str, policy: ReminderPolicy, at: dt.datetime, until: dt.datetime | None = None) -> Move:
    """A decision of this moment, with the values of the policy that took it."""
    return Move(because, at, until, *caps_of_policy(policy)) if because in _CAPS else Move(because, at, until)


def caps_of_policy(policy: ReminderPolicy) -> tuple[int, int]:
    """(messages in seven days, hours between two)."""
    return policy.max_per_7_days, int(policy.min_gap.total_seconds() // 3600)


def with_move(stored: Sequence[Any], new: Move) -> list[Any]:
    """What a row keeps after one more; the first and the last ones stay."""
    kept = [*stored, new.stored()]
    return kept if len(kept) <= KEPT else [kept[0], *kept[1 - KEPT :]]


def read_moves(stored: Any) -> list[Move]:
    """What a row keeps; anything else than a move of ours is passed over."""
    entries = stored if isinstance(stored, list) else []
    return [_read(each) for each in entries if isinstance(each, Mapping) and each.get("because")]


def _read(entry: Mapping[str, Any]) -> Move:
    known = {name: dt.datetime.fromisoformat(entry[name]) for name in ("at", "until") if name in entry}
    return Move(
        because=str(entry["because"]),
        at=known.get("at"),
        until=known.get("until"),
        messages=int(entry.get("messages", 0)),
        hours=int(entry.get("hours", 0)),
    )
