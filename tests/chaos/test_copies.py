"""A copied database writes to nobody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connections
from psycopg import sql

from tests.chaos.clock import Clock
from tests.chaos.conftest import Nursery, Sink
from tests.chaos.crowd import NOW, make_crowd

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
    assert nursery.run("sweep", **elsewhere) != 0
    assert len(sink.texts()) == sent

    clock.jump(LEASES_ARE_OVER)
    assert nursery.run("deliver", network=network) == 0  # the site itself goes on
    assert len(sink.kept) == 5
