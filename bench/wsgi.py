"""Cairn as it runs, and beside it, in the same workers, the bare endpoint that measures U.

U is the CPU of this server answering one indexed SELECT (docs/performance.md section 2 B): Django's own
request handling, one view and the site's connection; no middleware, no session, no template.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test.utils import override_settings
from django.urls import path

from config.wsgi import application as cairn

BARE_PATH = "/bench/one-select"


def one_select(request: HttpRequest) -> HttpResponse:
    connection.health_check_done = True  # one SELECT and no other
    with connection.cursor() as cursor:
        cursor.execute("SELECT slug FROM agencies_network WHERE id = %s", [1])
        row = cursor.fetchone()
    return HttpResponse(row[0] if row else "", content_type="text/plain")


urlpatterns = [path(BARE_PATH.removeprefix("/"), one_select)]


class BareRequest(WSGIRequest):
    """A request that is looked up in this module instead of the site's addresses."""

    urlconf = __name__


class BareHandler(WSGIHandler):
    """Django's request handling with nothing around the view."""

    request_class = BareRequest

    def load_middleware(self, is_async: bool = False) -> None:
        with override_settings(MIDDLEWARE=[]):
            super().load_middleware(is_async)


bare = BareHandler()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    answer = bare if environ["PATH_INFO"] == BARE_PATH else cairn
    return answer(environ, start_response)
