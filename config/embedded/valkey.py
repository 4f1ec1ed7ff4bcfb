"""A private Valkey, the broker and nothing else: unix socket only, append-only file, never evicts a task."""

from __future__ import annotations

import signal
import socket
from pathlib import Path

from config.embedded.places import ServerUser
from config.embedded.processes import end, pids_in
from config.embedded.server import Server

PING = b"*1\r\n$4\r\nPING\r\n"


class Valkey(Server):
    """`home/valkey` holds its append-only file; the caller owns the lock on `home`."""

    name = "valkey"
    stop_signal = signal.SIGTERM

    def __init__(self, home: Path, user: ServerUser, program: Path) -> None:
        super().__init__(home, user)
        self.program = program
        self.socket = home / self.name / "valkey.sock"

    @property
    def url(self) -> str:
        """The REDIS_URL, as Celery understands it."""
        return f"redis+socket://{self.socket}"

    def start(self) -> None:
        folder = self.prepare()
        end(lambda: pids_in(folder), self.stop_signal)
        self.socket = self.socket_folder(folder) / "valkey.sock"
        self.socket.unlink(missing_ok=True)
        listen = ["--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700"]
        keep = ["--dir", folder, "--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction"]
        self.launch(self.program, *listen, *keep, "--daemonize", "no")

    def is_ready(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            try:
                client.connect(str(self.socket))
                client.sendall(PING)
                return client.recv(16).startswith(b"+PONG")
            except OSError:
                return False
