"""Who has finished, wherever a fact changes: a step, a quiz again, a practice read, a session, an undo."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from agencies.scope import networks
from coaching.cohorts.ending import end_finished_cohorts
from coaching.cohorts.models import Attendance, Cohort, Enrolment, LiveSession
from coaching.cohorts.services import code_of, mark
from coaching.learning.access import get_learner_for, get_task_for
from coaching.learning.models import PracticeSubmission, StepCompletion
from coaching.learning.recount import recount
from coaching.learning.services import complete_step
from coaching.programmes.models import ProgrammeVersion
from coaching.programmes.services import publish
from tests.adoption.changing import Desk as ChangeDesk
from tests.adoption.reviewing import Desk
from tests.factories import PARIS, Cast, launch_cohort, make_cast, starter_document
from tests.learning.examples import example_for, right_response
from tests.learning.player import Player

pytestmark = pytest.mark.django_db

LESSON = "communiquer-c-est-relier"
PRACTICES = ("p1-profil", "p2-post-valeur", "p3-trois-commentaires", "p4-lien")
FINAL = "evaluation-finale"
LATER = dt.datetime(2027, 1, 27, 9, 0, tzinfo=PARIS)


def short_version(**changes: Any) -> ProgrammeVersion:
    """A lesson with its quiz, the four practices, the final assessment and three live sessions, in week 1."""
    document = copy.deepcopy(starter_document())
    weeks = [week for week in document["weeks"] if week["key"] in ("w0", "w1")]
    weeks[0]["modules"], weeks[1]["modules"] = [], [LESSON, *PRACTICES, FINAL]
    modules = {key: document["modules"][key] for key in weeks[1]["modules"]}
    for module in modules.values():
        module.pop("prerequisites", None)
    sessions = [each | {"week": "w1"} for each in document["sessions"] if each["key"] in ("s1", "s2", "s3")]
    kept = {"weeks": weeks, "modules": modules, "sessions": sessions, "boosters": []}
    whole = {key: value for key, value in document.items() if key != "to_write"}
    return publish(whole | kept | {"key": "court"} | changes)


class Scene:
    """Two heads and their coach on the short programme, a week after its sessions."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        with networks(cast.network.pk):
            Enrolment.objects.update(status="withdrawn")
            version = short_version()
            self.cohort, self.enrolments = launch_cohort(cast.coach, version, cast.heads, name="Courte")
        self.coach, client = Client(), Client()
        self.coach.force_login(cast.coach.user)
        client.force_login(cast.head.user)
        self.player = Player(client, cast, cast.head)
        with self.player.inside():
            learner = get_learner_for(cast.head)
            assert learner is not None
            steps = learner.outline.steps_for_sector(learner.sector)
            self.steps = {step.address: step.kind for step in steps if step.is_required}

    @property
    def quiz(self) -> str:
        return self.of_kind("quiz")[0]

    def of_kind(self, kind: str) -> list[str]:
        return [address for address, each in self.steps.items() if each == kind]

    def row(self) -> Enrolment:
        with networks(self.cast.network.pk):
            return Enrolment.objects.get(pk=self.enrolments[0].pk)

    @property
    def status(self) -> str:
        return self.row().status

    def take(self, *addresses: str, right: bool = True) -> None:
        """Each step through the service, quizzes and the assessment all right or all wrong."""
        with self.player.inside():
            learner = get_learner_for(self.player.membership)
            assert learner is not None
            for address in addresses:
                step = learner.outline.step(address)
                assert step is not None
                found = get_task_for(learner, step)
                assert found is not None
                complete_step(learner.enrolment, address, self._answer(found[1], right))

    def _answer(self, task: Any, right: bool) -> Any:
        if task.step.kind not in ("quiz", "assessment"):
            return example_for(task)
        given = {
            item["key"]: right_response(item) if right else wrong_response(item)
            for item in task.fields["items"]
        }
        return {"now": given} if task.step.kind == "quiz" else {"done": [given] * (1 if right else 2)}

    def take_all(self, *, but: tuple[str, ...] = ()) -> None:
        self.take(*(address for address in self.steps if address not in but))

    def desk(self, address: str) -> Desk:
        with networks(self.cast.network.pk):
            rows = PracticeSubmission.objects.select_related("enrolment__cohort__network")
            return Desk(self.cast.coach, self.cast, rows.get(address=address))

    def validate(self, count: int = 3) -> None:
        for address in self.of_kind("practice")[:count]:
            self.desk(address).send(2)

    def session(self, key: str = "s1") -> LiveSession:
        with networks(self.cast.network.pk):
            found: LiveSession = LiveSession.objects.get(cohort=self.cohort, key=key)
            return found

    def held(self, *keys: str) -> None:
        """Sessions that the other head came to."""
        with networks(self.cast.network.pk):
            for key in keys:
                session = self.session(key)
                mark(session, self.enrolments[1], self.cast.coach, "present", now=session.starts_at)

    def marks(self, key: str, state: str) -> None:
        session = self.session(key)
        args = [self.cast.network.slug, self.cohort.public_id, session.public_id]
        data = {"person": self.enrolments[0].public_id, "state": state, "reason": "Vu sur la feuille"}
        self.coach.post(reverse("learning:attendance", args=args), data)

    def home(self) -> str:
        return text_of(self.player.get().content)

    def certificate(self) -> str:
        return text_of(self.player.client.get(self.player.home + "certificate/").content)

    def participant(self) -> str:
        args = [self.cast.network.slug, self.cohort.public_id, self.enrolments[0].public_id]
        return text_of(self.coach.get(reverse("adoption:participant", args=args)).content)


def wrong_response(item: Any) -> Any:
    if item["type"] == "matching":
        keys = [pair["key"] for pair in item["pairs"]]
        return dict(zip(keys, [*keys[1:], keys[0]], strict=True))
    keys = [option["key"] for option in item["options"]]
    if item["type"] == "ordering":
        return [*keys[1:], keys[0]]
    wrong = [option["key"] for option in item["options"] if not option["correct"]]
    return wrong[0] if item["type"] == "single" else wrong


def main_of(page: str) -> str:
    found = BeautifulSoup(page, "html.parser").select_one("main")
    assert found is not None
    return " ".join(found.get_text(" ").split())


def text_of(content: bytes) -> str:
    return content.decode().replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture
def scene(clock: time_machine.Traveller) -> Scene:
    clock.move_to(LATER)
    return Scene(make_cast(2))


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


def replay(scene: Scene, key: str) -> None:
    session = scene.session(key)
    url = reverse("learning:together_session", args=[scene.cast.network.slug, session.public_id])
    with scene.player.inside():
        learner = get_learner_for(scene.player.membership)
        assert learner is not None
        plan = next(each.plan for each in learner.outline.sessions if each.key == key)
    assert plan is not None
    answers = {f"q-{item['key']}": right_response(item) for item in plan.check}
    scene.player.client.post(url, {"replay": "1", **answers})


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


# --- what people see ---------------------------------------------------------------------------


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
