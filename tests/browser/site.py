"""The whole site as people run it, on a clock that a test can move, with a mailbox that a test can read."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import email.utils
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, TypeVar

from aiosmtpd.controller import Controller

from config.embedded.places import server_user
from config.embedded.programs import postgres_programs
from config.embedded.supervisor import free_port

ROOT = Path(__file__).resolve().parents[2]
CLOCK = Path(__file__).with_name("clock")
FAKE_CLOCK = [
    Path(f"/usr/lib/{machine}-linux-gnu/faketime/libfaketimeMT.so.1") for machine in ("x86_64", "aarch64")
]
FIRST_PORT = 21_000
T = TypeVar("T")


class Missing(Exception):
    """A program that the browser tests cannot do without; the text says how to get it."""


def chromium() -> str:
    """Path of the browser."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        raise Missing("Chromium is needed: install the package chromium, or set CHROMIUM to its path")
    return found


def fake_clock() -> Path:
    """Path of libfaketime, which moves the clock of PostgreSQL."""
    found = next((path for path in FAKE_CLOCK if path.exists()), None)
    if found is None:
        raise Missing("libfaketime is needed to move the site's clock: install the package faketime")
    return found


def wait_until(condition: Callable[[], T], seconds: float, what: str) -> T:
    """The first true answer of `condition`; asked again and again, never slept through."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        threading.Event().wait(0.2)
    raise AssertionError(f"{what} did not happen within {seconds:.0f} s")


@dataclass
class Mailbox:
    """A mail server on this machine that keeps what it is given."""

    messages: list[EmailMessage] = field(default_factory=list)
    controller: Controller | None = None
    port: int = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        parsed = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.messages.append(parsed)
        return "250 kept"

    def start(self) -> None:
        self.port = free_port(FIRST_PORT + os.getpid() % 8_000)
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, ready_timeout=20)
        self.controller.start()

    def stop(self) -> None:
        if self.controller:
            self.controller.stop()

    def to(self, address: str) -> list[EmailMessage]:
        return [message for message in self.messages if address in str(message["To"])]

    def wait_for(self, address: str, subject: str, seconds: float = 90) -> EmailMessage:
        """The first message to this address whose subject matches."""

        def found() -> EmailMessage | None:
            return next((m for m in self.to(address) if re.search(subject, str(m["Subject"]))), None)

        return wait_until(found, seconds, f"a message « {subject} » to {address}")


def text_of(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def link_in(message: EmailMessage, pattern: str) -> str:
    """The first address in the text that contains this."""
    found = re.search(rf"https?://\S*{pattern}\S*", text_of(message))
    assert found, text_of(message)
    return found.group()


class Site:
    """`manage.py up` in a folder of its own; stopped as a person stops it."""

    def __init__(self, folder: Path, mailbox: Mailbox | None, starts_at: str, *, demo: bool = False) -> None:
        self.folder, self.data, self.starts_at = folder, folder / "data", starts_at
        self.clock_file = folder / "clock"
        self.mailbox = mailbox
        self.demo = demo
        self.output: list[str] = []
        self.url = ""

    def start(self) -> None:
        self.set_clock(self.starts_at)
        environment = {
            name: value
            for name, value in os.environ.items()
            if name not in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "DJANGO_SETTINGS_MODULE", "PORT")
        }
        environment |= {
            "CAIRN_DEMO": "yes" if self.demo else "no",
            "PG_BINDIR": str(self._postgres_on_the_clock()),
            **self._clock(),
        }
        if self.mailbox:  # a demonstration without one keeps its mail itself
            environment["EMAIL_URL"] = f"smtp://127.0.0.1:{self.mailbox.port}"
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", str(ROOT / "manage.py"), "up", "--data", str(self.data)],
            env=environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._read, daemon=True).start()
        self.url = wait_until(self._address, 150, "the site's address")

    def _read(self) -> None:
        assert self.process.stdout
        with self.process.stdout as lines:
            for line in lines:
                self.output.append(line.rstrip())

    def _address(self) -> str:
        if self.process.poll() is not None:
            raise AssertionError("the site did not start:\n" + "\n".join(self.output))
        return next((line for line in self.output if line.startswith("http://")), "")

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def set_clock(self, moment: str) -> None:
        """Let the site believe that it is `moment` (UTC, "2027-01-04 09:00") and counting."""
        wanted = dt.datetime.fromisoformat(moment).replace(tzinfo=dt.UTC).timestamp()
        fresh = self.clock_file.with_suffix(".new")
        fresh.write_text(f"+{wanted - time.time():.0f}\n")
        fresh.chmod(0o644)
        fresh.replace(self.clock_file)
        if self.url:
            wait_until(lambda: abs(self._web_time() - wanted) < 60, 20, "the new time on the web server")

    def _web_time(self) -> float:
        """What the web process takes for now: its CSRF cookie expires a fixed time later."""
        cookies = SimpleCookie()
        with urllib.request.urlopen(f"{self.url}/accounts/login/") as answer:
            cookies.load(answer.headers["Set-Cookie"])
        cookie = next(iter(cookies.values()))
        expires = email.utils.parsedate_to_datetime(cookie["expires"])
        return expires.timestamp() - int(cookie["max-age"])

    def _clock(self) -> dict[str, str]:
        """The environment of a Python process on the site's clock."""
        return {"CAIRN_TEST_CLOCK": str(self.clock_file), "PYTHONPATH": str(CLOCK)}

    def _postgres_on_the_clock(self) -> Path:
        """A folder of PostgreSQL's programs in which the server itself starts on the site's clock."""
        real = postgres_programs(None, server_user(), self.folder)
        folder = self.folder / "programs"
        folder.mkdir(exist_ok=True)
        for program in real.iterdir():
            if program.name != "postgres":
                (folder / program.name).symlink_to(program)
        wrapper = folder / "postgres"
        wrapper.write_text(
            f"#!/bin/sh\nexport FAKETIME_TIMESTAMP_FILE={self.clock_file} FAKETIME_CACHE_DURATION=1\n"
            "export FAKETIME_DONT_FAKE_MONOTONIC=1\n"
            f'LD_PRELOAD={fake_clock()} exec {real / "postgres"} "$@"\n'
        )
        wrapper.chmod(0o755)
        return folder

    def manage(self, *arguments: str) -> str:
        """A command in a second terminal, on the same data and clock."""
        noted = dict(
            line.split("=", 1) for line in (self.data / "environment").read_text().splitlines() if "=" in line
        )
        noted |= self._clock()
        done = subprocess.run(
            [sys.executable, "-W", "ignore", str(ROOT / "manage.py"), *arguments],
            env=os.environ | noted,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout
