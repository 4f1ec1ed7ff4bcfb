"""A page's process that dies around any of its commits: what was decided is sent, or was not decided."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from agencies.models import Network
from agencies.scope import networks
from coaching.cohorts.models import Cohort, CohortCoach
from tests.chaos.clock import Clock
from tests.chaos.conftest import rounds
from tests.chaos.crowd import NOW, make_crowd
from tests.chaos.judging import judge
from tests.chaos.processes import KILLED, Nursery, Sink

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

PEOPLE = 2


def test_launch_whose_process_dies_at_any_commit(nursery: Nursery, clock: Clock, sink: Sink) -> None:
    launched = []
    for number in range(rounds(20, 200)):
        clock.set(NOW)
        network = make_crowd(PEOPLE, f"foule-{number}", launched_at=None)
        sent = len(sink.kept)

        with time_machine.travel(NOW):
            posted = launching(network)
        code = nursery.run("post", commits=number % 4, now=NOW.isoformat(), **posted)
        assert code in (0, KILLED)
        with networks(network.pk):
            is_launched = Cohort.objects.get().status != "draft"
        clock.jump(dt.timedelta(minutes=1))
        assert nursery.run("command", name="sweep") == 0  # the next tick knows nothing of the page

        launched.append(is_launched)
        assert len(sink.kept) - sent == (PEOPLE if is_launched else 0), (number, is_launched)
        assert judge([network.pk], sink.kept[sent:]).is_clean
    assert set(launched) == {True, False}


def launching(network: Network) -> dict[str, object]:
    """What the coach's browser posts, with what it read on the page before."""
    client = Client()
    with networks(network.pk):
        cohort = Cohort.objects.get()
        coach = CohortCoach.objects.select_related("membership__user").get().membership.user
    client.force_login(coach, backend="accounts.backends.AuthenticationBackend")
    place = [network.slug, cohort.public_id]
    shown = client.get(reverse("cohorts:preview", args=place)).content.decode()
    mark = re.search(r'name="read" value="(\w{16})"', shown)
    assert mark is not None
    fields = {"read": mark[1], "confirm": "on"}
    cookies = client.cookies.output(header="", sep=";").strip()
    return {"path": reverse("cohorts:launch", args=place), "fields": fields, "cookies": cookies}
