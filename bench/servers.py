"""A private PostgreSQL and a granian with two workers, in a folder of their own that goes away at the end."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from config.embedded.places import make_folder, server_user, servers_folder
from config.embedded.postgres import Postgres
from config.embedded.processes import spawn, stop, wait_for
from config.embedded.programs import postgres_programs
from config.embedded.supervisor import answers, free_port, tail
from config.env import new_fernet_key, read

ROOT = Path(__file__).resolve().parent.parent
FIRST_PORT = 8300
WORKERS = 2


@contextmanager
def database() -> Iterator[tuple[Path, Postgres]]:
    """A PostgreSQL with the durability people run with; yields its folder, which is removed."""
    folder = make_folder(Path(tempfile.mkdtemp(prefix="cairn-bench-", dir="/tmp")), 0o711)
    user = server_user()
    home = servers_folder(folder, user)
    postgres = Postgres(home, user, postgres_programs(read(os.environ).pg_bindir, user, home))
    try:
        postgres.start()
        postgres.create_database("cairn")
        yield folder, postgres
    finally:
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)


def environment(folder: Path, postgres: Postgres, web_port: int, mail_port: int) -> dict[str, str]:
    """Settings of the measured site: nothing of the caller's but its path."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "BASE_URL": f"http://127.0.0.1:{web_port}",
        "SECRET_KEY": "bench-" + "x" * 60,
        "FIELD_ENCRYPTION_KEYS": new_fernet_key(),
        "DATABASE_URL": postgres.url("cairn"),
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
        "STATIC_ROOT": str(folder / "static"),
        "INSTANCE_ID": "bench",
        "LOG_LEVEL": "ERROR",
    }


def manage(values: Mapping[str, str], *command: str) -> None:
    """Run one of our commands to its end."""
    argv = [sys.executable, "-W", "ignore", str(ROOT / "manage.py"), *command]
    subprocess.run(argv, env=dict(values), cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def web(folder: Path, values: Mapping[str, str], port: int) -> Iterator[int]:
    """Granian on bench.wsgi; yields the process id of its tree."""
    granian = ["granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", port, "--no-ws"]
    sizes = ["--workers", WORKERS, "--blocking-threads", 2, "--log-level", "warning"]
    with _child("web", folder, values, *granian, *sizes, "bench.wsgi:application", port=port) as pid:
        yield pid


@contextmanager
def sink(folder: Path, values: Mapping[str, str], port: int) -> Iterator[Path]:
    """A mail server that only counts; yields the file that holds the count once it has stopped."""
    counted = folder / "mails.json"
    with _child("mail", folder, values, "bench.sink", port, counted, port=port):
        yield counted


@contextmanager
def _child(name: str, folder: Path, values: Mapping[str, str], *module: object, port: int) -> Iterator[int]:
    log = folder / f"{name}.log"
    process = spawn([sys.executable, "-W", "ignore", "-m", *module], log, env=values, cwd=ROOT)
    try:
        if (
            not wait_for(lambda: answers(port) or process.poll() is not None, 60)
            or process.poll() is not None
        ):
            raise RuntimeError(f"{name} did not start:\n{tail(log)}")
        yield process.pid
    finally:
        stop(process, signal.SIGTERM, 10)


def ports() -> tuple[int, int]:
    """Two free ports, below those that clients are given."""
    web_port = free_port(FIRST_PORT)
    return web_port, free_port(web_port + 1)
