"""What a command says when there is no database to work on yet; every other error keeps its traceback."""

from __future__ import annotations

import traceback
from collections.abc import Mapping

import psycopg
from django.conf import settings

from config.embedded.given import is_given


def sentence(problem: Exception, values: Mapping[str, str]) -> str:
    """Which variable to mend, or what to start first; "" when the database is not what is missing."""
    cause = problem.__cause__
    reason = " ".join(str(cause).split())
    if isinstance(cause, psycopg.errors.UndefinedTable | psycopg.errors.UndefinedColumn):
        return (
            f"The database lacks a table or column of this version ({cause.diag.message_primary}): run "
            "`manage.py migrate` and `manage.py createcachetable` first; --traceback shows where it was used."
        )
    if not isinstance(cause, psycopg.OperationalError) or not _was_connecting(cause):
        return ""
    names = ["DATABASE_OWNER_URL"] * settings.AS_OWNER + ["DATABASE_URL"]
    name = next((name for name in names if is_given(name, values)), "")
    if not name:
        return (
            f"No database answers ({reason}). Start the site with `make run`, then give this command in a "
            "second terminal; or name a database in DATABASE_URL."
        )
    return f"{name}: expected a PostgreSQL server that answers and lets us in ({reason})"


def _was_connecting(problem: Exception) -> bool:
    """A connection that broke in the midst of the work is no missing database, and keeps its traceback."""
    return any(frame.name == "connect" for frame in traceback.extract_tb(problem.__traceback__))
