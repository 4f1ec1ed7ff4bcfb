"""The library of programmes over a coach's networks: what is theirs, where it is installed, what runs."""

from __future__ import annotations

import copy

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agencies.scope import networks
from coaching.programmes.models import NetworkProgramme
from coaching.programmes.services import install, open_draft, publish_draft
from tests.factories import Cast, make_cast
from tests.programmes.packages import a_version, document
from tests.programmes.tiny import both

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast(2)


@pytest.fixture
def client(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.coach.user)
    return client


def read(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_the_library_shows_what_ships_with_networks_and_running_cohorts(client: Client) -> None:
    page = read(client, "/programmes/")

    assert "Livrés avec Cairn" in page
    assert "Rivages" in page
    assert "Toits" in page
    assert "1 promotion en cours" in page


def test_own_programmes_and_drafts_are_mine_alone(cast: Cast, client: Client) -> None:
    a_version(cast.coach.user, "le-mien", title=both("Le mien", "Mine"))
    a_version(cast.outsider.user, "l-autre", title=both("L’autre", "The other"))
    open_draft(cast.coach.user)
    open_draft(cast.outsider.user)

    page = read(client, "/programmes/")

    assert "Le mien" in page
    assert "L’autre" not in page
    assert page.count("Nouveau parcours") == 2  # once in sight, once for the button's name


def test_a_programme_page_says_what_each_version_changed(cast: Cast, client: Client) -> None:
    a_version(cast.coach.user, "le-mien")
    changed = document("le-mien", "1.1")
    changed["modules"]["la-lecon"]["steps"].pop(2)
    changed["modules"]["la-lecon"] |= {"minutes": 21, "title": both("La leçon courte", "The short lesson")}
    from coaching.programmes.services import publish

    newest = publish(changed, published_by=cast.coach.user)

    page = read(client, "/programmes/key/le-mien/")
    before = newest.programme.versions.get(label="1.0")
    compared = read(client, f"/programmes/compare/{before.public_id}/{newest.public_id}/")

    assert "1 étape retirée, 2 textes modifiés." in page
    assert "<ins> courte</ins>" in compared
    assert "Durée" in compared


def test_a_version_is_installed_in_one_s_network_and_twice_does_no_harm(cast: Cast, client: Client) -> None:
    version = a_version(cast.coach.user, "le-mien")

    for _time in range(2):
        response = client.post(f"/n/toits/programmes/{version.public_id}/install/")
        assert response["Location"] == "/programmes/key/le-mien/"

    with networks(cast.other_network.pk):
        assert NetworkProgramme.objects.filter(version=version).count() == 1
    with networks(cast.network.pk):
        assert not NetworkProgramme.objects.filter(version=version).exists()
    page = read(client, "/programmes/key/le-mien/")
    assert "Installer dans Rivages" in page
    assert "Installer dans Toits" not in page


def test_cohorts_of_another_coach_are_not_counted(cast: Cast) -> None:
    from tests.factories import make_member

    with networks(cast.network.pk):
        second = make_member(cast.network, "second@example.com", "coach")
    client = Client()
    client.force_login(second.user)

    assert "promotion en cours" not in read(client, "/programmes/")


@pytest.mark.parametrize("count", [1, 3])
def test_the_library_asks_the_same_number_of_questions_whatever_it_holds(
    cast: Cast, client: Client, count: int
) -> None:
    for number in range(count):
        version = a_version(cast.coach.user, f"le-mien-{number}", title=both(f"N {number}", f"N {number}"))
        with networks(cast.network.pk):
            install(cast.network, version)
        open_draft(cast.coach.user, version)
        open_draft(cast.coach.user)
    read(client, "/programmes/")

    with CaptureQueriesContext(connection) as captured:
        read(client, "/programmes/")

    asked = [each["sql"] for each in captured.captured_queries if "set_config" not in each["sql"]]
    assert len([sql for sql in asked if not sql.startswith(("SAVEPOINT", "RELEASE"))]) == 8
    assert not any('"document",' in sql for sql in asked)


@pytest.mark.parametrize("count", [1, 3])
def test_a_programme_asks_the_same_number_of_questions_whatever_its_versions(
    cast: Cast, client: Client, count: int
) -> None:
    for number in range(count):
        changed = copy.deepcopy(document("le-mien", f"1.{number}"))
        changed["title"] = both(f"N {number}", f"N {number}")
        from coaching.programmes.services import publish

        publish(changed, published_by=cast.coach.user)
    read(client, "/programmes/key/le-mien/")

    with CaptureQueriesContext(connection) as captured:
        read(client, "/programmes/key/le-mien/")

    asked = [each["sql"] for each in captured.captured_queries if "set_config" not in each["sql"]]
    assert len([sql for sql in asked if not sql.startswith(("SAVEPOINT", "RELEASE"))]) == 8


def test_first_version_of_ones_own_is_compared_to_its_origin(cast: Cast, client: Client) -> None:
    origin = a_version(None)
    draft = open_draft(cast.coach.user, origin)
    own = publish_draft(draft, draft.revision, label="1.0")

    page = read(client, f"/programmes/key/{own.programme.slug}/")

    assert f"/programmes/compare/{origin.public_id}/{own.public_id}/" in page
    assert read(client, f"/programmes/compare/{origin.public_id}/{own.public_id}/")
