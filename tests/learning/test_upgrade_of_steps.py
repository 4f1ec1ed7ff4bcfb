"""What becomes of a step that leaves, or changes module: its answer, exemption and practice, and back."""

from __future__ import annotations

import pytest
from django.db import connection

from agencies.scope import networks
from coaching.cohorts.models import CohortChange, Exemption
from coaching.cohorts.running import Wish
from coaching.cohorts.services import rehearse
from coaching.learning.models import Answer, PracticeSubmission, StepCompletion
from coaching.learning.services import change_cohort, undo_change
from tests.learning.player import hidden_fields
from tests.learning.upgraded import NOW, Scene, scene, shorter, with_moved

__all__ = ["scene"]

pytestmark = pytest.mark.django_db


def test_a_step_that_goes_takes_no_progress_and_no_answer_with_it(scene: Scene) -> None:
    scene.heads[0].complete("la-lecon/lire", "la-lecon/quiz")
    before = scene.progress()

    scene.take_up(scene.publish(shorter("lire", "choix", "scenario", "tri", "noter", "agir")))

    assert scene.progress() >= before
    with scene.heads[0].inside():
        assert Answer.objects.filter(address="la-lecon/quiz").exists()
        assert StepCompletion.objects.filter(address="la-lecon/quiz").exists()
    assert scene.differences() == []


def test_what_was_written_in_a_step_that_goes_is_read_by_its_author_alone(scene: Scene) -> None:
    head, other = scene.heads
    head.complete("la-lecon/lire", "la-lecon/agir")
    words = (head.content("la-lecon/agir") or {})["text"]
    scene.take_up(scene.publish(shorter("lire", "quiz")))

    page = head.page("la-lecon/agir")

    note = page.select_one(".note")
    assert note is not None
    assert "a quitté votre parcours" in note.get_text()
    assert words in page.get_text()
    field = page.select_one("fieldset[disabled] textarea[name=text]")
    assert field is not None
    for path in ("path/", "shared/"):
        assert head.url("la-lecon/agir") in head.client.get(head.home + path).content.decode()
        assert head.url("la-lecon/agir") not in other.client.get(other.home + path).content.decode()
    assert other.get("la-lecon/agir").status_code == 404


@pytest.mark.parametrize("done", [(), ("la-lecon/agir",)])
def test_words_sent_to_a_step_that_has_gone_stay_on_the_page_and_change_nothing(
    done: tuple[str, ...], scene: Scene
) -> None:
    head = scene.heads[0]
    head.complete("la-lecon/lire", *done)
    form = head.page("la-lecon/agir").select_one("#step")
    assert form is not None
    stored = head.content("la-lecon/agir")
    scene.take_up(scene.publish(shorter("lire", "quiz")))

    sent = head.post("la-lecon/agir", hidden_fields(form) | {"text": "Des mots trop tard"})

    assert sent.status_code == 409
    assert "Des mots trop tard</textarea>" in sent.content.decode()
    assert "n’a pas pu être enregistré" in sent.content.decode()
    assert head.content("la-lecon/agir") == stored


def test_every_kind_of_step_that_has_gone_is_read_again_and_takes_nothing_more(scene: Scene) -> None:
    head = scene.heads[0]
    written = ["la-lecon/choix", "la-lecon/scenario", "la-lecon/tri", "la-lecon/agir"]
    head.complete(*written)
    scene.take_up(scene.publish(shorter("lire", "quiz")))

    read = {address: head.get(address).status_code for address in written}
    sent = {address: head.post(address, {"action": "save"}).status_code for address in written}

    assert set(read.values()) == {200}, read
    assert set(sent.values()) == {409}, sent


def test_a_practice_of_a_step_that_has_gone_can_be_taken_back(scene: Scene) -> None:
    head = scene.heads[0]
    head.complete("la-lecon/lire", "la-lecon/agir")
    scene.take_up(scene.publish(shorter("lire", "quiz")))

    head.post("la-lecon/agir", {"withdraw": "1"})

    with head.inside():
        assert PracticeSubmission.objects.get().withdrawn_at is not None
    assert head.content("la-lecon/agir") is not None


def test_a_step_taken_to_another_module_is_carried_over_and_back(scene: Scene) -> None:
    scene.heads[0].complete("la-lecon/lire", "la-lecon/quiz")

    scene.take_up(scene.publish(with_moved("quiz")))

    assert scene.heads[0].done() == {"la-lecon/lire", "autre/quiz"}
    assert scene.row().done_steps == 2
    assert scene.differences() == []
    scene.undo()
    assert scene.heads[0].done() == {"la-lecon/lire", "la-lecon/quiz"}
    assert scene.row().done_steps == 2
    assert scene.differences() == []


def test_a_private_answer_goes_with_its_step_unread_and_comes_back(scene: Scene) -> None:
    scene.heads[0].complete("la-lecon/lire", "la-lecon/agir")
    with scene.heads[0].inside():
        written = Answer.objects.get(address="la-lecon/agir").content

    scene.take_up(scene.publish(with_moved("agir")))

    assert scene.heads[0].content("autre/agir") == written
    assert scene.heads[0].content("la-lecon/agir") is None
    assert written["text"] in scene.heads[0].page("autre/agir").get_text()
    with networks(scene.cast.network.pk, user_id=scene.cast.coach.user_id):
        assert not Answer.objects.exists()
        assert set(PracticeSubmission.objects.values_list("address", flat=True)) == {"autre/agir"}
    scene.undo()
    assert scene.heads[0].content("la-lecon/agir") == written
    assert written["text"] in scene.heads[0].page("la-lecon/agir").get_text()


def test_what_is_written_between_a_change_and_its_undoing_comes_back_too(scene: Scene) -> None:
    scene.take_up(scene.publish(with_moved("agir")))
    scene.heads[1].complete("autre/agir")
    reached = scene.progress(1)

    scene.undo()

    assert scene.heads[1].done() == {"la-lecon/agir"}
    assert scene.heads[1].content("la-lecon/agir") is not None
    assert scene.progress(1) == reached
    assert scene.differences() == []


def exempt(scene: Scene) -> CohortChange:
    """The first person is exempted from the quiz."""
    with networks(scene.cast.network.pk):
        people = frozenset([scene.enrolments[0].public_id])
        wish = Wish("exempt", people=people, addresses=("la-lecon/quiz",))
        mark = rehearse(scene.cohort, wish, now=NOW).mark
        return change_cohort(scene.cohort, scene.cast.coach, wish, mark=mark, now=NOW)


def test_an_exemption_goes_with_its_step_and_can_still_be_undone(scene: Scene) -> None:
    given = exempt(scene)

    scene.take_up(scene.publish(with_moved("quiz")))

    with networks(scene.cast.network.pk):
        assert [each.address for each in Exemption.objects.all()] == ["autre/quiz"]
    assert "Dispensé" in scene.heads[0].page("autre").get_text()
    assert scene.row().done_minutes == 1
    scene.undo()
    with networks(scene.cast.network.pk):
        assert [each.address for each in Exemption.objects.all()] == ["la-lecon/quiz"]
        undo_change(CohortChange.objects.get(pk=given.pk), scene.cast.coach, now=NOW)
        assert not Exemption.objects.exists()


def test_an_exemption_given_before_is_taken_back_after_the_change(scene: Scene) -> None:
    given = exempt(scene)
    scene.take_up(scene.publish(with_moved("quiz")))

    with networks(scene.cast.network.pk):
        undo_change(given, scene.cast.coach, now=NOW)

        assert not Exemption.objects.exists()


def test_where_something_stood_already_nothing_moves(scene: Scene) -> None:
    moved = scene.publish(with_moved("quiz"))
    without = scene.publish(shorter("lire"), "1.2")
    scene.take_up(moved)
    scene.heads[0].complete("autre/quiz")
    scene.take_up(without, moved)
    scene.take_up(scene.first, without)
    scene.heads[0].complete("la-lecon/quiz")

    scene.take_up(moved, scene.first)

    assert scene.heads[0].done() == {"autre/quiz", "la-lecon/quiz"}
    scene.undo()
    assert scene.heads[0].done() == {"autre/quiz", "la-lecon/quiz"}
    assert scene.follows() == "1.0"


def test_a_form_that_was_open_while_its_step_changed_module_is_taken_where_the_step_is(
    scene: Scene,
) -> None:
    scene.take_up(scene.publish(with_moved("agir")))

    page = scene.heads[0].get("la-lecon/agir")
    sent = scene.heads[0].post("la-lecon/agir", {"text": "Un mot", "action": "save"})

    assert (page.status_code, page.headers["Location"]) == (302, scene.heads[0].url("autre/agir"))
    assert (sent.status_code, sent.headers["Location"]) == (307, scene.heads[0].url("autre/agir"))
    scene.undo()
    assert scene.heads[0].get("autre/agir").headers["Location"] == scene.heads[0].url("la-lecon/agir")
    assert scene.heads[0].get("autre/rien").status_code == 404


def test_the_function_that_moves_answers_stays_within_its_network_and_tells_nothing(scene: Scene) -> None:
    scene.heads[0].complete("la-lecon/quiz")
    moving = "SELECT carry_private_answers(%s, 'la-lecon/quiz', 'autre/quiz')"

    with networks(scene.cast.other_network.pk), connection.cursor() as cursor:
        cursor.execute(moving, [[scene.enrolments[0].pk]])
        told = cursor.fetchall()

    assert told == [(None,)]
    assert scene.heads[0].content("la-lecon/quiz") is not None
