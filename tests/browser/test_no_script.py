"""Everything a head needs works without JavaScript: sign in, read, answer, choose, write, sort."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.acts import click
from tests.browser.demo import Demo
from tests.browser.looks import Eyes

pytestmark = pytest.mark.slow

# Took over an agency ten days ago: has done two weeks of five.
FATOU = "fatou.diallo@rivages.test"
LEARN = "/n/rivages/learn/"
W2 = LEARN + "lieux-et-ambiances/"
NEXT = ".stepbar .btn:not(.btn--sq)"


@pytest.fixture
def page(demo: Demo, browser: Browser) -> Page:
    eyes = Eyes.open(browser, java_script_enabled=False)
    demo.sign_in_by_code(eyes.page, FATOU)
    return eyes.page


def test_a_lesson_and_a_card_without_javascript(demo: Demo, page: Page) -> None:
    expect(page).to_have_url(demo.url + LEARN)

    page.goto(demo.url + W2 + "quatre-portes/")
    click(NEXT)(page)
    expect(page).to_have_url(demo.url + W2 + "si-c-etait-un-lieu/")
    walk(page)
    answer(demo, page)
    write(demo, page)
    place_a_card(demo, page)


def walk(page: Page) -> None:
    """The fork: each path is a button, until there is none."""
    first = page.locator("button[name=choice]").first.inner_text()
    for _fork in range(12):
        if not page.locator("button[name=choice]").count():
            break
        click("button[name=choice]")(page)

    assert page.locator("button[name=choice]").count() == 0
    assert first
    click(NEXT)(page)


def answer(demo: Demo, page: Page) -> None:
    page.goto(demo.url + LEARN + "chaque-reseau-sa-philosophie/les-mots-de-la-maison/?q=2&again=1")
    page.locator("input[name=answer]").first.check()
    click(".stepbar button")(page)

    expect(page.locator("main")).to_contain_text("Votre réponse")


def write(demo: Demo, page: Page) -> None:
    page.goto(demo.url + W2 + "mes-lieux/")
    page.fill("textarea[name=text]", "Le marché du samedi, parce qu’on s’y connaît par son prénom.")
    click(NEXT)(page)

    page.goto(demo.url + W2 + "mes-lieux/")
    expect(page.locator("textarea[name=text]")).to_have_value(
        "Le marché du samedi, parce qu’on s’y connaît par son prénom."
    )


def place_a_card(demo: Demo, page: Page) -> None:
    page.goto(demo.url + LEARN + "v1-mes-valeurs/tri-des-cartes/")
    if page.locator("a[href$='view=redo']").count():
        click("a[href$='view=redo']")(page)
        click("button[name=redo]")(page)
    card = page.locator("[data-title]").inner_text()
    click("button[name=pile]")(page)

    expect(page.locator("[data-title]")).not_to_have_text(card)
    expect(page.locator("[data-count]")).to_contain_text("2")
