"""Cairn as it runs, and beside it, in the same workers, the bare endpoint that measures U.

U is the CPU of this server answering one indexed SELECT: no middleware, no session, no template.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection

from config.wsgi import application as cairn

BARE_PATH = "/bench/one-select"


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    if environ["PATH_INFO"] != BARE_PATH:
        return cairn(environ, start_response)
    with connection.cursor() as cursor:
        cursor.execute("SELECT slug FROM agencies_network WHERE id = %s", [1])
        row = cursor.fetchone()
    body = row[0].encode() if row else b""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
