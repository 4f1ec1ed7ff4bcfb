"""A clock of the tests' database that can be set, sped up and made to jump, in every process at once.

The product asks PostgreSQL for the time (`clock_timestamp()`, reliability 2.4). A schema that comes before
pg_catalog on the database's search path answers instead; nothing else of the product knows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql

_MADE = """
CREATE SCHEMA IF NOT EXISTS chaos;
CREATE TABLE IF NOT EXISTS chaos.clock (real_at timestamptz, shown_at timestamptz, speed float8);
CREATE OR REPLACE FUNCTION chaos.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
    'SELECT shown_at + (pg_catalog.clock_timestamp() - real_at) * speed FROM chaos.clock';
GRANT USAGE ON SCHEMA chaos TO {role};
GRANT SELECT ON chaos.clock TO {role};
"""


class Clock:
    """Set by the owner of the database, past the role that the product works as."""

    def __init__(self, database: str = "") -> None:
        self.database = database or str(connections["default"].settings_dict["NAME"])

    @contextmanager
    def owner(self) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
        """A connection that no fence binds, to the database that is tested."""
        login = connections["default"].settings_dict
        where = {"host": login["HOST"], "port": login["PORT"], "password": login["PASSWORD"] or None}
        with psycopg.connect(dbname=self.database, user=login["USER"], **where, autocommit=True) as opened:
            yield opened

    def start(self) -> None:
        """Every later connection reads this clock; commits wait for the disk, as in production."""
        with self.owner() as owner:
            owner.execute(sql.SQL(_MADE).format(role=sql.Identifier(settings.APP_ROLE)))
            name = sql.Identifier(self.database)
            owner.execute(
                sql.SQL("ALTER DATABASE {} SET search_path = chaos, pg_catalog, public").format(name)
            )
            owner.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = on").format(name))

    def stop(self) -> None:
        with self.owner() as owner:
            owner.execute(sql.SQL("ALTER DATABASE {} RESET ALL").format(sql.Identifier(self.database)))

    def set(self, at: dt.datetime, speed: float = 1.0) -> None:
        """It is `at` now, and so many seconds pass in one."""
        with self.owner() as owner, owner.transaction():
            owner.execute("DELETE FROM chaos.clock")
            owner.execute(
                "INSERT INTO chaos.clock VALUES (pg_catalog.clock_timestamp(), %s, %s)", [at, speed]
            )

    def jump(self, by: dt.timedelta) -> None:
        with self.owner() as owner:
            owner.execute("UPDATE chaos.clock SET shown_at = shown_at + %s", [by])

    def now(self) -> dt.datetime:
        with self.owner() as owner:
            row = owner.execute("SELECT chaos.clock_timestamp()").fetchone()
        assert row is not None
        assert isinstance(row[0], dt.datetime)
        return row[0]
