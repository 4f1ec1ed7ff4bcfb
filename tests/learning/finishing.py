"""A cohort whose people have done every step, and what else finishing takes."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from agencies.scope import networks
from coaching.cohorts.models import Enrolment, LiveSession
from coaching.cohorts.services import mark
from coaching.learning.access import get_learner_for, get_task_for
from coaching.learning.models import PracticeSubmission
from coaching.learning.services import complete_step
from coaching.programmes.models import ProgrammeVersion
from coaching.programmes.services import publish
from tests.adoption.reviewing import Desk
from tests.factories import PARIS, Cast, launch_cohort, make_cast, starter_document
from tests.learning.examples import example_for, right_response
from tests.learning.player import Player

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
