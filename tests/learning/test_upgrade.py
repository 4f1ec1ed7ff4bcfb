"""A running cohort takes up another version: what is done stays done, progress never decreases."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.scope import networks
from coaching.cohorts.models import Enrolment, Exemption
from coaching.learning.models import CohortUpgrade
from coaching.learning.recount import recount
from coaching.programmes.services import install, publish
from tests.learning.upgraded import NOW, Document, Scene, document, longer, scene, shorter
from tests.programmes.tiny import both

__all__ = ["scene"]

pytestmark = pytest.mark.django_db


def test_a_longer_version_keeps_progress_and_what_was_done_under_its_new_name(
    scene: Scene,
) -> None:
    scene.heads[0].complete("la-lecon/lire", "la-lecon/quiz")
    before = scene.progress()

    page = scene.take_up(scene.publish(longer()))

    row = scene.row()
    assert "La promotion suit la version 1.1." in page
    assert scene.follows() == "1.1"
    assert scene.progress() == before == row.progress_floor
    assert (row.done_minutes, row.done_steps) == (3, 2)
    assert scene.row(1).progress_floor == 0
    assert scene.differences() == []
    assert scene.heads[0].get("la-lecon/quiz").status_code == 200


def test_progress_goes_on_from_there_once_the_new_steps_are_taken(scene: Scene) -> None:
    scene.heads[0].complete("la-lecon/lire")
    scene.take_up(scene.publish(longer()))
    held = scene.progress()

    scene.heads[0].complete("la-lecon/encore")

    assert scene.progress() == pytest.approx(7 / 27)
    assert scene.progress() > held


def test_the_preview_tells_what_comes_for_whom_and_changes_nothing(scene: Scene) -> None:
    scene.heads[0].complete("la-lecon/lire", "la-lecon/quiz")

    page = scene.preview(scene.publish(longer()))

    assert "Titre encore" in page
    assert "dans une semaine déjà passée" in page
    assert "contenu mis à jour" in page
    assert scene.follows() == "1.0"
    with networks(scene.cast.network.pk):
        assert not CohortUpgrade.objects.exists()


def test_who_has_done_all_that_a_shorter_version_asks_has_finished(scene: Scene) -> None:
    scene.heads[0].complete("la-lecon/lire", "la-lecon/quiz", seed=1)  # a right answer

    scene.take_up(scene.publish(shorter("lire", "quiz")))

    assert scene.row().status == Enrolment.Status.COMPLETED
    scene.undo()
    assert scene.row().status == Enrolment.Status.ACTIVE
    assert scene.row().completed_at is None


def test_undo_gives_everybody_back_what_they_held(scene: Scene) -> None:
    scene.heads[0].complete("la-lecon/lire", "la-lecon/quiz")
    facts = [(row.done_minutes, row.week_minutes, row.progress_floor) for row in (scene.row(0), scene.row(1))]
    scene.take_up(scene.publish(longer()))

    page = scene.undo()

    assert "suit de nouveau la version 1.0" in page
    assert scene.follows() == "1.0"
    assert facts == [
        (row.done_minutes, row.week_minutes, row.progress_floor) for row in (scene.row(0), scene.row(1))
    ]
    assert scene.differences() == []
    assert "suit de nouveau" not in scene.undo() or scene.follows() == "1.0"


def test_undo_takes_no_progress_from_who_went_on_since(scene: Scene) -> None:
    scene.take_up(scene.publish(shorter("lire", "quiz", "choix")))
    with time_machine.travel(NOW + dt.timedelta(hours=1), tick=False):
        scene.heads[0].complete("la-lecon/lire", "la-lecon/quiz")
        reached = scene.progress()

        scene.undo()

        assert scene.progress() == reached == pytest.approx(3 / 4)
        assert scene.differences() == []


def test_a_step_of_an_exemption_goes_on_counting_as_done(scene: Scene) -> None:
    scene.heads[0].complete("la-lecon/lire")
    with networks(scene.cast.network.pk):
        Exemption.objects.create(
            enrolment=scene.enrolments[0],
            address="la-lecon/quiz",
            given_by=scene.cast.coach,
            given_at=NOW,
        )
        recount(fix=True)
    before = scene.progress()

    scene.take_up(scene.publish(longer()))

    assert scene.row().done_minutes == 3
    assert scene.progress() == before
    assert scene.differences() == []


def test_a_version_with_other_weeks_is_refused_with_the_reason(scene: Scene) -> None:
    changed = document()
    changed["weeks"].append({"key": "w3", "title": both("Suite", "Next"), "modules": []})
    version = scene.publish(changed)

    page, posted = scene.preview(version), scene.take_up(version)

    assert "n’a pas les mêmes semaines" in page
    assert "n’a pas les mêmes semaines" in posted
    assert scene.follows() == "1.0"


def test_a_version_not_installed_here_or_of_another_programme_is_refused(scene: Scene) -> None:
    away = scene.publish(longer(), installed=False)
    other = scene.publish(document("un-autre"), "1.0")

    assert "n’est plus installée" in scene.take_up(away)
    assert "autre parcours" in scene.take_up(other)
    assert scene.follows() == "1.0"


def soup(page: str) -> BeautifulSoup:
    return BeautifulSoup(page, "html.parser")


def retitled(title: str, body: str = "") -> Document:
    changed = longer()
    lesson = changed["modules"]["la-lecon"]
    lesson["steps"][-1]["title"] = both(title, title)
    lesson["steps"][0]["title"] = both(body or "Lire", "Read")
    return changed


def test_the_preview_compares_with_the_version_that_the_cohort_follows(scene: Scene) -> None:
    between = publish(
        retitled("Encore") | {"version": "1.1"},
        published_by=scene.cast.coach.user,
        what_changed="Un quiz de plus.",
    )
    chosen = publish(
        retitled("Encore", "Lire à voix haute") | {"version": "1.2"},
        published_by=scene.cast.coach.user,
        what_changed="On lit à voix haute.",
    )
    with networks(scene.cast.network.pk):
        install(scene.cast.network, between)
        install(scene.cast.network, chosen)

    page = soup(scene.preview(chosen))

    what = page.select_one("[aria-labelledby=what]")
    assert what is not None
    said = what.get_text(" ", strip=True)
    assert "Par rapport à la version 1.0" in said
    assert "1 étape ajoutée" in said
    assert said.index("Un quiz de plus.") < said.index("On lit à voix haute.")
    words = page.select_one("#words")
    assert words is not None
    assert "à voix haute" in words.get_text(" ", strip=True)
    scene.take_up(chosen)
    back = soup(scene.preview(between)).select_one("[aria-labelledby=what]")
    assert back is not None
    assert "Un quiz de plus." not in back.get_text()


def test_the_preview_says_that_a_version_is_of_another_programme(scene: Scene) -> None:
    other = scene.publish(longer() | {"key": "un-autre", "title": both("Le nôtre", "Ours")}, "1.0")
    other.programme.origin_version = scene.first
    other.programme.save()

    listed, page = scene.coach.get(scene.url).content.decode(), scene.preview(other)

    assert "Un autre parcours de la même famille." in listed
    assert "C’est un autre parcours" in page
    assert "Le nôtre" in page


def test_a_preview_that_another_window_has_overtaken_changes_nothing(scene: Scene) -> None:
    second, third = scene.publish(longer()), scene.publish(shorter("lire", "quiz"), "1.2")
    scene.take_up(second)

    page = scene.take_up(third)

    assert "a changé de version entre-temps" in page
    assert scene.follows() == "1.1"


def test_sending_the_same_confirmation_twice_is_one_change(scene: Scene) -> None:
    version = scene.publish(longer())

    scene.take_up(version)
    scene.take_up(version)

    with networks(scene.cast.network.pk):
        assert CohortUpgrade.objects.count() == 1


def test_an_earlier_change_is_not_undone_once_a_later_one_is_there(scene: Scene) -> None:
    second, third = scene.publish(longer()), scene.publish(shorter("lire", "quiz"), "1.2")
    scene.take_up(second)
    with networks(scene.cast.network.pk):
        first = CohortUpgrade.objects.get()
    scene.take_up(third, second)

    page = scene.coach.post(f"{scene.url}{first.public_id}/", follow=True).content.decode()

    assert "ne s’annule plus" in page
    assert scene.follows() == "1.2"


@pytest.mark.parametrize("heads", [1, 3])
def test_the_preview_asks_the_same_number_of_questions_for_one_person_and_for_three(heads: int) -> None:
    with time_machine.travel(NOW, tick=False):
        scene = Scene(heads)
        for head in scene.heads:
            head.complete("la-lecon/lire")
        version = scene.publish(longer())
        scene.preview(version)

        with CaptureQueriesContext(connection) as captured:
            scene.preview(version)

    asked = [each["sql"] for each in captured.captured_queries]
    asked = [sql for sql in asked if "set_config" not in sql and not sql.startswith(("SAVEPOINT", "RELEASE"))]
    assert len(asked) == 16, len(asked)
