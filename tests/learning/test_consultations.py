"""Whoever opens what somebody gave them is noted, and its author reads it; the wall notes nobody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from agencies.models import Membership
from agencies.roles import Audience, Shareable
from agencies.scope import networks
from coaching.learning.models import Consultation
from coaching.learning.services import share_copy, withdraw_copy
from tests.adoption.reviewing import NOW, POST, Desk, hand_in
from tests.factories import PARIS, Cast
from tests.learning.player import Player
from tests.learning.together import pair_up, player_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def author(cast: Cast) -> Player:
    return player_of(cast, cast.head)


def give(cast: Cast, audience: Audience, kind: Shareable = Shareable.BRAND_ACT) -> None:
    with networks(cast.network.pk, user_id=cast.head.user_id):
        share_copy(cast.enrolment, kind, POST, "p", "Ma copie", audience)


def open_as(member: Membership, path: str) -> str:
    client = Client()
    client.force_login(member.user)
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def person(cast: Cast) -> str:
    return f"/n/rivages/cohorts/{cast.cohort.public_id}/people/{cast.enrolment.public_id}/"


def test_the_author_reads_that_their_coach_opened_a_copy_and_when(author: Player, cast: Cast) -> None:
    give(cast, Audience.COACH)
    assert "Pas encore ouvert" in text_of(author, "shared")

    open_as(cast.coach, person(cast))  # the page that names it shows no word
    assert "Pas encore ouvert" in text_of(author, "shared")
    assert "Ma copie" in open_as(cast.coach, person(cast) + "confided/")

    assert "Ouvert par Claire Aubert mercredi 3 mars à 9" in text_of(author, "shared")


def test_the_first_time_stays_and_the_last_is_told(
    author: Player, cast: Cast, clock: time_machine.Traveller
) -> None:
    give(cast, Audience.COACH)
    open_as(cast.coach, person(cast) + "confided/")
    clock.shift(dt.timedelta(days=2))
    open_as(cast.coach, person(cast) + "confided/")
    author.client.force_login(cast.head.user)

    shown = text_of(author, "shared")

    assert "mercredi 3 mars, et la dernière fois vendredi 5 mars" in shown
    with networks(cast.network.pk):
        assert Consultation.objects.count() == 1


def test_twice_in_one_night_is_once_by_the_author_s_clock(
    author: Player, cast: Cast, clock: time_machine.Traveller
) -> None:
    give(cast, Audience.COACH)
    midnight_in_utc = dt.datetime(2027, 3, 4, 1, 0, tzinfo=PARIS)
    for minutes in (-5, 5):
        clock.move_to(midnight_in_utc + dt.timedelta(minutes=minutes))
        open_as(cast.coach, person(cast) + "confided/")
    author.client.force_login(cast.head.user)

    shown = text_of(author, "shared")

    assert "Ouvert par Claire Aubert jeudi 4 mars à 0" in shown
    assert "la dernière fois" not in shown


@pytest.mark.parametrize("path", ["given/", "agencies/{}/"])
def test_a_copy_given_to_the_manager_is_noted_where_it_is_shown(
    author: Player, cast: Cast, path: str
) -> None:
    give(cast, Audience.MANAGER)

    assert "Ma copie" in open_as(cast.manager, "/n/rivages/" + path.format(cast.agencies[0].public_id))

    assert "Ouvert par Nathalie Mercier" in text_of(author, "shared")


def test_what_a_pair_is_confided_is_noted(author: Player, cast: Cast) -> None:
    peer = player_of(cast, cast.peer)
    pair_up(author, peer)
    with author.inside():
        share_copy(cast.enrolment, Shareable.PRACTICE, POST, "text", "Ma copie", Audience.PAIR)

    assert "Ma copie" in text_of(peer)

    assert "Ouvert par Tête 002" in text_of(author, "shared")


def test_the_wall_notes_nobody_and_says_why(author: Player, cast: Cast) -> None:
    give(cast, Audience.COHORT)

    assert "Ma copie" in text_of(player_of(cast, cast.peer), "wall")

    assert "on n’y note pas qui lit" in text_of(author, "shared")
    with networks(cast.network.pk):
        assert not Consultation.objects.exists()


def test_a_practice_is_noted_when_the_coach_opens_it(author: Player, cast: Cast) -> None:
    desk = Desk(cast.coach, cast, hand_in(cast))
    before = [text_of(author, page) for page in (POST, "shared")]

    desk.page()

    assert all("Pas encore ouvert" in page for page in before)
    assert all("Ouvert par Claire Aubert" in text_of(author, page) for page in (POST, "shared"))


def test_a_copy_that_was_taken_back_is_neither_shown_nor_noted(author: Player, cast: Cast) -> None:
    give(cast, Audience.COACH)
    with author.inside():
        withdraw_copy(cast.enrolment, POST, "p")

    assert "Ma copie" not in open_as(cast.coach, person(cast) + "confided/")

    with networks(cast.network.pk):
        assert not Consultation.objects.exists()


def test_nobody_but_the_author_is_told_who_opened_it(author: Player, cast: Cast) -> None:
    give(cast, Audience.COACH)
    give(cast, Audience.MANAGER)
    open_as(cast.manager, "/n/rivages/given/")

    shown = open_as(cast.coach, person(cast) + "confided/")

    assert "Nathalie Mercier" not in shown.partition("<main")[2]
