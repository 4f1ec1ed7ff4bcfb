"""The rules of health and silence: facts in, findings out, whatever the clock."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from coaching.reminders.health import Facts, findings, is_healthy, silence

NOW = dt.datetime(2027, 1, 12, 11, 0, tzinfo=dt.UTC)
LONG_AGO = NOW - dt.timedelta(days=30)


def ago(**span: float) -> dt.datetime:
    return NOW - dt.timedelta(**span)


def facts(**fields: Any) -> Facts:
    return Facts(**{"now": NOW, "beats": {"tick": ago(seconds=50), "mail": ago(seconds=40)}, **fields})


def failing(found: Facts | None) -> list[str]:
    return [each.name for each in findings(found) if not each.is_ok]


def test_all_is_well_when_nothing_is_wrong() -> None:
    assert is_healthy(findings(facts()))


@pytest.mark.parametrize(
    ("broken", "name"),
    [
        ({"is_migrated": False}, "migrations"),
        ({"held": "disabled"}, "held"),
        ({"held": "other_instance"}, "held"),
        ({"stuck": 1, "stuck_since": ago(minutes=16)}, "due"),
        ({"unplanned": 1, "unplanned_since": ago(minutes=16)}, "planning"),
        ({"doubtful": 1}, "uncertain"),
        ({"closed_gates": ("smtp",)}, "gate"),
        ({"capped": 1}, "capped"),
        ({"waiting": 3, "expected_since": ago(hours=1)}, "silence"),
    ],
)
def test_each_trouble_fails_by_its_name(broken: dict[str, Any], name: str) -> None:
    assert failing(facts(**broken)) == [name]


def test_database_without_an_answer_is_all_that_is_known() -> None:
    assert failing(None) == ["database"]


# --- signs of life --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("beats", "late"),
    [
        ({"tick": ago(seconds=180), "mail": ago(seconds=180)}, None),
        ({"tick": ago(seconds=181), "mail": ago(seconds=10)}, "tick"),
        ({"tick": ago(seconds=10), "mail": ago(minutes=9)}, "mail"),
        ({"tick": ago(seconds=10)}, "mail"),
        ({}, "tick,mail"),
        ({"sweep": ago(seconds=20)}, None),
        ({"sweep": ago(minutes=4)}, "tick,mail"),
        # The broker was in use a day ago: a sweep that takes over hides nothing.
        ({"sweep": ago(seconds=20), "tick": ago(days=1), "mail": ago(days=1)}, "tick,mail"),
        ({"sweep": ago(seconds=20), "tick": LONG_AGO, "mail": LONG_AGO}, None),
        # What a provider tells is no sign of a worker.
        ({"provider_webhook": ago(seconds=20), "tick": LONG_AGO}, "tick,mail"),
    ],
)
def test_signs_of_life_come_through_the_broker_or_from_a_sweep_without_one(
    beats: dict[str, dt.datetime], late: str | None
) -> None:
    found = next(each for each in findings(facts(beats=beats)) if each.name == "heartbeat")

    assert (found.code if not found.is_ok else None) == late


# --- silence --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "is_alarm"),
    [
        # A quiet Sunday: nothing has left since Friday, and nothing should have.
        ({"left_at": ago(days=2)}, False),
        ({}, False),
        # Several wait, nothing leaves.
        ({"waiting": 3, "expected_since": ago(minutes=59), "left_at": ago(days=1)}, False),
        ({"waiting": 3, "expected_since": ago(minutes=60), "left_at": ago(days=1)}, True),
        ({"waiting": 3, "expected_since": ago(minutes=60)}, True),
        # Others leave meanwhile: one person's trouble, or two, is not the machine's.
        ({"waiting": 3, "expected_since": ago(hours=5), "left_at": ago(minutes=59)}, False),
        # A single one waits longer before it is an alarm.
        ({"waiting": 1, "expected_since": ago(minutes=179), "left_at": ago(days=1)}, False),
        ({"waiting": 1, "expected_since": ago(hours=3), "left_at": ago(days=1)}, True),
        ({"waiting": 2, "expected_since": ago(hours=3)}, True),
        # The last addresses of Friday were wrong: no silence until Monday.
        ({"refused": 2, "expected_since": ago(hours=5), "left_at": ago(hours=6)}, False),
        # The server refuses everything.
        ({"refused": 3, "expected_since": ago(hours=1), "left_at": ago(days=1)}, True),
        ({"refused": 2, "waiting": 1, "expected_since": ago(hours=1)}, True),
    ],
)
def test_silence_is_an_alarm_only_when_messages_should_have_left(
    fields: dict[str, Any], is_alarm: bool
) -> None:
    assert silence(facts(**fields)).is_ok is not is_alarm


def test_silence_tells_how_many_were_expected_and_since_when() -> None:
    found = silence(facts(waiting=4, refused=1, expected_since=ago(hours=2), left_at=ago(hours=9)))

    assert (found.count, found.since) == (5, ago(hours=9))
