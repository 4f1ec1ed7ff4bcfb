"""The locked packages are enough on every Python that the README promises, not only on ours."""

import importlib.metadata
import re
from pathlib import Path

import pytest
from django.conf import settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT: Path = settings.BASE_DIR
LOCKS = ["requirements.txt", "requirements-dev.txt"]
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==\S+(?: ; ([^\\\n]+))?", re.MULTILINE)
# 3.11.3 took in what redis and valkey borrow from async-timeout before.
PYTHONS = ["3.11.0", "3.11.2", "3.12.0", "3.13.0", "3.14.0"]
PLATFORMS = [("linux", "Linux", "x86_64"), ("darwin", "Darwin", "arm64")]


def environment(python: str, platform: tuple[str, str, str]) -> dict[str, str]:
    """What pip's markers would see there."""
    sys_platform, system, machine = platform
    return {
        "python_version": ".".join(python.split(".")[:2]),
        "python_full_version": python,
        "implementation_name": "cpython",
        "implementation_version": python,
        "platform_python_implementation": "CPython",
        "os_name": "posix",
        "sys_platform": sys_platform,
        "platform_system": system,
        "platform_machine": machine,
        "platform_release": "",
        "platform_version": "",
    }


def holds(requirement: Requirement, where: dict[str, str], extras: set[str]) -> bool:
    """Whether pip would want it there."""
    marker = requirement.marker
    return marker is None or any(marker.evaluate(where | {"extra": extra}) for extra in extras | {""})


def locked(lock: str, where: dict[str, str]) -> set[str]:
    """Names that the lock installs there."""
    lines = LOCKED.findall((ROOT / lock).read_text())
    found = [(name, Requirement(f"{name}; {marker}" if marker else name)) for name, marker in lines]
    return {canonicalize_name(name) for name, requirement in found if holds(requirement, where, set())}


def asked_for(lock: str) -> list[Requirement]:
    """The lines of the .in file, and of the file it includes."""
    lines = (ROOT / lock.replace(".txt", ".in")).read_text().splitlines()
    included = [line.removeprefix("-r ") for line in lines if line.startswith("-r ")]
    own = [Requirement(line) for line in lines if line and not line.startswith(("-r ", "#"))]
    return [*own, *(each for name in included for each in asked_for(name.replace(".in", ".txt")))]


def needed(lock: str, where: dict[str, str]) -> set[str]:
    """Names that pip would want there, from what the installed packages say of themselves."""
    found: dict[str, set[str]] = {}
    waiting = [each for each in asked_for(lock) if holds(each, where, set())]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name in found and requirement.extras <= found[name]:
            continue
        found[name] = found.get(name, set()) | requirement.extras
        for text in requirements_of(name):
            further = Requirement(text)
            if holds(further, where, found[name]):
                waiting.append(further)
    return set(found)


def requirements_of(name: str) -> list[str]:
    try:
        return importlib.metadata.requires(name) or []
    except importlib.metadata.PackageNotFoundError:
        return []  # only wanted on another Python or system; that it is locked is what the test looks at


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform[0])
@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_holds_all_that_pip_would_want(lock, python, platform):
    where = environment(python, platform)

    missing = needed(lock, where) - locked(lock, where)

    assert missing == set()


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_names_no_place_to_download_from(lock):
    assert not re.findall(r"https?://|--index-url|--find-links .|--trusted-host .", (ROOT / lock).read_text())
