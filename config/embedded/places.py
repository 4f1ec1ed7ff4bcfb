"""Where the servers' data lies, as whom they run, and that only one supervisor owns it."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import pwd
import secrets
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from config.embedded.processes import ServiceError
from config.env import new_fernet_key

UNPRIVILEGED = "nobody"
# Looked at in this order when an unprivileged user cannot reach the clone.
ELSEWHERE = (Path("/var/lib"), Path("/var/tmp"))  # noqa: S108 - _own_folder refuses a stranger's
# A socket's path may have 107 bytes on Linux and 103 on macOS; the longest name we put there has 21.
LONGEST_SOCKET_FOLDER = 80


@dataclass(frozen=True, slots=True)
class ServerUser:
    """As whom the servers run: ourselves, or when we are root somebody who may do nothing else."""

    uid: int
    gid: int

    @property
    def is_other(self) -> bool:
        return self.uid != os.geteuid()

    @property
    def identity(self) -> dict[str, object]:
        """Arguments for Popen; empty when no change of user is needed."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.is_other else {}

    def can(self, test: str, path: Path) -> bool:
        """Whether this user passes the shell's `test -x` (or -r, -w) on `path`; asked, not computed."""
        command = ["/bin/sh", "-c", 'test "$1" "$2"', "sh", test, str(path)]
        return subprocess.run(command, cwd="/", check=False, **self.identity).returncode == 0  # type: ignore[call-overload,no-any-return]

    def give(self, path: Path) -> None:
        """Make `path` belong to this user."""
        if self.is_other:
            os.chown(path, self.uid, self.gid)


def server_user() -> ServerUser:
    """PostgreSQL refuses to run as root, so root's servers run as `nobody`."""
    if os.geteuid() != 0:
        return ServerUser(os.getuid(), os.getgid())
    try:
        entry = pwd.getpwnam(UNPRIVILEGED)
    except KeyError:
        raise ServiceError(
            f"As root, Cairn runs its servers as the user {UNPRIVILEGED}, who is missing."
        ) from None
    return ServerUser(entry.pw_uid, entry.pw_gid)


def make_folder(path: Path, mode: int) -> Path:
    """Create `path` with exactly `mode`, whatever the umask."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(mode)
    return path


def servers_folder(data: Path, user: ServerUser) -> Path:
    """`data` when the servers' user can go there, else a folder of their own that this clone keeps using."""
    make_folder(data, 0o711)
    if user.can("-x", data):
        return data
    name = "cairn-" + hashlib.sha256(str(data).encode()).hexdigest()[:12]
    for parent in ELSEWHERE:
        if parent.is_dir() and os.access(parent, os.W_OK) and user.can("-x", parent):
            return _own_folder(parent / name)
    raise ServiceError(
        f"The servers' user {UNPRIVILEGED} can reach neither {data} nor {' nor '.join(map(str, ELSEWHERE))}."
    )


def _own_folder(path: Path) -> Path:
    """Create `path`, or take it when it is ours: a stranger may have put a link there first."""
    try:
        path.mkdir(mode=0o711)
    except FileExistsError:
        found = path.lstat()
        if not path.is_dir() or path.is_symlink() or found.st_uid != os.geteuid():
            raise ServiceError(f"{path} exists and is not ours; remove it and start again.") from None
    path.chmod(0o711)
    return path


class Lock:
    """One owner per data folder; the kernel lets go when the owner dies, however it dies."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Become the owner, or say who is and where it answers."""
        handle = self.path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            handle.seek(0)
            where = handle.read().strip()
            handle.close()
            message = (
                f"Cairn is already running from this folder: {where}" if where else "Cairn is just starting"
            )
            raise ServiceError(f"{message} (stop it with Ctrl-C in its terminal).") from None
        self._file = handle
        self.say("")

    def say(self, text: str) -> None:
        """What a second start will be told."""
        assert self._file is not None
        self._file.seek(0)
        self._file.truncate()
        self._file.write(text)
        self._file.flush()

    def release(self) -> None:
        if self._file is not None:
            self.say("")
            self._file.close()
            self._file = None


def write_private(path: Path, text: str) -> None:
    """Write a file that only we can read, whole or not at all."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(
        os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(path)


def own_secrets(path: Path) -> dict[str, str]:
    """The secrets of this clone, made once: what they sign and encrypt must stay readable after a restart."""
    makers: dict[str, Callable[[], str]] = {
        "SECRET_KEY": lambda: secrets.token_urlsafe(60),
        "FIELD_ENCRYPTION_KEYS": new_fernet_key,
        "INSTANCE_ID": lambda: secrets.token_hex(8),
    }
    try:
        kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        values = {name: str(kept.get(name) or make()) for name, make in makers.items()}
    except (ValueError, AttributeError):
        raise ServiceError(
            f"{path} is damaged; bring it back, since it holds the key of encrypted answers."
        ) from None
    if values != kept:
        write_private(path, json.dumps(values, indent=1))
    return values
