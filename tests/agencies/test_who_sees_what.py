"""« Qui voit quoi ? » says what the permissions say, to everybody, about nobody."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from agencies import roles
from agencies.models import Membership
from agencies.roles import AUDIENCES_OF, Audience, Permission, Shareable
from tests.factories import Cast


def line(client: Client, data: str) -> list[str]:
    """What the readers see of one kind of data: oneself, coach, manager, colleagues, network, operator."""
    page = BeautifulSoup(client.get("/who-sees-what/").content, "html.parser")
    row = next(row for row in page.select("tbody tr") if row.th and row.th.text.startswith(data))
    return [cell.get_text().replace("\u00a0", " ") for cell in row.select(".see")]


def test_a_stranger_may_read_it_and_it_costs_no_query(
    client: Client, db: None, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        response = client.get("/who-sees-what/")

    assert response.status_code == 200


def test_manager_never_reads_texts_nor_quizzes(client: Client) -> None:
    assert line(client, "Réflexions")[2] == "Jamais"
    assert line(client, "Réponses aux quiz")[2] == "Jamais"


def test_coach_reads_scores_and_only_copies_of_texts(client: Client) -> None:
    assert line(client, "Réponses aux quiz")[1] == "Score, questions manquées"
    assert line(client, "Réflexions")[1] == "Une copie, si vous la partagez"


def test_sessions_one_to_ones_and_own_dates_are_between_the_person_and_the_coach(client: Client) -> None:
    for data in ("Séances en direct", "Entretiens individuels", "Dates et dispenses à vous"):
        own, coach, *others = line(client, data)
        assert own == "Oui"
        assert coach != "Jamais"
        assert set(others) == {"Jamais"}


def test_the_table_follows_the_permissions(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    fewer = roles.ROLE_PERMISSIONS[Membership.Role.COACH] - {Permission.SEE_QUIZ_SCORES}

    monkeypatch.setitem(roles.ROLE_PERMISSIONS, Membership.Role.COACH.value, fewer)

    assert line(client, "Réponses aux quiz")[1] == "Jamais"


NEVER, COPY = "Jamais", "Une copie, si vous la partagez"


def test_a_row_stands_for_each_kind_of_copy(client: Client) -> None:
    assert line(client, "Charte de présence")[1:4] == [COPY, COPY, COPY]
    assert line(client, "Gestes de la marque")[1:4] == [COPY, COPY, COPY]
    assert line(client, "Réflexions")[1:4] == [COPY, NEVER, COPY]
    assert line(client, "Mot à votre binôme")[1:4] == [
        NEVER,
        NEVER,
        "Votre binôme, si vous partagez une copie",
    ]
    assert line(client, "Mises en pratique")[1:3] == ["Une fois remises", NEVER]


def test_the_table_follows_who_may_be_given_a_copy(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(AUDIENCES_OF, Shareable.CHARTER, (Audience.PAIR,))

    assert line(client, "Charte de présence")[1:4] == [
        NEVER,
        NEVER,
        "Votre binôme, si vous partagez une copie",
    ]


def test_no_original_is_ever_read_by_anyone_else(client: Client) -> None:
    page = BeautifulSoup(client.get("/who-sees-what/").content, "html.parser")
    written = page.select("tbody tr.grp")[0].find_next_siblings("tr")[: len(AUDIENCES_OF)]

    for row in written:
        cells = [cell.get_text() for cell in row.select(".see")][4:]  # the office, the operator
        assert cells == [NEVER, NEVER]


def test_network_is_named_to_its_members(client: Client, cast: Cast) -> None:
    client.force_login(cast.heads[0].user)

    assert cast.network.name in client.get("/who-sees-what/").content.decode()


@pytest.mark.parametrize("path", ["/accessibility/", "/legal/"])
def test_statements_are_public_and_name_an_address(client: Client, settings: Any, path: str) -> None:
    settings.DEFAULT_FROM_EMAIL = "Cairn <bonjour@cairn.example>"

    assert "bonjour@cairn.example" in client.get(path).content.decode()
