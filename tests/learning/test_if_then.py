"""The if… then plan through its page."""

from __future__ import annotations

import pytest

from tests.learning.player import IF_THEN, Player

pytestmark = pytest.mark.django_db


def test_an_if_then_plan_needs_both_halves(player: Player) -> None:
    half = player.submit(IF_THEN, {"if": "Après la réunion du jeudi", "then": ""})
    assert half.status_code == 422
    assert "Après la réunion du jeudi" in half.content.decode()

    player.submit(IF_THEN, {"if": "Après la réunion du jeudi", "then": "j’écris trois lignes"})

    assert player.done() == {IF_THEN}
    assert "j’écris trois lignes" in player.client.get(player.home + "values/").content.decode()
