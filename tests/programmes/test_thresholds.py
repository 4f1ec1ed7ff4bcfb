"""What finishing takes, in packages, documents and outlines: written or usual, never lost."""

from __future__ import annotations

import pytest

from coaching.programmes.outline import outline_document
from coaching.programmes.package import PackageFiles, files_of_document, read_files
from coaching.programmes.schema import Document, ProgrammeDocument, canonical_document
from tests.programmes.tiny import DOCUMENT

MAIN = "programme.yaml"
WRITTEN = b"pass_percent: 70\npractice_percent: 50\nattendance_percent: 100\n"


def with_thresholds(files: PackageFiles) -> PackageFiles:
    return {**files, MAIN: files[MAIN].replace(b"pass_percent: 70\n", WRITTEN)}


def thresholds(document: Document) -> tuple[int, int, int]:
    outline = outline_document(document)
    return outline.pass_percent, outline.practice_percent, outline.attendance_percent


def test_a_package_with_thresholds_reads_and_writes_back_the_same() -> None:
    files = with_thresholds(files_of_document(DOCUMENT))

    document = read_files(files).document

    assert document is not None
    assert thresholds(document) == (70, 50, 100)
    assert files_of_document(document)[MAIN] == files[MAIN]


def test_a_document_published_before_thresholds_has_the_usual_ones_and_keeps_its_form() -> None:
    assert thresholds(DOCUMENT) == (70, 75, 75)
    assert canonical_document(ProgrammeDocument.model_validate(DOCUMENT)) == DOCUMENT


@pytest.mark.parametrize("wrong", [b"practice_percent: 101", b"attendance_percent: -1"])
def test_a_threshold_is_a_share_of_a_hundred(wrong: bytes) -> None:
    files = files_of_document(DOCUMENT)
    files = {**files, MAIN: files[MAIN].replace(b"pass_percent: 70\n", b"pass_percent: 70\n" + wrong + b"\n")}

    package = read_files(files)

    assert [problem.path for problem in package.problems] == [wrong.decode().split(":")[0]]
