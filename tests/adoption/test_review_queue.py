"""Practices that wait: their order, the promised day, one network after the other, at a constant cost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.models import Membership
from agencies.scope import networks
from coaching.cohorts.models import Enrolment
from coaching.cohorts.services import pause
from coaching.programmes import services as programmes
from tests.adoption.people import signed_in
from tests.adoption.reviewing import GIFT, NOW, Desk, hand_in, hand_in_as
from tests.factories import Cast, launch_cohort, make_agency, make_cast, make_member, starter_version
from tests.queries import queries_in_scope

pytestmark = pytest.mark.django_db
QUEUE = "/coach/reviews/"
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def rows(member: Membership, url: str = QUEUE) -> list[str]:
    response = signed_in(member).get(url)
    assert response.status_code == 200
    page = BeautifulSoup(response.content, "html.parser")
    return [line.get_text(" ", strip=True).replace("\u00a0", " ") for line in page.select(".queue > li")]


def in_the_other_network(cast: Cast, *, at: dt.datetime = NOW) -> Enrolment:
    """A cohort of the same coach there, with a practice handed in by its head."""
    with networks(cast.other_network.pk):
        _cohort, (enrolment,) = launch_cohort(
            cast.other_coach, starter_version(), [cast.outsider], name="Toits"
        )
    hand_in_as(cast.outsider, enrolment, at=at)
    return enrolment


def test_the_longest_wait_comes_first_with_its_network_and_the_promised_day(cast: Cast) -> None:
    hand_in(cast, 1, at=NOW - 1 * DAY)
    hand_in(cast, 2, GIFT, at=NOW - 6 * DAY)
    in_the_other_network(cast, at=NOW - 2 * DAY)

    found = rows(cast.coach)

    assert [line.partition(" Rivages")[0].partition(" Toits")[0] for line in found] == [
        "T0 Tête 002 R",
        "LF Leïla Ferhat T",
        "T0 Tête 001 R",
    ]
    assert "Remise il y a 4 jours ouvrés" in found[0]
    assert "avant jeudi" in found[0]  # Thursday 25 February, five working days later
    assert "avant mardi 9 mars" in found[2] or "avant mardi" in found[2]
    assert all("Essai" in line for line in found)


def test_a_promise_follows_the_days_of_the_agency(cast: Cast) -> None:
    agency = cast.agencies[0]
    with networks(cast.network.pk):
        type(agency).objects.filter(pk=agency.pk).update(open_days=[2, 4])
    hand_in(cast, 1, at=NOW)

    (line,) = rows(cast.coach)

    assert "avant jeudi 18 mars" in line  # Tuesdays and Thursdays: 4, 9, 11, 16, 18


def test_a_pause_of_the_person_does_not_run_the_promise_down(cast: Cast) -> None:
    hand_in(cast, 1, at=NOW)
    with networks(cast.network.pk):
        pause(cast.enrolment, 1, today=NOW.date())

    (line,) = rows(cast.coach)

    assert "avant mardi 16 mars" in line


def test_a_day_gone_by_is_said_without_a_word_of_blame(cast: Cast) -> None:
    hand_in(cast, 1, at=NOW - 9 * DAY)

    (line,) = rows(cast.coach)

    assert "promise pour lundi dernier" in line or "promise pour mardi dernier" in line
    assert "retard" not in line.lower()


@pytest.mark.parametrize(("days", "is_gone_by"), [(7, False), (8, True)])
def test_day_that_was_promised_still_counts(cast: Cast, days: int, is_gone_by: bool) -> None:
    hand_in(cast, 1, at=NOW - days * DAY)  # promised for this Wednesday, or for Tuesday

    page = BeautifulSoup(signed_in(cast.coach).get(QUEUE).content, "html.parser")

    assert bool(page.select(".queue .due")) is is_gone_by


def test_one_after_the_other_in_one_network_then_the_other_network_is_offered(cast: Cast) -> None:
    first, second = hand_in(cast, 1, at=NOW - 2 * DAY), hand_in(cast, 2, at=NOW - DAY)
    in_the_other_network(cast)
    desk = Desk(cast.coach, cast, first)

    opened = desk.client.get("/n/rivages/reviews/next/")["Location"]
    after_one = desk.send(2)["Location"]
    after_two = Desk(cast.coach, cast, second).send(2)["Location"]

    assert opened == desk.url
    assert second.public_id in after_one
    assert after_two == QUEUE
    shown = signed_in(cast.coach).get(QUEUE).content.decode()
    assert "/n/toits/reviews/next/" in shown
    assert "/n/rivages/reviews/next/" not in shown


def test_what_was_passed_over_does_not_come_back_at_once(cast: Cast) -> None:
    skipped, second = hand_in(cast, 1, at=NOW - 3 * DAY), hand_in(cast, 2, at=NOW - 2 * DAY)
    third = hand_in(cast, 1, GIFT, at=NOW - DAY)

    after = Desk(cast.coach, cast, second).send(2)["Location"]
    last = Desk(cast.coach, cast, third).send(2)["Location"]

    assert third.public_id in after
    assert skipped.public_id in last


def test_neighbours_are_reached_with_links(cast: Cast) -> None:
    first, second = hand_in(cast, 1, at=NOW - 3 * DAY), hand_in(cast, 2, at=NOW - 2 * DAY)

    page = Desk(cast.coach, cast, first).page()
    other = Desk(cast.coach, cast, second).page()

    assert second.public_id in str(page.select_one("a[data-key=n]"))
    assert page.select_one("a[data-key=p]") is None
    assert first.public_id in str(other.select_one("a[data-key=p]"))


def test_nothing_to_read_is_said_kindly(cast: Cast) -> None:
    shown = signed_in(cast.coach).get(QUEUE).content.decode()

    assert "Rien à relire" in shown
    next_one = signed_in(cast.coach).get("/n/rivages/reviews/next/")
    assert (next_one.status_code, next_one["Location"]) == (302, QUEUE)


def test_the_queue_holds_no_word_of_what_was_handed_in(cast: Cast) -> None:
    hand_in(cast, 1, text="CANARI")

    pages = [
        signed_in(cast.coach).get(url).content.decode()
        for url in (QUEUE, "/coach/", f"/n/rivages/cohorts/{cast.cohort.public_id}/")
    ]

    assert not any("CANARI" in page for page in pages)
    assert all("mise en pratique à relire" in page.replace("\xa0", " ") for page in pages[1:])


def test_heads_and_managers_have_no_queue(cast: Cast) -> None:
    assert [signed_in(each).get(QUEUE).status_code for each in (cast.head, cast.manager)] == [403, 403]


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_costs_the_same_for_one_and_for_three(count: int) -> None:
    cast = make_cast(count)
    for number in range(1, count + 1):
        hand_in(cast, number)
    in_the_other_network(cast)
    client = signed_in(cast.coach)
    client.get(QUEUE)

    with CaptureQueriesContext(connection) as captured:
        client.get(QUEUE)

    queries = [query["sql"] for query in captured.captured_queries]
    reads = [sql for sql in queries if sql.startswith("SELECT") and "set_config" not in sql]
    # Session, person, memberships, then: cohorts, weeks, practices, people.
    assert len(reads) == 7, reads


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_of_a_cohort_and_a_practice_cost_the_same_for_one_and_for_three(count: int) -> None:
    cast = make_cast(count)
    found = [hand_in(cast, number) for number in range(1, count + 1)]
    desk, cohort = Desk(cast.coach, cast, found[0]), f"/n/rivages/cohorts/{cast.cohort.public_id}/reviews/"
    desk.client.get(desk.url)

    queue = queries_in_scope(desk.client, cohort)
    page = queries_in_scope(desk.client, desk.url)

    # The cohort asked for; the cohort with its days, weeks, practices, people.
    assert len(queue) == 5, queue
    # The cohort, whether the coach runs it, the practice, its readings, the note that it is opened; the days
    # of the cohort, its weeks, the person, the queue, ready-made words.
    assert len(page) == 10, page


def test_a_second_network_s_practice_opens_in_its_own_network_only(cast: Cast) -> None:
    with networks(cast.other_network.pk):
        programmes.install(cast.other_network, starter_version())
        agency = make_agency(cast.other_network, "Nantes")
        head = make_member(cast.other_network, "n@example.com", "agency_head", agency, name="Nora")
        _cohort, (enrolment,) = launch_cohort(cast.other_coach, starter_version(), [head], name="Toits")
    submission = hand_in_as(head, enrolment)
    desk = Desk(cast.coach, cast, submission)

    assert desk.client.get(desk.url).status_code == 200
    assert desk.client.get(desk.url.replace("/n/toits/", "/n/rivages/")).status_code == 404
