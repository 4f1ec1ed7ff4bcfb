"""The private calendar: over all networks of a person, without a session, gone when it is revoked."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
import vobject
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agencies.models import Membership
from agencies.scope import networks
from agencies.services import end_membership
from coaching.cohorts.models import CalendarFeed
from coaching.cohorts.services import offer_slots, take_slot
from tests.adoption.people import signed_in
from tests.cohorts.live import BEFORE, Live
from tests.factories import PARIS, Cast, launch_cohort, make_agency, make_cast, make_member, starter_version

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _frozen() -> Any:
    cache.clear()
    with time_machine.travel(BEFORE, tick=False):
        yield


def address_of(membership: Membership) -> str:
    """Made on the person's page, which shows it once."""
    page = signed_in(membership).post("/calendar/", {"renew": "1"}).content.decode()
    found = re.search(r'value="https?://[^/"]+(/calendar/[\w-]+\.ics)"', page)
    assert found is not None
    return found[1]


def read(url: str) -> Any:
    response: HttpResponse = Client().get(url)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in response["Cache-Control"]
    calendar = vobject.readOne(response.content.decode())
    assert calendar.validate(raiseException=True)
    return calendar


def cohort_elsewhere(cast: Cast, email: str, role: str) -> Membership:
    """The same person in the other network's cohort, as a head or as its coach."""
    with networks(cast.other_network.pk):
        agency = make_agency(cast.other_network, "Nantes") if role == "agency_head" else None
        own = make_member(cast.other_network, email, role, agency)
        coach = own if role == "coach" else cast.other_coach
        members = [own] if role == "agency_head" else [cast.outsider]
        launch_cohort(coach, starter_version(), members, name="Printemps")
    return own


def test_a_head_reads_their_sessions_of_both_networks_without_a_session(cast: Cast) -> None:
    cohort_elsewhere(cast, cast.head.user.email, "agency_head")

    calendar = read(address_of(cast.head))

    assert calendar.method.value == "PUBLISH"
    assert len(calendar.vevent_list) == 8
    assert len({event.uid.value for event in calendar.vevent_list}) == 8


def test_an_event_is_the_same_in_the_feed_and_in_the_file_and_follows_the_session(cast: Cast) -> None:
    live, url = Live(cast), address_of(cast.head)
    before = read(url).vevent_list[0]
    live.edit(time="10:30")
    after = read(url).vevent_list[0]
    path = f"/n/{cast.network.slug}/together/{live.session().public_id}/calendar/"
    file = vobject.readOne(signed_in(cast.head).get(path).content.decode()).vevent

    assert before.uid.value == after.uid.value == file.uid.value
    assert (before.sequence.value, after.sequence.value, file.sequence.value) == ("0", "1", "1")
    assert after.dtstart.value == file.dtstart.value


def test_a_session_after_the_clock_change_is_at_its_hour_on_the_wall(cast: Cast) -> None:
    live = Live(cast)
    live.edit(day="2027-04-01", time="08:45")

    (event,) = [e for e in read(address_of(cast.head)).vevent_list if e.dtstart.value.month == 4]

    assert event.dtstart.value.astimezone(PARIS).hour == 8
    assert event.dtstart.value == dt.datetime(2027, 4, 1, 6, 45, tzinfo=dt.UTC)


def test_nobody_elses_name_is_in_a_heads_feed_and_the_coach_reads_whose_talk_it_is(cast: Cast) -> None:
    at = dt.datetime(2027, 2, 10, 9, 0, tzinfo=PARIS)
    with networks(cast.network.pk):
        offer_slots(cast.cohort, cast.coach, [at, at + dt.timedelta(hours=1)])
        one, two = cast.cohort.appointments.all()
        take_slot(cast.enrolments[0], one)
        take_slot(cast.enrolments[1], two)

    head = Client().get(address_of(cast.head)).content.decode()
    coach = read(address_of(cast.coach))

    assert head.count("Entretien individuel") == 1
    for name in ("Tête 002", "Claire Aubert", "Coach", cast.coach.user.email):
        assert name not in head
    titles = [event.summary.value for event in coach.vevent_list]
    assert any("Tête 001" in title for title in titles)
    assert len(titles) == 6


def test_a_coach_reads_the_sessions_of_every_network_they_coach(cast: Cast) -> None:
    cohort_elsewhere(cast, cast.coach.user.email, "coach")

    titles = [event.summary.value for event in read(address_of(cast.coach)).vevent_list]

    assert sum(title.startswith("Rivages") for title in titles) == 4
    assert sum(title.startswith("Toits") for title in titles) == 4


def test_a_renewed_or_revoked_or_unknown_address_is_404(cast: Cast) -> None:
    first = address_of(cast.head)
    second = address_of(cast.head)

    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200
    signed_in(cast.head).post("/calendar/", {"revoke": "1"})
    assert Client().get(second).status_code == 404
    assert Client().get("/calendar/nobody.ics").status_code == 404


def test_only_a_fingerprint_of_the_address_is_stored(cast: Cast) -> None:
    token = address_of(cast.head).removeprefix("/calendar/").removesuffix(".ics")

    stored = CalendarFeed.objects.get()

    assert len(bytes(stored.token_hash)) == 32
    assert token.encode() not in bytes(stored.token_hash)
    assert token not in signed_in(cast.head).get("/calendar/").content.decode()


def test_the_feed_of_a_network_ends_with_the_membership_and_of_all_with_the_account(cast: Cast) -> None:
    url = address_of(cast.head)
    with networks(cast.network.pk):
        end_membership(cast.head)

    assert "VEVENT" not in Client().get(url).content.decode()
    cast.head.user.is_active = False
    cast.head.user.save()
    assert Client().get(url).status_code == 404


def test_a_programme_that_asks_without_end_is_told_to_wait(cast: Cast) -> None:
    url = address_of(cast.head)
    for _asked in range(60):
        assert Client().get(url).status_code == 200

    assert Client().get(url).status_code == 429


@pytest.mark.parametrize("heads", [1, 3])
def test_a_coachs_feed_costs_the_same_for_one_and_for_three(heads: int) -> None:
    cast = make_cast(heads)
    with networks(cast.network.pk):
        at = dt.datetime(2027, 2, 10, 9, 0, tzinfo=PARIS)
        offer_slots(cast.cohort, cast.coach, [at + dt.timedelta(hours=n) for n in range(heads)])
        for enrolment, slot in zip(cast.enrolments, list(cast.cohort.appointments.all()), strict=True):
            take_slot(enrolment, slot)
    url = address_of(cast.coach)

    with CaptureQueriesContext(connection) as captured:
        read(url)

    frame = ("SAVEPOINT", "RELEASE", "SELECT set_config")
    asked = [query["sql"] for query in captured.captured_queries if not query["sql"].startswith(frame)]
    assert len(asked) == 10, "\n".join(asked)


def test_the_page_says_truly_whose_name_an_address_shows(cast: Cast) -> None:
    coach, head = (signed_in(who).get("/calendar/").content.decode() for who in (cast.coach, cast.head))

    assert "que dans vos entretiens" in coach
    assert "Aucun nom de coll" not in coach
    assert "Aucun nom de coll" in head
