"""A real Celery worker on a real broker: the tick goes through both, and an emptied broker costs nothing."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from celery import Celery
from django.conf import settings
from django.utils import timezone
from redis import Redis

from agencies.scope import networks
from coaching.cohorts.models import Enrolment
from coaching.reminders.models import Heartbeat, Reminder
from tests.chaos.conftest import environment
from tests.factories import make_cast
from tests.reminders.conftest import Mailbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def worker(valkey: str, mailbox: Mailbox, transactional_db: None) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of both queues, ended with the test."""
    command = "-W ignore -m celery -A config worker -Q mail,default -c 1 --without-gossip --without-mingle"
    child = subprocess.Popen(
        [sys.executable, *command.split(), "-l", "ERROR"],
        env=environment(REDIS_URL=valkey),
        cwd=settings.BASE_DIR,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield child
    child.terminate()
    child.wait(60)


def wait_for(truth: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not truth():
        assert time.monotonic() < end, "it never became true"
        time.sleep(0.1)


def publisher(valkey: str) -> Celery:
    """As beat publishes: the product's routes and key prefix, this run's broker."""
    app = Celery("beat", broker=valkey, set_as_current=False)
    app.conf.update(
        broker_transport_options=settings.CELERY_BROKER_TRANSPORT_OPTIONS,
        task_default_queue="default",
        task_ignore_result=True,
    )
    return app


def test_tick_goes_through_the_broker_and_survives_its_loss(
    worker: subprocess.Popen[bytes], valkey: str
) -> None:
    cast = make_cast(3)
    with networks(cast.network.pk):
        Enrolment.objects.update(next_check_at=timezone.now(), invited_at=timezone.now())
    beat = publisher(valkey)

    beat.send_task("coaching.reminders.tasks.tick", queue="default")
    wait_for(lambda: Heartbeat.objects.filter(name="tick").exists())
    wait_for(lambda: planned(cast.network.pk) > 0)
    emptied(valkey)
    Heartbeat.objects.all().delete()
    beat.send_task("coaching.reminders.tasks.pulse", queue="mail")

    wait_for(lambda: Heartbeat.objects.filter(name="mail").exists(), seconds=90)


def emptied(valkey: str) -> None:
    """FLUSHALL: everything the broker knew is gone."""
    place = urlsplit(valkey)
    broker = Redis.from_url(valkey) if place.hostname else Redis(unix_socket_path=place.path)
    broker.flushall()
    broker.close()


def planned(network_id: int) -> int:
    with networks(network_id):
        return Reminder.objects.count()
