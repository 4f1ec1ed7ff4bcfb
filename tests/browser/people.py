"""What a person does with the pages: sign in by invitation, take a lesson, sort cards."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, Page

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
WRITTEN = {
    "fr": "Il était environ six heures, je fermais. Elle attendait devant la porte avec son dossier.",
    "en": "It was around six, I was closing. She stood at the door with her file.",
}


@dataclass
class Person:
    """One person in a browser of their own; whatever the console complains about is kept."""

    page: Page
    context: BrowserContext
    complaints: list[str] = field(default_factory=list)


def open_browser(browser: Browser, *, size: dict[str, int], language: str = "fr-FR") -> Person:
    context = browser.new_context(viewport=size, locale=language, color_scheme="light")  # type: ignore[arg-type]
    page = context.new_page()
    person = Person(page, context)
    page.on(
        "console",
        lambda message: (
            person.complaints.append(message.text) if message.type in ("error", "warning") else None
        ),
    )
    page.on("pageerror", lambda error: person.complaints.append(str(error)))
    return person


def accept(person: Person, link: str, name: str, *, language: str = "fr") -> None:
    """Open an invitation, fill the three settings, read the notice, enter."""
    page = person.page
    page.goto(link)
    page.fill("input[name=name]", name)
    page.check(f"input[name=language][value={language}]")
    page.check("input[name=way_in][value=code]")
    page.check("input[name=notice]")
    page.click("main form button.btn--lg")
    page.wait_for_load_state()


def take_module(person: Person, module_url: str, *, language: str = "fr") -> None:
    """From the module's page to its thank-you, whatever the kinds of its steps."""
    page = person.page
    page.goto(module_url)
    page.click("main a.btn")
    for _turn in range(200):
        if page.url.rstrip("/").endswith("/done"):
            return
        _one_move(page, language)
    raise AssertionError(f"the module never ended; last page {page.url}")


def _one_move(page: Page, language: str) -> None:
    """Do what the page asks once, and go on."""
    before = page.url
    if page.locator("form[data-card-sort]").count():
        _sort_one(page)
        return
    if page.locator("button[name=choose]").count():
        page.locator("button[name=choose]").first.click()
        page.wait_for_load_state()
        return
    if page.locator("button[name=finish]").count():
        page.click("button[name=finish]")
        page.wait_for_load_state()
        return
    if page.locator("button[name=choice]").count():
        page.locator("button[name=choice]").first.click()
        page.wait_for_load_state()
        return
    _fill(page, language)
    page.locator(".stepbar .btn:not(.btn--sq)").last.click()
    page.wait_for_load_state()
    assert page.locator("main").count(), before


def _fill(page: Page, language: str) -> None:
    for box in page.locator("form#step textarea").all():
        if not box.input_value():
            box.fill(WRITTEN[language])
    for group in {radio.get_attribute("name") for radio in page.locator("form#step input[type=radio]").all()}:
        page.locator(f"form#step input[name='{group}']").first.check(force=True)
    if page.locator("form#step input[type=checkbox]").count():
        page.locator("form#step input[type=checkbox]").first.check(force=True)
    for place, select in enumerate(page.locator("form#step select").all(), 1):
        select.select_option(index=place)


def _sort_one(page: Page) -> None:
    """One card: every seventh is very important, so that the later rounds are short."""
    count = page.locator("[data-count]").inner_text() if page.locator("[data-count]").count() else ""
    number = int((re.findall(r"\d+", count) or ["0"])[0])
    title = page.locator("[data-title]").inner_text()
    piles = page.locator("button[name=pile]")
    if piles.count():
        piles.nth(0 if number % 7 == 0 else 1 + number % 2).click()  # the weightiest pile comes first
    else:
        page.locator("button[name=keep]").click()
    page.wait_for_function(
        "title => document.querySelector('[data-title]')?.innerText !== title", arg=title, timeout=10_000
    )
