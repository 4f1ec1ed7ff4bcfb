"""Celery workers and beats as processes of their own, and a web server beside them."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.chaos.processes import environment, spawned, wait_for
from tests.reminders.conftest import free_port

QUEUES = "mail,default,slow"


class CelerySite:
    """So many workers and beats on one broker; each is killed with all it started when the test ends."""

    def __init__(self, broker: str, folder: Path, *, hurry: float = 1.0) -> None:
        self.env = environment(REDIS_URL=broker, HURRY=str(hurry), CELERY_SKIP_CHECKS="yes")
        self.folder = folder
        self.children: list[subprocess.Popen[bytes]] = []

    def worker(self, concurrency: int = 2) -> subprocess.Popen[bytes]:
        return self._start("worker", "-Q", QUEUES, "-c", concurrency, "--without-gossip", "--without-mingle")

    def beat(self) -> subprocess.Popen[bytes]:
        return self._start("beat", "--pidfile=", "--schedule", self.folder / f"beat-{len(self.children)}")

    def _start(self, *argv: object) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{argv[0]}-{len(self.children)}.log").open("ab")
        with log:
            words = ("-A", "tests.chaos.hurried", *argv, "-l", "WARNING")
            child = spawned("celery", *words, env=self.env, stdout=log, stderr=log)
        self.children.append(child)
        return child

    def said(self) -> str:
        """For whoever looks for the reason of a failure."""
        logs = sorted(self.folder.glob("*.log"))
        return "\n".join(f"{log.name}: {log.read_text(errors='replace')[-1500:]}" for log in logs)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in self.children:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
            child.wait(15)


class Reader:
    """Somebody who opens pages all the time; counts the answers and keeps the slowest."""

    def __init__(self, port: int, pages: dict[str, str]) -> None:
        self.port, self.pages = port, pages
        self.answers: Counter[object] = Counter()
        self.slowest = 0.0
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)

    def _read(self) -> None:
        while not self._is_over.wait(0.1):
            for path, cookie in self.pages.items():
                begun = time.monotonic()
                self.answers[ask(self.port, path, cookie)] += 1
                self.slowest = max(self.slowest, time.monotonic() - begun)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over.set()
        self._thread.join(60)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: object) -> None:
        return None


def ask(port: int, path: str, cookie: str = "") -> object:
    """The status of a page, or what went wrong."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Cookie": cookie})
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=60) as answer:
            answer.read()
            return answer.status
    except urllib.error.HTTPError as problem:
        with problem:
            return problem.code
    except OSError as problem:
        return type(problem).__name__


@contextmanager
def web(broker: str, folder: Path) -> Iterator[int]:
    """The site's web server, as `make run` starts it; yields its port."""
    port = free_port()
    log = (folder / "web.log").open("ab")
    with log:
        words = ("--interface", "wsgi", "--host", "127.0.0.1", "--port", port, "--no-ws")
        words += ("--blocking-threads", 2, "--log-level", "warning", "config.wsgi:application")
        child = spawned("granian", *words, env=environment(REDIS_URL=broker), stdout=log, stderr=log)
    try:
        wait_for(lambda: ask(port, "/accounts/login/") == 200, 90, (folder / "web.log").read_text())
        yield port
    finally:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait(15)
