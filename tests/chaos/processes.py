"""Processes that tests start: a mail server, forked workers, and what they need to know. No fixtures here."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connection

from config.embedded.processes import die_with_parent
from tests.reminders.conftest import free_port

KILLED = -signal.SIGKILL
ONE_MAIL = 190  # octets of the sink's record, about


def wait_for(truth: Callable[[], Any], seconds: float = 60, what: str = "it never became true") -> float:
    """How long it took."""
    begun = time.monotonic()
    while not truth():
        assert time.monotonic() < begun + seconds, what
        time.sleep(0.05)
    return time.monotonic() - begun


def database_url(name: str = "") -> str:
    """Where this run's database is, for a child process."""
    login = connection.settings_dict
    password = f":{quote(login['PASSWORD'])}" if login["PASSWORD"] else ""
    place = urlencode({"host": login["HOST"], "port": login["PORT"]})
    return f"postgresql://{quote(login['USER'])}{password}@/{name or login['NAME']}?{place}"


def environment(**more: str) -> dict[str, str]:
    """What a child process needs to work on the tests' database."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": database_url(),
        "EMAIL_URL": f"smtp://127.0.0.1:{settings.EMAIL_PORT}",
        "SECRET_KEY": settings.SECRET_KEY,
        "FIELD_ENCRYPTION_KEYS": ",".join(settings.FIELD_ENCRYPTION_KEYS),
        "BASE_URL": settings.BASE_URL,
        "INSTANCE_ID": settings.INSTANCE_ID,
        "LOG_LEVEL": "ERROR",
        **more,
    }


def spawned(module: str, *argv: object, env: Mapping[str, str], **pipes: Any) -> subprocess.Popen[bytes]:
    """A Python process of ours in a session of its own."""
    command = [sys.executable, "-W", "ignore", "-m", module, *map(str, argv)]
    dies = die_with_parent(signal.SIGKILL)
    return subprocess.Popen(
        command, env=env, cwd=settings.BASE_DIR, start_new_session=True, preexec_fn=dies, **pipes
    )


def ended(child: subprocess.Popen[bytes], signum: int = signal.SIGTERM) -> None:
    """Stop a child of ours and all it started."""
    if child.poll() is None:
        child.send_signal(signal.SIGCONT)
        child.send_signal(signum)
        try:
            child.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
    child.wait(15)


# --- the mail server --------------------------------------------------------------------------------


class Sink:
    """The other end of SMTP, a process of its own: see tests/chaos/sink.py."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self._begin = self._misdeeds = 0
        self.orders()
        self.process = spawned("tests.chaos.sink", self.port, folder, env=dict(os.environ))
        wait_for((folder / "ready").exists)

    def close(self) -> None:
        ended(self.process)

    def orders(
        self,
        *orders: dict[str, Any],
        deduplicating: bool = False,
        starttls: bool = False,
        busy: tuple[float, float] = (0.0, 0.0),
        seed: int = 1047,
    ) -> None:
        """What it does wrong from now on; without any it is a good server."""
        told = {"orders": orders, "deduplicating": deduplicating, "starttls": starttls}
        draft = self.folder / "orders.draft"
        draft.write_text(json.dumps(told | {"busy": busy, "seed": seed}))
        draft.replace(self.folder / "orders.json")

    def begin(self) -> None:
        """Forget what came before, for the next test."""
        self.orders()
        self._begin, self._misdeeds = self._size("accepted"), self._size("misdeeds")

    def _size(self, name: str) -> int:
        path = self.folder / name
        return path.stat().st_size if path.exists() else 0

    def _lines(self, name: str, begin: int) -> list[list[str]]:
        with (self.folder / name).open("rb") as record:
            record.seek(begin)
            return [line.decode().split(" ") for line in record.read().splitlines()]

    def texts(self) -> list[list[str]]:
        """word (kept or again), key, Message-ID, tls or clear, recipient."""
        return self._lines("accepted", self._begin)

    @property
    def size(self) -> int:
        """Of its record: grows with every mail, and is cheap to ask."""
        return self._size("accepted")

    @property
    def kept(self) -> list[str]:
        """The keys of what it holds, one for each copy."""
        return [line[1] for line in self.texts() if line[0] == "kept" and line[1] != "-"]

    @property
    def again(self) -> int:
        """Copies that a de-duplicating server recognised."""
        return sum(line[0] == "again" for line in self.texts())

    def misdeeds(self, what: str = "") -> int:
        """How often it did wrong: at a verb, or by an answer."""
        lines = self._lines("misdeeds", self._misdeeds)
        return sum(line[0] != "heard" and what in " ".join(line) for line in lines)

    def said(self, verb: str) -> int:
        """How often somebody began a session (ehlo) or a message (mail)."""
        return sum(line == ["heard", verb] for line in self._lines("misdeeds", self._misdeeds))


def after_more_mails(sink: Sink, chance: random.Random, mean: int) -> None:
    """Return when some more have arrived, `mean` on average, or when nothing arrives for a second.

    So blows fall evenly over a sweep, whatever the speed of the machine.
    """
    enough, end = sink.size + chance.randint(1, max(1, 2 * mean - 1)) * ONE_MAIL, time.monotonic() + 1
    while sink.size < enough and time.monotonic() < end:
        time.sleep(chance.uniform(0.001, 0.01))


# --- workers ----------------------------------------------------------------------------------------


class Nursery:
    """Forked workers: see tests/chaos/nursery.py."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.alive: list[int] = []
        self.codes: dict[int, int] = {}
        self._told = threading.Condition()
        self._born = 0
        self._is_ready = self._is_over = False
        self.process = spawned("tests.chaos.nursery", env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        threading.Thread(target=self._listen, daemon=True).start()
        with self._told:
            self._told.wait_for(lambda: self._is_ready or self._is_over, 60)
            assert self._is_ready, "the nursery does not answer"

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            told = json.loads(line)
            with self._told:
                if told["event"] == "born":
                    self.alive.append(told["pid"])
                    self._born += 1
                elif told["event"] == "died":
                    self.alive.remove(told["pid"])
                    self.codes[told["pid"]] = told["code"]
                elif told["event"] == "ready":
                    self._is_ready = True
                self._told.notify_all()
        with self._told:
            self._is_over = True
            self._told.notify_all()

    def _order(self, **order: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        self.process.stdin.flush()

    def start(self, do: str, count: int = 1, **words: Any) -> list[int]:
        """Fork so many children for this work; returns their pids. `settings` are theirs alone."""
        own = {"EMAIL_PORT": settings.EMAIL_PORT, "EMAIL_TIMEOUT": settings.EMAIL_TIMEOUT}
        words["settings"] = own | words.get("settings", {})
        with self._told:
            before = self._born
            self._order(do=do, count=count, **words)
            assert self._told.wait_for(lambda: self._born >= before + count, 30), "nobody was born"
            return self.alive[-count:]

    def run(self, do: str, seconds: float = 60, **words: Any) -> int:
        """One child, to its end; returns its exit code, which for kill -9 is KILLED."""
        (pid,) = self.start(do, **words)
        return self.wait(pid, seconds)

    def wait(self, pid: int, seconds: float = 60) -> int:
        with self._told:
            assert self._told.wait_for(lambda: pid in self.codes, seconds), f"{pid} does not end"
            return self.codes[pid]

    def kill(self, pid: int, signum: int = signal.SIGKILL) -> None:
        """Only whom we started and who still lives."""
        with self._told:
            if pid in self.alive:
                os.kill(pid, signum)

    def stop(self) -> None:
        """All children end in order, and nobody replaces them."""
        self._order(do="stop")
        with self._told:
            assert self._told.wait_for(lambda: not self.alive, 30), "somebody does not end"

    def close(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        ended(self.process)
        self.process.stdout.close()
