"""With the keyboard alone: the order of the stops, a focus that shows, cards sorted by 1, 2 and 3."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.acts import click
from tests.browser.demo import Demo
from tests.browser.looks import Eyes
from tests.browser.pages import L01, LEARN

pytestmark = pytest.mark.slow

ANNE = "anne.kerbrat@rivages.test"
STOP = """() => {
  const at = document.activeElement, copy = at.cloneNode(true);
  copy.querySelectorAll('[aria-hidden], small').forEach(each => each.remove());
  return (at.getAttribute('aria-label') || copy.textContent || at.name || at.id).replace(/\\s+/g, ' ').trim();
}"""
RING = """() => {
  const look = getComputedStyle(document.activeElement);
  const box = document.activeElement.getBoundingClientRect();
  const onScreen = box.bottom > 0 && box.top < innerHeight && box.width > 0;
  return {outline: parseFloat(look.outlineWidth), style: look.outlineStyle, shadow: look.boxShadow, onScreen};
}"""


@pytest.fixture(scope="module")
def anne(demo: Demo, browser: Browser) -> Eyes:
    """Signed in once: codes by mail are rationed."""
    eyes = Eyes.open(browser)
    demo.sign_in_by_code(eyes.page, ANNE)
    return eyes


@pytest.fixture
def page(anne: Eyes) -> Iterator[Page]:
    page = anne.context.new_page()
    yield page
    page.close()


def stops(page: Page, count: int) -> list[str]:
    """Press Tab so many times; each stop is on the screen and shows that it has the focus."""
    found = []
    for _press in range(count):
        page.keyboard.press("Tab")
        ring = page.evaluate(RING)
        name = page.evaluate(STOP)
        assert ring["onScreen"], f"{name} has the focus out of sight"
        assert (ring["style"] != "none" and ring["outline"] >= 2) or ring["shadow"] != "none", name
        found.append(name)
    return found


def test_home_leads_from_the_way_past_to_the_next_step(demo: Demo, page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(demo.url + LEARN)

    found = stops(page, 10)

    assert found == [
        "Aller au contenu",
        "Cairn",
        "Accueil",
        "Parcours",
        "Valeurs",
        "Ensemble",
        "Aide",
        "Mon compte, Anne Kerbrat",
        "Se déconnecter",
        "Reprendre",
    ]


def test_the_way_past_the_navigation_goes_past_it(demo: Demo, page: Page) -> None:
    page.goto(demo.url + LEARN)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert stops(page, 1) == ["Reprendre"]


def test_a_quiz_is_answered_with_the_keyboard(demo: Demo, page: Page) -> None:
    page.goto(demo.url + L01 + "diffuser-ou-relier/?q=1&again=1")
    page.locator("input[name=answer]").first.focus()

    page.keyboard.press("ArrowDown")
    for _press in range(4):
        page.keyboard.press("Tab")
        if page.evaluate(STOP) == "Valider":
            break
    with page.expect_navigation():
        page.keyboard.press("Enter")

    expect(page.locator("main")).to_contain_text("Votre réponse")


def test_cards_are_sorted_by_three_keys(demo: Demo, page: Page) -> None:
    page.goto(demo.url + LEARN + "v1-mes-valeurs/tri-des-cartes/")
    if page.locator("a[href$='view=redo']").count():
        click("a[href$='view=redo']")(page)
        click("button[name=redo]")(page)
    page.locator("button[name=pile]").first.focus()

    for key in "123":
        card = page.locator("[data-title]").inner_text()
        page.keyboard.press(key)
        expect(page.locator("[data-title]")).not_to_have_text(card)
        expect(page.locator("[data-sort-status]")).to_contain_text(card)
    expect(page.locator("button[name=pile] .n")).to_have_text(["1", "1", "1"])
    before = page.locator("[data-title]").inner_text()
    page.keyboard.press("Backspace")

    expect(page.locator("[data-title]")).not_to_have_text(before)


def test_keys_do_nothing_outside_the_sort(demo: Demo, page: Page) -> None:
    page.goto(demo.url + LEARN + "v1-mes-valeurs/tri-des-cartes/")
    if page.locator("a[href$='view=redo']").count():
        click("a[href$='view=redo']")(page)
        click("button[name=redo]")(page)
    card = page.locator("[data-title]").inner_text()
    page.locator("body").press("1")

    expect(page.locator("[data-title]")).to_have_text(card)
