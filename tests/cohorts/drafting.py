"""A coach who prepares a cohort, step by step."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from agencies.models import Membership
from agencies.scope import networks
from coaching.cohorts.models import Cohort
from coaching.cohorts.services import create_cohort
from tests.factories import PARIS, Cast, starter_version

NOW = dt.datetime(2026, 12, 8, 9, 0, tzinfo=PARIS)
NO_PAUSES = {"own-TOTAL_FORMS": "0", "own-INITIAL_FORMS": "0"}


@pytest.fixture(autouse=True)
def _frozen() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def coach(client: Client, cast: Cast) -> Client:
    client.force_login(cast.coach.user)
    return client


def page(name: str, *args: str, slug: str = "rivages") -> str:
    return reverse(f"cohorts:{name}", args=[slug, *args])


def draft_of(
    coach: Membership, name: str = "Printemps 2027", starts_on: dt.date = dt.date(2027, 4, 6)
) -> Cohort:
    with networks(coach.network_id):
        return create_cohort(coach, name=name, version=starter_version(), starts_on=starts_on)


def reload(cast: Cast, draft: Cohort) -> Cohort:
    with networks(cast.network.pk):
        return Cohort.objects.prefetch_related("blackouts", "enrolments__membership__user").get(pk=draft.pk)
