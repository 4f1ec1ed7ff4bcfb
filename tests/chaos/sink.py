"""`python -m tests.chaos.sink PORT FOLDER`: an SMTP server that keeps what it accepts and fails on order.

Written by hand, because it must fail between any two words of the protocol. It reads FOLDER/orders.json
whenever that changes and appends each text it has taken to FOLDER/accepted, before it answers.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

VERBS = ("connect", "ehlo", "starttls", "mail", "rcpt", "data", "text")
_ID = re.compile(rb"^Message-ID:\s*(<[^>]+>)", re.MULTILINE | re.IGNORECASE)
_KEY = re.compile(rb"^X-Reminder-Key:\s*(\S+)", re.MULTILINE | re.IGNORECASE)
_TO = re.compile(rb"^To:\s*(.+?)\r?$", re.MULTILINE | re.IGNORECASE)


class Gone(Exception):
    """The connection ends here."""


@dataclass
class Order:
    """What to do at a verb: answer a line, `drop`, `keep and drop` (text only), `stall`, or answer late.

    `share` of the times by chance, at most `times` times in all, for whom `to` is found in the address.
    """

    at: str
    answer: str
    share: float = 1.0
    times: int | None = None
    to: str = ""
    seconds: float = 0.0
    done: int = 0

    def fits(self, verb: str, recipient: str, chance: random.Random) -> bool:
        if self.at != verb or (self.times is not None and self.done >= self.times):
            return False
        if self.to and self.to not in recipient:
            return False
        return self.share >= 1 or chance.random() < self.share


@dataclass
class Sink:
    """All sessions share the orders and the record."""

    folder: Path
    is_deduplicating: bool = False
    has_starttls: bool = False
    busy: tuple[float, float] = (0.0, 0.0)
    orders: list[Order] = field(default_factory=list)
    chance: random.Random = field(default_factory=lambda: random.Random(1047))
    taken: set[bytes] = field(default_factory=set)
    _seen: int = -1

    def __post_init__(self) -> None:
        self._record = os.open(self.folder / "accepted", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self._misdeeds = os.open(self.folder / "misdeeds", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def read_orders(self) -> None:
        try:
            changed = (self.folder / "orders.json").stat().st_mtime_ns
        except FileNotFoundError:
            return
        if changed == self._seen:
            return
        self._seen = changed
        found = json.loads((self.folder / "orders.json").read_text())
        self.is_deduplicating, self.has_starttls = found["deduplicating"], found["starttls"]
        self.busy = tuple(found["busy"])
        self.orders = [Order(**each) for each in found["orders"]]
        self.chance = random.Random(found["seed"])

    def order(self, verb: str, recipient: str = "") -> Order | None:
        self.read_orders()
        for each in self.orders:
            if each.fits(verb, recipient, self.chance):
                each.done += 1
                self.note(verb, each.answer)
                return each
        return None

    def note(self, verb: str, what: str) -> None:
        os.write(self._misdeeds, f"{verb} {what}\n".encode())

    def take(self, content: bytes, is_secured: bool) -> None:
        """On disk before anybody hears of it; `again` when a de-duplicating server already had it."""
        name, key, to = _ID.search(content), _KEY.search(content), _TO.search(content)
        message_id = name[1] if name else b"?"
        word = b"again" if self.is_deduplicating and message_id in self.taken else b"kept"
        self.taken.add(message_id)
        words = [word, key[1] if key else b"-", message_id, b"tls" if is_secured else b"clear"]
        os.write(self._record, b" ".join([*words, (to[1] if to else b"-").strip()]) + b"\n")


class Session:
    """One connection, one command after the other."""

    def __init__(self, sink: Sink, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.sink, self.reader, self.writer = sink, reader, writer
        self.recipient = ""

    async def run(self) -> None:
        try:
            await self.step("connect", "220 sink ready")
            while True:
                line = await self.reader.readline()
                if not line:
                    return
                await self.answer(line.decode(errors="replace").strip())
        except (Gone, ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            self.writer.close()

    async def answer(self, line: str) -> None:
        verb = line.split(" ", 1)[0].lower()
        if verb in ("ehlo", "mail"):
            self.sink.note("heard", verb)
        if verb in ("ehlo", "helo"):
            extra = "250-STARTTLS\r\n" if self.sink.has_starttls else ""
            await self.step("ehlo", f"250-sink\r\n{extra}250 8BITMIME")
        elif verb == "starttls":
            await self.step("starttls", "454 no certificate here")
        elif verb == "mail":
            await self.step("mail", "250 OK")
        elif verb == "rcpt":
            self.recipient = line
            await self.step("rcpt", "250 OK")
        elif verb == "data":
            if await self.step("data", "354 go on"):
                await self.text()
        elif verb == "quit":
            await self.say("221 bye")
            raise Gone
        else:
            await self.say("250 OK")

    async def text(self) -> None:
        content = await self.reader.readuntil(b"\r\n.\r\n")
        order = self.sink.order("text", self.recipient)
        await self.work()
        if order is None or order.answer in ("keep and drop", "late"):
            self.sink.take(content, is_secured=False)
            await self.work()
        if order is not None:
            return await self.obey(order, "250 kept")
        return await self.say("250 kept")

    async def work(self) -> None:
        """What a real server needs before and after the text is safe: where kills fall."""
        low, high = self.sink.busy
        if high:
            await asyncio.sleep(self.sink.chance.uniform(low, high))

    async def step(self, verb: str, usual: str) -> bool:
        """Whether the usual answer was given."""
        order = self.sink.order(verb, self.recipient)
        if order is None:
            await self.say(usual)
            return True
        await self.obey(order, usual)
        return order.answer == "late"

    async def obey(self, order: Order, usual: str) -> None:
        if "drop" in order.answer:
            raise Gone
        if order.answer == "stall":
            await self.reader.read(-1)  # until the other side has had enough
            raise Gone
        if order.answer == "late":
            await asyncio.sleep(order.seconds)
        await self.say(usual if order.answer == "late" else order.answer)
        if order.answer.startswith(("421", "220 go")):
            raise Gone

    async def say(self, line: str) -> None:
        self.writer.write(line.encode() + b"\r\n")
        await self.writer.drain()


async def serve(port: int, folder: Path) -> None:
    sink = Sink(folder)
    sink.read_orders()

    async def session(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Any:
        await Session(sink, reader, writer).run()

    server = await asyncio.start_server(session, "127.0.0.1", port, limit=2**24)
    async with server:
        (folder / "ready").touch()
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
