"""A coach at work in a real browser, on a phone and at a desk: calls in two taps, messages read over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Locator, Page, expect

from agencies.scope import networks
from agencies.services import end_membership
from coaching.cohorts.models import CoachContact
from coaching.reminders.models import Reminder
from tests.browser.looks import Eyes
from tests.browser.people import DESK, PHONE
from tests.factories import PARIS, Cast, make_cast

pytestmark = pytest.mark.slow

NOW = dt.datetime(2027, 1, 20, 21, 0, tzinfo=PARIS)  # a Wednesday night
SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])


@pytest.fixture
def cast(live_server: Any, transactional_db: None) -> Iterator[Cast]:
    with time_machine.travel(NOW, tick=True):
        yield make_cast(2)


class Monday:
    """The coach's browser; each tap is counted."""

    def __init__(self, browser: Browser, cast: Cast, base: str, size: dict[str, int]) -> None:
        self.eyes, self.cast, self.base, self.taps = Eyes.open(browser), cast, base, 0
        self.page: Page = self.eyes.page
        self.page.set_viewport_size(size)  # type: ignore[arg-type]
        client = Client()
        client.force_login(cast.coach.user)
        name = settings.SESSION_COOKIE_NAME
        cookie = {"name": name, "value": client.cookies[name].value, "url": base}
        self.eyes.context.add_cookies([cookie])  # type: ignore[list-item]

    def home(self) -> Page:
        self.page.goto(self.base + "/coach/")
        return self.page

    @property
    def row(self) -> Locator:
        return self.page.locator(f"#q-{self.cast.enrolment.public_id}")

    def tap(self, target: Locator) -> None:
        self.taps += 1
        target.click()


@pytest.fixture
def monday(browser: Browser, cast: Cast, live_server: Any, size: dict[str, int]) -> Iterator[Monday]:
    opened = Monday(browser, cast, live_server.url, size)
    yield opened
    opened.eyes.context.close()


def noted(cast: Cast) -> list[tuple[str, str]]:
    with networks(cast.network.pk):
        return list(CoachContact.objects.values_list("kind", "note"))


@SIZES
def test_call_is_noted_in_two_taps_taken_back_and_kept_when_refused(monday: Monday, cast: Cast) -> None:
    monday.home()

    monday.tap(monday.row.get_by_role("button", name="Noter"))
    expect(monday.row.get_by_role("button", name="Noter")).to_have_attribute("aria-expanded", "true")
    unfolded = monday.eyes.problems("fr")
    monday.page.set_viewport_size({"width": 390, "height": 844})
    monday.tap(monday.row.get_by_role("button", name="Appel fait"))

    expect(monday.row).to_contain_text("C’est noté pour Tête 001")
    expect(monday.row.locator("[data-focus]")).to_be_focused()
    assert monday.taps <= 3
    assert noted(cast) == [("call", "")]

    monday.row.get_by_role("button", name="Annuler").click()
    expect(monday.row.get_by_role("button", name="Noter")).to_be_visible()
    assert noted(cast) == []

    monday.row.get_by_role("button", name="Noter").click()
    monday.row.get_by_label("En deux mots").fill("Beaucoup de sinistres")
    with networks(cast.network.pk):
        end_membership(cast.coach)
    monday.row.get_by_role("button", name="Sans réponse").click()

    expect(monday.row.get_by_role("alert")).to_contain_text("Rien n’est noté")
    expect(monday.row.get_by_label("En deux mots")).to_have_value("Beaucoup de sinistres")
    assert noted(cast) == []
    assert unfolded + [each for each in monday.eyes.complaints() if "404" not in each] == []


@SIZES
def test_message_is_read_over_sent_off_and_recalled(monday: Monday, cast: Cast) -> None:
    page = monday.home()
    monday.row.get_by_role("link", name="Écrire à Tête 001").click()
    expect(page.get_by_label("Tête 001")).to_be_checked()
    seen = monday.eyes.problems("fr")
    page.get_by_label("Votre message").fill("Bonjour {prénom},\n\nÀ jeudi.")

    page.get_by_role("button", name="Relire avant d’envoyer").click()
    expect(page.locator(".mail__t").first).to_contain_text("Bonjour Tête,")
    expect(page.get_by_text("Part jeudi 21 janvier à 8 h 30")).to_be_visible()
    seen += monday.eyes.problems("fr")
    page.get_by_role("button", name="J’ai relu, envoyer").click()

    expect(page.get_by_text("Prévu jeudi 21 janvier à 8 h 30.")).to_be_visible()
    seen += monday.eyes.problems("fr")
    page.get_by_role("button", name="Annuler l’envoi").click()
    expect(page.get_by_text("Non envoyé parce que son coach l’a annulé.")).to_be_visible()
    with networks(cast.network.pk):
        assert Reminder.objects.filter(kind="coach_message").get().state == "cancelled"
    assert seen + monday.eyes.complaints() == []
