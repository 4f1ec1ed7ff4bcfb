"""A mail server that delivers nothing: each message becomes a file, to be read on /inbox/ (demo only)."""

from __future__ import annotations

import secrets
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

KEPT = 2000
LARGEST = 5_000_000


class FolderHandler:
    """Writes what it receives; file names sort by time of arrival."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Store one message whole or not at all, and forget the oldest beyond KEPT."""
        name = f"{time.time_ns():020d}-{secrets.token_hex(4)}.eml"
        draft = self.folder / f"{name}.draft"
        draft.write_bytes(envelope.content)
        draft.rename(self.folder / name)
        for old in sorted(self.folder.glob("*.eml"))[:-KEPT]:
            old.unlink(missing_ok=True)
        return "250 Kept"


def serve(folder: Path, port: int) -> Controller:
    """Listen on this machine only; returns the running controller."""
    controller = Controller(
        FolderHandler(folder), hostname="127.0.0.1", port=port, data_size_limit=LARGEST, ready_timeout=20.0
    )
    controller.start()
    return controller


def main() -> None:
    """`python -m config.embedded.mailsink FOLDER PORT`: serve until told to stop."""
    stopping = threading.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: stopping.set())
    controller = serve(Path(sys.argv[1]), int(sys.argv[2]))
    stopping.wait()
    controller.stop()


if __name__ == "__main__":
    main()
