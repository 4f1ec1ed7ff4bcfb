"""What a command says when there is no database to work on yet; every other error keeps its traceback."""

from __future__ import annotations

from collections.abc import Mapping

import psycopg
from django.conf import settings

from config.embedded.given import is_given


def sentence(problem: Exception, values: Mapping[str, str]) -> str:
    """Which variable to mend, or what to start first; "" when the database is not what is missing."""
    cause = problem.__cause__
    if isinstance(cause, psycopg.errors.UndefinedTable | psycopg.errors.UndefinedColumn):
        return "The database lacks tables or columns of this version: run `manage.py migrate` first."
    # The server gives each refusal of a statement a code; a connection that never was has none.
    if not isinstance(cause, psycopg.OperationalError) or cause.sqlstate is not None:
        return ""
    reason = " ".join(str(cause).split())
    names = ["DATABASE_OWNER_URL"] * settings.AS_OWNER + ["DATABASE_URL"]
    name = next((name for name in names if is_given(name, values)), "")
    if not name:
        return (
            f"No database answers ({reason}). Start the site with `make run`, then give this command in a "
            "second terminal; or name a database in DATABASE_URL."
        )
    return f"{name}: expected a PostgreSQL server that answers and lets us in ({reason})"
