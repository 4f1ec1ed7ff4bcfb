"""The running demonstration as tests use it: its address, its kept mail, its people."""

from __future__ import annotations

import email
import email.policy
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.site import text_of, wait_until

KARIM = "karim.benali@rivages.test"


@dataclass
class Demo:
    """A site with two invented networks; mail is kept in a folder, as for people who try Cairn."""

    url: str
    mail: Path
    manage: Callable[..., str]
    clock: Path

    def now(self) -> float:
        """The site's own time, in seconds."""
        return time.time() + float(self.clock.read_text())

    def enter(self, page: Page, role: str) -> None:
        """By one of the three doors: head, manager or coach."""
        page.goto(self.url)
        with page.expect_navigation():
            page.click(f"button[name=role][value={role}]")

    def letters(self, address: str) -> list[EmailMessage]:
        """What this address was sent, the latest last."""
        parsed = [
            email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            for path in sorted(self.mail.glob("*.eml"))
        ]
        return [message for message in parsed if address in str(message["To"])]

    def sign_in_by_code(self, page: Page, address: str) -> None:
        """Ask for a code and type it; needs no script."""
        before = len(self.letters(address))
        page.goto(self.url + "/accounts/login/code/")
        page.fill("input[name=email]", address)
        with page.expect_navigation():
            page.locator("main form:has(input[name=email]) button").first.click()
        letters = wait_until(lambda: self.letters(address)[before:], 20, f"a code for {address}")
        code = re.search(r"^\s*([A-Z0-9]{3,6}-?[A-Z0-9]{3,6})\s*$", text_of(letters[-1]), re.M)
        assert code, text_of(letters[-1])
        page.fill("input[name=code]", code[1])
        with page.expect_navigation():
            page.locator("main form:has(input[name=code]) button").first.click()
