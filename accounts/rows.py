"""Models from hand-written statements, for reads of every request: there, building them costs the most.

The statement says which columns it reads through `Columns.sql`; what is left out stays deferred.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model
from psycopg import adapters
from psycopg.pq import Format

M = TypeVar("M", bound=Model)
# Django reads instants by a loader in Python, psycopg by a compiled one; in UTC, as our connections are,
# both give the same, and a list reads hundreds.
INSTANTS = adapters.types["timestamptz"].oid
INSTANT_LOADER = adapters.get_loader(INSTANTS, Format.TEXT)


class Columns(Generic[M]):
    """Columns of a model under an alias of the statement: all of them, or those named."""

    def __init__(self, model: type[M], alias: str, *names: str) -> None:
        fields = [each for each in model._meta.concrete_fields if not names or each.attname in names]
        self.model = model
        self.names = [each.attname for each in fields]
        self.sql = ", ".join(f"{alias}.{each.column}" for each in fields)

    def take(self, values: Iterator[Any]) -> M:
        """An instance from the next values of a row."""
        return self.model.from_db(DEFAULT_DB_ALIAS, self.names, list(islice(values, len(self.names))))


def fetch(sql: str, values: Any) -> list[tuple[Any, ...]]:
    """All rows of a statement."""
    with connection.cursor() as cursor:
        cursor.cursor.adapters.register_loader(INSTANTS, INSTANT_LOADER)
        cursor.execute(sql, values)
        return list(cursor.fetchall())
