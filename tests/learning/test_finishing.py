"""Who has finished, wherever a fact changes: a step, a quiz again, a practice read, a session, an undo."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from agencies.scope import networks
from coaching.cohorts.ending import end_finished_cohorts
from coaching.cohorts.models import Attendance, Cohort, Enrolment, LiveSession
from coaching.cohorts.services import code_of, mark
from coaching.learning.models import StepCompletion
from coaching.learning.recount import recount
from tests.adoption.changing import Desk as ChangeDesk
from tests.factories import PARIS
from tests.learning.finishing import LATER, PRACTICES, Scene, main_of, replay, scene

__all__ = ["scene"]

pytestmark = pytest.mark.django_db


def test_all_steps_done_is_not_yet_finished_while_the_coach_has_read_nothing(scene: Scene) -> None:
    scene.take_all()

    assert scene.status == "active"
    assert "a suivi ce parcours jusqu’au bout" not in scene.certificate()


def test_the_third_practice_validated_finishes_and_taking_the_answer_back_undoes_it(scene: Scene) -> None:
    scene.take_all()
    scene.validate(2)
    before = scene.status

    desk = scene.desk(scene.of_kind("practice")[2])
    desk.send(2)
    finished = scene.row()
    desk.post({"action": "recall"})

    assert before == "active"
    assert (finished.status, finished.completed_at) == ("completed", LATER)
    assert (scene.row().status, scene.row().completed_at) == ("active", None)


def test_the_last_step_finishes_when_the_practices_were_validated_before(scene: Scene) -> None:
    last = scene.of_kind("reading")[0]
    scene.take_all(but=(last,))
    scene.validate()
    before = scene.status

    scene.take(last)

    assert (before, scene.status) == ("active", "completed")


def test_a_quiz_below_its_threshold_is_taken_again_until_it_is_right(scene: Scene) -> None:
    scene.take(scene.quiz, right=False)
    scene.take_all(but=(scene.quiz,))
    scene.validate()
    before = scene.status

    scene.take(scene.quiz)

    assert (before, scene.status) == ("active", "completed")
    with scene.player.inside():
        row = StepCompletion.objects.get(address=scene.quiz)
    assert (row.score, row.best_score) == (0, row.max_score)


def test_a_worse_try_takes_nothing_back(scene: Scene) -> None:
    scene.take_all()
    scene.validate()

    scene.take(scene.quiz, right=False)

    assert scene.status == "completed"


def test_a_practice_taken_back_by_its_author_stays_validated(scene: Scene) -> None:
    from coaching.learning.services import withdraw_submission

    scene.take_all()
    scene.validate()

    with scene.player.inside():
        withdraw_submission(scene.enrolments[0], scene.of_kind("practice")[0])

    assert scene.status == "completed"
    with networks(scene.cast.network.pk):
        assert recount() == []


def test_signing_the_session_that_was_missing_finishes(scene: Scene, clock: time_machine.Traveller) -> None:
    session = scene.session()
    scene.held("s1")
    clock.move_to(session.starts_at)
    scene.player.client.force_login(scene.cast.head.user)
    with networks(scene.cast.network.pk):
        mark(session, scene.enrolments[0], scene.cast.coach, "excused", now=session.starts_at)
    clock.move_to(LATER)
    scene.take_all()
    scene.validate()
    before = scene.status

    scene.marks("s1", "present")

    assert (before, scene.status) == ("active", "completed")


def test_the_code_of_the_session_finishes(scene: Scene, clock: time_machine.Traveller) -> None:
    with networks(scene.cast.network.pk):
        LiveSession.objects.filter(cohort=scene.cohort, key="s2").update(starts_at=LATER)
    scene.held("s1", "s2")
    scene.take_all()
    scene.validate()
    before = scene.status

    url = reverse("learning:together", args=[scene.cast.network.slug])
    scene.player.client.post(url, {"code": code_of(scene.session("s2"))})

    # one of two is not enough; the first one followed afterwards makes it two
    assert (before, scene.status) == ("active", "active")
    replay(scene, "s1")
    assert scene.status == "completed"


def test_a_correction_takes_completion_back_and_the_replay_gives_it_again(scene: Scene) -> None:
    scene.held("s1")
    scene.marks("s1", "present")
    scene.take_all()
    scene.validate()
    finished = scene.status

    scene.marks("s1", "absent")
    corrected = scene.row()
    replay(scene, "s1")

    assert finished == "completed"
    assert (corrected.status, corrected.completed_at) == ("active", None)
    assert scene.status == "completed"
    sheet = main_of(scene.certificate())
    assert "0 min de séances suivies" in sheet
    assert "et 1 h en différé" in sheet


def test_a_session_held_after_the_end_of_ones_path_takes_nothing_back(
    scene: Scene, clock: time_machine.Traveller
) -> None:
    scene.take_all()
    scene.validate()
    with networks(scene.cast.network.pk):
        LiveSession.objects.filter(cohort=scene.cohort, key="s2").update(
            starts_at=LATER + dt.timedelta(days=1)
        )
    clock.move_to(LATER + dt.timedelta(days=1))
    scene.held("s2")
    scene.coach.force_login(scene.cast.coach.user)

    scene.marks("s2", "absent")

    assert scene.status == "completed"


def test_a_cancelled_session_is_asked_of_nobody(scene: Scene) -> None:
    scene.held("s1")
    with networks(scene.cast.network.pk):
        LiveSession.objects.filter(cohort=scene.cohort, key="s1").update(cancelled_at=LATER)

    scene.take_all()
    scene.validate()

    assert scene.status == "completed"


def test_who_lacks_something_when_the_cohort_ends_has_not_finished_and_may_still_have_the_page(
    scene: Scene, clock: time_machine.Traveller
) -> None:
    scene.take_all()
    scene.validate(2)
    with networks(scene.cast.network.pk):
        ends = dt.datetime(2027, 3, 1, 9, 0, tzinfo=PARIS)
        Cohort.objects.filter(pk=scene.cohort.pk).update(end_check_at=LATER)
    clock.move_to(ends)
    end_finished_cohorts(scene.cast.network.pk)
    for client, member in ((scene.coach, scene.cast.coach), (scene.player.client, scene.cast.head)):
        client.force_login(member.user)
    before = scene.certificate()

    scene.desk(scene.of_kind("practice")[2]).send(2)

    assert scene.status == "ended_incomplete"
    assert "a suivi ce parcours jusqu’au bout" not in before
    assert "a suivi ce parcours jusqu’au bout" in scene.certificate()
    with networks(scene.cast.network.pk):
        assert recount() == []


def test_nothing_of_an_archived_cohort_is_taken_back(scene: Scene) -> None:
    scene.held("s1")
    scene.marks("s1", "present")
    scene.take_all()
    scene.validate()
    with networks(scene.cast.network.pk):
        Cohort.objects.filter(pk=scene.cohort.pk).update(status="archived")

    scene.marks("s1", "absent")

    assert scene.status == "completed"
    with networks(scene.cast.network.pk):
        assert Attendance.objects.get(enrolment=scene.enrolments[0]).state == "present"


def test_an_exemption_finishes_and_undone_it_takes_completion_back(scene: Scene) -> None:
    scene.take_all()
    scene.validate(2)
    desk = ChangeDesk(dataclasses.replace(scene.cast, cohort=scene.cohort))

    desk.change("exempt", people=[scene.enrolments[0].public_id], what=PRACTICES[3])
    finished = scene.status
    desk.undo()

    assert (finished, scene.status) == ("completed", "active")


def test_an_exemption_undone_after_the_end_of_the_path_takes_completion_back(scene: Scene) -> None:
    scene.take_all()
    desk = ChangeDesk(dataclasses.replace(scene.cast, cohort=scene.cohort))
    desk.change("exempt", people=[scene.enrolments[0].public_id], what=PRACTICES[3])
    scene.validate(2)
    finished = scene.status

    desk.undo()

    assert (finished, scene.status) == ("completed", "active")


def test_a_recount_finds_who_has_finished_without_being_told_so_and_mends_it(scene: Scene) -> None:
    scene.take_all()
    scene.validate()
    with networks(scene.cast.network.pk):
        Enrolment.objects.filter(pk=scene.enrolments[0].pk).update(status="active", completed_at=None)
        (found,) = recount(fix=True)
        after = recount()

    assert found.has_finished
    assert "has finished and is not completed" in str(found)
    assert after == []
    assert scene.status == "completed"
