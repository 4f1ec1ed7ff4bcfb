"""Moves the clock of every Python process that has this folder on its path: see tests/browser/site.py.

CAIRN_TEST_CLOCK names a file that holds the seconds to add to the real time. Only what tells the date
moves; waiting (the monotonic clock) stays real. Forked children follow the file too.
"""

import os
import threading
import time
from pathlib import Path

import time_machine

FILE = os.environ.get("CAIRN_TEST_CLOCK", "")


def offset() -> float:
    return float(Path(FILE).read_text())


def move(traveller: "time_machine.Coordinates", seconds: float) -> None:
    """Set the clock, and ask it once: it stands still until somebody asks."""
    traveller.move_to(time_machine.escape_hatch.time.time() + seconds)
    time.time()


def follow(traveller: "time_machine.Coordinates", current: float) -> None:
    """Look at the file twice a second, for ever."""
    waiting = threading.Event()
    while True:
        waiting.wait(0.5)
        if (wanted := offset()) != current:
            current = wanted
            move(traveller, current)


def start(traveller: "time_machine.Coordinates", current: float) -> None:
    threading.Thread(target=follow, args=(traveller, current), daemon=True).start()


if FILE:
    first = offset()
    coordinates = time_machine.travel(time.time() + first, tick=True).start()
    move(coordinates, first)
    start(coordinates, first)
    os.register_at_fork(after_in_child=lambda: start(coordinates, first))
