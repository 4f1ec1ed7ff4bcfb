"""What the small scripts add, and that pages work without them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.acts import click, fill, send
from tests.browser.demo import Demo
from tests.browser.looks import Eyes

pytestmark = pytest.mark.slow


@pytest.fixture
def page(browser: Browser) -> Page:
    return Eyes.open(browser).page


def test_dialog_opens_with_the_keyboard_and_gives_the_focus_back(demo: Demo, page: Page) -> None:
    page.goto(demo.url + "/styleguide/")
    opener = page.locator("[data-dialog]")
    opener.focus()

    page.keyboard.press("Space")
    expect(page.locator("dialog")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.locator("dialog")).to_be_hidden()
    expect(opener).to_be_focused()


def test_error_summary_has_the_focus_when_the_page_opens(demo: Demo, page: Page) -> None:
    page.goto(demo.url + "/accounts/login/?with=password")

    fill({"login": "karim"})(page)

    expect(page.locator(".errsum")).to_be_focused()


def test_link_of_the_summary_leads_to_the_field(demo: Demo, page: Page) -> None:
    page.goto(demo.url + "/accounts/password/reset/")
    send()(page)

    page.locator(".errsum a").click()

    expect(page.locator("#id_email")).to_be_focused()


@pytest.mark.parametrize(("scripted", "shown"), [(True, True), (False, False)])
def test_passkey_is_offered_only_where_it_can_work(
    demo: Demo, browser: Browser, scripted: bool, shown: bool
) -> None:
    page = Eyes.open(browser, java_script_enabled=scripted).page

    page.goto(demo.url + "/accounts/login/")

    expect(page.locator("#passkey_login")).to_be_visible(visible=shown)


def test_language_buttons_change_the_page_and_come_back_to_it(demo: Demo, page: Page) -> None:
    page.goto(demo.url + "/accounts/login/?with=password")

    click("button[name=language][value=en]")(page)

    assert page.locator("html").get_attribute("lang") == "en"
    assert page.url.endswith("/accounts/login/?with=password")
