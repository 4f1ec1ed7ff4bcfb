"""Runs each pattern under kills and says what the judge found."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from redis import Redis

from bench.anchors.patterns import PATTERNS, TABLE
from config.embedded.places import server_user, servers_folder
from config.embedded.processes import spawn
from config.embedded.programs import valkey_program
from config.embedded.valkey import Valkey
from tests.chaos.processes import Sink, after_more_mails

ROOT = Path(__file__).resolve().parent.parent.parent
WORKERS = 3
BUSY = (0.001, 0.006)  # what the mail server takes before and after the text is safe, in seconds
ETA_WATCHED = 60.0  # seconds


@dataclass(frozen=True)
class Found:
    """One line of the table; `doubtful` are listed for a person, `waiting` had not left when we stopped."""

    name: str
    messages: int
    kills: int
    lost: int
    doubled: int
    doubtful: int
    waiting: int = 0

    @property
    def row(self) -> tuple[str, ...]:
        numbers = (self.messages, self.kills, self.lost, self.doubled, self.doubtful, self.waiting)
        return (self.name, *(f"{number:,}" for number in numbers))


_KEYS = "INSERT INTO anchor (key) SELECT encode(sha256(n::text::bytea), 'hex') FROM generate_series(1, %s) n"
HEAD = ("pattern", "messages", "kills", "lost", "doubled", "doubtful, listed", "stuck")


def patterns(dsn: str, folder: Path, messages: int, kills: int) -> Iterator[Found]:
    """The three that keep their state in the database."""
    sink = Sink(folder)
    try:
        for name in PATTERNS:
            sink.begin()
            sink.orders(busy=BUSY)
            yield _one(name, dsn, sink, messages, kills)
    finally:
        sink.close()


def _one(name: str, dsn: str, sink: Sink, messages: int, kills: int) -> Found:
    with psycopg.connect(dsn, autocommit=True) as database:
        database.execute(TABLE)
        database.execute(_KEYS, [messages])

        def left() -> int:
            row = database.execute("SELECT count(*) FROM anchor WHERE state <> 'sent'").fetchone()
            assert row is not None
            return int(row[0])

        argv = [sys.executable, "-W", "ignore", "-m", "bench.anchors.patterns", name, dsn, str(sink.port)]
        done = _under_kills(argv, sink, left, messages, kills)
        copies = Counter(sink.kept)
        rows = database.execute("SELECT key FROM anchor WHERE state = 'sent'").fetchall()
    lost = sum(key not in copies for (key,) in rows)
    return Found(name, messages, done, lost, sum(copies.values()) - len(copies), 0)


def _under_kills(argv: list[str], sink: Sink, left: Callable[[], int], messages: int, kills: int) -> int:
    """Three workers at all times; one of them dies after a few more mails, until so many have died."""
    chance, done = random.Random(20270104), 0
    log = sink.folder / "workers.log"
    alive = [spawn(argv, log, cwd=ROOT, env=dict(os.environ)) for _ in range(WORKERS)]
    try:
        while left():
            if done >= kills:
                time.sleep(0.1)
                continue
            after_more_mails(sink, chance, messages // kills)
            victim = chance.randrange(WORKERS)
            alive[victim].kill()
            alive[victim].wait(10)
            alive[victim] = spawn(argv, log, cwd=ROOT, env=dict(os.environ))
            done += 1
        time.sleep(0.5)  # the last text may be on its way
        return done
    finally:
        for child in alive:
            child.kill()
            child.wait(10)


def ours(folder: Path, messages: int, kills: int, *, is_deduplicating: bool) -> Found:
    """The product itself: its planner, ledger, letters and transport, in forked workers that are killed."""
    from django.conf import settings
    from django.db import connection

    from coaching.reminders.services import plan_network
    from tests.chaos.clock import Clock
    from tests.chaos.crowd import NOW, make_crowd
    from tests.chaos.judging import count_states, judge
    from tests.chaos.processes import Nursery, environment

    name = "ours, a server that de-duplicates" if is_deduplicating else "ours, plain SMTP"
    sink, clock = Sink(folder), Clock()
    sink.begin()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    network = make_crowd(messages, "dedup" if is_deduplicating else "smtp").pk
    plan_network(network, NOW)
    clock.start()
    clock.set(NOW, speed=20)
    connection.close()
    sink.orders(busy=BUSY, deduplicating=is_deduplicating)
    nursery = Nursery(environment())
    chance, done = random.Random(20270104), 0
    try:
        told = {"network": network, "batch": 10, "deduplicating": is_deduplicating}
        nursery.start("deliver", WORKERS, replaced=True, **told)
        while any(count_states(network)[state] for state in ("leased", "handing")) or count_due(network):
            if done < kills:
                after_more_mails(sink, chance, messages // kills)
            alive = list(nursery.alive)
            if done < kills and alive:
                nursery.kill(chance.choice(alive))
                done += 1
            else:
                time.sleep(0.1)
        nursery.stop()
        found = judge([network], sink.kept)
    finally:
        nursery.close()
        sink.close()
        clock.stop()
        connection.close()
    assert found.is_clean, found
    return Found(name, messages, done, found.lost, found.doubled, found.uncertain)


def count_due(network_id: int) -> int:
    """The invitations still to send; what is due another day is not counted."""
    from agencies.scope import networks
    from coaching.reminders.models import Reminder

    with networks(network_id):
        return Reminder.objects.filter(kind="invitation", state="due").count()


# --- Celery ETA ---------------------------------------------------------------------------------------


def eta(folder: Path, messages: int) -> Iterator[Found]:
    """Without a fault but a short visibility timeout; with three kills; emptied and killed once."""
    user = server_user()
    home = servers_folder(folder, user)
    broker = Valkey(home, user, valkey_program(user, home))
    broker.start()
    sink = Sink(folder)
    try:
        for name, visibility, kills, is_emptied in (
            ("Celery ETA, visibility 10 s, no fault", 10, 0, False),
            ("Celery ETA, visibility 1 h", 3600, 3, False),
            ("Celery ETA, FLUSHALL, then a kill", 3600, 1, True),
        ):
            sink.begin()
            client = Redis(unix_socket_path=str(broker.socket))
            client.flushall()
            outside = {name: value for name, value in os.environ.items() if "DJANGO" not in name}
            env = outside | {  # not the site's Celery, whose workers look at the database first
                "ETA_BROKER": broker.url,
                "ETA_VISIBILITY": str(visibility),
                "ETA_PORT": str(sink.port),
            }
            _publish(env, messages)
            with _worker(env, folder) as restart:
                end = time.monotonic() + ETA_WATCHED
                for number in range(kills):
                    time.sleep(8)
                    if is_emptied:
                        client.flushall()
                    restart(number)
                while time.monotonic() < end and len(set(sink.kept)) < messages:
                    time.sleep(0.2)
                if not kills:  # what comes a second time comes later
                    time.sleep(max(0.0, end - time.monotonic()))
            copies = Counter(sink.kept)
            held = client.hlen("unacked") + client.llen("celery")
            client.close()
            missing = messages - len(copies)
            stuck = min(missing, int(held))
            yield Found(name, messages, kills, missing - stuck, sum(copies.values()) - len(copies), 0, stuck)
    finally:
        sink.close()
        broker.stop()


def _publish(env: dict[str, str], messages: int) -> None:
    code = (
        "import datetime as dt, random, sys; from bench.anchors.eta import send; "
        "now, chance = dt.datetime.now(dt.UTC), random.Random(1); "
        "when = [now + dt.timedelta(seconds=chance.uniform(5, 45)) for _ in range(int(sys.argv[1]))]; "
        "[send.apply_async([f'k{n}'], eta=at) for n, at in enumerate(when)]"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", code, str(messages)], env=env, cwd=ROOT, check=True)


@contextmanager
def _worker(env: dict[str, str], folder: Path) -> Iterator[Callable[[int], None]]:
    """A worker with all its children; the function kills it and starts another."""
    words = "-W ignore -m celery -A bench.anchors.eta worker -c 2 --without-gossip --without-mingle -l ERROR"
    argv = [sys.executable, *words.split()]
    alive = [spawn(argv, folder / "eta.log", cwd=ROOT, env=env)]

    def restart(_number: int) -> None:
        os.killpg(alive[0].pid, signal.SIGKILL)
        alive[0].wait(10)
        alive[0] = spawn(argv, folder / "eta.log", cwd=ROOT, env=env)

    yield restart
    os.killpg(alive[0].pid, signal.SIGKILL)
    alive[0].wait(10)
