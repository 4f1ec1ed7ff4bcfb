"""Planning into the ledger, the claim's locks, and the number of queries they take."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from agencies.scope import networks
from coaching.cohorts.models import Enrolment
from coaching.programmes import runtime
from coaching.reminders.claiming import claim
from coaching.reminders.loading import load
from coaching.reminders.models import Reminder
from coaching.reminders.services import deliver_network, plan_network
from tests.factories import PARIS, Cast, make_cast
from tests.reminders.conftest import Mailbox

NOW = dt.datetime(2027, 1, 4, 10, 0, tzinfo=PARIS)


def count(cast: Cast) -> int:
    with networks(cast.network.pk):
        return Reminder.objects.count()


@pytest.mark.django_db
def test_second_run_of_a_finished_plan_adds_nothing(cast: Cast) -> None:
    first = plan_network(cast.network.pk, NOW)
    with networks(cast.network.pk):
        Enrolment.objects.update(next_check_at=NOW)

    second = plan_network(cast.network.pk, NOW)

    assert (first.people, second.people, second.inserted) == (2, 2, 0)
    assert count(cast) == first.inserted > 0


@pytest.mark.django_db
def test_plan_sets_the_next_alarm_and_then_nobody_is_due(cast: Cast) -> None:
    plan_network(cast.network.pk, NOW)

    again = plan_network(cast.network.pk, NOW)

    assert again.people == 0
    with networks(cast.network.pk):
        assert not Enrolment.objects.filter(next_check_at__lte=NOW).exists()


@pytest.mark.django_db
def test_ledger_keeps_the_wish_on_the_agencys_own_clock(cast: Cast) -> None:
    with networks(cast.network.pk):
        cast.agencies[0].time_zone = "Indian/Reunion"
        cast.agencies[0].save()
    plan_network(cast.network.pk, NOW)

    with networks(cast.network.pk):
        row = Reminder.objects.filter(enrolment=cast.enrolment).order_by("due_at").first()

    assert row is not None
    assert (row.time_zone, row.local_due[:13]) == ("Indian/Reunion", "2027-01-04T12")


@pytest.mark.django_db
@pytest.mark.parametrize("heads", [1, 3])
def test_loading_takes_seventeen_queries_for_any_number_of_people(heads: int) -> None:
    cast = make_cast(heads)
    ids = [row.pk for row in cast.enrolments]
    with networks(cast.network.pk):
        load(ids, NOW)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            load(ids, NOW)

    assert len(queries) == 17


@pytest.mark.django_db
@pytest.mark.parametrize("heads", [1, 3])
def test_planning_takes_the_same_queries_for_any_number_of_people(heads: int) -> None:
    cast = make_cast(heads)
    runtime.outline_of(cast.cohort.programme_version)

    with CaptureQueriesContext(connection) as queries:
        plan_network(cast.network.pk, NOW)

    assert (
        len([each for each in queries if "set_config" not in each["sql"] and "SAVEPOINT" not in each["sql"]])
        == 21
    )


@pytest.mark.django_db
@pytest.mark.parametrize("heads", [1, 3])
def test_claim_takes_the_same_queries_for_any_number_of_messages(heads: int) -> None:
    cast = make_cast(heads)
    plan_network(cast.network.pk, NOW)

    with CaptureQueriesContext(connection) as queries:
        found = claim(cast.network.pk, now=NOW)

    assert len(found.messages) == heads
    assert (
        len([each for each in queries if "set_config" not in each["sql"] and "SAVEPOINT" not in each["sql"]])
        == 24
    )


@pytest.mark.django_db
def test_one_message_per_person_in_a_claim(cast: Cast) -> None:
    plan_network(cast.network.pk, NOW)
    with networks(cast.network.pk):
        Reminder.objects.update(next_try_at=NOW, due_at=NOW)

    found = claim(cast.network.pk, now=NOW)

    assert len({message.enrolment_id for message in found.messages}) == len(found.messages)


@pytest.mark.django_db
def test_letter_that_cannot_be_written_holds_up_nobody(
    cast: Cast, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    from coaching.reminders import claiming

    real = claiming.render

    def broken(letter: Any, key: str) -> Any:
        if letter.person.email == "head1@example.com":
            raise RuntimeError("a template that fails")
        return real(letter, key)

    monkeypatch.setattr(claiming, "render", broken)

    deliver_network(cast.network.pk, now=NOW)

    assert [str(mail["To"]) for mail in mailbox.received] == ["head2@example.com"]
    with networks(cast.network.pk):
        row = Reminder.objects.get(enrolment=cast.enrolment, kind="invitation")
    assert (row.state, row.reason) == ("due", "not_written")


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_message_once(mailbox: Mailbox) -> None:
    cast = make_cast(12)
    ready = threading.Barrier(3)

    def work() -> None:
        try:
            ready.wait(20)
            deliver_network(cast.network.pk, now=NOW, batch=2)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)

    deliver_network(cast.network.pk, now=NOW)
    assert len(mailbox.ids) == len(set(mailbox.ids)) == 12


@pytest.mark.django_db(transaction=True)
def test_person_being_decided_about_elsewhere_is_left_for_later() -> None:
    cast = make_cast(2)
    plan_network(cast.network.pk, NOW)
    locked, release = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with networks(cast.network.pk):
                list(Enrolment.objects.select_for_update().filter(pk=cast.enrolment.pk))
                locked.set()
                release.wait(20)
        finally:
            connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    assert locked.wait(20)

    found = claim(cast.network.pk, now=NOW)
    release.set()
    holder.join(20)

    assert [message.enrolment_id for message in found.messages] == [cast.enrolments[1].pk]
