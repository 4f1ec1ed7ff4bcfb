"""What is wrong with a page as it looks: axe, width, headings, language, complaints of the console."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text()
EVERY_RULE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The rules that can answer differently in the other theme.
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
PHONE, DESK = 390, 1440
HEIGHTS = {PHONE: 844, DESK: 900}
RUN = """async options => (await axe.run(document, {...options, iframes: false, resultTypes: ['violations']}))
  .violations.flatMap(v => v.nodes.map(n => v.id + ': ' + n.html.slice(0, 160)))"""
MEASURE = """() => ({
  tooWide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  titles: document.querySelectorAll('h1').length,
  language: document.documentElement.lang,
})"""


@dataclass
class Eyes:
    """One browser window and everything it has complained about since it was last asked."""

    context: BrowserContext
    page: Page
    heard: list[ConsoleMessage] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    looks: int = 0

    @classmethod
    def open(cls, browser: Browser, language: str = "fr-FR", **options: Any) -> Eyes:
        context = browser.new_context(
            viewport={"width": PHONE, "height": HEIGHTS[PHONE]},
            locale=language,
            color_scheme="light",
            reduced_motion="reduce",  # colours must not be caught half way
            **options,
        )
        context.set_default_timeout(15_000)
        eyes = cls(context, context.new_page())
        eyes.page.on("console", lambda message: eyes.heard.append(message))
        eyes.page.on("pageerror", lambda error: eyes.errors.append(str(error)))
        return eyes

    def complaints(self, *, status: int = 200) -> list[str]:
        """What the console said of the last page; that a refused page was refused is no complaint."""
        said = [message.text for message in self.heard if message.type in ("error", "warning")]
        if status >= 400:
            said = [text for text in said if f"status of {status}" not in text]
        found = [f"console: {text}" for text in [*said, *self.errors]]
        self.heard.clear()
        self.errors.clear()
        return found

    def problems(self, language: str) -> list[str]:
        """Both widths in both themes, loaded once; every rule at each width, colours in each theme."""
        self.look(PHONE, "light")
        self.page.evaluate(AXE)
        found = self.measured(PHONE, language) + self.axe("phone")
        self.look(PHONE, "dark")
        found += self.axe("phone, dark", COLOUR_RULES)
        self.look(DESK, "dark")
        found += self.measured(DESK, language) + self.axe("desk, dark")
        self.look(DESK, "light")
        found += self.axe("desk", COLOUR_RULES)
        self.look(PHONE, "light")
        return found

    def problems_on_the_phone(self, language: str) -> list[str]:
        """One look, for the second language; its colours are those of the first."""
        self.look(PHONE, "light")
        self.page.evaluate(AXE)
        return self.measured(PHONE, language) + self.axe(f"phone, {language}", but=COLOUR_RULES)

    def look(self, width: int, scheme: str) -> None:
        self.looks += 1
        self.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        # The whole page in one window: a bar at its foot must not seem to hide what is behind the fold.
        height = self.page.evaluate("document.documentElement.scrollHeight")
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]

    def measured(self, width: int, language: str) -> list[str]:
        """Nothing to scroll sideways, one title, the language that was asked for."""
        seen = self.page.evaluate(MEASURE)
        wide = [f"{width} px: {seen['tooWide']} px too wide"] if seen["tooWide"] > 0 else []
        titles = [f"{seen['titles']} titles of the first level"] if seen["titles"] != 1 else []
        other = [f"the page says it is in « {seen['language']} »"] if seen["language"] != language else []
        return [*wide, *titles, *other]

    def axe(self, where: str, rules: list[str] | None = None, but: Sequence[str] = ()) -> list[str]:
        only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": EVERY_RULE}
        options = {"runOnly": only, "rules": {rule: {"enabled": False} for rule in but}}
        return [f"axe, {where}, {problem}" for problem in self.page.evaluate(RUN, options)]
