"""Real processes on the tests' own database: a mail sink, forked workers, Celery, and a clock to set."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from agencies.scope import networks
from tests.chaos.clock import Clock
from tests.chaos.crowd import NOW
from tests.chaos.judging import Verdict, judge
from tests.chaos.processes import Nursery, Sink, environment, wait_for

RELEASE = os.environ.get("CHAOS") == "release"


def rounds(check: int, release: int) -> int:
    """How often, for each commit and before a release (`make chaos-release`)."""
    return release if RELEASE else check


def say(line: str) -> None:
    """Figures, for whoever watches: pytest -s, or `make chaos-release`."""
    sys.stderr.write(f"  {line}\n")


# --- the mail server --------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def _sink(servers_home: Path) -> Iterator[Sink]:
    started = Sink(Path(tempfile.mkdtemp(prefix="sink-", dir=servers_home)))
    yield started
    started.close()


@pytest.fixture
def sink(_sink: Sink, settings: Any) -> Sink:
    """A mail server with nothing in it, to which the settings point."""
    _sink.begin()
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", _sink.port, 5
    return _sink


# --- the clock --------------------------------------------------------------------------------------


@pytest.fixture
def clock(transactional_db: None) -> Iterator[Clock]:
    """The database's clock, at the Monday on which everybody is invited."""
    started = Clock()
    started.start()
    started.set(NOW)
    connection.close()
    yield started
    started.stop()
    connection.close()


# --- workers ----------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def _nursery(django_db_setup: None) -> Iterator[Nursery]:
    started = Nursery(environment())
    yield started
    started.close()


@pytest.fixture
def nursery(_nursery: Nursery, clock: Clock, sink: Sink) -> Iterator[Nursery]:
    """Workers on this clock and with this mail server; they end with the test."""
    yield _nursery
    _nursery.stop()


# --- the verdict ------------------------------------------------------------------------------------


def settled(networks_ids: Iterable[int], sink: Sink, seconds: float = 120) -> Verdict:
    """Wait until nothing is due now nor in flight, then judge; workers must be running."""
    ids = list(networks_ids)
    wait_for(lambda: not busy(ids), seconds, f"work is left: {judge(ids, sink.kept).states}")
    return judge(ids, sink.kept)


def busy(network_ids: Iterable[int]) -> bool:
    """Whether somebody is owed something now, by the database's clock."""
    for network_id in network_ids:
        with networks(network_id), connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT FROM reminders_reminder WHERE state IN ('leased', 'handing') "
                "OR (state = 'due' AND next_try_at <= clock_timestamp())) "
                "OR EXISTS (SELECT FROM cohorts_enrolment WHERE next_check_at <= clock_timestamp())"
            )
            row = cursor.fetchone()
        if row is not None and row[0]:
            return True
    return False
