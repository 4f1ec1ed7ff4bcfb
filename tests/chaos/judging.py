"""The judge: what the ledger says against what the mail server has, message by message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from agencies.scope import networks
from coaching.reminders.models import Reminder

# What a message may be when everything has come to rest; `due` waits for another day.
AT_REST = frozenset({"due", "sent", "bounced", "skipped", "dead", "cancelled", "uncertain"})


@dataclass(frozen=True)
class Verdict:
    """`lost` and `doubled` must be 0, whatever happened; `astray` is what no ledger row asked for."""

    states: Counter[str]
    lost: int
    doubled: int
    astray: int
    attempts: int
    illegal: tuple[str, ...] = field(default=())

    @property
    def uncertain(self) -> int:
        return self.states["uncertain"]

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.doubled or self.astray or self.illegal)


def judge(network_ids: Iterable[int], kept: Iterable[str]) -> Verdict:
    """`kept` are the keys the server holds, one entry for each copy."""
    copies = Counter(kept)
    rows: list[Reminder] = []
    for network_id in network_ids:
        with networks(network_id):
            rows += Reminder.objects.all()
    known = {row.dedupe_key for row in rows}
    return Verdict(
        states=Counter(row.state for row in rows),
        lost=sum(row.state in ("sent", "bounced") and not copies[row.dedupe_key] for row in rows),
        doubled=sum(count - 1 for count in copies.values()),
        astray=sum(key not in known for key in copies),
        attempts=max((row.attempts for row in rows), default=0),
        illegal=tuple(
            f"{row.dedupe_key[:8]} {row.state}, {copies[row.dedupe_key]} copies"
            for row in rows
            # Said not to have left, and yet it did: it would be sent again, or never be counted.
            if row.state not in AT_REST
            or (row.state in ("due", "skipped", "cancelled") and copies[row.dedupe_key])
        ),
    )


def in_flight(network_ids: Iterable[int]) -> int:
    """Messages that somebody still holds, or that could leave at once."""
    return sum(
        count_states(network_id)[state] for network_id in network_ids for state in ("leased", "handing")
    )


def count_states(network_id: int) -> Counter[str]:
    with networks(network_id):
        return Counter(Reminder.objects.values_list("state", flat=True))
