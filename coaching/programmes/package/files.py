"""Gathers the files of a package from a folder or from a ZIP, within limits. No Django.

Whatever the container, the result is the same: a name with forward slashes -> its bytes.
"""

import errno
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from coaching.programmes.problems import Problem, Reason

PackageFiles = dict[str, bytes]

MAX_FILES = 2_000
MAX_FILE_BYTES = 1_000_000
MAX_TOTAL_BYTES = 20_000_000

_ROOT_FILES = ("programme.yaml", "themes.yaml", "sources.yaml")
PART = re.compile(
    r"programme\.yaml|themes\.yaml|sources\.yaml"
    r"|decks/[a-z0-9-]{1,60}\.yaml"
    r"|modules/[a-z0-9-]{1,60}/"
    r"(?:module\.yaml|[a-z0-9-]{1,60}(?:@[a-z-]+)?\.(?:fr|en)\.md|[a-z0-9-]{1,60}\.svg)"
)


def files_of_folder(root: Path, problems: list[Problem]) -> PackageFiles:
    """The files of the format found under `root`; links and oversized or unknown files are problems."""
    gathered = _Gathered(problems)
    try:
        if not root.is_dir():
            gathered.refuse(str(root), Reason.NO_FOLDER)
        for path in _paths_of_interest(root):
            if not gathered.is_full:
                gathered.take_path(path.relative_to(root).as_posix(), path)
    except OSError as error:
        problems.append(unreadable(str(root), error))
    return gathered.files


def files_of_zip(stream: BinaryIO, problems: list[Problem], *, name: str = "package.zip") -> PackageFiles:
    """The files of the format inside a ZIP, all in memory, nothing written to disk.

    A single folder around the package is looked through. Sizes are those really unpacked, never
    those announced.
    """
    gathered = _Gathered(problems)
    try:
        with zipfile.ZipFile(stream) as archive:
            _take_entries(archive, gathered, name)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, ValueError, zlib.error):
        problems.append(Problem(name, 1, "", Reason.NOT_ZIP))
    except (NotImplementedError, RuntimeError):
        problems.append(Problem(name, 1, "", Reason.ZIP_UNSUPPORTED))
    return gathered.files


def unreadable(name: str, error: OSError) -> Problem:
    """Why the system does not give a file or a folder."""
    if isinstance(error, FileNotFoundError):
        return Problem(name, 1, "", Reason.NO_FILE)
    if isinstance(error, PermissionError):
        return Problem(name, 1, "", Reason.NOT_ALLOWED)
    return Problem(name, 1, "", Reason.UNREADABLE, {"code": errno.errorcode.get(error.errno or 0, "?")})


class _Gathered:
    """Collects files and keeps to the limits."""

    def __init__(self, problems: list[Problem]) -> None:
        self.files: PackageFiles = {}
        self.is_full = False
        self._problems = problems
        self._total = 0

    def refuse(self, name: str, reason: Reason, **params: object) -> None:
        self._problems.append(Problem(_printable(name), 1, "", reason, params))

    def take_path(self, name: str, path: Path) -> None:
        if path.is_symlink() or not path.is_file():
            self.refuse(name, Reason.NOT_A_PLAIN_FILE)
            return
        try:
            with path.open("rb") as stream:
                self.take(name, stream)
        except OSError as error:
            self._problems.append(unreadable(_printable(name), error))

    def take(self, name: str, stream: BinaryIO) -> None:
        """Adds one file, reading at most one byte more than allowed."""
        if not PART.fullmatch(name):
            self.refuse(name, Reason.BAD_NAME)
        elif name in self.files:
            self.refuse(name, Reason.FILE_TWICE)
        elif len(self.files) >= MAX_FILES:
            self._stop(name, Reason.TOO_MANY_FILES, limit=MAX_FILES)
        else:
            self._keep(name, stream.read(MAX_FILE_BYTES + 1))

    def _keep(self, name: str, content: bytes) -> None:
        self._total += len(content)
        if self._total > MAX_TOTAL_BYTES:
            self._stop(name, Reason.PACKAGE_TOO_LARGE, megabytes=MAX_TOTAL_BYTES // 1_000_000)
        elif len(content) > MAX_FILE_BYTES:
            self.refuse(name, Reason.FILE_TOO_LARGE, megabytes=MAX_FILE_BYTES // 1_000_000)
        else:
            self.files[name] = content

    def _stop(self, name: str, reason: Reason, **params: object) -> None:
        self.refuse(name, reason, **params)
        self.is_full = True


def _paths_of_interest(root: Path) -> Iterator[Path]:
    """The root files there are, then everything visible in decks/ and in each folder of modules/."""
    yield from (root / name for name in _ROOT_FILES if (root / name).exists())
    yield from _visible(root / "decks")
    for path in _visible(root / "modules"):
        if path.is_dir() and not path.is_symlink():
            yield from _visible(path)
        else:
            yield path


def _visible(folder: Path) -> list[Path]:
    """What a folder holds, without hidden files, in a stable order."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def _take_entries(archive: zipfile.ZipFile, gathered: _Gathered, zip_name: str) -> None:
    entries = [
        entry for entry in archive.infolist() if not entry.is_dir() and not _is_clutter(entry.filename)
    ]
    if len(entries) > MAX_FILES:
        gathered.refuse(zip_name, Reason.TOO_MANY_FILES, limit=MAX_FILES)
        return
    prefix = _common_folder([entry.filename for entry in entries])
    for entry in entries:
        name = entry.filename.removeprefix(prefix)
        if reason := _unsafe(entry):
            gathered.refuse(entry.filename, reason)
        elif not name.startswith(("decks/", "modules/")) and name not in _ROOT_FILES:
            continue
        else:
            with archive.open(entry) as stream:
                gathered.take(name, stream)  # type: ignore[arg-type]  # IO[bytes] is what it is
        if gathered.is_full:
            return


def _unsafe(entry: zipfile.ZipInfo) -> Reason | None:
    """Why an entry is refused whatever it holds, or nothing."""
    parts = entry.filename.split("/")
    if entry.filename.startswith("/") or "\\" in entry.filename or ":" in entry.filename or ".." in parts:
        return Reason.LEADS_OUT
    if stat.S_ISLNK(entry.external_attr >> 16):
        return Reason.NOT_A_PLAIN_FILE
    if entry.flag_bits & 0x1:
        return Reason.PASSWORD
    return None


def _is_clutter(name: str) -> bool:
    """What operating systems add by themselves; a name made of dots is not clutter but an attempt."""
    parts = name.split("/")
    return parts[0] == "__MACOSX" or any(part.startswith(".") and part.strip(".") for part in parts)


def _common_folder(names: list[str]) -> str:
    """`folder/` when the whole package stands in one folder of the archive, else nothing."""
    if any(name in _ROOT_FILES for name in names):
        return ""
    starts = {
        name.split("/", 1)[0] for name in names if name.endswith("/programme.yaml") and name.count("/") == 1
    }
    return f"{starts.pop()}/" if len(starts) == 1 else ""


def _printable(name: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in name)[:200]
