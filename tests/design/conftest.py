"""A real browser over the live server: axe, the security policy, the width of the page."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from accounts.models import User

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
LOOKS = [(390, "light"), (390, "dark"), (1440, "light"), (1440, "dark")]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the run; CHROMIUM names another binary than the system's."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright's loop lives in the thread of the test
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


class Visitor:
    """Opens pages in every look and returns what is wrong with them."""

    def __init__(self, browser: Browser, base: str) -> None:
        self.browser = browser
        self.base = base
        self.cookies: list[dict[str, Any]] = []

    def sign_in(self, email: str = "karim@rivages.example", name: str = "Karim Benali") -> None:
        """Through the sign-in page, so that the session is known and fresh enough for sensitive pages."""
        user = User.objects.create_user(email, "un-mot-de-passe", name=name)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        client = Client(headers={"user-agent": FIREFOX})
        client.post("/accounts/login/", {"login": email, "password": "un-mot-de-passe"})
        client.post("/accounts/reauthenticate/", {"password": "un-mot-de-passe"})
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.cookies = [{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": self.base}]

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
def visitor(chromium: Browser, live_server: Any) -> Visitor:
    return Visitor(chromium, live_server.url)
