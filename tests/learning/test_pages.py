"""The pages around the steps: home, path, module, its end, values, pause; and who gets nothing."""

from __future__ import annotations

import pytest

from tests.learning.player import Player

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", ["", "path/", "values/", "v1-mes-valeurs/", "v1-mes-valeurs/done/"])
def test_pages_open(player: Player, page: str) -> None:
    response = player.client.get(player.home + page)

    assert response.status_code == 200


def test_every_step_of_the_open_weeks_shows_its_page(player: Player) -> None:
    statuses = {address: player.get(address).status_code for address in player.steps()}

    assert set(statuses.values()) == {200}, statuses
