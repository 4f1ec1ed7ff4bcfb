"""Fixtures of the browser tests: one browser, one mailbox and one site for a module's story."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.demo import Demo
from tests.browser.site import Mailbox, Missing, Site, chromium, fake_clock, wait_until
from tests.factories import make_cast
from tests.learning.conftest import NOW
from tests.learning.player import Player

# A page that is right says so at once; a loaded machine may need longer, and is no failure.
expect.set_options(timeout=30_000)
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--font-render-hinting=none"]


@pytest.fixture(scope="session")
def programs() -> str:
    """The browser's path; what is missing is an error with the way to get it, never a skip."""
    try:
        fake_clock()
        return chromium()
    except Missing as problem:
        pytest.fail(str(problem), pytrace=False)


@pytest.fixture(scope="session")
def browser(programs: str) -> Iterator[Browser]:
    # Playwright's loop lives in this thread, and Django's ORM would refuse to run beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=programs, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(autouse=True)
def _no_window_left_open(request: pytest.FixtureRequest, browser: Browser) -> Iterator[None]:
    """Before the live server's rows go, its windows do, and what they asked for has been answered.

    A window left open keeps a thread of the server alive and with it a session of the database; a
    request on its way holds locks that emptying the tables waits for.
    """
    if "live_server" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")  # emptied after this fixture's end
    yield
    for context in browser.contexts:
        context.close()
    wait_until(nobody_asks, 30, "the live server to have answered everything")


def nobody_asks() -> bool:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")  # others' states are shown to the owner alone
        cursor.execute(
            "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND state <> 'idle')"
        )
        return bool(cursor.fetchone()[0])


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    kept = Mailbox()
    kept.start()
    yield kept
    kept.stop()


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that the servers' unprivileged user can reach."""
    with tempfile.TemporaryDirectory(prefix="cairn-browser-", dir="/tmp", ignore_cleanup_errors=True) as name:
        path = Path(name)
        path.chmod(0o711)
        yield path


@pytest.fixture(scope="module")
def site(folder: Path, mailbox: Mailbox) -> Iterator[Site]:
    """An empty installation, on Tuesday 5 January 2027, ten o'clock in Paris."""
    running = Site(folder, mailbox, "2027-01-05 09:00:00")
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def demo(programs: str) -> Iterator[Demo]:
    """The demonstration, on Wednesday 10 February 2027, ten o'clock in Paris; one for all its tests."""
    with tempfile.TemporaryDirectory(prefix="cairn-demo-", dir="/tmp", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)
        running = Site(folder, None, "2027-02-10 09:00:00", demo=True)
        try:
            running.start()
            yield Demo(running.url, running.data / "mail", running.manage, running.clock_file)
        finally:
            running.stop()


@pytest.fixture
def head(live_server: Any, transactional_db: None) -> Iterator[Player]:
    """The head of the cast, on the Wednesday of the second week; the clock runs."""
    with time_machine.travel(NOW, tick=True):
        cast = make_cast()
        client = Client()
        client.force_login(cast.head.user)
        yield Player(client, cast, cast.head)
