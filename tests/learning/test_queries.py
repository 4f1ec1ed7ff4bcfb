"""What a page asks of the database once the scope is open: the same number for one person and for many."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import make_cast
from tests.learning.conftest import NOW
from tests.learning.player import (
    BULLSEYE,
    ECOSYSTEM,
    EDITORIAL,
    GESTURE,
    GOALS,
    MOMENTS,
    READING,
    SCENARIO,
    SORT,
    Player,
)

pytestmark = pytest.mark.django_db

STEP_BUDGET = 7
SCOPE = "set_config('app.networks'"


@contextmanager
def counted() -> Iterator[list[str]]:
    """The queries after the scope of the network was opened, without the frame of the transaction."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield found
    queries = [query["sql"] for query in captured.captured_queries]
    opened = max(
        n for n, sql in enumerate(queries) if SCOPE in sql and "'{}'" not in sql and "''" not in sql[:60]
    )
    found += [sql for sql in queries[opened + 1 :] if "SAVEPOINT" not in sql and SCOPE not in sql]


def people(count: int) -> Player:
    cast = make_cast(count)
    client = Client()
    client.force_login(cast.head.user)
    player = Player(client, cast, cast.head)
    player.complete(SORT, READING)
    for member in cast.heads[1:]:
        Player(client, cast, member).complete(READING, SCENARIO)
    return player


@pytest.mark.parametrize("address", [READING, SCENARIO, SORT, MOMENTS, GESTURE])
def test_a_step_page_stays_within_its_budget(player: Player, address: str) -> None:
    player.complete(SORT)
    player.get(address)  # the version is parsed once per process

    with counted() as queries:
        assert player.get(address).status_code == 200

    assert len(queries) <= STEP_BUDGET, queries


@pytest.mark.parametrize(("address", "number"), [(BULLSEYE, 2), (GOALS, 2), (ECOSYSTEM, 2), (EDITORIAL, 3)])
def test_a_written_form_asks_for_its_answer_and_a_table_for_the_cards(
    late: Player, address: str, number: int
) -> None:
    late.complete(SORT, address)
    late.get(address)

    with counted() as queries:
        assert late.get(address).status_code == 200

    assert len(queries) == number, queries


@pytest.mark.parametrize("count", [1, 3, 8])
def test_the_home_asks_the_same_whatever_the_cohort(count: int) -> None:
    with time_machine.travel(NOW, tick=False):
        player = people(count)
        player.get()

        with counted() as queries:
            assert player.get().status_code == 200

    # Person, steps and calendar; days; next session; steps and when; recall; colleagues; values; pair; news.
    assert len(queries) == 9, queries


@pytest.mark.parametrize(
    ("page", "number"), [("path/", 3), ("v1-mes-valeurs/", 1), ("v1-mes-valeurs/done/", 1)]
)
def test_a_module_asks_one_question_and_the_path_another_for_its_dates(
    player: Player, page: str, number: int
) -> None:
    player.client.get(player.home + page)

    with counted() as queries:
        assert player.client.get(player.home + page).status_code == 200

    assert len(queries) == number, queries
