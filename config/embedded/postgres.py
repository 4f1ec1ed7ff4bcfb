"""A private PostgreSQL: unix socket only, one owner role that is no superuser, recovery after any kill."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from config.embedded.places import ServerUser
from config.embedded.processes import ServiceError, end, pids_in
from config.embedded.server import Server

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",  # authentication is `trust`: nobody else may reach the socket
    "max_connections": "100",
    "shared_buffers": "128MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# For data that nobody misses: tests are some times faster.
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
OWNER = "cairn"


class Postgres(Server):
    """`home/postgres` holds the cluster; the caller owns the lock on `home`."""

    name = "postgres"
    stop_signal = signal.SIGINT  # "fast"; SIGTERM ("smart") would wait for every client to go
    stop_seconds = 60.0

    def __init__(self, home: Path, user: ServerUser, programs: Path, *, durable: bool = True) -> None:
        super().__init__(home, user)
        self.programs = programs
        self.settings = SETTINGS if durable else SETTINGS | NOT_DURABLE
        self.data = home / "postgres" / "data"
        self.sockets = self.data

    def url(self, database: str) -> str:
        """The DATABASE_URL of the owner of all our databases."""
        return f"postgresql://{OWNER}@/{database}?host={quote(str(self.sockets))}&port=5432"

    def start(self) -> None:
        folder = self.prepare()
        if not (self.data / "PG_VERSION").exists():
            self._create()
        self._refuse_other_version()
        self._clear_earlier_start()
        self.sockets = self.socket_folder(folder)
        options = [word for name, value in self.settings.items() for word in ("-c", f"{name}={value}")]
        self.launch(self.programs / "postgres", "-D", self.data, "-p", 5432, "-k", self.sockets, *options)

    def is_ready(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def create_database(self, name: str) -> None:
        """Create the owner role (no superuser: as little as production gives it) and its database, once."""
        with self._connect() as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [OWNER]).fetchone():
                role = sql.SQL("CREATE ROLE {} LOGIN CREATEROLE CREATEDB NOSUPERUSER")
                connection.execute(role.format(sql.Identifier(OWNER)))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                database = sql.SQL("CREATE DATABASE {} OWNER {}")
                connection.execute(database.format(sql.Identifier(name), sql.Identifier(OWNER)))

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=str(self.sockets),
            port=5432,
            user="postgres",
            dbname="postgres",
            connect_timeout=2,
            autocommit=True,
        )

    def _create(self) -> None:
        """initdb; a half-made cluster of a killed attempt is thrown away first."""
        shutil.rmtree(self.data, ignore_errors=True)
        # The built-in provider sorts alike on every machine; older servers only know the C library's.
        locale = (
            ["--locale-provider=builtin", "--locale=C.UTF-8"]
            if self._version() >= 17
            else ["--locale=C.UTF-8"]
        )
        draft = self.data.with_name("data.draft")
        shutil.rmtree(draft, ignore_errors=True)
        self._run(
            "initdb", "-D", draft, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync", *locale
        )
        draft.rename(self.data)

    def _refuse_other_version(self) -> None:
        made, have = (self.data / "PG_VERSION").read_text().strip(), self._version()
        if made != str(have):
            raise ServiceError(
                f"{self.data} was made by PostgreSQL {made}, but these programs are version {have}. "
                "Start with the earlier programs (PG_BINDIR), or move the folder away to begin anew."
            )

    def _clear_earlier_start(self) -> None:
        """We hold the lock: whoever still works in our data is a leftover, and so is a pid file without them.

        The pid in that file may by now be anybody's, so it is neither believed nor signalled; PostgreSQL
        itself would refuse to start because of it, or of the one beside its socket. They go only when no
        process is left: they keep a new server from running beside the last backends of the old one.
        """
        end(lambda: pids_in(self.data), self.stop_signal)
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for leftover in (self.home / self.name).glob(".s.PGSQL.*"):
            leftover.unlink()

    def _version(self) -> int:
        found = re.search(r"(\d+)", self._run("postgres", "--version"))
        return int(found[1]) if found else 0

    def _run(self, program: str, *argv: object, env: Mapping[str, str] | None = None) -> str:
        command = [str(self.programs / program), *map(str, argv)]
        done = subprocess.run(  # type: ignore[call-overload]
            command, capture_output=True, text=True, cwd="/", env=env, check=False, **self.user.identity
        )
        if done.returncode:
            raise ServiceError(f"{program} failed:\n{done.stdout}{done.stderr}")
        return str(done.stdout)
