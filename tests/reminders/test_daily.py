"""Day by day: what was planned, what left, what did not and why; every row adds up."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.scope import networks
from coaching.reminders.daily import Day, days_of
from coaching.reminders.models import Reminder
from tests.factories import PARIS, Cast, make_cast
from tests.reminders.outbox import signed_in, waiting, words

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2027, 1, 12, 11, 0, tzinfo=PARIS)  # a Tuesday


def at(day: int, hour: int = 9, minute: int = 0) -> dt.datetime:
    return dt.datetime(2027, 1, day, hour, minute, tzinfo=PARIS)


def planned(cast: Cast, due_at: dt.datetime, state: str = "sent", reason: str = "") -> Reminder:
    with networks(cast.network.pk):
        number = Reminder.objects.count()
    row = waiting(cast, state, occurrence=str(number), reason=reason)
    with networks(cast.network.pk):
        Reminder.objects.filter(pk=row.pk).update(due_at=due_at)
    return row


def days(cast: Cast) -> dict[int, Day]:
    with networks(cast.network.pk):
        return {day.on.day: day for day in days_of(cast.cohort, NOW)}


def page(cast: Cast) -> str:
    with time_machine.travel(NOW, tick=False):
        address = reverse("reminders:days", args=["rivages", cast.cohort.public_id])
        return words(signed_in(cast.coach).get(address))


def test_each_day_of_two_weeks_behind_and_one_ahead_is_there_once(cast: Cast) -> None:
    with networks(cast.network.pk):
        found = days_of(cast.cohort, NOW)

    assert [day.on for day in found] == [dt.date(2026, 12, 29) + dt.timedelta(days=n) for n in range(21)]
    assert [day.on.day for day in found if day.is_coming] == [12, 13, 14, 15, 16, 17, 18]
    assert all(day.expected == 0 for day in found)


def test_every_row_adds_up_whatever_became_of_its_messages(cast: Cast) -> None:
    for state in Reminder.State.values:
        planned(cast, at(11), state)

    day = days(cast)[11]

    assert (day.expected, day.sent, day.not_sent) == (9, 1, 2)
    assert day.drawers == {"sent": 1, "not_sent": 2, "coming": 3, "to_see": 3}


def test_day_is_the_networks_to_the_minute(cast: Cast) -> None:
    planned(cast, at(11, 0, 0))
    planned(cast, at(11, 23, 59))

    found = days(cast)

    assert (found[10].expected, found[11].expected, found[12].expected) == (0, 2, 0)


def test_reasons_are_told_in_words_and_those_that_read_alike_together(cast: Cast) -> None:
    for reason in ("cap", "gap", "completed"):
        planned(cast, at(8), "skipped", reason)

    assert days(cast)[8].notes == [
        "2 parce que la personne a reçu assez de messages ces jours-ci",
        "1 parce que le parcours est terminé",
    ]


def test_page_tells_past_and_coming_days_and_leaves_the_unknown_open(cast: Cast) -> None:
    planned(cast, at(11), "sent")
    planned(cast, at(11), "uncertain")
    planned(cast, at(14), "due")

    shown = page(cast)

    past, coming = shown.split('id="past"')[1], shown.split('id="coming"')[1].split('id="past"')[0]
    assert "1 à voir" in past
    assert '<td class="tnum">2</td><td class="tnum">1</td><td class="tnum">0</td>' in past
    assert '<td class="tnum">1</td><td class="tnum">–</td><td class="tnum">–</td>' in coming
    assert coming.count("rien de prévu") == 6
    assert "Tête" not in shown


def test_page_of_a_cohort_without_messages_says_so(cast: Cast) -> None:
    assert "Aucun message ces jours-ci" in page(cast)


@pytest.mark.parametrize("count", [1, 3])
def test_days_take_one_query_for_any_number_of_messages(count: int) -> None:
    cast = make_cast(1)
    for number in range(count):
        planned(cast, at(11 - number))

    with networks(cast.network.pk), CaptureQueriesContext(connection) as queries:
        found = [(day.expected, day.notes) for day in days_of(cast.cohort, NOW)]

    assert (sum(expected for expected, _notes in found), len(queries)) == (count, 1)
