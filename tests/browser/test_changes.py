"""A coach changes a running cohort on a phone and at a desk: asks, reads, agrees, undoes."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from tests.browser.looks import Eyes
from tests.browser.people import DESK, PHONE
from tests.learning.player import Player

pytestmark = pytest.mark.slow


def sign_in(browser: Browser, head: Player, base: str, size: dict[str, int], **options: Any) -> Eyes:
    eyes = Eyes.open(browser, **options)
    eyes.page.set_viewport_size(size)  # type: ignore[arg-type]
    client, name = Client(), settings.SESSION_COOKIE_NAME
    client.force_login(head.cast.coach.user)
    eyes.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": base}])
    return eyes


def press(page: Page, label: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=label).click()


def follow(page: Page, label: str) -> None:
    with page.expect_navigation():
        page.get_by_role("link", name=label).first.click()


@pytest.mark.parametrize(("size", "script"), [(PHONE, False), (DESK, True)], ids=["phone, no script", "desk"])
def test_coach_changes_dates_for_all_and_for_some_and_takes_it_back(
    browser: Browser, head: Player, live_server: Any, size: dict[str, int], script: bool
) -> None:
    eyes = sign_in(browser, head, live_server.url, size, java_script_enabled=script)
    page = eyes.page
    page.goto(f"{live_server.url}/n/rivages/cohorts/{head.cast.cohort.public_id}/")

    follow(page, "Modifier")
    follow(page, "Décaler la suite")
    page.get_by_label("De combien ?").select_option("2")
    press(page, "Voir ce que cela change")
    expect(page.locator("h1")).to_have_text("La suite décalée de 2 semaines")
    press(page, "Changer ma demande")
    page.get_by_label("De combien ?").select_option("1")
    press(page, "Voir ce que cela change")
    press(page, "Décaler")
    expect(page.locator("main")).to_contain_text("Fait pour 2 personnes.")
    press(page, "Annuler ce changement")
    expect(page.locator("main")).to_contain_text("Ce changement est annulé")

    follow(page, "Modifier")
    follow(page, "Plus de temps pour quelques personnes")
    page.get_by_label("Tête 001").check()
    press(page, "Voir ce que cela change")
    expect(page.locator("main")).to_contain_text("Change pour 1 personne.")
    press(page, "Donner ce temps")
    expect(page.locator("h1")).to_contain_text("7 jours de plus, 1 personne")
    if script:
        assert eyes.problems("fr") == []
    eyes.context.close()


def test_coach_hands_an_agency_over_to_a_new_address(
    browser: Browser, head: Player, live_server: Any
) -> None:
    eyes = sign_in(browser, head, live_server.url, PHONE)
    page, cohort = eyes.page, head.cast.cohort.public_id
    page.goto(f"{live_server.url}/n/rivages/cohorts/{cohort}/people/{head.cast.enrolment.public_id}/")

    follow(page, "Changement de direction")
    page.get_by_label("Prénom et nom").fill("Nora Prigent")
    page.get_by_label("Courriel").fill("nora@example.com")
    page.get_by_label("Resserrées").check()
    press(page, "Voir ce que cela change")
    expect(page.locator("main")).to_contain_text("Tête 001 garde tout ce qui a été écrit")
    press(page, "Passer la main")

    expect(page.locator("h1")).to_contain_text("Nora Prigent prend la suite")
    eyes.context.close()
