"""A cohort from a past one, and the same cohort in several networks at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from agencies.models import Membership
from agencies.scope import networks
from agencies.services import end_membership
from coaching.cohorts import services as cohorts
from coaching.cohorts.calendar import Period
from coaching.cohorts.models import Blackout, Cohort
from coaching.cohorts.naming import name_for, next_name
from coaching.programmes.models import NetworkProgramme
from tests.factories import PARIS, START, Cast, make_cast, make_member
from tests.queries import queries_in_scope

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2027, 6, 1, 10, 0, tzinfo=PARIS)
NEXT = dt.date(2027, 9, 7)
SEVERAL = {
    "programme": "presence-et-valeurs",
    "name": "Automne 2027",
    "starts_on": NEXT.isoformat(),
    "session_weekday": "2",
    "session_time": "09:30",
    "session_url": "",
}


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    with time_machine.travel(NOW, tick=False):
        yield make_cast(2)


@pytest.fixture
def coach(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.coach.user)
    return client


def url_of(cast: Cast) -> str:
    return reverse("cohorts:again", args=[cast.network.slug, cast.cohort.public_id])


def soup(response: Any) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def answer(client: Client, url: str, **changes: Any) -> dict[str, Any]:
    """What the form would send as it opens."""
    form = soup(client.get(url)).select_one("main form")
    assert form
    sent: dict[str, Any] = {"name": form.select_one("[name=name]")["value"], "coaches": []}  # type: ignore[index]
    for select in form.select("select"):
        chosen = select.select_one("[selected]")
        assert chosen
        sent[str(select["name"])] = chosen["value"]
    sent["coaches"] = [box["value"] for box in form.select("[name=coaches][checked]")]
    return sent | changes


def the_draft(cast: Cast) -> Cohort:
    with networks(cast.network.pk):
        return Cohort.objects.prefetch_related("blackouts", "coaches", "enrolments").get(status="draft")


def test_past_cohort_is_taken_up_with_its_rhythm_and_new_dates(cast: Cast, coach: Client) -> None:
    with networks(cast.network.pk):
        Cohort.objects.filter(pk=cast.cohort.pk).update(session_weekday=3, session_url="https://visio.test/a")

    response: Any = coach.post(url_of(cast), answer(coach, url_of(cast)))

    draft = the_draft(cast)
    assert response.url == reverse("cohorts:dates", args=["rivages", draft.public_id])
    assert (draft.session_weekday, draft.session_url) == (3, "https://visio.test/a")
    assert (draft.name, draft.starts_on) == ("Été 2027", dt.date(2027, 6, 22))
    assert not draft.blackouts.all()
    assert not draft.enrolments.all()


def test_pauses_that_are_ticked_keep_their_distance_from_the_start(cast: Cast, coach: Client) -> None:
    with networks(cast.network.pk):
        first = START + dt.timedelta(days=20)
        Blackout.objects.create(
            cohort=cast.cohort, starts_on=first, ends_on=first + dt.timedelta(days=13), label="Vacances"
        )
    sent = answer(coach, url_of(cast), starts_on=NEXT.isoformat(), pauses=["0"])

    coach.post(url_of(cast), sent)

    (pause,) = the_draft(cast).blackouts.all()
    assert pause.starts_on == NEXT + dt.timedelta(days=20)
    assert (pause.ends_on - pause.starts_on).days == 13


def test_people_come_along_only_when_ticked_and_still_in_office(cast: Cast, coach: Client) -> None:
    with networks(cast.network.pk):
        end_membership(cast.peer)

    coach.post(url_of(cast), answer(coach, url_of(cast), with_people="on"))

    assert [row.membership_id for row in the_draft(cast).enrolments.all()] == [cast.head.pk]


def test_coaches_of_the_past_cohort_are_ticked_if_they_still_coach(cast: Cast, coach: Client) -> None:
    with networks(cast.network.pk):
        second = make_member(cast.network, "second@example.com", "coach")
        gone = make_member(cast.network, "gone@example.com", "coach")
        for each in (second, gone):
            cast.cohort.coaches.create(membership=each)
        end_membership(gone)

    coach.post(url_of(cast), answer(coach, url_of(cast)))

    assert {row.membership_id for row in the_draft(cast).coaches.all()} == {cast.coach.pk, second.pk}


def test_asking_twice_makes_one_draft(cast: Cast, coach: Client) -> None:
    sent = answer(coach, url_of(cast))

    for _click in range(2):
        coach.post(url_of(cast), sent)

    assert the_draft(cast)


def test_first_step_offers_past_cohorts_in_a_constant_number_of_queries(cast: Cast, coach: Client) -> None:
    url = reverse("cohorts:create", args=["rivages"])
    first = len(queries_in_scope(coach, url))
    with networks(cast.network.pk):
        for name in ("Un", "Deux"):
            again = Cohort.objects.get(pk=cast.cohort.pk)
            again.pk, again.public_id, again.name = None, name, name  # type: ignore[assignment]
            again.save(force_insert=True)
            again.coaches.create(membership=cast.coach)

    assert (first, len(queries_in_scope(coach, url))) == (2, 2)


@pytest.mark.parametrize(
    ("past", "name"),
    [
        ("Hiver 2027", "Automne 2027"),
        ("Ouest, hiver 2026", "Ouest, automne 2027"),
        ("Bretagne", "Bretagne, automne 2027"),
        ("Winter 2027 West", "Automne 2027 West"),
    ],
)
def test_name_follows_the_season(past: str, name: str) -> None:
    assert next_name(past, NEXT) == name


def test_december_belongs_to_the_winter_of_the_next_year() -> None:
    assert name_for(dt.date(2026, 12, 29), "Bretagne") == "Bretagne, hiver 2027"


def everywhere(cast: Cast) -> dict[str, list[str]]:
    found = {}
    for network in (cast.network, cast.other_network):
        with networks(network.pk):
            drafts = Cohort.objects.filter(status="draft").order_by("pk")
            found[network.slug] = [draft.name for draft in drafts]
    return found


def test_one_form_prepares_a_draft_in_each_network(cast: Cast, coach: Client) -> None:
    coach.post(reverse("cohorts:create_several"), SEVERAL | {"networks": ["rivages", "toits"]})

    assert everywhere(cast) == {"rivages": ["Automne 2027"], "toits": ["Automne 2027"]}
    with networks(cast.other_network.pk):
        draft = Cohort.objects.get()
        assert [row.membership_id for row in draft.coaches.all()] == [cast.other_coach.pk]
        assert (draft.session_weekday, draft.session_time) == (2, dt.time(9, 30))


def test_network_that_refuses_does_not_stop_the_others_and_says_why(cast: Cast, coach: Client) -> None:
    with networks(cast.other_network.pk):
        NetworkProgramme.objects.all().delete()

    page = soup(coach.post(reverse("cohorts:create_several"), SEVERAL | {"networks": ["rivages", "toits"]}))

    assert everywhere(cast) == {"rivages": ["Automne 2027"], "toits": []}
    assert "n’y est pas installé" in page.select(".queue > li")[1].p.text  # type: ignore[union-attr]


def test_same_form_sent_twice_prepares_nothing_twice(cast: Cast, coach: Client) -> None:
    for _click in range(2):
        response = coach.post(reverse("cohorts:create_several"), SEVERAL | {"networks": ["rivages"]})

    assert everywhere(cast)["rivages"] == ["Automne 2027"]
    assert "rien n’a été créé en double" in response.content.decode()


def test_only_networks_that_one_coaches_are_offered_and_taken(cast: Cast, coach: Client) -> None:
    with networks(cast.other_network.pk):
        end_membership(cast.other_coach)

    response = coach.post(reverse("cohorts:create_several"), SEVERAL | {"networks": ["toits"]})

    assert response.status_code == 422
    assert everywhere(cast) == {"rivages": [], "toits": []}


@pytest.mark.parametrize("role", ["head", "manager"])
def test_page_over_networks_is_for_coaches(cast: Cast, role: str) -> None:
    client, person = Client(), getattr(cast, role)
    client.force_login(person.user)

    assert client.get(reverse("cohorts:create_several")).status_code == 403


def test_mandate_that_ended_while_the_form_was_open_prepares_nothing(cast: Cast) -> None:
    from coaching.cohorts.several import installed_programmes, prepare_in_each

    (programme,) = installed_programmes([cast.coach])
    with networks(cast.network.pk):
        end_membership(Membership.objects.get(pk=cast.coach.pk))

    (row,) = prepare_in_each([cast.coach], programme, {"name": "X", "starts_on": NEXT})

    assert (row.cohort, row.problem) == (None, "not_coach")


def test_moved_pauses_keep_their_days_of_the_week(cast: Cast) -> None:
    with networks(cast.network.pk):
        monday = START + dt.timedelta(days=6)
        Blackout.objects.create(cohort=cast.cohort, starts_on=monday, ends_on=monday, label="Pont")

        assert cohorts.moved_pauses(cast.cohort, NEXT) == [
            Period(NEXT + dt.timedelta(days=6), NEXT + dt.timedelta(days=6), "Pont")
        ]
