"""Every Celery task is a hint: by three at once, again, late, for what is gone, it changes nothing more."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from psycopg import sql

from coaching.reminders.models import Heartbeat
from config.celery import app
from tests.chaos.clock import Clock
from tests.chaos.crowd import make_crowd
from tests.chaos.judging import judge
from tests.chaos.processes import Nursery, Sink

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

OUR_ROOMS = ("accounts", "agencies", "coaching", "config")
# Every task of ours, and whether it is about one network. One that is not listed fails the first test.
TASKS = {
    "agencies.tasks.forget_import_drafts": False,
    "coaching.cohorts.tasks.end_cohorts": False,
    "coaching.reminders.tasks.deliver": True,
    "coaching.reminders.tasks.pulse": False,
    "coaching.reminders.tasks.ring_lost_alarms": False,
    "coaching.reminders.tasks.tick": False,
}
SIGNS_OF_LIFE = frozenset({"reminders_heartbeat", "reminders_mailgate"})  # may move at each run
NOWHERE = 987_654_321


def test_every_task_is_listed() -> None:
    app.loader.import_default_modules()

    assert {name for name in app.tasks if name.startswith(OUR_ROOMS)} == set(TASKS)


@pytest.mark.parametrize("name", TASKS)
def test_task_run_by_three_at_once_then_again_and_late(
    name: str, nursery: Nursery, clock: Clock, sink: Sink, valkey: str, tmp_path: Path
) -> None:
    network = make_crowd(12).pk
    make_crowd(1, "finie", start=dt.date(2026, 1, 13), launched_at=dt.datetime(2026, 1, 5, 8, tzinfo=dt.UTC))
    args = [network] if TASKS[name] else []
    gate = tmp_path / "gate"

    told = {"name": name, "args": args, "gate": str(gate), "broker": valkey}
    three = nursery.start("task", 3, **told)
    gate.touch()
    assert [nursery.wait(pid) for pid in three] == [0, 0, 0]
    first, mails = everything(clock), len(sink.kept)
    assert nursery.run("task", **told) == 0
    assert (everything(clock), len(sink.kept)) == (first, mails)
    ledger = rows(clock)
    clock.jump(dt.timedelta(hours=2))
    assert nursery.run("task", **told) == 0

    assert (rows(clock), len(sink.kept)) == (ledger, mails)
    assert judge([network], sink.kept).is_clean
    assert mails == (12 if name.endswith(".deliver") else 0)
    assert name not in ("coaching.reminders.tasks.tick", "coaching.reminders.tasks.pulse") or (
        Heartbeat.objects.count() == 1
    )


@pytest.mark.parametrize("name", [name for name, is_of_network in TASKS.items() if is_of_network])
def test_task_for_what_is_gone_changes_nothing(
    name: str, nursery: Nursery, clock: Clock, sink: Sink, tmp_path: Path
) -> None:
    network = make_crowd(2).pk
    gate = tmp_path / "gate"
    gate.touch()
    assert nursery.run("task", name=name, args=[network], gate=str(gate)) == 0
    before, mails = everything(clock), len(sink.texts())
    assert mails == 2

    assert nursery.run("task", name=name, args=[NOWHERE], gate=str(gate)) == 0

    assert everything(clock) == before
    assert len(sink.texts()) == mails


def rows(clock: Clock) -> list[tuple[object, ...]]:
    """The ledger alone: alarms may have rung meanwhile."""
    with clock.owner() as owner:
        return owner.execute(
            "SELECT dedupe_key, state, attempts, finished_at FROM reminders_reminder ORDER BY dedupe_key"
        ).fetchall()


def everything(clock: Clock) -> dict[str, str]:
    """A checksum of each table but the signs of life; read as the owner, from whom no fence hides a row."""
    found = {}
    with clock.owner() as owner:
        tables = owner.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        ).fetchall()
        for (table,) in tables:
            if table in SIGNS_OF_LIFE:
                continue
            name = sql.Identifier(str(table))
            query = sql.SQL("SELECT coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM {} t")
            row = owner.execute(query.format(name)).fetchone()
            assert row is not None
            found[str(table)] = str(row[0])
    return found
