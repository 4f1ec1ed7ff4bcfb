"""The coach's home: whom to contact and why, over all networks, in a constant number of queries."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.models import Membership, Network
from agencies.scope import networks
from agencies.services import end_membership
from coaching.cohorts.models import CoachContact, Enrolment, LiveSession
from coaching.cohorts.services import create_cohort, pause
from coaching.learning.models import SharedItem, StepCompletion
from coaching.programmes import services as programmes
from tests.adoption.people import signed_in, take_weeks
from tests.factories import (
    PARIS,
    Cast,
    launch_cohort,
    make_agency,
    make_cast,
    make_member,
    make_network,
    starter_version,
)

pytestmark = pytest.mark.django_db

HOME = "/coach/"
WEEK_2 = dt.datetime(2027, 1, 20, 9, 0, tzinfo=PARIS)


@pytest.fixture(autouse=True)
def _frozen() -> Any:
    with time_machine.travel(WEEK_2, tick=False):
        yield


def read(membership: Membership) -> str:
    response = signed_in(membership).get(HOME)
    assert response.status_code == 200
    return response.content.decode().replace("\u00a0", " ")  # French typography is tested elsewhere


def second_cohort(
    cast: Cast, heads: int = 1, *, network: Network | None = None, coach: str = ""
) -> Membership:
    """A running cohort in the cast's other network (or a further one); its first head."""
    network = network or cast.other_network
    with networks(network.pk):
        own = make_member(network, coach or cast.coach.user.email, "coach")
        agencies = [make_agency(network, f"Port {network.pk} {number}") for number in range(heads)]
        members = [
            make_member(
                network,
                f"port{network.pk}-{number}@example.com",
                "agency_head",
                agency,
                name=f"Port {number}",
            )
            for number, agency in enumerate(agencies)
        ]
        programmes.install(network, starter_version())
        launch_cohort(own, starter_version(), members, name=f"Hiver {network.slug}")
    return members[0]


def test_person_who_never_started_is_in_the_queue_with_reason_and_network(cast: Cast) -> None:
    shown = read(cast.coach)

    assert "2 personnes à contacter" in shown or "Deux personnes à contacter" in shown
    assert "Pas commencé, 12 jours ouvrés" in shown
    assert "Rivages · Agence 001" in shown or "Rivages</span>" in shown
    assert "Premier échange" in shown
    assert f"messages/write/?to={cast.enrolment.public_id}" in shown


def test_person_who_took_every_open_step_is_not_in_the_queue_however_long_ago(cast: Cast) -> None:
    take_weeks(cast, 1, weeks=9)
    take_weeks(cast, 2, weeks=9)

    with time_machine.travel(dt.datetime(2027, 4, 6, 9, 0, tzinfo=PARIS), tick=False):
        shown = read(cast.coach)

    assert "Personne à contacter aujourd’hui" in shown
    assert "Prenez des nouvelles" not in shown


def test_queue_brings_all_networks_together(cast: Cast) -> None:
    second_cohort(cast)

    shown = read(cast.coach)

    assert "Trois personnes à contacter" in shown
    assert "/n/toits/cohorts/" in shown
    assert "/n/rivages/cohorts/" in shown


def test_person_without_a_step_for_ten_working_days_is_in_the_queue(cast: Cast) -> None:
    take_weeks(cast, 1, weeks=1, last_at=dt.datetime(2027, 1, 6, 9, 0, tzinfo=PARIS))
    take_weeks(cast, 2, weeks=2, last_at=dt.datetime(2027, 1, 19, 9, 0, tzinfo=PARIS))

    shown = read(cast.coach)

    assert "10 jours ouvrés sans étape" in shown
    assert str(cast.peer.user) not in shown
    assert "Prochaine étape" in shown


def test_noted_exchange_takes_the_person_out_of_the_queue(cast: Cast) -> None:
    with networks(cast.network.pk):
        CoachContact.objects.create(
            enrolment=cast.enrolment, coach=cast.coach, kind="call", happened_at=WEEK_2
        )

    shown = read(cast.coach)

    assert str(cast.head.user) not in shown
    assert "1 échange noté cette semaine" in shown


@pytest.mark.parametrize(
    ("kind", "days", "is_back"), [("call", 13, False), ("call", 14, True), ("attempt", 5, True)]
)
def test_person_comes_back_when_the_exchange_led_nowhere(
    cast: Cast, kind: str, days: int, is_back: bool
) -> None:
    with networks(cast.network.pk):
        CoachContact.objects.create(
            enrolment=cast.enrolment,
            coach=cast.coach,
            kind=kind,
            happened_at=WEEK_2 - dt.timedelta(days=days),
        )

    assert (str(cast.head.user) in read(cast.coach)) is is_back


def test_person_on_a_pause_is_left_alone(cast: Cast) -> None:
    with networks(cast.network.pk):
        pause(cast.enrolment, 2)

    assert str(cast.head.user) not in read(cast.coach)


def test_person_far_behind_is_dated_from_the_due_day_that_did_it(cast: Cast) -> None:
    take_weeks(cast, 1, weeks=1, last_at=dt.datetime(2027, 3, 15, 9, 0, tzinfo=PARIS))

    with time_machine.travel(dt.datetime(2027, 3, 16, 9, 0, tzinfo=PARIS), tick=False):
        shown = read(cast.coach)

    assert "points sous le rythme" in shown
    assert "Depuis le mardi 16 mars" not in shown


def test_everything_calm_says_so(cast: Cast) -> None:
    for number in (1, 2):
        take_weeks(cast, number, weeks=2, last_at=dt.datetime(2027, 1, 19, 9, 0, tzinfo=PARIS))

    shown = read(cast.coach)

    assert "Rien ne presse aujourd’hui." in shown
    assert "Personne à contacter aujourd’hui" in shown


def test_session_of_today_is_in_the_title_and_opens_its_room(cast: Cast) -> None:
    with networks(cast.network.pk):
        LiveSession.objects.filter(cohort=cast.cohort, key="s2").update(
            join_url="https://visio.example/salle"
        )

    with time_machine.travel(dt.datetime(2027, 1, 28, 7, 0, tzinfo=PARIS), tick=False):
        shown = read(cast.coach)

    assert "une séance à 8" in shown
    assert 'href="https://visio.example/salle"' in shown


def test_sessions_of_the_next_fourteen_days_and_no_further(cast: Cast) -> None:
    shown = read(cast.coach)

    assert "Des mots à moi" in shown  # 28 January
    assert "Lire et relire" not in shown  # 18 February


def test_draft_of_a_network_is_announced_not_its_people(cast: Cast) -> None:
    with networks(cast.other_network.pk):
        create_cohort(
            cast.other_coach, name="Rive Sud", version=starter_version(), starts_on=dt.date(2027, 4, 6)
        )

    shown = read(cast.coach)

    assert "Rive Sud" in shown
    assert "Départ envisagé le mardi 6 avril" in shown


def test_coach_without_any_cohort_is_shown_the_way(cast: Cast) -> None:
    with networks(cast.other_network.pk):
        alone = make_member(cast.other_network, "alone@example.com", "coach")

    shown = read(alone)

    assert "Ouvrez une première promotion" in shown
    assert (
        shown.count(f'href="{reverse("cohorts:create", args=["toits"])}"') == 2
    )  # the network's line, and here


def test_each_network_has_its_way_to_a_new_cohort_with_or_without_one(cast: Cast) -> None:
    shown = read(cast.coach)

    assert "Aucune promotion pour l’instant" in shown  # in the second network
    for slug, name in (("rivages", "Rivages"), ("toits", "Toits")):
        assert shown.count(f'href="{reverse("cohorts:create", args=[slug])}"') == 1
        assert f'Ouvrir une promotion<span class="vh">, {name}</span>' in shown


def test_other_coach_of_the_network_sees_none_of_these_people(cast: Cast) -> None:
    with networks(cast.network.pk):
        colleague = make_member(cast.network, "colleague@example.com", "coach")

    shown = read(colleague)

    assert str(cast.head.user) not in shown
    assert "Hiver 2027" not in shown


def test_network_leaves_the_home_the_moment_its_membership_ends(cast: Cast) -> None:
    second_cohort(cast)
    client = signed_in(cast.coach)
    client.get(HOME)
    with networks(cast.network.pk):
        end_membership(cast.coach)

    shown = client.get(HOME).content.decode().replace("\u00a0", " ")

    assert "/n/rivages/" not in shown
    assert "/n/toits/cohorts/" in shown


@pytest.mark.parametrize("who", ["manager", "head", "outsider"])
def test_only_coaches_have_this_page(cast: Cast, who: str) -> None:
    assert signed_in(getattr(cast, who)).get(HOME).status_code == 403


def test_visitor_is_asked_to_sign_in(client: Client) -> None:
    response = client.get(HOME)

    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("account_login"))


def test_page_is_read_only(cast: Cast) -> None:
    assert signed_in(cast.coach).post(HOME).status_code == 405


def test_nothing_private_is_on_the_page(cast: Cast) -> None:
    take_weeks(cast, 1, weeks=1, last_at=dt.datetime(2027, 1, 6, 9, 0, tzinfo=PARIS))

    assert "canary" not in read(cast.coach).lower()


def test_copies_confided_lately_are_announced_by_person_without_a_word_of_them(cast: Cast) -> None:
    author = cast.head.user
    with networks(cast.network.pk, user_id=author.pk):
        fields = {"enrolment": cast.enrolment, "author": author, "address": "a/b", "text": "CANARY"}
        SharedItem.objects.create(**fields, prompt="p1", shared_at=WEEK_2 - dt.timedelta(days=1))
        SharedItem.objects.create(**fields, prompt="p2", shared_at=WEEK_2 - dt.timedelta(days=2))

    shown = read(cast.coach)

    url = reverse("adoption:participant", args=["rivages", cast.cohort.public_id, cast.enrolment.public_id])
    assert shown.count(f'href="{url}#shared"') == 1
    assert "Mardi 19 janvier" in shown
    assert "CANARY" not in shown


@pytest.mark.parametrize(("days", "withdrawn_at"), [(1, WEEK_2), (30, None)], ids=["withdrawn", "long ago"])
def test_copies_withdrawn_or_of_long_ago_are_not_announced(
    cast: Cast, days: int, withdrawn_at: dt.datetime | None
) -> None:
    author = cast.head.user
    with networks(cast.network.pk, user_id=author.pk):
        SharedItem.objects.create(
            enrolment=cast.enrolment, author=author, address="a/b", prompt="p", text="CANARY",
            shared_at=WEEK_2 - dt.timedelta(days=days), withdrawn_at=withdrawn_at,
        )  # fmt: skip

    assert "#shared" not in read(cast.coach)


@pytest.mark.parametrize(("heads", "further"), [(1, 0), (3, 0), (3, 2)])
def test_home_costs_the_same_for_one_person_or_four_networks(heads: int, further: int) -> None:
    cast = make_cast(heads)
    second_cohort(cast, heads)
    for number in range(further):
        second_cohort(cast, heads, network=make_network(f"reseau-{number}", colour=3 + number))
    with networks(cast.network.pk):
        Enrolment.objects.update(reminders_sent=1)
        Membership.objects.filter(pk=cast.head.pk).update(joined_at=None)
        StepCompletion.objects.filter(enrolment=cast.enrolment).delete()
    client = signed_in(cast.coach)
    client.get(HOME)

    with CaptureQueriesContext(connection) as captured:
        client.get(HOME)

    queries = [query["sql"] for query in captured.captured_queries]
    reads = [sql for sql in queries if sql.lstrip("(").startswith("SELECT") and "set_config" not in sql]
    # Session, person, memberships, then: cohorts, weeks, people, exchanges, calls, attendance, steps,
    # sessions, talks, copies, invitations, noted, practices to read, messages to see.
    assert len(reads) == 17, reads


def test_thirty_people_are_listed_and_the_others_are_one_link_away() -> None:
    cast = make_cast(32)
    with time_machine.travel(WEEK_2 + dt.timedelta(weeks=2), tick=False):
        first, everybody = read(cast.coach), signed_in(cast.coach).get(HOME + "?all").content.decode()

    assert first.count('<li id="q-') == 30
    assert "Voir les 2 autres personnes" in first
    assert everybody.count('<li id="q-') == 32
    assert "autres personnes" not in everybody
