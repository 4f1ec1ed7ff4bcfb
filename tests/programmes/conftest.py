"""A valid package to break: the starter programme, as files in memory."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from coaching.programmes.package import (
    Package,
    PackageFiles,
    files_of_document,
    files_of_folder,
    read_files,
)
from coaching.programmes.problems import Problem
from coaching.programmes.services import STARTER_FOLDER

Edit = Callable[..., list[Problem]]


@pytest.fixture(scope="session")
def starter_files() -> PackageFiles:
    problems: list[Problem] = []
    files = files_of_folder(STARTER_FOLDER, problems)
    assert problems == []
    return files


@pytest.fixture(scope="session")
def starter(starter_files: PackageFiles) -> Package:
    return read_files(starter_files)


@pytest.fixture
def document(starter: Package) -> dict[str, Any]:
    """A fresh copy of the starter's document, to change at will."""
    assert starter.document is not None
    return copy.deepcopy(starter.document)


@pytest.fixture(scope="session")
def small_files(starter: Package) -> PackageFiles:
    """A valid package of four modules, quick to read many times."""
    assert starter.document is not None
    kept = ("v1-mes-valeurs", "communiquer-c-est-relier", "lieux-et-ambiances", "montrer-sans-nommer")
    modules = starter.document["modules"]
    to_write = {key: module["minutes"] for key, module in modules.items() if key not in kept}
    return files_of_document(
        {
            **starter.document,
            "to_write": starter.document.get("to_write", {}) | to_write,
            "modules": {key: modules[key] for key in kept},
        }
    )


@pytest.fixture(scope="session")
def small(small_files: PackageFiles) -> Package:
    package = read_files(small_files)
    assert package.errors == []
    return package


@pytest.fixture
def small_document(small: Package) -> dict[str, Any]:
    """A fresh copy of the small package's document."""
    assert small.document is not None
    return copy.deepcopy(small.document)


@pytest.fixture
def problems_after(small_files: PackageFiles) -> Edit:
    """Problems of the small package once `old` reads `new` in one file: problems_after(name, old, new)."""

    def edit(name: str, old: str, new: str) -> list[Problem]:
        text = small_files[name].decode()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        return read_files({**small_files, name: text.replace(old, new).encode()}).problems

    return edit


@pytest.fixture
def line_of(small_files: PackageFiles) -> Callable[[str, str], int]:
    """The line of a file that holds this text once."""

    def find(name: str, text: str) -> int:
        lines = small_files[name].decode().split("\n")
        found = [number for number, line in enumerate(lines, 1) if text in line]
        assert len(found) == 1, f"{text!r} stands on lines {found} of {name}"
        return found[0]

    return find
