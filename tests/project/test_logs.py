"""What the log says of requests: a refusal is one line, a failure keeps where it happened."""

from __future__ import annotations

import logging
import sys
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from config.logs import DiscreetFormatter


def record(status: int) -> logging.LogRecord:
    try:
        raise PermissionDenied
    except PermissionDenied:
        info: Any = sys.exc_info()
    made = logging.LogRecord("django.request", logging.WARNING, "", 0, "Forbidden: %s", ("/coach/",), info)
    made.status_code = status
    return made


@pytest.mark.parametrize("status", [403, 404])
def test_a_refused_page_is_one_line(status: int) -> None:
    line = DiscreetFormatter().format(record(status))

    assert line.endswith("Forbidden: /coach/")
    assert "Traceback" not in line


def test_a_failure_keeps_its_traceback() -> None:
    assert "Traceback" in DiscreetFormatter().format(record(500))
