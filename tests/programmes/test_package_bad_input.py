"""Whatever the bytes, reading a package gives problems with a file and a line, never an exception."""

from __future__ import annotations

import json
import stat
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coaching.programmes.package import (
    Package,
    PackageFiles,
    read_files,
    read_folder,
    read_json_text,
    read_zip,
)
from coaching.programmes.package import files as limits
from tests.programmes.said import report, sentence

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{'bcdefgh'[i]}: &{'bcdefgh'[i]} [{','.join(['*' + 'abcdefgh'[i]] * 9)}]\n" for i in range(7)
)


def assert_named(package: Package) -> None:
    """Refused, and every problem says where."""
    assert package.errors
    for problem in package.problems:
        assert problem.file
        assert problem.line >= 1
        assert sentence(problem)
        report(problem).encode()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty"),
        (b"# rien\n", "The file is empty"),
        (b"- a\n- b\n", "Keys, each followed by a colon, are expected here"),
        (b"bonjour\n", "Keys, each followed by a colon, are expected here"),
        (b"key: \xe9t\xe9\n", "not UTF-8"),
        ("key: été\n".encode("utf-16"), "not UTF-8"),
        (b"key: a\x00b\n", "invisible control character U+0000"),
        (b"key: a\x1b[31mb\n", "invisible control character U+001B"),
        (b"key: [\n", ""),
        (b"key: 'abc\n", ""),
        (b"\tkey: a\n", "A text cannot start with this character"),
        (BOMB.encode(), "Anchors (&), aliases (*) and tags (!)"),
        (b"key: !!python/object/apply:os.system ['true']\n", "Anchors (&), aliases (*) and tags (!)"),
        (b"%YAML 1.1\n---\nkey: a\n", "YAML directives"),
        (b"key: a\n---\nkey: b\n", "One document per file"),
        (b"? [a, b]\n: c\n", "A key is one word"),
        (b"key: " + b"[" * 5_000 + b"\n", "too many levels"),
        (b"key: " + b"{a: " * 5_000 + b"\n", "too many levels"),
        (b"<<: {a: 1}\n", "key is unknown here"),
        (b"pass_percent: " + b"9" * 6_000 + b"\n", "A whole number is expected"),
    ],
)
def test_broken_programme_file_is_a_problem(small_files: PackageFiles, content: bytes, message: str) -> None:
    package = read_files({**small_files, "programme.yaml": content})

    assert_named(package)
    assert message in " | ".join(sentence(problem) for problem in package.errors)


@pytest.mark.parametrize(
    "steps",
    [
        "steps: texte",
        "steps: [1, 2]",
        "steps: {a: b}",
        "steps:\n  - kind: reading",
        "steps:\n  - kind: [a]",
        "x: 1",
    ],
)
def test_module_of_the_wrong_shape_is_a_problem(small_files: PackageFiles, steps: str) -> None:
    name = "modules/lieux-et-ambiances/module.yaml"

    assert_named(read_files({**small_files, name: f"key: lieux-et-ambiances\n{steps}\n".encode()}))


def test_empty_package_is_a_problem(tmp_path: Path) -> None:
    assert_named(read_folder(tmp_path))
    assert_named(read_folder(tmp_path / "absent"))
    assert_named(read_files({}))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b'{"a": NaN}',
        b'{"a": 1, "a": 2}',
        b"\xff\xfe{}",
        b"[" * 100_000,
        b'{"a": ' + b"9" * 6_000 + b"}",
        b'{"title": {"fr": "\\ud800", "en": "x"}}',
        b'{"modules": {"a": {"steps": [{"kind": "quiz", "items": [{"type": "single"}]}]}}}',
    ],
)
def test_broken_json_is_a_problem(content: bytes) -> None:
    assert_named(read_json_text(content))


def test_lone_surrogate_in_json_is_refused(starter: Package) -> None:
    assert starter.document is not None
    text = json.dumps({**starter.document, "title": {"fr": "a\ud800", "en": "b"}})

    assert_named(read_json_text(text.encode()))


def zipped(names: dict[str, bytes], edit: Callable[[zipfile.ZipInfo], None] = lambda entry: None) -> BytesIO:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in names.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            edit(entry)
            archive.writestr(entry, content)
    return stream


@pytest.mark.parametrize(
    "name",
    [
        "../programme.yaml",
        "/etc/programme.yaml",
        "modules/../../x/module.yaml",
        "C:/programme.yaml",
        "a\\b.yaml",
    ],
)
def test_zip_entry_that_leads_out_is_refused(small_files: PackageFiles, name: str) -> None:
    package = read_zip(zipped({**small_files, name: b"x"}))

    assert "This name leads out of the package." in {sentence(problem) for problem in package.errors}


def test_zip_link_is_refused(small_files: PackageFiles) -> None:
    def as_link(entry: zipfile.ZipInfo) -> None:
        if entry.filename == "themes.yaml":
            entry.external_attr = (stat.S_IFLNK | 0o777) << 16

    package = read_zip(zipped({**small_files, "themes.yaml": b"/etc/passwd"}, as_link))

    assert "A plain file is expected here, not a link or a folder." in {sentence(p) for p in package.errors}


def test_zip_bomb_stops_at_the_limit(small_files: PackageFiles) -> None:
    package = read_zip(zipped({**small_files, "themes.yaml": b"\0" * 50_000_000}))

    assert "This file is larger than 1 MB." in {sentence(problem) for problem in package.errors}


def test_zip_larger_than_the_whole_limit_is_refused(
    monkeypatch: pytest.MonkeyPatch, small_files: PackageFiles
) -> None:
    monkeypatch.setattr(limits, "MAX_TOTAL_BYTES", 10_000)

    assert_named(read_zip(zipped(small_files)))


def test_zip_with_too_many_files_is_refused(
    monkeypatch: pytest.MonkeyPatch, small_files: PackageFiles
) -> None:
    monkeypatch.setattr(limits, "MAX_FILES", 5)

    assert sentence(read_zip(zipped(small_files)).problems[0]) == "The package has more than 5 files."


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x03\x04" + b"\0" * 40, b"not a zip at all"])
def test_what_is_not_a_zip_is_a_problem(content: bytes) -> None:
    assert_named(read_zip(BytesIO(content)))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_zip_is_a_problem_or_reads(small_files: PackageFiles, data: st.DataObject) -> None:
    content = bytearray(zipped(small_files).getvalue())
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=30)):
        content[at] = data.draw(st.integers(0, 255))

    for problem in read_zip(BytesIO(content)).problems:
        assert problem.file
        assert problem.line >= 1


def test_link_in_a_folder_is_refused(small_files: PackageFiles, tmp_path: Path) -> None:
    from coaching.programmes.package import write_files

    write_files(small_files, tmp_path / "package")
    (tmp_path / "secret").write_text("T1: {}")
    (tmp_path / "package" / "themes.yaml").unlink()
    (tmp_path / "package" / "themes.yaml").symlink_to(tmp_path / "secret")

    package = read_folder(tmp_path / "package")

    assert "A plain file is expected here, not a link or a folder." in {sentence(p) for p in package.errors}


MUTATIONS = st.sampled_from(["cut", "repeat", "swap", "insert", "bytes"])
SPLINTERS = st.sampled_from(
    [b":", b"- ", b"  ", b"\n", b"\t", b"|-", b"{", b"}", b"[", b"]", b"&a ", b"*a", b"!!int ", b"'",
     b'"', b"# ", b"true", b"0", b"-1", b"\x00", b"\xff", b"\xc2\xa0", b"\xe2\x80\xa8", b"---\n", b"key: x\n",
     b"[[variant]]"]
)  # fmt: skip


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_mutated_package_never_raises_and_names_file_and_line(
    small_files: PackageFiles, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(small_files)))
    content = small_files[name]
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, max(len(content) - 1, 0)))
        end = min(start + data.draw(st.integers(1, 80)), len(content))
        replacement = {
            "cut": b"",
            "repeat": content[start:end] * 2,
            "swap": content[start:end][::-1],
            "insert": data.draw(SPLINTERS) + content[start:end],
            "bytes": data.draw(st.binary(max_size=8)),
        }[data.draw(MUTATIONS)]
        content = content[:start] + replacement + content[end:]

    package = read_files({**small_files, name: content})

    for problem in package.problems:
        assert problem.file in small_files
        assert problem.line >= 1
        assert sentence(problem)
        report(problem).encode()
