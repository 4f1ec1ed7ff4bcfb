"""Child processes that cannot outlive us, and how to find those of an earlier, killed start."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

PROC = Path("/proc")
PR_SET_PDEATHSIG = 1
# In the environment of every Python child, so that a start after a kill -9 recognises what is left of it.
MARK = "CAIRN_SUPERVISED"


class ServiceError(RuntimeError):
    """A server could not be started or is not usable; the text is for the person at the terminal."""


def die_with_parent(signum: int, parent: int | None = None) -> Callable[[], None] | None:
    """A function that has the kernel send us `signum` when `parent` dies, even by kill -9 (Linux only).

    Without `parent` it is for a child's side of a fork (preexec_fn), and the parent is this process.
    """
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    expected = os.getpid() if parent is None else parent

    def set_signal() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(signum), 0, 0, 0)
        if os.getppid() != expected:  # the parent died between fork and prctl: nobody will send the signal
            os._exit(1)

    return set_signal


def spawn(
    argv: Iterable[object],
    log: Path,
    *,
    stop_signal: int = signal.SIGTERM,
    env: Mapping[str, str] | None = None,
    cwd: Path | str = "/",
    identity: Mapping[str, Any] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child in its own session (the terminal's Ctrl-C reaches only us), its output in `log`.

    Call it from the main thread: the kernel watches the thread that started the child.
    """
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(word) for word in argv],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=cwd,
            env=None if env is None else dict(env),
            start_new_session=True,
            preexec_fn=die_with_parent(stop_signal),
            **(identity or {}),
        )


def stop(child: subprocess.Popen[bytes], signum: int, seconds: float) -> None:
    """Ask `child` to stop, wait, then end whatever is left of its session."""
    if child.poll() is None:
        child.send_signal(signum)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(seconds)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)  # it led its session: this takes its own children along
    child.wait(10)


def wait_for(condition: Callable[[], bool], seconds: float, pause: float = 0.03) -> bool:
    """Whether `condition` came true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
    return True


def pids_in(folder: Path) -> set[int]:
    """Processes whose working directory is exactly `folder`; a PostgreSQL or Valkey server's is its data."""
    if not PROC.is_dir():
        return _pids_naming(folder)
    return {pid for pid in _pids() if _link(pid, "cwd") == str(folder)}


def pids_marked(mark: str) -> set[int]:
    """Python children that a supervisor with this mark started, ourselves and our parents left out."""
    wanted = f"{MARK}={mark}".encode()
    return {pid for pid in _pids() - _ancestors() if wanted in _environment(pid)}


def end(pids: Callable[[], set[int]], signum: int, seconds: float = 20.0) -> None:
    """Signal the processes that `pids` finds, wait until it finds none, and kill what stays."""
    _signal(pids(), signum)
    if not wait_for(lambda: not pids(), seconds):
        _signal(pids(), signal.SIGKILL)
        if not wait_for(lambda: not pids(), 10):
            raise ServiceError(f"Processes of an earlier start do not end: {sorted(pids())}")


def _signal(pids: set[int], signum: int) -> None:
    for pid in pids:
        try:
            os.kill(pid, signum)
        except ProcessLookupError:
            continue


def _pids_naming(folder: Path) -> set[int]:
    """Without /proc (macOS): servers whose command line names `folder`."""
    listing = subprocess.run(
        ["ps", "-axo", "pid=,command="], capture_output=True, text=True, check=False
    ).stdout
    rows = (line.split(None, 1) for line in listing.splitlines() if str(folder) in line)
    return {int(pid) for pid, command in rows if "postgres" in command or "valkey-server" in command}


def _pids() -> set[int]:
    if not PROC.is_dir():
        return set()
    return {int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit() and not _is_zombie(entry)}


def _is_zombie(entry: Path) -> bool:
    try:
        return (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()[0] == "Z"
    except (OSError, IndexError):
        return True


def _link(pid: int, name: str) -> str:
    try:
        return str((PROC / str(pid) / name).readlink()).removesuffix(" (deleted)")
    except OSError:
        return ""


def _environment(pid: int) -> list[bytes]:
    try:
        return (PROC / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:
        return []


def _ancestors() -> set[int]:
    found, pid = {os.getpid()}, os.getppid()
    while pid > 1 and pid not in found:
        found.add(pid)
        try:
            pid = int((PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()[1])
        except (OSError, IndexError, ValueError):
            break
    return found | {1}
