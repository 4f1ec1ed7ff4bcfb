"""A head of two networks: the caps are promised to the person, and each network sees nothing of the other."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass
from itertools import pairwise

import pytest
from django.db import connection, connections

from agencies.scope import networks
from coaching.cohorts.models import Enrolment, LiveSession
from coaching.learning.services import complete_step
from coaching.reminders.claiming import claim
from coaching.reminders.models import Reminder
from coaching.reminders.services import deliver_network, plan_network
from tests.factories import PARIS, Cast, launch_cohort, make_cast, make_member, starter_version
from tests.reminders.conftest import Mailbox

ONE_MINUTE = dt.timedelta(minutes=1)
MONDAY = dt.datetime(2027, 1, 4, 10, 0, tzinfo=PARIS)  # an hour after both launches
ACTIVE = dt.datetime(2027, 1, 6, 12, 0, tzinfo=PARIS)
TUESDAY = dt.datetime(2027, 1, 12, 9, 30, tzinfo=PARIS)  # both digests are due
FIRST_STEP = "w0-accueil/qui-lit-quoi"


@dataclass
class Twice:
    """The cast, whose first head also runs an agency of the other network, in a cohort of the same dates."""

    cast: Cast
    there: Enrolment

    @property
    def here(self) -> Enrolment:
        return self.cast.enrolment

    @property
    def ids(self) -> tuple[int, int]:
        return self.cast.network.pk, self.cast.other_network.pk

    def left(self) -> list[dt.datetime]:
        """When both networks' reminders left for the head, in order."""
        found: list[dt.datetime] = []
        for network_id in self.ids:
            with networks(network_id):
                rows = Reminder.objects.sent().filter(recipient=self.cast.head.user_id)
                found += rows.exclude(kind="invitation").values_list("handed_over_at", flat=True)
        return sorted(found)


def twice(*, is_active: bool = True) -> Twice:
    cast = make_cast()
    with networks(cast.network.pk):
        LiveSession.objects.all().delete()  # calendars have their own messages, and their own tests
    with networks(cast.other_network.pk):
        agency = cast.outsider.agency
        head = make_member(cast.other_network, cast.head.user.email, "agency_head", agency)
        _cohort, (there,) = launch_cohort(cast.other_coach, starter_version(), [head])
        LiveSession.objects.all().delete()
    if is_active:
        for enrolment in (cast.enrolment, there):
            with networks(enrolment.network_id, user_id=cast.head.user_id):
                complete_step(enrolment, FIRST_STEP, {}, now=ACTIVE)
    return Twice(cast, there)


@pytest.mark.django_db
@pytest.mark.parametrize("is_active", [True, False])
def test_two_networks_together_keep_the_caps_of_a_person(mailbox: Mailbox, is_active: bool) -> None:
    head = twice(is_active=is_active)

    for hour in range(21 * 24):
        for network_id in head.ids:
            deliver_network(network_id, now=MONDAY + dt.timedelta(hours=hour))

    left = head.left()
    assert len(left) > 2
    assert all(later - earlier >= dt.timedelta(hours=48) for earlier, later in pairwise(left))
    assert all(left[n + 2] - left[n] >= dt.timedelta(days=7) for n in range(len(left) - 2))


@pytest.mark.django_db
def test_plan_keeps_away_from_what_the_other_network_sent(mailbox: Mailbox) -> None:
    head = twice()
    deliver_network(head.ids[0], now=TUESDAY)

    plan_network(head.ids[1], TUESDAY + ONE_MINUTE)

    with networks(head.ids[1]):
        digest = Reminder.objects.get(enrolment=head.there, kind="weekly_digest", occurrence="2027-W02")
    assert digest.due_at >= head.left()[0] + dt.timedelta(hours=48)


@pytest.mark.django_db
def test_of_the_other_network_only_instants_are_told(mailbox: Mailbox) -> None:
    head = twice()
    deliver_network(head.ids[1], now=TUESDAY)

    with networks(head.ids[0]), connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM reminders_of_other_networks(%s, %s, %s)",
            [[head.cast.head.user_id, head.cast.peer.user_id], head.ids[0], MONDAY],
        )
        told = cursor.fetchall()
        seen = Reminder.objects.filter(network_id=head.ids[1]).count()

    assert told == [(head.cast.head.user_id, head.left()[0])]
    assert seen == 0


@pytest.mark.django_db(transaction=True)
def test_a_person_decided_about_in_one_network_waits_in_the_other(mailbox: Mailbox) -> None:
    head = twice()
    for network_id in head.ids:
        plan_network(network_id, ACTIVE)
    claimed, release = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with networks(head.ids[0]):  # the claim inside ends with this transaction
                assert len(claim(head.ids[0], now=TUESDAY).messages) >= 1
                claimed.set()
                release.wait(20)
        finally:
            claimed.set()
            connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    assert claimed.wait(20)

    during = claim(head.ids[1], now=TUESDAY)
    release.set()
    holder.join(20)
    after = claim(head.ids[1], now=TUESDAY)

    assert (during.seen, during.messages) == (0, [])
    assert (after.seen, after.deferred, after.messages) == (1, 1, [])


@pytest.mark.django_db(transaction=True)
def test_both_networks_delivering_at_once_send_one_message(mailbox: Mailbox) -> None:
    head = twice()
    for network_id in head.ids:
        plan_network(network_id, ACTIVE)
    together = threading.Barrier(4)

    def work(network_id: int) -> None:
        try:
            together.wait(20)
            deliver_network(network_id, now=TUESDAY)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work, args=[network_id]) for network_id in head.ids * 2]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)

    for network_id in head.ids:
        deliver_network(network_id, now=TUESDAY + ONE_MINUTE)
    assert len(mailbox.to(head.cast.head.user.email)) == len(head.left()) == 1
