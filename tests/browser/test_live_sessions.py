"""A live session in a real browser: the code, one tap, the coach's signature, replay, the printed sheet."""

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
from tests.browser.looks import DESK, PHONE, Eyes
from tests.browser.test_charter_print import sheets
from tests.cohorts.live import DURING, Live
from tests.factories import Cast, make_cast

pytestmark = pytest.mark.slow

DAYS_LATER = dt.timedelta(days=3)


@pytest.fixture
def cast(live_server: Any, transactional_db: None) -> Iterator[Cast]:
    """Twenty heads and their coach, twenty minutes into the first session; the clock runs."""
    with time_machine.travel(DURING, tick=True):
        yield make_cast(20)


def window(browser: Browser, base: str, membership: Membership) -> Eyes:
    """A window in which this person is signed in."""
    eyes, client = Eyes.open(browser), Client()
    client.force_login(membership.user)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    eyes.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": base}])
    return eyes


def press(page: Page, name: str) -> None:
    """A button that leads to a page; the same page perhaps, at another state."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).first.click()


def test_a_session_from_the_code_to_the_printed_sheet(cast: Cast, browser: Browser, live_server: Any) -> None:
    live = Live(cast)
    coach = window(browser, live_server.url, cast.coach)
    head = window(browser, live_server.url, cast.head)
    session_url = live_server.url + live.coach_url()

    coach.page.goto(session_url)
    code = coach.page.locator(".showcode__digits").inner_text()
    head.page.goto(live_server.url + f"/n/{cast.network.slug}/together/")
    assert head.problems("fr") == []
    head.page.get_by_label("Le code de la séance").fill("000 000")
    press(head.page, "Signer")
    expect(head.page.get_by_role("alert")).to_contain_text("aucune séance ouverte")
    head.page.get_by_label("Le code de la séance").fill(code)
    press(head.page, "Signer")
    expect(head.page.get_by_role("heading", name="Présence signée")).to_be_visible()

    for person in (2, 3):
        press(coach.page, f"Tête {person:03} : présence")
    press(coach.page, "Tête 004 : excuse")
    press(coach.page, "Signer pour 1 personne présente")
    assert coach.problems("fr") == []
    peer = window(browser, live_server.url, cast.heads[1])
    peer.page.goto(live_server.url + f"/n/{cast.network.slug}/together/{live.session().public_id}/")
    press(peer.page, "Je signe ma présence")
    expect(peer.page.get_by_role("heading", name="Présence signée")).to_be_visible()

    coach.page.set_viewport_size({"width": DESK, "height": 900})
    with coach.page.expect_navigation():
        coach.page.get_by_role("link", name="Feuille d’émargement").click()
    expect(coach.page.locator(".roll tbody tr")).to_have_count(20)
    assert coach.problems("fr") == []
    assert sheets(coach.page.pdf(prefer_css_page_size=True)) == 1
    assert [*coach.complaints(), *head.complaints(status=422), *peer.complaints()] == []


def test_who_was_away_follows_afterwards_and_a_correction_keeps_its_trace(
    cast: Cast, browser: Browser, live_server: Any
) -> None:
    with time_machine.travel(DURING + DAYS_LATER, tick=True):
        live = Live(cast)
        head = window(browser, live_server.url, cast.head)
        head.page.goto(live_server.url + f"/n/{cast.network.slug}/together/{live.session().public_id}/")
        assert head.problems("fr") == []
        questions = head.page.locator("#replay fieldset")
        expect(questions).to_have_count(3)
        for number in range(3):
            questions.nth(number).locator("input").first.check(force=True)
        press(head.page, "Valider")
        expect(head.page.get_by_role("alert")).to_contain_text("Pas tout à fait")
        for key in ("pas-denregistrement", "personne", "les-cles"):
            head.page.locator(f"#replay input[value={key}]").check(force=True)
        head.page.set_viewport_size({"width": PHONE, "height": 844})
        press(head.page, "Valider")
        expect(head.page.get_by_role("heading", name="Suivie en différé")).to_be_visible()

        coach = window(browser, live_server.url, cast.coach)
        coach.page.goto(live_server.url + live.coach_url())
        coach.page.get_by_text("Corriger pour Tête 002").click()
        row = coach.page.locator(f"#p-{cast.enrolments[1].public_id}")
        row.get_by_label("Pourquoi cette correction").fill("Elle était là, sans réseau.")
        with coach.page.expect_navigation():
            row.get_by_role("button", name="Présence").click()
        expect(coach.page.locator(f"#p-{cast.enrolments[1].public_id}")).to_contain_text("sans réseau")
        assert coach.problems("fr") == []
