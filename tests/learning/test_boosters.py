"""Boosters and the cold survey: weeks after the end, in no total, for whoever was there."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from coaching.cohorts.ending import end_finished_cohorts
from coaching.cohorts.models import Cohort, Enrolment
from coaching.learning.access import get_learner_for
from coaching.learning.models import SurveyReply
from coaching.learning.recount import recount
from tests.adoption.people import signed_in
from tests.factories import PARIS, Cast
from tests.learning.player import READING, Player, soup

pytestmark = pytest.mark.django_db

# The cohort of the cast closes on Thursday 4 March 2027 (domain.md 6.7): 1 April, 29 April, 27 May.
PLUS_4 = "le-brouillon-retrouve"
COLD = "enquete-a-froid/avec-le-recul"


@pytest.fixture
def later(player: Player, clock: time_machine.Traveller):
    """One step taken in the second week, the cohort over; then a day of spring."""
    player.complete(READING)

    def move(month: int, day: int, hour: int = 9) -> Player:
        clock.move_to(dt.datetime(2027, month, day, hour, 0, tzinfo=PARIS))
        end_finished_cohorts(player.cast.network.pk)
        player.client.force_login(player.membership.user)
        return player

    return move


def booster_steps(player: Player, key: str) -> list[str]:
    with player.inside():
        learner = get_learner_for(player.membership)
        return [step.address for step in learner.journey.module(key).required]


def coming(player: Player) -> str:
    page = soup(player.client.get(player.home + "path/"))
    return page.select_one("[aria-labelledby=after]").text.replace("\u00a0", " ")


def test_the_days_are_kept_with_the_cohort_from_its_launch(cast: Cast) -> None:
    assert cast.cohort.boosters_on == [dt.date(2027, 4, 1), dt.date(2027, 4, 29), dt.date(2027, 5, 27)]


def test_the_path_tells_them_from_the_first_day_and_the_home_does_not(player: Player) -> None:
    assert "Le brouillon retrouvé" in coming(player)
    assert "S’ouvre le jeudi 1er avril" in coming(player)
    assert "Pour la suite" not in player.page().select_one("main").text


def test_before_its_day_a_booster_says_when_it_opens(later) -> None:
    player = later(3, 31)

    step = booster_steps(player, PLUS_4)[0]

    assert "S’ouvre le jeudi 1er avril" in player.get(step).content.decode().replace("\u00a0", " ")
    assert player.post(step, {}).status_code == 200
    assert step not in player.done()


def test_from_its_day_on_it_stands_on_the_home_until_it_is_done(later) -> None:
    player = later(4, 1)
    assert player.enrolment().status == Enrolment.Status.ENDED_INCOMPLETE
    assert "Le brouillon retrouvé" in player.page().select_one("main").text

    player.complete(*booster_steps(player, PLUS_4))

    assert "Le brouillon retrouvé" not in player.page().select_one("main").text
    assert "Terminé" in coming(player)
    ended = player.client.get(f"{player.home}{PLUS_4}/done/")
    assert "Merci, cette leçon est faite" in ended.content.decode()


def test_it_counts_in_no_total(later) -> None:
    player = later(4, 1)
    before = player.enrolment()

    player.complete(*booster_steps(player, PLUS_4))

    after = player.enrolment()
    names = ("done_minutes", "done_steps", "week_minutes", "status", "completed_at")
    assert [getattr(after, name) for name in names] == [getattr(before, name) for name in names]
    with player.inside():
        assert recount() == []


@pytest.mark.parametrize("status", [Enrolment.Status.COMPLETED, Enrolment.Status.ACTIVE])
def test_it_is_there_for_whoever_finished_and_whoever_goes_on(later, status: str) -> None:
    player = later(4, 1)
    with player.inside():
        Enrolment.objects.update(status=status)

    page = player.client.get(f"{player.home}{PLUS_4}/")

    assert page.status_code == 200
    assert player.get(booster_steps(player, PLUS_4)[0]).status_code == 200


def test_an_archived_cohort_is_only_read(later) -> None:
    player = later(4, 1)
    with player.inside():
        Cohort.objects.update(status=Cohort.Status.ARCHIVED)

    assert player.submit(booster_steps(player, PLUS_4)[0], {}).status_code == 302
    assert not set(booster_steps(player, PLUS_4)) & player.done()


def test_the_cold_survey_goes_to_the_coach_like_the_hot_one(later) -> None:
    player = later(5, 27)

    player.complete(COLD)

    cast = player.cast
    url = f"/n/{cast.network.slug}/cohorts/{cast.cohort.public_id}/people/{cast.enrolment.public_id}/"
    with player.inside():
        assert SurveyReply.objects.get().address == COLD
    assert "Avec le recul" in signed_in(cast.coach).get(url).content.decode()


def test_a_cohort_launched_before_they_existed_has_none(player: Player) -> None:
    with player.inside():
        Cohort.objects.update(boosters_on=[])

    assert "Pour la suite" not in player.client.get(player.home + "path/").content.decode()
    assert player.client.get(f"{player.home}{PLUS_4}/").status_code == 200
