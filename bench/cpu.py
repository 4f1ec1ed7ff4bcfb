"""CPU seconds of whole process trees: what the server and its database burnt, whoever waited for whom."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

import psutil


def burnt(roots: Iterable[int]) -> float:
    """User and system seconds of these processes and all below them, ended children included."""
    total = 0.0
    for pid in roots:
        with contextlib.suppress(psutil.NoSuchProcess):
            root = psutil.Process(pid)
            times = root.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
            for child in root.children(recursive=True):
                with contextlib.suppress(psutil.NoSuchProcess):
                    own = child.cpu_times()
                    total += own.user + own.system
    return total
