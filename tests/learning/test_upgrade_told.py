"""What a change of version asks in weeks already past, and what it says of texts that changed."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from agencies.scope import networks
from coaching.adoption.facts import cohort_facts, person_facts
from coaching.adoption.reading import read_cohorts, read_enrolments
from coaching.programmes.runtime import outline_of
from tests.factories import PARIS
from tests.learning.upgraded import NOW, Document, Scene, document, longer, scene, with_moved

__all__ = ["scene"]

pytestmark = pytest.mark.django_db


# --- what comes in a week already past --------------------------------------------------------------


def expected_at(scene: Scene, day: dt.date, number: int = 0) -> float | None:
    """What the figures expect of a person on the evening of this day, after 18 h."""
    now = dt.datetime.combine(day, dt.time(19), tzinfo=PARIS)
    with networks(scene.cast.network.pk):
        [record] = [row for row in read_cohorts(scene.cast.network.pk) if row.name == "Petite"]
        facts = cohort_facts(record, outline_of(record.programme_version), scene.cast.network, now)
        [row] = [
            each
            for each in read_enrolments(scene.cast.network.pk, cohorts=[scene.cohort.pk])
            if each.public_id == scene.enrolments[number].public_id
        ]
        return person_facts(facts, row).figures.expected.value


def test_nobody_falls_behind_by_a_change_of_version(scene: Scene) -> None:
    assert expected_at(scene, NOW.date()) == 1  # all of the tiny programme is due since 18 January
    scene.heads[0].complete("la-lecon/lire")

    page = scene.preview(version := scene.publish(longer()))
    scene.take_up(version)

    assert "dans une semaine déjà passée : d’ici le lundi 1er février" in page.replace("\u00a0", " ")
    assert expected_at(scene, NOW.date()) == pytest.approx(22 / 27)
    assert expected_at(scene, dt.date(2027, 1, 31)) == pytest.approx(22 / 27)
    assert expected_at(scene, dt.date(2027, 2, 1)) == 1
    scene.undo()
    assert expected_at(scene, NOW.date()) == 1


def test_a_step_that_becomes_required_leaves_a_week_and_one_carried_over_does_not(scene: Scene) -> None:
    optional = document()
    optional["modules"]["la-lecon"]["steps"][2]["optional"] = True
    optional["modules"]["la-lecon"]["minutes"] -= 1
    lighter = scene.publish(optional)
    scene.take_up(lighter)
    assert expected_at(scene, NOW.date()) == 1

    scene.take_up(scene.publish(with_moved("quiz"), "1.2"), lighter)

    assert expected_at(scene, NOW.date()) == pytest.approx(21 / 22)


def test_time_for_what_came_is_kept_through_the_next_change_and_given_back_by_its_undoing(
    scene: Scene,
) -> None:
    second = scene.publish(longer())
    scene.take_up(second)
    reworded_too = longer()
    reworded_too["modules"]["la-lecon"]["steps"][0]["title"]["fr"] = "Autre titre"

    with time_machine.travel(NOW + dt.timedelta(days=7), tick=False):
        scene.take_up(scene.publish(reworded_too, "1.2"), second)
        assert expected_at(scene, dt.date(2027, 1, 28)) == pytest.approx(22 / 27)
        assert expected_at(scene, dt.date(2027, 2, 1)) == 1
        scene.undo()

    assert expected_at(scene, dt.date(2027, 1, 28)) == pytest.approx(22 / 27)


# --- contenu mis à jour --------------------------------------------------------------------------


UPDATED = "contenu mis à jour"


SINCE = "Contenu mis à jour depuis que vous avez fait cette étape."


def reworded(language: str = "fr") -> Document:
    """The question of the quiz says something else in this language."""
    changed = document()
    changed["modules"]["la-lecon"]["steps"][1]["items"][0]["question"][language] = "Autre chose"
    return changed


def test_who_had_done_a_step_that_changed_is_told_on_the_path_and_on_its_page(scene: Scene) -> None:
    scene.heads[0].complete("la-lecon/lire", "la-lecon/quiz")

    scene.take_up(scene.publish(reworded()))

    done, other = scene.heads
    assert UPDATED in done.page("path").get_text()
    assert done.page("la-lecon").get_text().count(UPDATED) == 1
    assert SINCE in done.page("la-lecon/quiz").get_text()
    assert SINCE not in done.page("la-lecon/lire").get_text()
    for address in ("path", "la-lecon", "la-lecon/quiz"):
        assert UPDATED not in other.page(address).get_text().lower()


def test_the_label_goes_when_the_cohort_goes_back(scene: Scene) -> None:
    scene.heads[0].complete("la-lecon/lire", "la-lecon/quiz")
    second = scene.publish(reworded())
    scene.take_up(second)
    scene.undo()

    assert UPDATED not in scene.heads[0].page("path").get_text()
    scene.take_up(second)
    assert UPDATED in scene.heads[0].page("path").get_text()
    scene.take_up(scene.first, second)
    assert UPDATED not in scene.heads[0].page("path").get_text()


def test_the_label_goes_when_the_step_is_taken_again(scene: Scene) -> None:
    scene.heads[0].complete("la-lecon/lire", "la-lecon/quiz")
    scene.take_up(scene.publish(reworded()))

    scene.heads[0].complete("la-lecon/quiz")

    assert UPDATED not in scene.heads[0].page("path").get_text()
    assert scene.row().done_steps == 2


def test_a_step_that_was_only_renamed_or_moved_says_the_same(scene: Scene) -> None:
    scene.heads[0].complete("la-lecon/lire", "la-lecon/quiz")
    scene.take_up(scene.publish(longer()))
    assert UPDATED not in scene.heads[0].page("path").get_text()
    scene.undo()

    scene.take_up(scene.publish(with_moved("quiz"), "1.2"))

    assert UPDATED not in scene.heads[0].page("path").get_text()


def test_a_change_in_one_language_is_told_to_its_readers_only(scene: Scene) -> None:
    scene.heads[0].complete("la-lecon/lire", "la-lecon/quiz")

    scene.take_up(scene.publish(reworded("en")))

    assert UPDATED not in scene.heads[0].page("path").get_text()
    assert SINCE not in scene.heads[0].page("la-lecon/quiz").get_text()
