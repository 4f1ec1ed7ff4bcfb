"""A coach decides while somebody else moves the same message: one waits for the other, and it moves once."""

from __future__ import annotations

import pytest
from django.utils import timezone

from agencies.scope import networks
from coaching.reminders.models import Reminder, Settlement
from coaching.reminders.settling import FROM, settle
from tests.at_once import SomebodyElse
from tests.factories import Cast, make_cast
from tests.reminders.outbox import waiting

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.mark.parametrize("action", sorted(FROM))
def test_answer_of_the_provider_in_the_same_moment_stands(cast: Cast, action: str) -> None:
    row = waiting(cast)
    coach = SomebodyElse(cast.coach, lambda: settle(cast.cohort, [row.public_id], action, cast.coach))

    with networks(cast.network.pk):
        Reminder.objects.filter(pk=row.pk).update(state="sent", finished_at=timezone.now())
        coach.until_it_waits()

    assert coach.how_it_ended() is None
    assert coach.found == 0
    with networks(cast.network.pk):
        row.refresh_from_db()
        assert (row.state, row.reason) == ("sent", "")
        assert not Settlement.objects.exists()


def test_second_coach_in_the_same_moment_finds_it_decided(cast: Cast) -> None:
    row = waiting(cast, "dead")
    second = SomebodyElse(cast.coach, lambda: settle(cast.cohort, [row.public_id], "again", cast.coach))

    with networks(cast.network.pk):
        assert settle(cast.cohort, [row.public_id], "closed", cast.coach) == 1
        second.until_it_waits()

    assert second.how_it_ended() is None
    assert second.found == 0
    with networks(cast.network.pk):
        row.refresh_from_db()
        assert (row.state, Settlement.objects.count()) == ("skipped", 1)
