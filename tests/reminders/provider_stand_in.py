"""A mail provider on this machine: a real HTTP server that knows keys again and misbehaves when told to."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.reminders.conftest import free_port

IDS = {"/emails": "id", "/v3/smtp/email": "messageId"}


@dataclass
class StandIn:
    """What was posted, and the messages it made of that: one per key.

    `answers` are taken one by one, then all is well: a status, a status with a body, "hang" (takes it
    and says nothing), "cut" (takes it and cuts the line), "cut early" (cuts before it has read the message).
    """

    port: int = 0
    posted: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)
    messages: dict[str, str] = field(default_factory=dict)
    texts: dict[str, dict[str, Any]] = field(default_factory=dict)
    answers: list[int | str | tuple[int, Any]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [body for _headers, body in self.posted]

    def to(self, address: str) -> list[dict[str, Any]]:
        return [body for body in self.bodies if address in str(body["to"])]

    def take(self, headers: dict[str, str], body: dict[str, Any]) -> str:
        """The message's id, of the first one however often the same key comes; "" where it says no.

        Resend compares texts: the same key with another text is answered 409 and sends nothing.
        """
        self.posted.append((headers, body))
        key = headers.get("Idempotency-Key") or body["headers"]["idempotencyKey"]
        first = self.texts.setdefault(key, body)
        if "Idempotency-Key" in headers and first != body:
            return ""
        return self.messages.setdefault(key, f"id-{len(self.messages) + 1}")


def _handler(stand_in: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer = stand_in.answers.pop(0) if stand_in.answers else 200
            if answer == "cut early":
                self._cut()
                return
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, content = answer if isinstance(answer, tuple) else (answer, {})
            if isinstance(status, str) or 200 <= status < 300:
                found = stand_in.take(dict(self.headers), body)
                content = content or {IDS[self.path]: found}
                if not found:
                    status, content = 409, {"name": "invalid_idempotent_request"}
            else:
                stand_in.posted.append((dict(self.headers), body))
            if status == "hang":
                stand_in.released.wait(30)
            if isinstance(status, str):
                self._cut()
                return
            said = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def _cut(self) -> None:
            """A reset, as of a machine that died."""
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()

        def log_message(self, *_arguments: Any) -> None:
            """Tests read no access log."""

        def finish(self) -> None:
            with suppress(OSError):  # we cut it ourselves
                super().finish()

    return Handler


@contextmanager
def provider_running(name: str, settings: Any) -> Iterator[StandIn]:
    """The stand-in answers, and the settings are those of EMAIL_URL=<name>://key@127.0.0.1:port."""
    stand_in = StandIn()
    server = ThreadingHTTPServer(("127.0.0.1", free_port()), _handler(stand_in))
    stand_in.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    settings.MAIL_TRANSPORT, settings.MAIL_PROVIDER_URL = name, f"http://127.0.0.1:{stand_in.port}"
    settings.EMAIL_HOST_PASSWORD, settings.EMAIL_TIMEOUT = "the-key", 30
    settings.EMAIL_BACKEND = "coaching.reminders.mail_backend.ProviderBackend"
    yield stand_in
    stand_in.released.set()
    server.shutdown()
    server.server_close()
    thread.join()
