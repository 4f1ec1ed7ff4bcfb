"""The button of a mail pressed twice at the same moment: one waits for the other, and it is done once."""

from __future__ import annotations

from threading import Event, Thread

import pytest
from django.db import connection

from agencies.scope import networks
from coaching.cohorts.models import Enrolment
from coaching.learning.models import HelpRequest
from coaching.reminders.access import get_enrolment_behind
from coaching.reminders.models import OneTap, Reminder
from coaching.reminders.one_tap import take
from coaching.reminders.services import plan_network
from coaching.reminders.taps import Tap
from coaching.reminders.tokens import Holder
from tests.factories import Cast, make_cast
from tests.learning.test_reviews_at_once import WAITING
from tests.reminders.tapping import ACTIVE

pytestmark = pytest.mark.django_db(transaction=True)


class Press(Thread):
    """Presses the button in a transaction of its own."""

    def __init__(self, cast: Cast, tap: Tap) -> None:
        super().__init__()
        self.cast, self.tap, self.outcome = cast, tap, ""

    def run(self) -> None:
        try:
            with networks(self.cast.network.pk, user_id=self.cast.head.user_id):
                self.outcome = take(get_enrolment_behind(self.tap.holder), "stuck", self.tap).state
        finally:
            connection.close()

    def until_it_waits(self) -> None:
        pause = Event()
        self.start()
        for _time in range(500):
            with connection.cursor() as cursor:
                cursor.execute(WAITING)
                if cursor.fetchone()[0]:
                    return
            pause.wait(0.02)
        raise AssertionError("it never waited")


def test_two_presses_at_once_are_one() -> None:
    cast = make_cast(1)
    plan_network(cast.network.pk, ACTIVE)
    with networks(cast.network.pk):
        row = Reminder.objects.of(cast.enrolment)[0]
    tap = Tap(Holder(cast.network.pk, cast.enrolment.public_id), row.kind, row.occurrence)
    second = Press(cast, tap)

    with networks(cast.network.pk, user_id=cast.head.user_id):
        first = take(Enrolment.objects.get(pk=cast.enrolment.pk), "stuck", tap)
        second.until_it_waits()
    second.join(timeout=20)

    assert (first.state, second.outcome) == ("taken", "taken")
    with networks(cast.network.pk):
        assert (OneTap.objects.count(), HelpRequest.objects.count()) == (1, 1)
