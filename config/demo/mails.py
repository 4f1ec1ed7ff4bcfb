"""The latest messages of the lived weeks, written again for /inbox/: a mailbox that is never empty."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from agencies.models import Network
from agencies.scope import networks
from coaching.reminders.letters import Wanted, write
from coaching.reminders.loading import load
from coaching.reminders.messages import render
from coaching.reminders.models import Reminder

# Invitations are left out: their links would be real, and the story says that nobody used them.
KEPT = {"weekly_digest": 8, "midweek_nudge": 4}


def keep_past_mails(folder: Path) -> int:
    """Store the newest digests and nudges that the ledger says have left, as they read then; how many.

    The same files at every call: they are named by their time and their identity.
    """
    count = 0
    for network in Network.objects.filter(is_demo=True):
        with networks(network.pk):
            for kind, number in KEPT.items():
                rows = Reminder.objects.filter(kind=kind, state=Reminder.State.SENT)
                for row in rows.order_by("-handed_over_at", "pk")[:number]:
                    _keep(folder, row)
                    count += 1
    return count


def _keep(folder: Path, row: Reminder) -> None:
    at = row.handed_over_at
    assert at is not None
    loaded = load([row.enrolment_id], at)[row.enrolment_id]
    (letter,) = write([Wanted(loaded, row.kind, row.occurrence, tuple(row.reasons))], at)
    name = f"{_nanoseconds(at):020d}-{row.dedupe_key[:8]}.eml"
    (folder / name).write_bytes(render(letter, row.dedupe_key).content)


def _nanoseconds(at: dt.datetime) -> int:
    return int(at.timestamp()) * 10**9 + at.microsecond * 1000
