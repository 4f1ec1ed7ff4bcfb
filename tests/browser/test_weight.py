"""What a phone downloads to see a first page: everything on the wire, with nothing kept from before."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.demo import Demo
from tests.browser.looks import Eyes
from tests.browser.pages import L01, LEARN

pytestmark = pytest.mark.slow
MOST = 80 * 1024
# 400 kbit/s and 400 ms there and back.
SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
LARGEST = """() => new Promise((done) => {
  const seen = new PerformanceObserver((list) => done(list.getEntries().at(-1).startTime));
  seen.observe({ type: 'largest-contentful-paint', buffered: true });
})"""


def weigh(demo: Demo, browser: Browser, path: str) -> dict[str, int]:
    """Bytes of each file of the page, compressed as they travel; the browser's cache is empty."""
    eyes = Eyes.open(browser, service_workers="block")  # what it keeps does not travel again
    demo.enter(eyes.page, "head")
    wire = eyes.context.new_cdp_session(eyes.page)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    names: dict[str, str] = {}
    bytes_of: dict[str, int] = {}

    def asked(event: dict[str, Any]) -> None:
        names[event["requestId"]] = event["request"]["url"].removeprefix(demo.url)

    def came(event: dict[str, Any]) -> None:
        name = names.get(event["requestId"], "?")
        bytes_of[name] = bytes_of.get(name, 0) + int(event["encodedDataLength"])

    wire.on("Network.requestWillBeSent", asked)
    wire.on("Network.loadingFinished", came)
    eyes.page.goto(demo.url + path, wait_until="networkidle")
    eyes.context.close()
    return bytes_of


@pytest.mark.parametrize(
    "path", [LEARN, L01 + "affiche-comptoir-mot/", LEARN + "v1-mes-valeurs/tri-des-cartes/"]
)
def test_first_page_on_a_phone_weighs_less_than_80_kib(demo: Demo, browser: Browser, path: str) -> None:
    parts = weigh(demo, browser, path)

    listed = "\n".join(f"{size:7d} {name}" for name, size in sorted(parts.items(), key=lambda p: -p[1]))
    print(f"{path}: {sum(parts.values()) / 1024:.1f} KiB\n{listed}")
    assert len(parts) > 5
    assert sum(parts.values()) < MOST, listed


def test_first_lesson_shows_within_4_s_on_slow_3g(demo: Demo, browser: Browser) -> None:
    eyes = Eyes.open(browser, service_workers="block")
    demo.enter(eyes.page, "head")
    wire = eyes.context.new_cdp_session(eyes.page)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    wire.send("Network.emulateNetworkConditions", SLOW_3G)

    eyes.page.goto(demo.url + L01 + "affiche-comptoir-mot/", wait_until="load")
    shown = float(eyes.page.evaluate(LARGEST)) / 1000
    eyes.context.close()

    print(f"largest paint after {shown:.1f} s")
    assert shown < 4
