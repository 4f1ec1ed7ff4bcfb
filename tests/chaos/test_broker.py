"""A broker that is emptied, killed, frozen: no message is lost or doubled, and no page notices."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from redis import Redis

from agencies.scope import networks
from coaching.cohorts.models import CohortCoach
from coaching.reminders.models import Heartbeat
from config.embedded.places import make_folder, server_user, servers_folder
from config.embedded.programs import valkey_program
from config.embedded.valkey import Valkey
from tests.chaos.celery_site import CelerySite, Reader, web
from tests.chaos.clock import Clock
from tests.chaos.conftest import rounds, say, settled
from tests.chaos.crowd import make_crowd
from tests.chaos.processes import Sink, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

RESUMED_WITHIN = 90  # seconds


@pytest.fixture
def broker(servers_home: Path) -> Iterator[Valkey]:
    """One that may be killed: this test's alone."""
    user = server_user()
    home = servers_folder(make_folder(servers_home / "broker", 0o711), user)
    server = Valkey(home, user, valkey_program(user, home))
    server.start()
    yield server
    server.stop()


def test_broker_emptied_killed_and_frozen_under_a_sweep(
    broker: Valkey, clock: Clock, sink: Sink, tmp_path: Path
) -> None:
    network = make_crowd(rounds(120, 1500))
    sink.orders(busy=(0.02, 0.04))  # so that the sweep outlasts what is done to the broker
    pages = {
        "/accounts/login/": "",
        reverse("cohorts:list", args=[network.slug]): cookie_of_coach(network.pk),
    }
    with (
        web(broker.url, tmp_path) as port,
        Reader(port, pages) as reader,
        CelerySite(broker.url, tmp_path) as site,
    ):
        site.worker()
        site.beat()
        alive(site, RESUMED_WITHIN)
        took = []
        for _ in range(rounds(3, 20)):
            emptied(broker)
            took.append(alive(site, RESUMED_WITHIN))
        for _ in range(rounds(1, 5)):
            assert broker.process is not None
            os.kill(broker.process.pid, signal.SIGKILL)
            broker.process.wait(10)
            silent(rounds(3, 60))
            broker.start()
            took.append(alive(site, RESUMED_WITHIN))
        assert broker.process is not None
        os.kill(broker.process.pid, signal.SIGSTOP)
        silent(rounds(3, 30))
        os.kill(broker.process.pid, signal.SIGCONT)
        took.append(alive(site, RESUMED_WITHIN))
        found = settled([network.pk], sink)

    say(f"F4: back after {', '.join(f'{each:.1f}' for each in took)} s; {found}; {dict(reader.answers)}")
    assert found.is_clean, (found, site.said())
    assert (found.states["sent"], found.uncertain) == (rounds(120, 1500), 0)
    assert set(reader.answers) == {200}
    assert sum(reader.answers.values()) > 20


def alive(site: CelerySite, seconds: float) -> float:
    """Signs of life of both queues that came through the broker from now on; after how many seconds."""
    Heartbeat.objects.all().delete()
    names = ("tick", "mail")
    return wait_for(
        lambda: Heartbeat.objects.filter(name__in=names).count() == len(names), seconds, site.said()
    )


def silent(seconds: float) -> None:
    """The heartbeat tells: while the broker is away nothing beats, whoever may still be running."""
    time.sleep(0.5)  # what had been taken from it already
    Heartbeat.objects.all().delete()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert not Heartbeat.objects.exists()
        time.sleep(0.2)


def emptied(broker: Valkey) -> None:
    """FLUSHALL: everything the broker knew is gone."""
    client = Redis(unix_socket_path=str(broker.socket))
    client.flushall()
    client.close()


def cookie_of_coach(network_id: int) -> str:
    client = Client()
    with networks(network_id):
        coach = CohortCoach.objects.select_related("membership__user").first()
    assert coach is not None
    client.force_login(coach.membership.user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
