"""`python -m bench.sink PORT FILE`: takes every mail, keeps none; when stopped, writes how many came."""

from __future__ import annotations

import json
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller


class Counter:
    """Counts mails and the different people they were for."""

    def __init__(self) -> None:
        self.mails = 0
        self.people: set[str] = set()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails += 1
        self.people.update(envelope.rcpt_tos)
        return "250 Counted"


def main() -> None:
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    counter = Counter()
    controller = Controller(counter, hostname="127.0.0.1", port=int(sys.argv[1]), ready_timeout=20.0)
    controller.start()
    stopping.wait()
    controller.stop()
    Path(sys.argv[2]).write_text(json.dumps({"mails": counter.mails, "people": len(counter.people)}))


if __name__ == "__main__":
    main()
