"""What the small scripts add, and that pages work without them."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.design.conftest import Visitor

pytestmark = pytest.mark.slow


def test_dialog_opens_with_the_keyboard_and_gives_the_focus_back(visitor: Visitor, settings: Any) -> None:
    settings.DEMO = True
    with visitor.context(1440, "light") as context:
        page = context.new_page()
        page.goto(visitor.base + "/styleguide/")
        opener = page.locator("[data-dialog]")
        opener.focus()

        page.keyboard.press("Space")
        expect(page.locator("dialog")).to_be_visible()
        page.keyboard.press("Escape")

        expect(page.locator("dialog")).to_be_hidden()
        expect(opener).to_be_focused()


def test_error_summary_has_the_focus_when_the_page_opens(visitor: Visitor) -> None:
    with visitor.context(390, "light") as context:
        page = context.new_page()
        page.goto(visitor.base + "/accounts/login/?with=password")
        page.get_by_label("Votre adresse électronique").fill("karim")

        page.get_by_role("button", name="Se connecter").click()

        expect(page.locator(".errsum")).to_be_focused()


def test_link_of_the_summary_leads_to_the_field(visitor: Visitor) -> None:
    with visitor.context(390, "light") as context:
        page = context.new_page()
        page.goto(visitor.base + "/accounts/password/reset/")
        page.get_by_role("button", name="Recevoir le message").click()

        page.locator(".errsum a").click()

        expect(page.locator("#id_email")).to_be_focused()


@pytest.mark.parametrize(("scripted", "shown"), [(True, True), (False, False)])
def test_passkey_is_offered_only_where_it_can_work(visitor: Visitor, scripted: bool, shown: bool) -> None:
    with visitor.browser.new_context(java_script_enabled=scripted, locale="fr") as context:
        page = context.new_page()

        page.goto(visitor.base + "/accounts/login/")

        expect(page.locator("#passkey_login")).to_be_visible(visible=shown)


def test_sign_in_by_password_needs_no_script(visitor: Visitor) -> None:
    visitor.sign_in()
    with visitor.browser.new_context(java_script_enabled=False, locale="fr") as context:
        page = context.new_page()
        page.goto(visitor.base + "/accounts/login/")
        page.get_by_role("link", name="Mot de passe").click()
        page.get_by_label("Votre adresse électronique").fill("karim@rivages.example")
        page.locator("input[type=password]").fill("un-mot-de-passe")

        page.get_by_role("button", name="Se connecter").click()

        expect(page.get_by_role("button", name="Se déconnecter")).to_be_visible()


def test_language_buttons_change_the_page_and_come_back_to_it(visitor: Visitor) -> None:
    with visitor.context(390, "light") as context:
        page = context.new_page()
        page.goto(visitor.base + "/accounts/login/?with=password")

        page.get_by_role("button", name="English").click()

        assert page.locator("html").get_attribute("lang") == "en"
        assert page.url.endswith("/accounts/login/?with=password")


def test_first_phone_page_is_light(visitor: Visitor) -> None:
    with visitor.context(390, "light") as context:
        page = context.new_page()
        sizes: list[int] = []
        page.on("response", lambda response: sizes.append(len(response.body())))

        page.goto(visitor.base + "/accounts/login/", wait_until="networkidle")

        # Uncompressed here; style sheet and sprite shrink four to five times on the wire (design.md 2).
        assert sum(sizes) < 240_000
