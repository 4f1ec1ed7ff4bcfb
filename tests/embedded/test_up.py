"""`manage.py up` starts everything, stops everything, and recovers from the end of any part of it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.embedded.mailsink import serve
from config.embedded.places import make_folder
from config.embedded.processes import MARK, pids_in, pids_marked, wait_for
from config.embedded.supervisor import free_port

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
PATIENCE = 120


class Site:
    """One `manage.py up` on a data folder of its own; without the demo's data, which has tests of its own."""

    def __init__(self, data: Path, mail: str) -> None:
        self.data, self.mail = data, mail
        self.output = data.with_suffix(".out")
        self.process: subprocess.Popen[bytes] | None = None

    def environment(self) -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if name not in (MARK, "DATABASE_URL")}
        port = str(free_port(21000 + os.getpid() % 8000))
        return ours | {"CAIRN_DEMO": "no", "EMAIL_URL": self.mail, "PORT": port}

    def launch(self, **more: str) -> subprocess.Popen[bytes]:
        argv = [sys.executable, "-W", "ignore", "manage.py", "up", "--data", str(self.data)]
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                argv, cwd=ROOT, env=self.environment() | more, stdout=output, stderr=subprocess.STDOUT
            )
        return self.process

    def start(self) -> str:
        """Launch and return the address, which is the last line."""
        process = self.launch()
        assert wait_for(lambda: "http://" in self.said() or process.poll() is not None, PATIENCE), self.said()
        assert process.poll() is None, self.said()
        return self.said().splitlines()[-1]

    def said(self) -> str:
        return self.output.read_text()

    def left(self) -> set[int]:
        """Processes of ours that still run."""
        folders = (self.data / "postgres" / "data", self.data / "valkey")
        return pids_marked(str(self.data)).union(*(pids_in(folder) for folder in folders))

    def end(self, signum: int) -> int:
        assert self.process is not None
        self.process.send_signal(signum)
        return self.process.wait(60)


@pytest.fixture(scope="module")
def mail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The EMAIL_URL of a mail server that keeps everything."""
    port = free_port(29000 + os.getpid() % 2000)
    controller = serve(tmp_path_factory.mktemp("mail"), port)
    yield f"smtp://127.0.0.1:{port}"
    controller.stop()


@contextmanager
def a_site(servers_home: Path, mail: str, made: Path | None = None) -> Iterator[Site]:
    """In an empty folder, or in a copy of one that a site was made in."""
    found = Site(make_folder(servers_home / f"up-{time.monotonic_ns()}", 0o711), mail)
    if made:
        shutil.rmtree(found.data)
        subprocess.run(["cp", "-a", made, found.data], check=True)  # with its owners: servers refuse others
    yield found
    if found.process and found.process.poll() is None:
        found.end(signal.SIGTERM)
    assert wait_for(lambda: not found.left(), 30)


@pytest.fixture
def site(servers_home: Path, mail: str) -> Iterator[Site]:
    with a_site(servers_home, mail) as found:
        yield found


@pytest.fixture(scope="module")
def made(servers_home: Path, mail: str) -> Path:
    """The data of a site that was started once, for the tests that begin after that."""
    with a_site(servers_home, mail) as found:
        found.start()
        found.end(signal.SIGINT)
    return found.data


@pytest.fixture
def made_site(servers_home: Path, mail: str, made: Path) -> Iterator[Site]:
    with a_site(servers_home, mail, made) as found:
        yield found


def get(address: str) -> int:
    with urllib.request.urlopen(address + "/accounts/login/", timeout=30) as response:
        return int(response.status)


def test_the_last_line_is_an_address_that_answers_and_ctrl_c_stops_everything(site):
    address = site.start()

    status, running = get(address), len(site.left())
    code = site.end(signal.SIGINT)

    assert status == 200
    assert running >= 5
    assert code == 0
    assert not site.left()
    assert not (site.data / "environment").exists()


def test_a_second_start_says_where_the_first_answers_and_leaves_it_alone(made_site):
    address = made_site.start()

    argv = [sys.executable, "-W", "ignore", "manage.py", "up", "--data", str(made_site.data)]
    second = subprocess.run(
        argv, cwd=ROOT, env=made_site.environment(), capture_output=True, text=True, timeout=60
    )

    assert second.returncode == 1
    assert f"already running from this folder: {address}" in second.stderr
    assert get(address) == 200


def test_nothing_is_left_after_kill_9_of_the_supervisor_and_the_next_start_works(made_site):
    made_site.start()

    made_site.end(signal.SIGKILL)
    gone = wait_for(lambda: not made_site.left(), 30)
    address = made_site.start()

    assert gone
    assert get(address) == 200


@pytest.mark.parametrize("victim", ["postgres", "granian"])
def test_the_end_of_one_part_is_said_and_stops_the_rest(made_site, victim):
    made_site.start()
    ours = sorted(made_site.left())
    chosen = next(pid for pid in ours if victim.encode() in Path(f"/proc/{pid}/cmdline").read_bytes())

    os.kill(chosen, signal.SIGKILL)
    assert made_site.process is not None
    code = made_site.process.wait(60)

    assert code == 1
    assert "ended unexpectedly" in made_site.said()
    assert not made_site.left()


def test_ctrl_c_during_the_start_stops_what_was_started(site):
    process = site.launch()
    assert wait_for(lambda: "Valkey" in site.said(), PATIENCE)

    process.send_signal(signal.SIGINT)
    code = process.wait(60)

    assert code == 0
    assert "http://" not in site.said()
    assert not site.left()


def test_a_port_that_is_taken_is_refused_by_name(site):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = site.launch(PORT=str(taken.getsockname()[1]))
        code = process.wait(PATIENCE)

    assert code == 1
    assert "PORT: expected a port that is free" in site.said()


def test_a_public_address_is_refused(site):
    process = site.launch(
        BASE_URL="https://cairn.example.org",
        CAIRN_DEMO="no",
        SECRET_KEY="k3y-" * 5 + "abcdefghijklmnopqrstuvwxyz0123456789",
        FIELD_ENCRYPTION_KEYS="A" * 43 + "=",
        DATABASE_URL="postgresql://a@b/c",
        REDIS_URL="redis://h/0",
    )
    code = process.wait(PATIENCE)

    assert code == 1
    assert "`up` serves this machine only" in site.said()


@pytest.mark.parametrize(
    ("name", "url", "kind"),
    [
        ("DATABASE_URL", "postgresql://cairn@127.0.0.1:1/cairn", "a PostgreSQL server"),
        ("REDIS_URL", "redis://127.0.0.1:1/0", "a Redis or Valkey server"),
        ("EMAIL_URL", "smtp://127.0.0.1:1", "a mail server"),
    ],
)
def test_a_given_server_that_does_not_answer_is_named_before_anything_starts(site, name, url, kind):
    process = site.launch(**{name: url})
    code = process.wait(PATIENCE)

    assert code == 1
    assert f"{name}: expected {kind} that answers at 127.0.0.1:1 (" in site.said()
    assert "Traceback" not in site.said()
    assert "http://" not in site.said()
    assert "PostgreSQL ..." not in site.said()
