"""The attestation: for who finished, on one sheet; kindly what is left for everybody else."""

from __future__ import annotations

import datetime as dt

import pytest

from coaching.cohorts.models import Enrolment
from coaching.learning.models import StepCompletion
from tests.factories import PARIS
from tests.learning.player import Player, soup

pytestmark = pytest.mark.django_db


def shown(player: Player) -> str:
    page = soup(player.client.get(player.home + "certificate/"))
    return page.select_one("main").text.replace("\u00a0", " ").replace("\u202f", " ")


def finish(player: Player) -> None:
    with player.inside():
        Enrolment.objects.filter(membership=player.membership).update(
            status=Enrolment.Status.COMPLETED,
            activated_at=dt.datetime(2027, 1, 6, 9, 0, tzinfo=PARIS),
            completed_at=dt.datetime(2027, 3, 10, 9, 0, tzinfo=PARIS),
        )


def test_it_says_who_what_when_and_how_long_and_what_it_is_not(player: Player) -> None:
    player.complete(*player.steps(weeks=(1,)))
    finish(player)

    text = shown(player)

    assert "Tête 001 a suivi ce parcours jusqu’au bout" in text
    assert "Présence & valeurs" in text
    assert "du 6 janvier 2027 au 10 mars 2027" in text
    assert "42 min de travail à son rythme" in text
    assert "charte de présence fondée sur trois valeurs" in text
    assert "Le certificat de réalisation, document légal, est établi par votre coach" in text


def test_the_home_of_who_finished_leads_to_it(player: Player) -> None:
    finish(player)

    assert player.page().select_one(f"a[href='{player.home}certificate/']") is not None


def test_before_the_end_it_tells_what_is_left_and_where_to_go_on(player: Player) -> None:
    text = shown(player)

    assert "a suivi ce parcours" not in text
    assert "Il reste" in text
    assert soup(player.client.get(player.home + "certificate/")).select_one("main .btn")["href"]


def test_boosters_are_not_in_its_hours(player: Player) -> None:
    with player.inside():
        StepCompletion.objects.create(
            enrolment=player.enrolment(),
            address="le-brouillon-retrouve/une-note-de-telephone",
            week_number=12,
            minutes=2,
            completed_at=dt.datetime(2027, 1, 19, tzinfo=PARIS),
        )
    finish(player)

    assert "0 min de travail" in shown(player)
