"""A cohort ends when its calendar and everybody's own dates are over, once, whenever the tick comes."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from agencies.scope import networks
from agencies.services import end_membership
from coaching.cohorts import ending
from coaching.cohorts.models import Cohort, Enrolment
from coaching.cohorts.services import add_late_joiner, pause
from coaching.cohorts.tasks import end_cohorts
from coaching.reminders.models import Reminder
from coaching.reminders.planner import PLAN_HORIZON
from coaching.reminders.services import deliver_network, plan_network
from tests.factories import PARIS, Cast, launch_cohort, make_agency, make_member, starter_version
from tests.reminders.conftest import Mailbox, mailbox  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db

# Week 8 is due on Monday 8 March 2027; five working days later:
END = dt.datetime(2027, 3, 15, 18, 0, tzinfo=PARIS)
ONE_MINUTE = dt.timedelta(minutes=1)


def end_at(now: dt.datetime) -> int:
    with time_machine.travel(now, tick=False):
        return end_cohorts()


def set_status(enrolment: Enrolment, status: str) -> None:
    with networks(enrolment.network_id):
        Enrolment.objects.filter(pk=enrolment.pk).update(status=status)


def state(cast: Cast) -> tuple[str, dt.datetime | None, list[tuple[str, dt.datetime | None]]]:
    with networks(cast.network.pk):
        cohort = Cohort.objects.get(pk=cast.cohort.pk)
        people = cohort.enrolments.order_by("pk").values_list("status", "ended_at")
        return cohort.status, cohort.ended_at, list(people)


def test_cohort_ends_five_working_days_after_its_last_due_date(cast: Cast) -> None:
    set_status(cast.enrolments[0], "active")
    set_status(cast.enrolments[1], "completed")

    before = end_at(END - ONE_MINUTE)
    still = state(cast)[0]
    ended = end_at(END)

    assert (before, still, ended) == (0, "running", 1)
    assert state(cast) == ("ended", END, [("ended_incomplete", END), ("completed", None)])


def test_ending_twice_or_late_comes_to_the_same(cast: Cast) -> None:
    late = END + dt.timedelta(days=40)

    first = end_at(late)
    after_first = state(cast)
    second = end_at(late + ONE_MINUTE)

    assert (first, second) == (1, 0)
    assert after_first == state(cast) == ("ended", END, [("ended_incomplete", END)] * 2)


@pytest.mark.parametrize("status", ["withdrawn", "replaced", "cancelled"])
def test_whoever_had_left_keeps_their_status(cast: Cast, status: str) -> None:
    set_status(cast.enrolment, status)

    end_at(END)

    assert state(cast)[2][0] == (status, None)


def test_whose_mandate_had_ended_has_left_and_holds_up_nothing(cast: Cast) -> None:
    with networks(cast.network.pk):
        Enrolment.objects.filter(pk=cast.enrolment.pk).update(shift_days=21)
        end_membership(cast.head, dt.date(2027, 2, 15))

    end_at(END)

    assert state(cast) == ("ended", END, [("withdrawn", END), ("ended_incomplete", END)])


def test_cohort_waits_for_a_late_joiners_own_dates(cast: Cast) -> None:
    with networks(cast.network.pk):
        newcomer = make_member(
            cast.network, "late@example.com", "agency_head", make_agency(cast.network, "Agence 003")
        )
        add_late_joiner(cast.cohort, newcomer, dt.datetime(2027, 1, 26, 9, 0, tzinfo=PARIS))
    own_end = dt.datetime(2027, 3, 30, 18, 0, tzinfo=PARIS)  # Monday 22 March, then past Easter Monday

    assert [end_at(END), end_at(own_end - ONE_MINUTE), end_at(own_end)] == [0, 0, 1]
    assert state(cast)[1] == own_end


def test_cohort_waits_for_a_pause(cast: Cast) -> None:
    set_status(cast.enrolment, "active")
    with networks(cast.network.pk):
        pause(cast.enrolment, 1, today=dt.date(2027, 3, 3))
    own_end = dt.datetime(2027, 3, 22, 18, 0, tzinfo=PARIS)

    assert [end_at(END), end_at(own_end)] == [0, 1]


def test_nothing_leaves_after_the_end(cast: Cast, mailbox: Mailbox) -> None:  # noqa: F811 - the fixture
    tuesday = dt.datetime(2027, 3, 2, 9, 30, tzinfo=PARIS)
    set_status(cast.enrolment, "active")
    with networks(cast.network.pk):
        Enrolment.objects.filter(pk=cast.enrolment.pk).update(activated_at=tuesday - dt.timedelta(days=20))
    plan_network(cast.network.pk, tuesday - dt.timedelta(hours=2))
    end_at(END)

    deliver_network(cast.network.pk, now=tuesday)
    plan_network(cast.network.pk, END + dt.timedelta(minutes=1))

    with networks(cast.network.pk):
        found = set(Reminder.objects.filter(due_at__lte=tuesday).values_list("state", "reason"))
        alarms = Enrolment.objects.filter(next_check_at__isnull=False).values_list("next_check_at", flat=True)
        first_booster = Cohort.objects.get(pk=cast.cohort.pk).booster_opens_at(4)
        assert first_booster is not None
        # Whoever had begun is thought of again for what opens weeks after; the others never.
        assert [at.date() for at in alarms] == [(first_booster - PLAN_HORIZON).date()]
    assert found == {("skipped", "ended_incomplete")}
    assert mailbox.received == []


def test_one_network_in_trouble_keeps_no_other_waiting(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with networks(cast.other_network.pk):
        launch_cohort(cast.other_coach, starter_version(), [cast.outsider])
    real = ending.end_of

    def broken(cohort: Cohort, live: list[Enrolment]) -> dt.datetime:
        if cohort.network_id == cast.network.pk:
            raise ValueError("a calendar that makes no sense")
        return real(cohort, live)

    monkeypatch.setattr(ending, "end_of", broken)

    assert end_at(END) == 1
    assert state(cast)[0] == "running"


def test_coachs_pages_say_that_it_is_over(cast: Cast, client: Client) -> None:
    end_at(END)

    with time_machine.travel(END + dt.timedelta(days=1), tick=False):
        client.force_login(cast.coach.user)
        pages = [
            client.get(reverse("cohorts:list", args=["rivages"])),
            client.get(reverse("adoption:cohort_detail", args=["rivages", cast.cohort.public_id])),
            client.get("/coach/"),
        ]

    words = [page.content.decode().replace("\u00a0", " ") for page in pages]
    assert "Terminée le lundi 15 mars." in words[0]
    assert "Terminée le lundi 15 mars." in words[1]
    assert "Promotion terminée" in words[1]
    assert "Promotion terminée" in words[2]
    assert "Rien ne presse aujourd’hui." in words[2]


def test_learners_pages_stay_open_after_the_end(cast: Cast, client: Client) -> None:
    end_at(END)

    with time_machine.travel(END + dt.timedelta(days=1), tick=False):
        client.force_login(cast.head.user)
        shown = client.get(reverse("learning:step", args=["rivages", "w0-accueil", "qui-lit-quoi"]))

    assert shown.status_code == 200
