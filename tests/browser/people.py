"""What a person does with the pages: sign in by invitation, take a lesson, sort cards."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.hands import Hands, Pointer
from tests.browser.quiz import answer_question

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


def open_browser(
    browser: Browser, *, size: dict[str, int], language: str = "fr-FR", script: bool = True
) -> Person:
    context = browser.new_context(
        viewport=size,  # type: ignore[arg-type]
        locale=language,
        color_scheme="light",
        java_script_enabled=script,
    )
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


def take_module(person: Person, module_url: str, *, language: str = "fr", hands: Hands | None = None) -> None:
    """From the module's page to its thank-you, whatever the kinds of its steps."""
    page = person.page
    hands = hands or Pointer(page)
    page.goto(module_url)
    follow(hands, page.locator("main a.btn").first)
    for _turn in range(250):
        if page.url.split("?")[0].rstrip("/").endswith("/done"):
            return
        one_move(hands, language)
    raise AssertionError(f"the module never ended; last page {page.url}")


# Boxes for words; a practice published elsewhere would also name its link.
WORDS = "textarea:not([name=links]):visible, input[type=text]:visible, input:not([type]):visible"


def follow(hands: Hands, target: Locator) -> None:
    """Press a button or a link that leads to a page, and wait for it."""
    with hands.page.expect_navigation():
        hands.press(target)


def one_move(hands: Hands, language: str) -> None:
    """Do what the page asks once, and go on."""
    page = hands.page
    if page.locator("form[data-card-sort]").count():
        sort_one(hands)
        return
    for name in ("choose", "finish", "choice"):
        if page.locator(f"button[name={name}]").count():
            follow(hands, page.locator(f"button[name={name}]").first)
            return
    fill(hands, language)
    before = page.url
    follow(hands, page.locator(".stepbar .btn:not(.btn--sq)").last)
    refused = page.locator("main .errsum")
    assert not refused.count(), f"{before}: {refused.inner_text()}"


def fill(hands: Hands, language: str) -> None:
    """An answer to everything the step asks and that has none yet."""
    form = hands.page.locator("form#step")
    if not form.count() or answer_question(hands, form):
        return
    for box in form.locator(WORDS).all():
        if not box.input_value():
            limit = int(box.get_attribute("maxlength") or 200)
            hands.write(box, WRITTEN[language][:limit])
    for name in names_of(form, "input[type=radio]"):
        if not form.locator(f"input[name='{name}']:checked").count():
            hands.tick(form.locator(f"input[name='{name}']").first)
    boxes = form.locator("input[type=checkbox]")
    if boxes.count() and not form.locator("input[type=checkbox]:checked").count():
        hands.tick(boxes.first)
    for place, select in enumerate(form.locator("select:visible").all(), 1):
        if not select.input_value():
            hands.select(select, min(place, select.locator("option").count() - 1))


def names_of(form: Locator, selector: str) -> list[str]:
    """The names of such fields, once each, in the order of the page."""
    names = [field.get_attribute("name") or "" for field in form.locator(selector).all()]
    return list(dict.fromkeys(names))


def sort_one(hands: Hands) -> None:
    """One card: every seventh is very important, so that the later rounds are short."""
    page = hands.page
    count = page.locator("[data-count]").inner_text() if page.locator("[data-count]").count() else ""
    number = int((re.findall(r"\d+", count) or ["0"])[0])
    title = page.locator("[data-title]").inner_text()
    piles = page.locator("button[name=pile]")
    if piles.count():
        hands.press(piles.nth(0 if number % 7 == 0 else 1 + number % 2))  # the weightiest pile comes first
    else:
        hands.press(page.locator("button[name=keep]"))
    expect(page.locator("[data-title]", has_text=re.compile(f"^{re.escape(title)}$"))).to_have_count(0)
