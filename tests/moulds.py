"""A cast is made once per test process, by the product's services; each test then has its rows stored again.

Under the same keys, by the application's role, inside the scope of their network; the objects are copies.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from dataclasses import dataclass

from django.apps import apps
from django.db import connection
from psycopg import sql

from agencies.scope import networks
from coaching.programmes.models import Programme, ProgrammeVersion
from tests.factories import Cast, starter_version
from tests.savepoints import rolled_back

STORED_ONCE = (Programme, ProgrammeVersion)  # by starter_version
Rows = dict[str, set[str]]  # of each table, as JSON


@dataclass(frozen=True)
class Mould:
    """What a cast left in the database, network by network, and the objects that stand for it."""

    statements: dict[int, str]
    objects: bytes

    @classmethod
    def of(cls, make: Callable[[], Cast]) -> Mould:
        """Make a cast, keep what it is made of, take it back."""
        statements = {}
        with rolled_back():
            with networks():
                known = rows_in_sight()
            cast = make()
            for network_id in (cast.other_network.pk, cast.network.pk):
                with networks(network_id):
                    seen = rows_in_sight()
                statements[network_id] = storing({table: seen[table] - known[table] for table in seen})
                known = {table: seen[table] | known[table] for table in seen}
            return cls(statements, pickle.dumps(cast))

    def cast(self) -> Cast:
        """The same again, for one test."""
        starter_version()
        for network_id, statements in self.statements.items():
            with networks(network_id), connection.cursor() as cursor:
                cursor.execute(statements)
        found: Cast = pickle.loads(self.objects)
        return found


def rows_in_sight() -> Rows:
    tables = [
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and model not in STORED_ONCE
    ]
    found: Rows = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(sql.SQL("SELECT to_jsonb(t)::text FROM {} t").format(sql.Identifier(table)))
            found[table] = {row for (row,) in cursor.fetchall()}
    return found


def storing(rows: Rows) -> str:
    """The statements that store these rows; foreign keys are checked when the transaction ends."""
    insert = sql.SQL("INSERT INTO {table} SELECT * FROM jsonb_populate_recordset(NULL::{table}, {rows})")
    return ";".join(
        insert.format(
            table=sql.Identifier(table),
            rows=sql.Literal(json.dumps([json.loads(row) for row in of_table])),
        ).as_string(connection.connection)
        for table, of_table in rows.items()
        if of_table
    )
