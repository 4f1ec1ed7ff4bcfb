"""Counts what a page asks of the database once its network's scope is open."""

from __future__ import annotations

import re
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

_OPENS = re.compile(r"set_config\('app\.networks', '\{\d+\}'")
_FRAME = ("SAVEPOINT", "RELEASE", "ROLLBACK TO", "SELECT set_config")


def queries_in_scope(client: Client, url: str, status: int = 200) -> list[str]:
    """The statements between the opening of the scope and its end; the answer must have this status."""
    with CaptureQueriesContext(connection) as captured:
        response: Any = client.get(url)
    assert response.status_code == status, response.status_code
    statements = [query["sql"] for query in captured.captured_queries]
    opening = next(number for number, sql in enumerate(statements) if _OPENS.search(sql))
    return [sql for sql in statements[opening + 1 :] if not sql.startswith(_FRAME)]
