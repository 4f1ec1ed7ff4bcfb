"""Publishing freezes a version; installing opens it to a network; pages read it without its document."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.models import Network
from agencies.scope import networks
from coaching.programmes import runtime
from coaching.programmes.models import Programme, ProgrammeVersion
from coaching.programmes.package import Package, PackageFiles, files_of_folder, write_files
from coaching.programmes.problems import Problem
from coaching.programmes.schema.document import document_checksum
from coaching.programmes.services import PublicationRefused, document_of, install, publish, publish_starter
from tests.factories import make_network

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_programme")]


@pytest.fixture
def network() -> Network:
    return make_network("littoral", sector="bank")


@pytest.fixture
def document(small_document: dict[str, Any]) -> dict[str, Any]:
    """What is published here, unless the starter itself is meant: a few modules."""
    return small_document


def run(*arguments: Any) -> str:
    output = StringIO()
    call_command(*map(str, arguments), stdout=output)
    return output.getvalue()


def test_published_version_is_identified_by_its_content(document: dict[str, Any]) -> None:
    version = publish(document, allow_unwritten=True)

    version.refresh_from_db()
    assert version.checksum == document_checksum(document) == document_checksum(version.document)
    assert (version.programme.slug, version.label) == ("presence-et-valeurs", "1.2.0")
    assert version.title_en.startswith("Presence & values")
    assert "v1-mes-valeurs/lire-ma-carte" in version.rendered


def test_publishing_the_same_content_twice_gives_the_same_version(document: dict[str, Any]) -> None:
    first = publish(document, allow_unwritten=True)
    reordered = json.loads(json.dumps(document, sort_keys=True))

    assert publish(reordered, allow_unwritten=True) == first
    assert ProgrammeVersion.objects.count() == 1


def test_published_label_is_never_given_to_another_content(document: dict[str, Any]) -> None:
    publish(document, allow_unwritten=True)
    document["licence"] = "CC-BY-4.0"

    with pytest.raises(PublicationRefused, match="une version publiée ne change jamais"):
        publish(document, allow_unwritten=True)

    assert ProgrammeVersion.objects.count() == 1


def test_new_label_gives_a_second_version_and_keeps_the_first(document: dict[str, Any]) -> None:
    first = publish(document, allow_unwritten=True)
    document["version"] = "1.1"

    second = publish(document, allow_unwritten=True)

    assert list(ProgrammeVersion.objects.of_programme("presence-et-valeurs").newest_first()) == [
        second,
        first,
    ]
    assert Programme.objects.count() == 1


def test_unwritten_modules_wait_unless_asked_for(document: dict[str, Any]) -> None:
    document["to_write"] = {"enquete-a-chaud": 5, **document.get("to_write", {})}
    document["modules"].pop("enquete-a-chaud", None)

    with pytest.raises(PublicationRefused, match=r"Il reste à écrire.: .*enquete-a-chaud"):
        publish(document)

    assert publish(document, allow_unwritten=True).pk


@pytest.mark.parametrize(
    ("break_it", "message"),
    [
        (lambda document: document.pop("weeks"), "Cette clé manque"),
        (lambda document: document.clear(), "Cette clé manque"),
        (lambda document: document["title"].update(fr="Quoi ?"), "Typographie"),
        (lambda document: document["modules"]["v1-mes-valeurs"].update(minutes=31), "Il est écrit 31"),
    ],
)
def test_faulty_document_is_refused_with_its_reasons(
    document: dict[str, Any], break_it: Callable[[dict[str, Any]], object], message: str
) -> None:
    break_it(document)

    with pytest.raises(PublicationRefused, match=message) as refused:
        publish(document, allow_unwritten=True)

    assert all(problem.file and problem.line for problem in refused.value.problems)
    assert not ProgrammeVersion.objects.exists()
    assert not Programme.objects.exists()


def test_starter_is_published_once_however_often_it_is_asked() -> None:
    first = run("publish_starter")

    assert run("publish_starter") == first
    assert publish_starter() == ProgrammeVersion.objects.get()


def test_installing_twice_opens_the_version_once(network: Network, document: dict[str, Any]) -> None:
    version = publish(document, allow_unwritten=True)

    with networks(network.pk):
        first = install(network, version)
        second = install(network, version)
        usable = list(ProgrammeVersion.objects.for_network(network))

    assert first == second
    assert usable == [version]


def test_version_is_not_usable_by_a_network_that_has_not_installed_it(
    network: Network, document: dict[str, Any]
) -> None:
    version = publish(document, allow_unwritten=True)
    other = make_network("autre", sector="travel")
    with networks(network.pk):
        install(network, version)

    with networks(other.pk):
        assert not ProgrammeVersion.objects.for_network(other).exists()
        assert not ProgrammeVersion.objects.for_network(network).exists()


def test_outline_and_html_are_parsed_once_per_process(document: dict[str, Any]) -> None:
    version = ProgrammeVersion.objects.light().get(pk=publish(document, allow_unwritten=True).pk)
    runtime.forget()

    with CaptureQueriesContext(
        connection,
    ) as first:
        outline, rendered = runtime.outline_of(version), runtime.rendered_of(version)
    with CaptureQueriesContext(connection) as second:
        assert runtime.outline_of(version) is outline
        assert runtime.rendered_of(version) is rendered

    assert (len(first), len(second)) == (2, 0)
    assert outline.module("v1-mes-valeurs") is not None


def test_exported_version_is_byte_identical_to_its_package(
    starter: Package, starter_files: PackageFiles, tmp_path: Path
) -> None:
    assert starter.document is not None
    version = publish(starter.document, allow_unwritten=True)
    version.refresh_from_db()

    run("export_programme", "presence-et-valeurs", tmp_path / "copie")

    problems: list[Problem] = []
    assert files_of_folder(tmp_path / "copie", problems) == starter_files
    assert json.loads(run("export_programme", "presence-et-valeurs", "--json")) == document_of(version)


def test_export_never_writes_over_a_folder(document: dict[str, Any], tmp_path: Path) -> None:
    publish(document, allow_unwritten=True)
    (tmp_path / "note.txt").write_text("à garder")

    with pytest.raises(CommandError, match="n’est pas un dossier vide"):
        run("export_programme", "presence-et-valeurs", tmp_path)


@pytest.mark.parametrize("arguments", [("inconnu", "x"), ("presence-et-valeurs", "x", "--label", "9.9")])
def test_export_of_an_unknown_version_says_so(document: dict[str, Any], arguments: tuple[str, ...]) -> None:
    publish(document, allow_unwritten=True)

    with pytest.raises(CommandError, match="n’a pas de version publiée"):
        run("export_programme", *arguments)


def test_check_command_prints_totals_and_every_fault(starter_files: PackageFiles, tmp_path: Path) -> None:
    write_files(starter_files, tmp_path)
    assert "0 erreur, 0 avertissement" in run("check_programme", tmp_path)
    assert "0 errors, 0 warnings" in run("check_programme", tmp_path, "--language", "en")

    (tmp_path / "themes.yaml").write_text("T1: [")
    output = StringIO()
    with pytest.raises(CommandError, match="ne peut pas être publié"):
        call_command("check_programme", str(tmp_path), stdout=output)

    assert "ERREUR themes.yaml:" in output.getvalue()


def test_commands_speak_the_language_of_the_operator(tmp_path: Path) -> None:
    assert run("publish_starter").startswith("Présence & valeurs")
    assert run("publish_starter", "--language", "en").startswith("Presence & values")
    with pytest.raises(CommandError, match="The programme “inconnu” has no published version"):
        run("export_programme", "inconnu", tmp_path, "--language", "en")
    with pytest.raises(CommandError, match="This package cannot be published as it is"):
        run("check_programme", tmp_path / "absent", "--language", "en")


def test_tidy_command_lists_what_it_changed(starter_files: PackageFiles, tmp_path: Path) -> None:
    write_files(starter_files, tmp_path)
    assert run("tidy_programme", tmp_path) == "0 fichier changé\n"

    (tmp_path / "themes.yaml").write_text((tmp_path / "themes.yaml").read_text().replace("’", "'"))
    assert run("tidy_programme", tmp_path) == "themes.yaml\n1 fichier changé\n"


def test_tidy_command_refuses_a_faulty_folder(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Rien n’a été changé"):
        run("tidy_programme", tmp_path / "absent")


def test_an_existing_network_gets_the_newest_version_once(network: Network, document: dict[str, Any]) -> None:
    publish(document, allow_unwritten=True)
    newer = publish({**document, "version": "1.1"}, allow_unwritten=True)

    said = [run("install_programme", "--network", "littoral") for _ in range(2)]

    assert said[0] == said[1]
    assert "version 1.1" in said[0]
    with networks(network.pk):
        assert list(ProgrammeVersion.objects.for_network(network)) == [newer]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--network", "nulle-part"], "no network 'nulle-part'"),
        (["--network", "littoral"], "No version of 'presence-et-valeurs' is published"),
        (["--network", "littoral", "--programme", "autre"], "No version of 'autre' is published"),
    ],
)
def test_installing_what_is_not_there_is_refused(network: Network, options: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        run("install_programme", *options)
