"""Reads by hand give what Django's own reads give."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.models import User
from accounts.rows import fetch
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_an_instant_is_aware_and_in_utc_as_django_reads_it() -> None:
    user = make_user("nadia@rivages.test")

    [(read,)] = fetch("SELECT created_at FROM accounts_user WHERE id = %s", [user.pk])

    assert read == User.objects.get(pk=user.pk).created_at
    assert read.utcoffset() == dt.timedelta(0)
    assert read.isoformat().endswith("+00:00")
