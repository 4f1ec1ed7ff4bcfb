"""manage.py import_network: the same report, nothing written when something is refused."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from agencies.models import Agency, Network
from agencies.scope import networks
from coaching.programmes.models import ProgrammeVersion
from tests.agencies.importing_files import SAMPLE, csv_of
from tests.factories import make_network

pytestmark = pytest.mark.django_db


def run(file: Path, **options: Any) -> str:
    out = io.StringIO()
    call_command("import_network", str(file), stdout=out, stderr=out, **{"network": "rivages", **options})
    return out.getvalue()


def agencies(network: Network) -> int:
    with networks(network.pk):
        return Agency.objects.count()


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    file = tmp_path / "reseau.csv"
    file.write_bytes(
        csv_of(("V1", "Vannes", "yann@rivages.test", ""), ("T1", "Tours", "fatou@gmial.com", ""))
    )
    return file


def test_a_network_is_opened_and_filled_then_left_alone_the_second_time() -> None:
    first = run(SAMPLE, create="Rivages Assurances")
    second = run(SAMPLE)

    network = Network.objects.get(slug="rivages")
    assert network.name == "Rivages Assurances"
    assert "20 créées, 0 modifiées, 0 inchangées, 0 refusées." in first
    assert "0 créées, 0 modifiées, 20 inchangées, 0 refusées." in second
    assert agencies(network) == 20


def test_a_network_that_is_opened_by_an_import_has_a_programme_to_work_with() -> None:
    run(SAMPLE, create="Rivages Assurances")

    network = Network.objects.get(slug="rivages")
    with networks(network.pk):
        slugs = ProgrammeVersion.objects.for_network(network).values_list("programme__slug", flat=True)
        assert list(slugs) == ["presence-et-valeurs"]


def test_a_dry_run_writes_nothing_not_even_the_network() -> None:
    report = run(SAMPLE, create="Rivages", dry_run=True)

    assert "20 créées" in report
    assert not Network.objects.exists()


def test_a_refused_line_stops_everything_with_code_one(faulty: Path) -> None:
    out = io.StringIO()

    with pytest.raises(CommandError) as stopped:
        call_command("import_network", str(faulty), network="rivages", create="Rivages", stdout=out)

    assert stopped.value.returncode == 1
    assert "fatou@gmail.com" in out.getvalue()
    assert not Network.objects.exists()


def test_refused_lines_can_be_left_aside(faulty: Path) -> None:
    network = make_network("rivages")

    run(faulty, leave_refused=True)

    assert agencies(network) == 1


@pytest.mark.parametrize(
    ("file", "message"), [("missing.csv", "missing.csv"), ("", "directory"), ("reseau.csv", "n’existe pas")]
)
def test_what_cannot_be_read_is_said_in_a_sentence(faulty: Path, file: str, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        run(faulty.parent / file)


def test_an_unreadable_file_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_bytes(b"%PDF-1.7")

    with pytest.raises(CommandError):
        run(tmp_path / "f.csv", create="Rivages")

    assert not Network.objects.exists()
