"""The pages around the steps: home, path, module, its end, values, pause; and who gets nothing."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from agencies.scope import networks
from tests.learning.player import Player

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", ["", "path/", "values/", "v1-mes-valeurs/", "v1-mes-valeurs/done/"])
def test_pages_open(player: Player, page: str) -> None:
    response = player.client.get(player.home + page)

    assert response.status_code == 200


def test_every_step_of_the_open_weeks_shows_its_page(player: Player) -> None:
    statuses = {address: player.get(address).status_code for address in player.steps()}

    assert set(statuses.values()) == {200}, statuses


def test_pause_asked_for_after_the_session_ended_is_not_taken_and_says_so(player: Player) -> None:
    player.client.logout()

    asked = player.client.post(player.home + "pause/", {"weeks": "2"})
    player.client.force_login(player.cast.head.user)
    shown = player.client.get(parse_qs(urlsplit(asked["Location"]).query)["next"][0], follow=True)

    assert shown.redirect_chain == [(player.home, 302)]
    assert "Rien n’a changé" in shown.content.decode()
    with networks(player.cast.network.pk):
        assert not player.enrolment().pauses.exists()
