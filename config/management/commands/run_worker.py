"""`manage.py run_worker`: one process in place of broker, worker and beat, for a small host.

Tasks are hints, so nothing is lost without them: this loop asks the database itself who has work, and runs
the hourly ones when their time has come. Several may run; SIGTERM ends it after the message in hand.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from agencies.checks import require_fences
from coaching.reminders.instance import MailHeld, beat
from coaching.reminders.sweeping import sweep
from config.celery import TICKS, app

PAUSE = 5.0  # seconds between two looks at the database
TURN = 60.0  # seconds of sending after which signs of life and hourly work have their turn
# What they do, the loop does: it notes both signs of life and points at the work of all networks.
OWN = ("coaching.reminders.tasks.tick", "coaching.reminders.tasks.pulse")
SIGNS = ("tick", "mail")
logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Plan and send what is due and do the hourly work, in one process without a broker."

    def handle(self, *args: Any, **options: Any) -> None:
        require_fences()
        app.loader.import_default_modules()
        stopping = threading.Event()
        for kind in (signal.SIGTERM, signal.SIGINT):
            signal.signal(kind, lambda *_: stopping.set())
        self.stdout.write("The worker runs, without a broker. Ctrl-C stops it.")
        self.stdout.flush()
        last_run: dict[str, float] = {}
        while not stopping.is_set():
            _round(stopping, last_run)
            stopping.wait(PAUSE)


def _round(stopping: threading.Event, last_run: dict[str, float]) -> None:
    """One look at everything; a database that is away, or a network that raises, costs this round only."""
    close_old_connections()
    try:
        for name in SIGNS:
            beat(name)
        sweep(seconds=TURN, is_stopping=stopping.is_set)
    except MailHeld as held:
        logger.warning("nothing is sent: %s", held.code)
    except Exception as problem:
        logger.error("a round failed: %s", type(problem).__name__)
    for name, entry in TICKS.items():
        is_due = time.monotonic() - last_run.get(name, -entry["schedule"]) >= entry["schedule"]
        if entry["task"] not in OWN and is_due and not stopping.is_set():
            last_run[name] = time.monotonic()
            _run(entry["task"])


def _run(task: str) -> None:
    try:
        app.tasks[task]()
    except Exception as problem:
        logger.error("%s failed: %s", task, type(problem).__name__)
