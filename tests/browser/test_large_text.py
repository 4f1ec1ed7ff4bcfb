"""A phone whose letters are twice as large: as wide as 195 px are for letters of the usual size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.test_player import cookie
from tests.learning.player import GESTURE, Player

pytestmark = pytest.mark.slow

QUIZ, LIST = "communiquer-c-est-relier/diffuser-ou-relier", "room"
BEYOND = """() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), textarea, h1')]
  .filter(each => each.getBoundingClientRect().right > innerWidth + 1)
  .map(each => each.outerHTML.slice(0, 120))"""


@pytest.fixture
def page(browser: Browser, head: Player, live_server: Any) -> Iterator[Page]:
    size: Any = {"width": 195, "height": 422}
    with browser.new_context(viewport=size, locale="fr", service_workers="block") as context:
        context.add_cookies([cookie(head, live_server.url)])  # type: ignore[list-item]
        yield context.new_page()


@pytest.mark.parametrize("address", ["", "help", "values", "charter", "pair", "path", LIST, QUIZ, GESTURE])
def test_everything_stays_within_reach(page: Page, head: Player, live_server: Any, address: str) -> None:
    answer = page.goto(live_server.url + (head.url(address) if address else head.home))

    assert answer is not None
    assert answer.ok
    assert page.evaluate(BEYOND) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 195


def test_a_word_without_end_does_not_widen_the_list_of_drafts(
    page: Page, head: Player, live_server: Any
) -> None:
    draft = head.post(LIST, {"platform": "linkedin"})["Location"]
    head.client.post(draft, {"text": "w" * 600, "platform": "linkedin", "revision": "1"})

    page.goto(live_server.url + head.url(LIST))

    assert page.locator("ul.list a.item").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 195
