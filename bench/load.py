"""A small load generator: a few kept-alive connections that check every body."""

from __future__ import annotations

import http.client
import threading
import time
from dataclasses import dataclass, field

CONNECTIONS = 8


class WrongAnswer(AssertionError):
    """The server answered something else than the page that is measured."""


@dataclass
class Load:
    """What a run of requests took, in seconds; `sizes` are bytes of the bodies."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    sizes: set[int] = field(default_factory=set)

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def run(
    port: int, path: str, count: int, *, cookie: str, expect: str, connections: int = CONNECTIONS
) -> Load:
    """Ask `count` times over a few connections; WrongAnswer unless each is 200 and holds `expect`."""
    load, problems = Load(), []
    left = iter(range(count))  # next() on a range iterator is atomic
    begun = time.perf_counter()

    def work() -> None:
        try:
            _work(port, path, cookie, expect.encode(), left, load)
        except Exception as problem:
            problems.append(problem)

    threads = [threading.Thread(target=work) for _ in range(min(connections, count))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    load.seconds = time.perf_counter() - begun
    if problems:
        raise problems[0]
    return load


def _work(port: int, path: str, cookie: str, expect: bytes, left: object, load: Load) -> None:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Cookie": cookie, "Accept-Language": "fr"} if cookie else {}
    for _ in left:  # type: ignore[attr-defined]
        begun = time.perf_counter()
        client.request("GET", path, headers=headers)
        answer = client.getresponse()
        body = answer.read()
        load.latencies.append(time.perf_counter() - begun)
        if answer.status != 200 or expect not in body:
            raise WrongAnswer(f"{path}: {answer.status}, {len(body)} bytes without {expect.decode()!r}")
        load.sizes.add(len(body))
    client.close()
