"""Real processes on the tests' own database, and a judge that compares what arrived with the ledger."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.db import connection

from agencies.scope import networks
from coaching.reminders.models import Reminder
from tests.factories import Cast
from tests.reminders.conftest import Mailbox, mailbox  # noqa: F401  (a fixture)

KILLED = -signal.SIGKILL


def database_url() -> str:
    """Where this run's database is, for a child process."""
    login = connection.settings_dict
    password = f":{quote(login['PASSWORD'])}" if login["PASSWORD"] else ""
    place = urlencode({"host": login["HOST"], "port": login["PORT"]})
    return f"postgresql://{quote(login['USER'])}{password}@/{login['NAME']}?{place}"


def environment(**more: str) -> Mapping[str, str]:
    """What a child process needs to work on the tests' database with their mail server."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": database_url(),
        "EMAIL_URL": f"smtp://127.0.0.1:{settings.EMAIL_PORT}",
        "SECRET_KEY": settings.SECRET_KEY,
        "FIELD_ENCRYPTION_KEYS": ",".join(settings.FIELD_ENCRYPTION_KEYS),
        "BASE_URL": settings.BASE_URL,
        "LOG_LEVEL": "ERROR",
        **more,
    }


def work(cast: Cast, now: dt.datetime, failpoint: str = "") -> int:
    """Run one worker to its end, which may be its death; returns its exit code."""
    child = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.chaos.worker", str(cast.network.pk), now.isoformat()],
        env=environment(FAILPOINT=failpoint),
        cwd=settings.BASE_DIR,
        capture_output=True,
        timeout=120,
        check=False,
    )
    if child.returncode not in (0, KILLED):
        pytest.fail(child.stderr.decode()[-2000:])
    return child.returncode


def ledger(cast: Cast) -> list[Reminder]:
    """The invitations, all of which should have left."""
    with networks(cast.network.pk):
        return list(Reminder.objects.filter(kind="invitation").order_by("id"))


def judge(cast: Cast, box: Mailbox) -> dict[str, int]:
    """How many messages are in which state, and how many were lost or doubled (both must be 0)."""
    arrived = [str(message["X-Reminder-Key"]) for message in box.received]
    found = {"lost": 0, "doubled": len(arrived) - len(set(arrived))}
    for row in ledger(cast):
        found[row.state] = found.get(row.state, 0) + 1
        found["lost"] += row.state == "sent" and row.dedupe_key not in arrived
    return found
