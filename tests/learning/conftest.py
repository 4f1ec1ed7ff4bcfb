"""A head signed in on the second Wednesday of the cohort: weeks 0 to 2 are open, the others are not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from coaching.cohorts.models import Enrolment
from coaching.learning.steps import KINDS
from coaching.programmes.outline import PLAYED_KINDS, StepOutline
from tests.factories import PARIS, Cast
from tests.learning.player import Player

NOW = dt.datetime(2027, 1, 20, 9, 0, tzinfo=PARIS)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def player(cast: Cast, client: Client, clock: time_machine.Traveller) -> Player:
    """The head of the cast in front of their pages."""
    client.force_login(cast.head.user)
    return Player(client, cast, cast.head)


@pytest.fixture
def without_practice(monkeypatch: pytest.MonkeyPatch) -> None:
    """As with a kind of step that is still to come: practices are announced and not played."""
    played = PLAYED_KINDS - {"practice"}
    monkeypatch.delitem(KINDS, "practice")
    monkeypatch.setattr(StepOutline, "is_played", property(lambda step: step.kind in played))
    monkeypatch.setattr(
        StepOutline,
        "is_required",
        property(lambda step: step.is_played and not step.is_optional and not step.is_booster),
    )


@pytest.fixture
def enrolment(cast: Cast) -> Enrolment:
    return cast.enrolment


@pytest.fixture
def late(player: Player, clock: time_machine.Traveller) -> Player:
    """The same head seven weeks on: every week is open, and they have signed in again."""
    clock.move_to(NOW + dt.timedelta(weeks=7))
    player.client.force_login(player.membership.user)
    return player
