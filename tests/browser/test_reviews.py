"""A coach reads practices one after the other: with the keyboard, with a finger, and without a script."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from agencies.models import Membership
from coaching.learning.services import write_canned
from tests.adoption.reviewing import NOW, POST, TEXT, hand_in, stored
from tests.browser.acts import click
from tests.browser.looks import Eyes
from tests.factories import Cast, make_cast

pytestmark = pytest.mark.slow
QUOTE = "Élodie garde son manteau"


@pytest.fixture
def cast(live_server: Any, transactional_db: None) -> Iterator[Cast]:
    """Two practices wait, the first person's longest; the clock runs."""
    from agencies.scope import networks

    with time_machine.travel(NOW, tick=True):
        found = make_cast()
        for number in (1, 2):
            hand_in(found, number, text=f"🙂 {TEXT}", at=NOW - dt.timedelta(days=3 - number))
        with networks(found.network.pk):
            write_canned(found.coach, "Merci", "Merci de vous lancer.")
        yield found


def window(browser: Browser, member: Membership, base: str, **options: Any) -> Eyes:
    client = Client()
    client.force_login(member.user)
    eyes = Eyes.open(browser, **options)
    name = settings.SESSION_COOKIE_NAME
    eyes.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": base}])
    return eyes


def choose_passage(page: Page, words: str) -> None:
    """Select words of the text, as a mouse or a finger does."""
    page.evaluate(
        """words => {
          const text = document.querySelector('[data-passages]'), range = document.createRange();
          const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const at = node.data.indexOf(words);
            if (at < 0) continue;
            range.setStart(node, at); range.setEnd(node, at + words.length);
            const selection = document.getSelection();
            selection.removeAllRanges(); selection.addRange(range);
            return;
          }
        }""",
        words,
    )


def test_two_practices_are_answered_with_the_keyboard_and_the_author_reads_it(
    browser: Browser, cast: Cast, live_server: Any
) -> None:
    eyes = window(browser, cast.coach, live_server.url)
    page = eyes.page
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(live_server.url + "/coach/")
    with page.expect_navigation():
        page.get_by_role("link", name="Relire à la suite").click()
    first = page.url

    with page.expect_navigation():
        page.keyboard.press("n")
    assert page.url != first
    with page.expect_navigation():
        page.keyboard.press("p")
    assert page.url == first

    choose_passage(page, QUOTE)
    expect(page.locator("[name=passage] option:checked")).to_contain_text(QUOTE)
    page.keyboard.press("m")
    page.keyboard.type("On le voit. n, p et g ne mènent nulle part ici.")
    expect(page).to_have_url(first)
    with page.expect_navigation():
        page.click("[value=remark]")
    expect(page.locator("[data-passages] mark")).to_have_text(QUOTE)

    page.keyboard.press("g")
    for key in "2212":
        page.keyboard.press(key)
    expect(page.locator("[data-verdict]")).to_have_text("7 points sur 8 : validée")
    expect(page.locator("#f-comment")).to_be_focused()
    page.select_option("[name=canned]", label="Merci")
    page.fill("#f-comment", "a" * 3990)
    page.click("[data-insert]")
    expect(page.locator("[data-full]")).to_be_visible()
    expect(page.locator("#f-comment")).to_have_value("a" * 3990)
    page.fill("#f-comment", "")
    page.click("[data-insert]")
    expect(page.locator("#f-comment")).to_have_value("Merci de vous lancer.")
    expect(page.locator("#review [data-saved]")).to_contain_text("Enregistré à")
    assert eyes.problems("fr") == []
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")

    expect(page.get_by_role("button", name="Reprendre ce retour")).to_be_visible()
    expect(page.locator("h1 + p")).to_contain_text("Tête 002")
    page.keyboard.press("g")
    for key in "0000":
        page.keyboard.press(key)
    page.fill("#f-suggestion", "Commencez au volet.")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(live_server.url + "/coach/reviews/")
    assert sorted(each.state for each in stored(cast)) == ["returned", "validated"]
    assert stored(cast)[0].content["margins"][0]["quote"] == QUOTE  # an emoji before it counts once
    assert eyes.complaints() == []
    eyes.context.close()

    author = window(browser, cast.head, live_server.url)
    author.page.goto(f"{live_server.url}/n/rivages/learn/")
    author.page.get_by_role("link", name="a relu").click()
    expect(author.page).to_have_url(f"{live_server.url}/n/rivages/learn/{POST}/")
    expect(author.page.locator(".answer mark")).to_have_text(QUOTE)
    assert author.problems("fr") == []
    author.context.close()


def test_one_letter_keys_can_be_turned_off(browser: Browser, cast: Cast, live_server: Any) -> None:
    eyes = window(browser, cast.coach, live_server.url)
    eyes.page.goto(live_server.url + "/n/rivages/reviews/next/")
    first = eyes.page.url
    eyes.page.locator("summary", has_text="Au clavier").click()
    eyes.page.uncheck("[data-shortcuts]")

    eyes.page.keyboard.press("n")
    eyes.page.reload()
    eyes.page.keyboard.press("n")

    expect(eyes.page.locator("[data-shortcuts]")).not_to_be_checked()
    expect(eyes.page).to_have_url(first)
    eyes.context.close()


def test_a_practice_is_answered_on_a_phone_without_a_script(
    browser: Browser, cast: Cast, live_server: Any
) -> None:
    eyes = window(browser, cast.coach, live_server.url, java_script_enabled=False)
    page = eyes.page
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(live_server.url + "/n/rivages/reviews/next/")

    page.select_option("[name=passage]", index=3)
    page.fill("[name=remark]", "Beau détail.")
    click("[value=remark]")(page)
    expect(page.locator("[data-passages] mark")).to_contain_text(QUOTE)
    for criterion in page.locator("[data-criterion]").all():
        criterion.locator("input").nth(2).check()
    page.select_option("[name=canned]", label="Merci")
    click("[value=insert]")(page)
    expect(page.locator("#f-comment")).to_have_value("Merci de vous lancer.")
    click("[value=preview]")(page)
    expect(page.locator(".answer")).to_contain_text("Votre mise en pratique est validée")
    click("[data-send]")(page)

    expect(page.locator("h1 + p")).to_contain_text("Tête 002")
    assert [each.state for each in stored(cast)] == ["validated"]
    eyes.context.close()
