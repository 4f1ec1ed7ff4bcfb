"""The button of a mail pressed twice at the same moment: one waits for the other, and it is done once."""

from __future__ import annotations

import pytest

from agencies.scope import networks
from coaching.cohorts.models import Enrolment
from coaching.learning.models import HelpRequest
from coaching.reminders.access import get_enrolment_behind
from coaching.reminders.models import OneTap, Reminder
from coaching.reminders.one_tap import take
from coaching.reminders.services import plan_network
from coaching.reminders.taps import Tap
from coaching.reminders.tokens import Holder
from tests.at_once import SomebodyElse
from tests.factories import make_cast
from tests.reminders.tapping import ACTIVE

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_presses_at_once_are_one() -> None:
    cast = make_cast(1)
    plan_network(cast.network.pk, ACTIVE)
    with networks(cast.network.pk):
        row = Reminder.objects.of(cast.enrolment)[0]
    tap = Tap(Holder(cast.network.pk, cast.enrolment.public_id), row.kind, row.occurrence)
    second = SomebodyElse(cast.head, lambda: take(get_enrolment_behind(tap.holder), "stuck", tap).state)

    with networks(cast.network.pk, user_id=cast.head.user_id):
        first = take(Enrolment.objects.get(pk=cast.enrolment.pk), "stuck", tap)
        second.until_it_waits()

    assert second.how_it_ended() is None
    assert (first.state, second.found) == ("taken", "taken")
    with networks(cast.network.pk):
        assert (OneTap.objects.count(), HelpRequest.objects.count()) == (1, 1)
