"""A package in and out by the page: a draft of its reader's, or every error at once and nothing kept."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from django.test import Client

from agencies.scope import networks
from coaching.programmes.models import Programme, ProgrammeDraft, ProgrammeVersion
from coaching.programmes.package import read_zip
from coaching.programmes.services import document_of, install
from tests.factories import make_member, make_network
from tests.programmes.packages import a_coach, a_version, document, upload, zipped
from tests.programmes.tiny import LESSON, tiny_files

pytestmark = pytest.mark.django_db


def test_package_becomes_a_draft_and_publishes_nothing() -> None:
    client, user, _network = a_coach()

    response = upload(client, zipped(document()))

    draft = ProgrammeDraft.objects.get()
    assert response.status_code == 302
    assert (draft.owner, draft.document["key"], draft.document["version"]) == (user, "parcours", "1.0")
    assert not ProgrammeVersion.objects.of_programme("parcours").exists()
    assert not Programme.objects.filter(slug="parcours").exists()


def test_every_error_is_told_at_once_with_file_line_and_reason_and_nothing_is_kept() -> None:
    client, _user, _network = a_coach()
    files = tiny_files()
    files[LESSON] = files[LESSON].replace(b"kind: quiz", b"kind: quizz", 1)
    files["programme.yaml"] = files["programme.yaml"].replace(b"licence: CC-BY", b'licence: "CC-BY')

    response = upload(client, zipped(files))

    page = response.content.decode()
    assert response.status_code == 422
    assert not ProgrammeDraft.objects.exists()
    assert "points à revoir, rien n’est importé" in page
    assert "programme.yaml" in page
    assert "Un guillemet est ouvert et jamais refermé." in page
    assert LESSON in page
    assert "quizz" in page


def test_a_file_that_is_no_zip_is_refused_in_the_reader_s_language() -> None:
    client, user, _network = a_coach()
    user.language = "en"
    user.save()

    response = upload(client, b"not a zip")

    assert response.status_code == 422
    assert "not a readable ZIP" in response.content.decode()


def test_a_file_of_more_than_five_megabytes_is_refused_unread() -> None:
    client, _user, _network = a_coach()

    response = upload(client, b" " * 5_000_001, "paquet.json")

    page = response.content.decode()
    assert response.status_code == 422
    assert "Ce fichier dépasse" in page
    assert "points à revoir" not in page


def test_nothing_chosen_is_told_on_the_form() -> None:
    client, _user, _network = a_coach()

    response = client.post("/programmes/import/", {})

    assert response.status_code == 422
    assert "Choisissez un fichier." in response.content.decode()


def test_the_key_of_one_s_own_programme_opens_its_next_version() -> None:
    client, user, _network = a_coach()
    version = a_version(user)

    upload(client, zipped(document()))

    draft = ProgrammeDraft.objects.get()
    assert draft.programme == version.programme
    assert draft.document["version"] == "1.1"


def test_the_key_of_another_coach_s_programme_becomes_a_programme_of_one_s_own() -> None:
    _client, other, _network = a_coach("toits", "autre@example.com")
    a_version(other)
    client, user, _network = a_coach()

    response = upload(client, zipped(document()))

    draft = ProgrammeDraft.objects.get(owner=user)
    assert response.status_code == 302
    assert draft.programme is None
    assert draft.base_version is None
    assert draft.document["key"] != "parcours"


def test_a_changed_copy_of_what_ships_knows_its_origin_once_published() -> None:
    from coaching.programmes.services import publish_draft

    client, user, _network = a_coach()
    shipped = a_version(None)
    upload(client, zipped(document(licence="CC-BY-NC")))
    draft = ProgrammeDraft.objects.get()

    version = publish_draft(draft, draft.revision, label="1.0")

    assert draft.base_version == shipped
    assert version.programme.owner == user
    assert version.programme.origin_version == shipped


def test_an_open_draft_takes_the_package_and_undo_brings_back_what_it_held() -> None:
    from coaching.programmes.services import undo_draft

    client, user, _network = a_coach()
    a_version(user)
    upload(client, zipped(document()))

    upload(client, zipped(document(licence="CC-BY-NC")))

    draft = ProgrammeDraft.objects.get()
    assert (draft.document["licence"], draft.document["version"]) == ("CC-BY-NC", "1.1")
    assert undo_draft(draft, draft.revision).document["licence"] == "CC-BY"


def test_the_same_new_package_twice_is_one_draft_that_holds_the_latest() -> None:
    client, _user, _network = a_coach()

    for licence in ("CC-BY", "CC-BY-NC"):
        upload(client, zipped(document(licence=licence)))

    assert ProgrammeDraft.objects.get().document["licence"] == "CC-BY-NC"


def test_a_version_goes_out_as_a_zip_and_comes_back_the_same() -> None:
    client, user, _network = a_coach()
    version = a_version(user)

    response = client.get(f"/programmes/versions/{version.public_id}/export/")

    assert response["Content-Disposition"] == 'attachment; filename="parcours-1.0.zip"'
    back = read_zip(BytesIO(response.content))
    assert not back.errors
    assert json.dumps(back.document) == json.dumps(document_of(version))
    assert client.get(f"/programmes/versions/{version.public_id}/export/").content == response.content


def test_a_version_of_somebody_else_does_not_exist_be_it_installed_in_one_s_network() -> None:
    _client, other, _toits = a_coach("toits", "autre@example.com")
    version = a_version(other)
    client, _user, network = a_coach()
    with networks(network.pk):
        install(network, version)

    statuses = {
        path: client.get(path).status_code
        for path in (
            f"/programmes/versions/{version.public_id}/export/",
            f"/programmes/compare/{version.public_id}/{version.public_id}/",
            "/programmes/key/parcours/",
        )
    }
    written = client.post(f"/programmes/versions/{version.public_id}/write/")

    assert set(statuses.values()) == {404}
    assert written.status_code == 404


def test_who_coaches_nowhere_is_told_no() -> None:
    network = make_network()
    with networks(network.pk):
        manager = make_member(network, "manager@example.com", "regional_manager")
    client = Client()
    client.force_login(manager.user)

    version = a_version(None)
    paths = ("/programmes/", "/programmes/import/", f"/programmes/versions/{version.public_id}/export/")

    statuses = [client.get(path).status_code for path in paths]

    assert [*statuses, client.post("/programmes/new/").status_code] == [403, 403, 403, 403]
    assert Client().get("/programmes/").status_code == 302
