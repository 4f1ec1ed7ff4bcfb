"""Fixtures of the browser tests: one browser, one mailbox and one site for a module's story."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.site import Mailbox, Missing, Site, chromium, fake_clock

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
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=programs, args=FLAGS)
        yield opened
        opened.close()


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
    """An empty installation, on Monday 4 January 2027, ten o'clock in Paris."""
    running = Site(folder, mailbox, "2027-01-04 09:00:00")
    try:
        running.start()
        yield running
    finally:
        running.stop()
