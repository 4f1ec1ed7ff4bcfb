"""A cohort of two and editions of a small programme, to take up one after the other."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from agencies.scope import networks
from coaching.cohorts.models import Cohort, Enrolment
from coaching.learning.models import CohortUpgrade
from coaching.learning.recount import recount
from coaching.programmes.models import ProgrammeVersion
from coaching.programmes.services import install, publish
from tests.factories import PARIS, Cast, launch_cohort, make_cast
from tests.learning.player import Player
from tests.programmes import packages
from tests.programmes.tiny import both, question, step

NOW = dt.datetime(2027, 1, 20, 9, 0, tzinfo=PARIS)
Document = dict[str, Any]


def document(key: str = "parcours") -> Document:
    """The tiny programme with a second week, empty, so that a cohort can run on it."""
    found = packages.document(key)
    found["weeks"].append({"key": "w2", "title": both("Suite", "Next"), "modules": []})
    found["sessions"][0]["week"] = "w2"
    return found


class Scene:
    """A cohort of two on the tiny programme, the first version of it; the coach at the desk."""

    def __init__(self, heads: int = 2) -> None:
        self.cast: Cast = make_cast(heads)
        self.first = publish(document(), published_by=self.cast.coach.user)
        with networks(self.cast.network.pk):
            install(self.cast.network, self.first)
            self.cohort, self.enrolments = launch_cohort(
                self.cast.coach, self.first, self.cast.heads, name="Petite"
            )
        self.coach = Client()
        self.coach.force_login(self.cast.coach.user)
        self.heads = [self._player(number) for number in range(heads)]
        self.url = f"/n/rivages/cohorts/{self.cohort.public_id}/version/"

    def _player(self, number: int) -> Player:
        client = Client()
        client.force_login(self.cast.heads[number].user)
        return Player(client, self.cast, self.cast.heads[number])

    def publish(self, changed: Document, version: str = "1.1", *, installed: bool = True) -> ProgrammeVersion:
        found = publish(changed | {"version": version}, published_by=self.cast.coach.user)
        if installed:
            with networks(self.cast.network.pk):
                install(self.cast.network, found)
        return found

    def preview(self, version: ProgrammeVersion) -> str:
        response = self.coach.get(self.url, {"to": version.public_id})
        assert response.status_code == 200
        return response.content.decode()

    def take_up(self, version: ProgrammeVersion, seen: ProgrammeVersion | None = None) -> str:
        data = {"to": version.public_id, "from": (seen or self.first).public_id}
        return self.coach.post(self.url, data, follow=True).content.decode()

    def undo(self) -> str:
        with networks(self.cast.network.pk):
            change = CohortUpgrade.objects.order_by("-pk")[0]
        return self.coach.post(f"{self.url}{change.public_id}/", follow=True).content.decode()

    def row(self, number: int = 0) -> Enrolment:
        with networks(self.cast.network.pk):
            return Enrolment.objects.get(pk=self.enrolments[number].pk)

    def progress(self, number: int = 0) -> float:
        """As the coach's page and the API say it."""
        found = self.coach.get("/api/v1/n/rivages/enrolments").json()["results"]
        [ratio] = [
            each["progress_ratio"] for each in found if each["id"] == self.enrolments[number].public_id
        ]
        return float(ratio)

    def follows(self) -> str:
        with networks(self.cast.network.pk):
            return Cohort.objects.get(pk=self.cohort.pk).programme_version.label

    def differences(self) -> list[Any]:
        with networks(self.cast.network.pk):
            return recount()


@pytest.fixture
def scene(db: None) -> Iterator[Scene]:
    with time_machine.travel(NOW, tick=False):
        yield Scene()


def longer() -> Document:
    """One step renamed, one added: 5 minutes more."""
    changed = document()
    lesson = changed["modules"]["la-lecon"]
    lesson["steps"][1] |= {"key": "interroger", "formerly": ["quiz"]}
    lesson["steps"].append(step("encore", "quiz", 5, items=[question("q", "single", "un")]))
    lesson["minutes"] += 5
    return changed


def shorter(*kept: str) -> Document:
    changed = document()
    lesson = changed["modules"]["la-lecon"]
    lesson["steps"] = [each for each in lesson["steps"] if each["key"] in kept]
    lesson["minutes"] = sum(each["minutes"] for each in lesson["steps"])
    return changed


def with_moved(*keys: str) -> Document:
    """These steps stand in a module of their own."""
    changed = document()
    lesson = changed["modules"]["la-lecon"]
    moved = [each for each in lesson["steps"] if each["key"] in keys]
    lesson["steps"] = [each for each in lesson["steps"] if each["key"] not in keys]
    minutes = sum(each["minutes"] for each in moved)
    changed["modules"]["autre"] = {
        **copy.deepcopy(lesson),
        "key": "autre",
        "code": "L02",
        "kind": "practice",
        "themes": [],
        "minutes": minutes,
        "steps": moved,
        "recall": [],
    }
    lesson["minutes"] -= minutes
    changed["weeks"][0]["modules"].append("autre")
    return changed
