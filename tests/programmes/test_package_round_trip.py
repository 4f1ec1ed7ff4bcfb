"""Folder -> document -> folder gives the same bytes; document -> folder -> document the same data."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from coaching.programmes.package import (
    Package,
    PackageFiles,
    files_of_document,
    read_files,
    read_folder,
    read_json_text,
    read_package,
    read_zip,
    tidied,
    tidy_folder,
    write_folder,
)
from coaching.programmes.schema import ProgrammeDocument, canonical_document
from coaching.programmes.schema.document import document_checksum
from tests.programmes.said import report


def test_starter_has_no_problem(starter: Package) -> None:
    assert [report(problem) for problem in starter.problems] == []


def test_folder_written_back_is_byte_identical(starter: Package, starter_files: PackageFiles) -> None:
    assert starter.document is not None

    assert files_of_document(starter.document) == starter_files


def test_unpacked_json_reads_as_the_same_document(starter: Package, tmp_path: Path) -> None:
    assert starter.document is not None
    package = read_json_text(json.dumps(starter.document).encode())
    assert package.document is not None

    write_folder(package.document, tmp_path)

    assert read_folder(tmp_path).document == starter.document
    assert json.dumps(read_folder(tmp_path).document) == json.dumps(starter.document)


def test_order_of_keys_survives_a_store_that_loses_it(starter: Package, starter_files: PackageFiles) -> None:
    shuffled = json.loads(json.dumps(starter.document, sort_keys=True))
    restored = canonical_document(ProgrammeDocument.model_validate(shuffled))

    assert files_of_document(restored) == starter_files
    assert document_checksum(shuffled) == document_checksum(restored)


def test_writing_twice_changes_nothing(starter: Package, tmp_path: Path) -> None:
    assert starter.document is not None
    write_folder(starter.document, tmp_path)

    assert write_folder(starter.document, tmp_path) == []


def test_tidy_sets_typography_and_sentence_lines(starter: Package, tmp_path: Path) -> None:
    assert starter.document is not None
    write_folder(starter.document, tmp_path)
    name = "modules/lieux-et-ambiances/quatre-portes.fr.md"
    original = (tmp_path / name).read_bytes()
    untidy = original.decode().replace("\u00a0", " ").replace("’", "'").replace(".\nRien", ". Rien")
    (tmp_path / name).write_text(untidy)

    changed, problems = tidy_folder(tmp_path)

    assert (changed, problems) == ([name], [])
    assert (tmp_path / name).read_bytes() == original


def test_tidy_reads_windows_line_ends_and_byte_order_mark(starter: Package, tmp_path: Path) -> None:
    assert starter.document is not None
    write_folder(starter.document, tmp_path)
    original = (tmp_path / "themes.yaml").read_bytes()
    (tmp_path / "themes.yaml").write_bytes(b"\xef\xbb\xbf" + original.replace(b"\n", b"\r\n"))

    tidy_folder(tmp_path)

    assert (tmp_path / "themes.yaml").read_bytes() == original


def test_tidy_leaves_a_faulty_folder_untouched(starter: Package, tmp_path: Path) -> None:
    assert starter.document is not None
    write_folder(starter.document, tmp_path)
    (tmp_path / "themes.yaml").write_text("T1: [")

    changed, problems = tidy_folder(tmp_path)

    assert changed == []
    assert [problem.file for problem in problems] == ["themes.yaml"]
    assert (tmp_path / "themes.yaml").read_text() == "T1: ["


def test_zip_reads_as_the_same_document(
    starter: Package, starter_files: PackageFiles, tmp_path: Path
) -> None:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mon-parcours/README.md", "Bonjour")
        archive.writestr("__MACOSX/mon-parcours/._programme.yaml", "x")
        for name, content in starter_files.items():
            archive.writestr(f"mon-parcours/{name}", content)
    (tmp_path / "parcours.zip").write_bytes(stream.getvalue())

    assert read_zip(stream).document == starter.document
    assert read_package(tmp_path / "parcours.zip").document == starter.document


TEXTS = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=("Cs",))
    | st.sampled_from("\n :#-'\"«»[]{}&*!|>%@`"),
    min_size=1,
    max_size=60,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS, citation=TEXTS, address=TEXTS)
def test_any_accepted_text_travels_without_loss(
    small_document: dict[str, Any], text: str, citation: str, address: str
) -> None:
    small_document["title"] = {"fr": text, "en": text}
    small_document["sources"]["S11"] |= {"citation": citation, "address": address}
    small_document["modules"]["communiquer-c-est-relier"]["steps"][0]["body"] = {"fr": text, "en": text}
    try:
        programme = ProgrammeDocument.model_validate(small_document)
    except ValueError:
        return  # refused rather than altered

    read = read_files(files_of_document(canonical_document(programme)))

    assert read.document == canonical_document(programme)


@settings(max_examples=200, deadline=None)
@given(text=TEXTS, language=st.sampled_from(["fr", "en"]))
@example(text="0\n?", language="fr")  # a line that begins with a sign
def test_tidying_twice_is_tidying_once(text: str, language: str) -> None:
    once = tidied({language: text})

    assert tidied(once) == once
