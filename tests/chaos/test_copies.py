"""A copied database writes to nobody; a restored one to nobody who may have had the message already."""

from __future__ import annotations

import datetime as dt
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from psycopg import sql

from config.embedded.postgres import Postgres
from tests.chaos.clock import Clock
from tests.chaos.conftest import rounds
from tests.chaos.crowd import NOW, make_crowd
from tests.chaos.processes import Nursery, Sink

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

LEASES_ARE_OVER = dt.timedelta(minutes=3)
HELD = 3  # the nursery's exit code for MailHeld


@pytest.fixture
def copy(clock: Clock, nursery: Nursery) -> Iterator[Clock]:
    """Made when it is started: the database as it is at that moment, under another name."""
    made = Clock(f"{clock.database}_copy")
    yield made
    drop(clock, made)


def drop(clock: Clock, made: Clock) -> None:
    with clock.owner() as owner:
        owner.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(made.database))
        )


def copied(clock: Clock, made: Clock) -> None:
    """A file-for-file copy, by the server itself."""
    connections["default"].close()
    drop(clock, made)
    names = {"new": sql.Identifier(made.database), "old": sql.Identifier(clock.database)}
    with Clock("postgres").owner() as owner:
        owner.execute(sql.SQL("CREATE DATABASE {new} TEMPLATE {old}").format(**names))
    made.start()
    made.set(NOW + LEASES_ARE_OVER)


def test_copy_with_another_instance_id_sends_nothing(
    nursery: Nursery, clock: Clock, copy: Clock, sink: Sink
) -> None:
    network = make_crowd(5).pk
    assert (
        nursery.run("deliver", network=network, failpoint="after_sent_commit:2") != 0
    )  # the site is at work
    sent = len(sink.kept)
    assert sent == 2
    copied(clock, copy)

    elsewhere = {"database": copy.database, "settings": {"INSTANCE_ID": settings.INSTANCE_ID + "-laptop"}}
    assert nursery.run("deliver", network=network, **elsewhere) == HELD
    assert nursery.run("command", name="sweep", **elsewhere) != 0
    assert len(sink.texts()) == sent

    clock.jump(LEASES_ARE_OVER)
    assert nursery.run("deliver", network=network) == 0  # the site itself goes on
    assert len(sink.kept) == 5


def test_restored_database_sends_nothing_before_post_restore_and_nothing_twice_after(
    nursery: Nursery,
    clock: Clock,
    copy: Clock,
    sink: Sink,
    tmp_path: Path,
    django_db_modify_db_settings: Postgres | None,
) -> None:
    if django_db_modify_db_settings is None:
        pytest.skip("the server is not ours: its pg_dump is not known")
    before, after = 10, rounds(20, 500)
    network = make_crowd(before + after).pk
    dying = {"batch": 1, "failpoint": f"after_sent_commit:{before}"}
    assert nursery.run("deliver", network=network, **dying) != 0
    assert len(sink.kept) == before
    dumped_at = clock.now()
    dump = dumped(django_db_modify_db_settings, clock, tmp_path)
    assert nursery.run("deliver", network=network) == 0  # the site goes on until its disk is lost
    assert len(sink.kept) == before + after

    restored(django_db_modify_db_settings, dump, clock, copy)
    there = {"database": copy.database}
    assert nursery.run("deliver", network=network, **there) == HELD
    assert nursery.run("command", name="sweep", **there) == HELD
    assert len(sink.texts()) == before + after
    told = ["--same-site", "--dumped-at", dumped_at.isoformat()]
    assert nursery.run("command", name="post_restore", args=told, **there) == 0
    for _ in range(2):
        assert nursery.run("deliver", network=network, **there) == 0
        copy.jump(dt.timedelta(minutes=15))

    assert len(sink.texts()) == before + after
    assert states_in(copy) == {("sent", ""): before, ("uncertain", "restored"): after}


def dumped(server: Postgres, clock: Clock, folder: Path) -> Path:
    """As docs/operate.md says: by the owner of the tables."""
    connections["default"].close()
    dump = folder / "cairn.dump"
    with dump.open("wb") as file:
        run(server, "pg_dump", "-Fc", "-d", clock.database, stdout=file)
    return dump


def restored(server: Postgres, dump: Path, clock: Clock, made: Clock) -> None:
    drop(clock, made)
    with Clock("postgres").owner() as owner:
        owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(made.database)))
    with dump.open("rb") as file:
        run(server, "pg_restore", "-d", made.database, stdin=file)
    made.start()
    made.set(clock.now() + LEASES_ARE_OVER)


def run(server: Postgres, program: str, *argv: str, **pipes: Any) -> None:
    login = connections["default"].settings_dict
    place = ("-h", login["HOST"], "-p", str(login["PORT"]), "-U", login["USER"])
    done = subprocess.run(
        [str(server.programs / program), *place, *argv], stderr=subprocess.PIPE, check=False, **pipes
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]


def states_in(made: Clock) -> dict[tuple[str, str], int]:
    """Of the invitations there: how many are in which state, for which reason."""
    with made.owner() as owner:
        rows = owner.execute(
            "SELECT state, reason, count(*) FROM reminders_reminder WHERE kind = 'invitation' GROUP BY 1, 2"
        ).fetchall()
    return {(str(state), str(reason)): int(str(count)) for state, reason, count in rows}
