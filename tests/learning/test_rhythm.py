"""Eight dots on the home: weeks with a step, two silent grace weeks, never a reproach."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from bs4 import BeautifulSoup

from coaching.cohorts.models import Enrolment
from coaching.cohorts.services import pause
from coaching.learning.pages import dots_words
from tests.learning.conftest import NOW
from tests.learning.player import READING, SCENARIO, SURVEY, Player

pytestmark = pytest.mark.django_db


def dots(player: Player) -> list[str]:
    return [str(dot["data-s"]) for dot in player.page().select(".eight i")]


def after(player: Player, clock: time_machine.Traveller, **weeks: int) -> None:
    """Later, signed in again."""
    clock.move_to(NOW + dt.timedelta(**weeks))
    player.client.force_login(player.membership.user)


def test_no_dot_before_a_first_step(player: Player) -> None:
    assert dots(player) == []


def words_of(page: BeautifulSoup) -> str:
    """The text of a page, its no-break spaces as plain ones."""
    return page.get_text().replace("\u00a0", " ")


def test_a_week_with_a_step_is_a_full_dot_and_the_rest_lies_ahead(player: Player) -> None:
    player.complete(READING)

    page = player.page()

    # Last week had none: the first of the two grace weeks, which looks like the others.
    assert dots(player) == ["full", "full", *["ahead"] * 6]
    assert "2 semaines sur 2" in words_of(page)


def test_after_the_grace_weeks_a_gap_is_an_open_dot_and_a_kind_word(
    player: Player, clock: time_machine.Traveller
) -> None:
    player.complete(READING)

    after(player, clock, weeks=3)

    page = player.page()
    assert dots(player) == ["full", "full", "full", "none", "running", *["ahead"] * 3]
    assert "3 semaines sur 4" in words_of(page)
    assert "Une semaine sans, ça arrive. La suite dure" in words_of(page)


def test_a_week_of_pause_is_neither_full_nor_open(player: Player, clock: time_machine.Traveller) -> None:
    player.complete(READING)
    with player.inside():
        pause(player.enrolment(), 2, today=dt.date(2027, 1, 25))

    after(player, clock, weeks=2)

    assert dots(player)[2:4] == ["not_eligible", "not_eligible"]


def test_only_the_last_eight_weeks_are_drawn(player: Player, clock: time_machine.Traveller) -> None:
    player.complete(SURVEY)
    after(player, clock, weeks=10)
    player.complete(SCENARIO)

    assert dots(player) == [*["none"] * 7, "full"]


def test_a_programme_that_is_over_draws_no_dot(player: Player) -> None:
    player.complete(READING)
    with player.inside():
        Enrolment.objects.update(status=Enrolment.Status.ENDED_INCOMPLETE)

    assert dots(player) == []


def test_no_week_counts_yet() -> None:
    assert dots_words(((dt.date(2027, 1, 11), "running"),)) is None
    assert dots_words(((dt.date(2027, 1, 11), "none"), (dt.date(2027, 1, 18), "running"))) is None
    assert dots_words(()) is None
