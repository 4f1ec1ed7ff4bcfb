"""The attestation: for who finished, on one sheet; kindly what is left for everybody else."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db.models import F

from agencies.scope import networks
from coaching.cohorts.ending import end_finished_cohorts
from coaching.cohorts.models import Cohort, Enrolment
from coaching.learning.models import PracticeReview, PracticeSubmission, StepCompletion
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


def lack_nothing(player: Player) -> None:
    """The coach has validated every practice, and each quiz was right in the end."""
    with networks(player.cast.network.pk):
        StepCompletion.objects.filter(max_score__gt=0).update(best_score=F("max_score"))
        for handed in PracticeSubmission.objects.all():
            PracticeReview.objects.create(
                submission=handed,
                revision=handed.revision,
                coach=player.cast.coach,
                state="validated",
                content={},
                saved_at=handed.submitted_at,
                sent_at=handed.submitted_at,
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


def test_the_last_step_after_the_end_of_the_cohort_still_gives_it(
    player: Player, clock: time_machine.Traveller
) -> None:
    *early, last = player.steps(weeks=tuple(range(9)))
    clock.move_to(dt.datetime(2027, 3, 8, 9, 0, tzinfo=PARIS))
    player.complete(*early)
    clock.move_to(dt.datetime(2027, 4, 12, 9, 0, tzinfo=PARIS))
    end_finished_cohorts(player.cast.network.pk)
    player.client.force_login(player.membership.user)
    before = shown(player)

    player.complete(last)
    lack_nothing(player)

    assert "a suivi ce parcours" not in before
    text = shown(player)
    assert "Tête 001 a suivi ce parcours jusqu’au bout" in text
    assert "du 8 mars 2027 au 12 avril 2027" in text
    assert "Votre parcours est terminé" in player.get().content.decode()
    assert player.page().select_one(f"a[href='{player.home}certificate/']") is not None


def test_it_changes_neither_the_status_nor_the_figures_of_a_cohort_that_is_over(
    player: Player, clock: time_machine.Traveller
) -> None:
    clock.move_to(dt.datetime(2027, 4, 12, 9, 0, tzinfo=PARIS))
    end_finished_cohorts(player.cast.network.pk)

    player.complete(*player.steps(weeks=tuple(range(9))))
    lack_nothing(player)
    player.client.force_login(player.membership.user)

    assert "du 12 avril 2027 au 12 avril 2027" in shown(player)  # never active before the end
    after = player.enrolment()
    assert (after.status, after.completed_at) == (Enrolment.Status.ENDED_INCOMPLETE, None)
    with player.inside():
        assert Cohort.objects.get(pk=after.cohort_id).status == Cohort.Status.ENDED
