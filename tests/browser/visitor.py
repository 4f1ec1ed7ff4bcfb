"""A browser over pytest-django's live server, for tests that write their people into the database."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = [(390, "light"), (390, "dark"), (1440, "light"), (1440, "dark")]


class Visitor:
    """Opens pages in every look and returns what is wrong with them."""

    def __init__(self, browser: Browser, base: str) -> None:
        self.browser = browser
        self.base = base
        self.cookies: list[dict[str, Any]] = []

    def context(self, width: int, scheme: str, language: str = "fr") -> BrowserContext:
        context = self.browser.new_context(
            viewport={"width": width, "height": 844 if width < 800 else 900},
            color_scheme=scheme,  # type: ignore[arg-type]
            locale=language,
        )
        context.add_cookies(self.cookies)  # type: ignore[arg-type]
        return context

    def problems(self, path: str, width: int, scheme: str, language: str = "fr") -> list[str]:
        """Axe violations, console messages and horizontal overflow of one page in one look."""
        with self.context(width, scheme, language) as context:
            page = context.new_page()
            said: list[str] = []
            page.on("console", lambda message: said.append(f"console: {message.text}"))
            page.on("pageerror", lambda error: said.append(f"error: {error}"))
            page.goto(self.base + path)
            return [*said, *self._overflow(page), *self._axe(page)]

    def _overflow(self, page: Page) -> list[str]:
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        return [f"overflow: {wide} px"] if wide > 0 else []

    def _axe(self, page: Page) -> list[str]:
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": AXE_TAGS}})
        return [
            f"axe {violation['id']}: {node['html'][:160]}"
            for violation in found.response["violations"]
            for node in violation["nodes"]
        ]


@pytest.fixture
def visitor(browser: Browser, live_server: Any) -> Visitor:
    return Visitor(browser, live_server.url)
