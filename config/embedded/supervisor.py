"""One owner of every process: starts them in order, watches them, and stops them in the opposite order."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.embedded.given import is_given, questions
from config.embedded.places import Lock, make_folder, own_secrets, server_user, servers_folder, write_private
from config.embedded.postgres import Postgres
from config.embedded.processes import (
    MARK,
    ServiceError,
    die_with_parent,
    end,
    pids_marked,
    spawn,
    stop,
    wait_for,
)
from config.embedded.programs import postgres_programs, valkey_program
from config.embedded.server import Server, cut_log
from config.embedded.valkey import Valkey
from config.env import Environment

ROOT = Path(__file__).resolve().parent.parent.parent
QUEUES = "mail,default,slow"
FIRST_WEB_PORT, FIRST_MAIL_PORT, LAST_PORT = 8000, 8800, 32000  # above lie the ports that clients are given
# What a command in a second terminal needs to work on the same data as the running site.
NOTED = (
    "DATABASE_URL DATABASE_OWNER_URL REDIS_URL EMAIL_URL MAIL_FOLDER BASE_URL SECRET_KEY "
    "FIELD_ENCRYPTION_KEYS INSTANCE_ID CAIRN_DEMO STATIC_ROOT"
).split()


class Stopped(Exception):
    """The person asked to stop while we were still starting."""


@dataclass(slots=True)
class Child:
    """A process that is stopped with us and whose end ends us."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_seconds: float = 10.0

    def stop(self) -> None:
        stop(self.process, signal.SIGTERM, self.stop_seconds)


class Supervisor:
    """`run()` is the whole life of a site on one machine; `say` prints one line for the person watching.

    `given` is the checked environment and `values` the same as text, for the children.
    """

    def __init__(
        self, data: Path, given: Environment, values: Mapping[str, str], say: Callable[[str], None]
    ) -> None:
        self.data, self.given, self.say = data, given, say
        self.values = {name: value for name, value in values.items() if name != MARK} | {MARK: str(data)}
        self.values["PYTHONUNBUFFERED"] = "1"
        self.values["CELERY_SKIP_CHECKS"] = "yes"  # Django's checks of the code are for those who change it
        self.stack: list[Child | Server] = []
        self.stopping = threading.Event()
        self.lock = Lock(data / "lock")
        self.kept_port: socket.socket | None = None
        self.mail_port: int | None = None

    def run(self) -> int:
        """Start everything, wait for a signal or a death, stop everything; returns the exit code."""
        begun = time.monotonic()
        make_folder(self.data, 0o711)
        with self._signals():
            self.lock.take()
            try:
                address = self._start()
                self.say(f"Cairn runs after {time.monotonic() - begun:.1f} s. Ctrl-C stops it.")
                self.say(address)
                return self._watch()
            except Stopped:
                return 0
            finally:
                self._stop()
                self.lock.release()

    def _start(self) -> str:
        end(lambda: pids_marked(str(self.data)), signal.SIGTERM, 10)
        self.values = own_secrets(self.data / "secrets.json") | self.values
        port = free_port(FIRST_WEB_PORT) if self.given.port is None else wanted_port(self.given.port)
        self.kept_port = keep(port)
        address = f"http://127.0.0.1:{port}"
        self.values |= {"BASE_URL": address, "STATIC_ROOT": str(self.data / "static")}
        if asked := questions(self.given, self.values):
            with self.step("Servers that were given answer"):
                for ask in asked:
                    ask()
        self._start_servers()
        if (mail_port := self.mail_port) is not None:
            with self.step("Mail (kept here, sent to nobody)"):
                self._wait("mail", lambda: answers(mail_port))
        write_private(self.data / "environment", self._note())
        self._manage("prepare_site")
        self._start_site(port)
        self.lock.say(address)
        return address

    def _start_servers(self) -> None:
        user = server_user()
        home = servers_folder(self.data, user)
        if home != self.data:
            self.say(f"The servers' user cannot reach {self.data}: their data lives in {home}")
        own_database = not is_given("DATABASE_URL", self.values)
        # A database that was brought along may hold real people: the demo's open door is not its default.
        self.values.setdefault("CAIRN_DEMO", "yes" if own_database else "no")
        if not is_given("EMAIL_URL", self.values):
            self._start_mail()
        if own_database:
            with self.step("PostgreSQL"):
                postgres = Postgres(home, user, postgres_programs(self.given.pg_bindir, user, home))
                self._begin(postgres)
                postgres.create_database("cairn")
                self.values["DATABASE_URL"] = postgres.url("cairn")
        if not is_given("REDIS_URL", self.values):
            with self.step("Valkey"):
                valkey = Valkey(home, user, valkey_program(user, home))
                self._begin(valkey)
                self.values["REDIS_URL"] = valkey.url

    def _start_mail(self) -> None:
        if self.values["CAIRN_DEMO"].lower() not in ("yes", "true", "1", "on"):
            raise ServiceError("EMAIL_URL: expected a mail server, because this is not the demo (CAIRN_DEMO)")
        folder, port = make_folder(self.data / "mail", 0o700), free_port(FIRST_MAIL_PORT)
        self._spawn("mail", sys.executable, "-m", "config.embedded.mailsink", folder, port)
        self.values |= {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "MAIL_FOLDER": str(folder)}
        self.mail_port = port  # it gets ready while the others start

    def _start_site(self, port: int) -> None:
        python = [sys.executable, "-W", "ignore", "-m"]
        celery = [*python, "celery", "-A", "config"]
        granian = [
            *python,
            "granian",
            "--interface",
            "wsgi",
            "--host",
            "127.0.0.1",
            "--port",
            port,
            "--no-ws",
        ]
        with self.step("Web, worker and beat"):
            self._spawn(
                "web", *granian, "--blocking-threads", 4, "--log-level", "warning", "config.wsgi:application"
            )
            worker = ["worker", "--concurrency", 2, "--queues", QUEUES, "--loglevel", "INFO"]
            self._spawn("worker", *celery, *worker, "--without-gossip", "--without-mingle")
            beat = ["beat", "--loglevel", "INFO", "--pidfile=", "--schedule", self.data / "beat-schedule"]
            self._spawn("beat", *celery, *beat)
            self._wait("web", lambda: responds(port))

    def _begin(self, server: Server) -> None:
        self._stop_if_asked()
        self.stack.append(server)
        server.start()

    def _spawn(self, name: str, *argv: object) -> None:
        self._stop_if_asked()
        log = self.data / f"{name}.log"
        cut_log(log)
        self.stack.append(Child(name, spawn(argv, log, env=self.values, cwd=ROOT), log))

    def _wait(self, name: str, condition: Callable[[], bool]) -> None:
        child = next(each for each in self.stack if each.name == name)
        done = wait_for(lambda: condition() or self._dead() is not None or self.stopping.is_set(), 90, 0.05)
        self._stop_if_asked()
        if not done or self._dead():
            dead = self._dead() or child
            raise ServiceError(f"{dead.name} did not start; the end of {dead.log}:\n{tail(dead.log)}")

    def _manage(self, command: str) -> None:
        """Run one of our commands to its end, its lines on our terminal; a Ctrl-C ends it too."""
        self._stop_if_asked()
        argv = [sys.executable, "-W", "ignore", str(ROOT / "manage.py"), command]
        process = subprocess.Popen(
            argv,
            env=self.values,
            cwd=ROOT,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
        while process.poll() is None and not self.stopping.wait(0.05):
            pass
        if self.stopping.is_set():
            stop(process, signal.SIGTERM, 10)
            raise Stopped
        if process.returncode:
            raise ServiceError(f"`manage.py {command}` failed, see above.")

    def _watch(self) -> int:
        while not self.stopping.wait(0.3):
            if dead := self._dead():
                self.say(f"{dead.name} ended unexpectedly; the end of {dead.log}:\n{tail(dead.log)}")
                return 1
        return 0

    def _dead(self) -> Child | Server | None:
        return next((each for each in self.stack if each.process and each.process.poll() is not None), None)

    def _stop(self) -> None:
        begun = time.monotonic()
        (self.data / "environment").unlink(missing_ok=True)
        while self.stack:
            self.stack.pop().stop()
        if self.kept_port is not None:
            self.kept_port.close()
        self.say(f"Stopped in {time.monotonic() - begun:.1f} s.")

    def _note(self) -> str:
        return "".join(f"{name}={self.values[name]}\n" for name in NOTED if name in self.values)

    def _stop_if_asked(self) -> None:
        if self.stopping.is_set():
            raise Stopped

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Name what is being done and how long it took."""
        begun = time.monotonic()
        yield
        self.say(progress(name, time.monotonic() - begun))

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """Turn Ctrl-C, a polite kill and a closed terminal into one orderly stop."""
        kinds = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        earlier = {kind: signal.signal(kind, lambda *_: self.stopping.set()) for kind in kinds}
        try:
            yield
        finally:
            for kind, handler in earlier.items():
                signal.signal(kind, handler)


def progress(name: str, seconds: float) -> str:
    """One line of the start."""
    return f"  {name + ' ':.<40} {seconds:.1f} s"


def tail(log: Path) -> str:
    """The end of a log."""
    return log.read_text(encoding="utf-8", errors="replace")[-2000:] if log.exists() else ""


def answers(port: int) -> bool:
    """Whether somebody listens on this port of this machine."""
    with socket.socket() as client:
        client.settimeout(1)
        return client.connect_ex(("127.0.0.1", port)) == 0


def responds(port: int) -> bool:
    """Whether the site answers a request, whatever the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status > 0
    except OSError:
        return False
    finally:
        connection.close()


def is_free(port: int) -> bool:
    """Whether we could listen there."""
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def keep(port: int) -> socket.socket:
    """Hold a port until the web server listens there.

    The server shares its port (SO_REUSEPORT), so two sites that start together could both be given the
    same one and would answer for each other; while this socket is open, `is_free` says no to the other.
    """
    holder = socket.socket()
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    holder.bind(("127.0.0.1", port))
    return holder


def free_port(first: int) -> int:
    """The first free port from `first` on."""
    for port in range(first, LAST_PORT):
        if is_free(port):
            return port
    raise ServiceError("No port is free on this machine.")


def wanted_port(port: int) -> int:
    """`port`, which was asked for by name: another one would surprise."""
    if not is_free(port):
        raise ServiceError(
            f"PORT: expected a port that is free, but {port} is in use on this machine; "
            "without PORT the first free one is taken"
        )
    return port
