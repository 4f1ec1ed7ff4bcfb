"""What every server has in common: a folder, a log, a start that waits until it answers, a stop."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from config.embedded.places import LONGEST_SOCKET_FOLDER, ServerUser, make_folder
from config.embedded.processes import ServiceError, spawn, stop

LOG_LIMIT = 5_000_000


class Server:
    """One child process with data of its own under `home`. Whoever starts it holds the lock on `home`."""

    name = "server"
    stop_signal: int = signal.SIGTERM
    stop_seconds = 30.0
    start_seconds = 60.0

    def __init__(self, home: Path, user: ServerUser) -> None:
        self.home, self.user = home, user
        self.log = home / f"{self.name}.log"
        self.process: subprocess.Popen[bytes] | None = None
        self._log_start = 0
        self._socket_folder: Path | None = None

    def is_ready(self) -> bool:
        """Whether it answers."""
        raise NotImplementedError

    def start(self) -> None:
        """Start the process and return when it answers, or raise ServiceError with the end of its log."""
        raise NotImplementedError

    def prepare(self) -> Path:
        """Create the folder that only the server's user may enter; what we started before is over."""
        self.stop()
        folder = make_folder(self.home / self.name, 0o700)
        self.user.give(folder)
        return folder

    def launch(self, *argv: object) -> None:
        """Start the process and wait until it answers."""
        cut_log(self.log)
        self._log_start = self.log.stat().st_size if self.log.exists() else 0
        self.process = spawn(argv, self.log, stop_signal=self.stop_signal, identity=self.user.identity)
        end = time.monotonic() + self.start_seconds
        while not self.is_ready():
            if self.process.poll() is not None:
                raise ServiceError(
                    f"{self.name} stopped with code {self.process.returncode}:\n{self.log_tail()}"
                )
            if time.monotonic() > end:
                self.stop()
                raise ServiceError(
                    f"{self.name} does not answer after {self.start_seconds:.0f} s:\n{self.log_tail()}"
                )
            time.sleep(0.03)

    def log_tail(self) -> str:
        """The end of what this start wrote."""
        with self.log.open("rb") as handle:
            handle.seek(self._log_start)
            return handle.read()[-3000:].decode(errors="replace")

    def stop(self) -> None:
        """Stop in order, by force when that takes too long; harmless when not running."""
        if self.process is not None:
            stop(self.process, self.stop_signal, self.stop_seconds)
            self.process = None
        if self._socket_folder is not None:
            shutil.rmtree(self._socket_folder, ignore_errors=True)
            self._socket_folder = None

    def socket_folder(self, folder: Path) -> Path:
        """`folder`, or a short one under /tmp when the kernel would refuse so long a socket path."""
        if len(str(folder).encode()) <= LONGEST_SOCKET_FOLDER:
            return folder
        self._socket_folder = Path(tempfile.mkdtemp(prefix="cairn-", dir="/tmp"))
        self.user.give(self._socket_folder)
        return self._socket_folder


def cut_log(path: Path) -> None:
    """Put a long log aside, so that two files of limited size are all there ever is."""
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        path.replace(path.with_name(path.name + ".1"))
