"""Named places where a test may kill the process; nothing happens unless FAILPOINT says so."""

from __future__ import annotations

import os
import signal

POINTS = (
    "after_plan",
    "rendered",
    "before_claim_commit",
    "after_claim_commit",
    "connected",
    "after_rcpt",
    "before_handing_commit",
    "after_handing_commit",
    "mid_data",
    "accepted_before_250",
    "after_250",
    "after_sent_commit",
)
_wanted, _, _times = os.environ.get("FAILPOINT", "").partition(":")
_left = int(_times or 1)


def failpoint(name: str) -> None:
    """Die here without a word, as kill -9 would, at the n-th pass of FAILPOINT=name:n."""
    global _left
    if name != _wanted:
        return
    _left -= 1
    if _left <= 0:
        os.kill(os.getpid(), signal.SIGKILL)
