"""`manage.py check_keys` opens what people wrote, whoever wrote it, and counts what stays closed."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from config.env import new_fernet_key
from tests.learning.player import GESTURE, Player

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(player: Player) -> Player:
    player.submit(GESTURE, {"text": "Une phrase que personne d’autre ne lira."})
    return player


def test_the_keys_at_hand_open_what_is_written(writer: Player) -> None:
    out = StringIO()

    call_command("check_keys", stdout=out)

    assert "FIELD_ENCRYPTION_KEYS: 1 (texts and pictures)" in out.getvalue()


def test_a_new_key_in_front_of_the_earlier_one_opens_it_too(writer: Player, settings: Settings) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [new_fernet_key(), *settings.FIELD_ENCRYPTION_KEYS]

    call_command("check_keys", stdout=StringIO())


def test_without_the_earlier_key_what_stays_closed_is_counted(writer: Player, settings: Settings) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [new_fernet_key()]

    with pytest.raises(CommandError, match="1 of 1 stay closed; put the earlier keys behind"):
        call_command("check_keys")
