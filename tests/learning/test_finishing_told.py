"""Who has finished, as people read it: home, page of the coach, sheet of the manager, attestation."""

from __future__ import annotations

import dataclasses

import pytest
from django.test import Client
from django.urls import reverse

from tests.adoption.changing import Desk as ChangeDesk
from tests.learning.finishing import Scene, main_of, replay, scene, text_of

__all__ = ["scene"]

pytestmark = pytest.mark.django_db


def test_the_home_says_what_is_left_and_whose_turn_it_is(scene: Scene) -> None:
    scene.held("s1")
    scene.take(scene.quiz, right=False)
    scene.take_all(but=(scene.quiz,))
    scene.validate(1)
    scene.desk(scene.of_kind("practice")[1]).send(1, outcome="return", suggestion="Un détail de plus ?")

    page = scene.player.page()
    home = main_of(scene.home())

    assert "Toutes les étapes sont faites" in home
    assert "Un quiz à reprendre" in home
    assert page.select_one(f"section.next a[href='{scene.player.url(scene.quiz)}']") is not None
    assert "Encore 2 mises en pratique à valider" in home
    assert "C’est au tour de votre coach : rien à faire de votre côté." in home
    assert "rendue avec une suggestion" in home
    assert "Encore une séance à suivre" in home
    session = reverse("learning:together_session", args=["rivages", scene.session().public_id])
    assert page.select_one(f"section.next a[href='{session}']") is not None
    assert "À suivre en différé" in home
    assert "Votre prochaine étape" not in home
    assert "Toutes les étapes sont faites" in main_of(scene.certificate())


def test_who_is_still_on_the_way_reads_nothing_of_thresholds(scene: Scene) -> None:
    scene.take(scene.quiz, right=False)

    home = main_of(scene.home())

    assert "Votre prochaine étape" in home
    assert "à reprendre" not in home


def test_an_assessment_whose_tries_are_used_is_for_a_talk_and_an_exemption_settles_it(scene: Scene) -> None:
    final = scene.of_kind("assessment")[0]
    scene.take(final, right=False)
    scene.take_all(but=(final,))
    scene.validate()
    before, desk_before = main_of(scene.home()), main_of(scene.participant())

    desk = ChangeDesk(dataclasses.replace(scene.cast, cohort=scene.cohort))
    desk.change("exempt", people=[scene.enrolments[0].public_id], what=final, reason="Échange du 27")

    assert "un échange avec votre coach vient ensuite" in before
    assert "une dispense de l’étape permet de terminer" in desk_before
    assert "permet de terminer" not in main_of(scene.participant())
    assert scene.status == "completed"
    assert "1 étape dispensée" in main_of(scene.certificate())


def test_the_coach_sees_every_condition_and_the_manager_only_whether_it_is_done(scene: Scene) -> None:
    scene.held("s1")
    scene.take(scene.quiz, right=False)
    scene.take_all(but=(scene.quiz,))
    scene.validate(2)

    coach = main_of(scene.participant())
    manager = Client()
    manager.force_login(scene.cast.manager.user)
    args = [scene.cast.network.slug, scene.cast.head.agency.public_id]
    sheet = text_of(manager.get(reverse("adoption:agency", args=args)).content)

    assert "Pour terminer le parcours" in coach
    assert "bonnes réponses : 0 sur" in coach
    assert "2 sur 4, il en faut 3" in coach
    assert "attend votre retour" in coach
    assert "jeudi 14 janvier : rien de noté" in coach
    assert "Tête 001" in sheet
    for private in ("bonnes réponses", "il en faut", "attend votre retour"):
        assert private not in sheet


def test_the_attestation_says_hours_live_afterwards_and_at_a_distance_and_the_results(scene: Scene) -> None:
    scene.held("s1", "s2")
    scene.marks("s1", "present")
    scene.take_all()
    replay(scene, "s2")
    scene.validate()

    sheet = main_of(scene.certificate())

    assert "Formation à distance, avec des séances en direct" in sheet
    assert "1 h de séances suivies, et 1 h en différé" in sheet
    assert "de travail à son rythme, durée estimée des étapes faites" in sheet
    assert "mises en pratique validées : 3 sur 4" in sheet
    assert "évaluation finale réussie" in sheet
