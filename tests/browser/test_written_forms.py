"""The written forms in a real browser: by tap, by keyboard, without a script, and clean in every state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from tests.browser.acts import click
from tests.browser.looks import Eyes
from tests.factories import make_cast
from tests.learning.conftest import NOW
from tests.learning.player import BULLSEYE, ECOSYSTEM, EDITORIAL, GOALS, SORT, Player

pytestmark = pytest.mark.slow

NEXT = ".stepbar .btn:not(.btn--sq)"
# What a form shows, by its query; a finished one opens to read.
STATES = {
    BULLSEYE: ["part=1", "part=2", "part=3", ""],
    GOALS: ["part=1", ""],
    EDITORIAL: ["part=1", ""],
    ECOSYSTEM: ["part=1", "part=2", ""],
}


@pytest.fixture
def head(live_server: Any, transactional_db: None) -> Iterator[Player]:
    """The head of the cast, once every week is open; the clock runs."""
    with time_machine.travel(NOW + dt.timedelta(weeks=7), tick=True):
        cast = make_cast()
        client = Client()
        client.force_login(cast.head.user)
        yield Player(client, cast, cast.head)


class Window:
    """A phone in the hands of the head."""

    def __init__(self, browser: Browser, player: Player, base: str, **options: Any) -> None:
        self.eyes, self.player, self.base = Eyes.open(browser, **options), player, base
        self.page: Page = self.eyes.page
        self.sign_in()

    def sign_in(self) -> None:
        name = settings.SESSION_COOKIE_NAME
        self.player.client.force_login(self.player.membership.user)
        value = self.player.client.cookies[name].value
        self.eyes.context.add_cookies([{"name": name, "value": value, "url": self.base}])

    def goto(self, address: str, query: str = "") -> Page:
        self.page.goto(self.base + self.player.url(address, query))
        return self.page


@pytest.fixture
def window(browser: Browser, head: Player, live_server: Any) -> Iterator[Window]:
    opened = Window(browser, head, live_server.url)
    yield opened
    opened.eyes.context.close()


@pytest.fixture
def mute(browser: Browser, head: Player, live_server: Any) -> Iterator[Window]:
    """The same phone without JavaScript."""
    opened = Window(browser, head, live_server.url, java_script_enabled=False)
    yield opened
    opened.eyes.context.close()


def saved(page: Page) -> None:
    expect(page.locator("[data-saved]")).to_contain_text("Enregistré à")


@pytest.mark.parametrize("address", STATES)
def test_every_state_of_a_form_is_clean(window: Window, head: Player, address: str) -> None:
    head.complete(SORT)
    window.goto(address)
    found = window.eyes.problems("fr")
    window.page.evaluate("document.getElementById('step').noValidate = true")
    click(NEXT)(window.page)  # nothing is written: the page says what is missing
    expect(window.page.locator(".errsum")).to_be_visible()
    found += window.eyes.problems("fr") + window.eyes.complaints(status=422)

    head.complete(address)
    window.page.evaluate("localStorage.clear()")  # the empty form that was refused waits there
    for query in STATES[address]:
        window.goto(address, query)
        found += [f"{query}: {problem}" for problem in window.eyes.problems("fr")]

    assert found + window.eyes.complaints() == []


def test_a_tap_on_a_ring_is_the_number_and_is_saved(window: Window, head: Player) -> None:
    page = window.goto(BULLSEYE, "part=2")

    target = page.locator("[data-target]")
    unit = target.evaluate("svg => svg.getBoundingClientRect().width") / 340
    target.click(position={"x": 80 * unit, "y": 80 * unit})

    expect(page.locator("input[name=distance-clients][value='6']")).to_be_checked()
    expect(page.locator("[data-stone=clients]")).to_have_attribute("visibility", "visible")
    expect(page.locator("[data-said]")).to_contain_text("anneau 6 sur 7")
    saved(page)
    assert head.content(BULLSEYE)["distance-clients"] == "6"  # type: ignore[index]


def test_arrow_keys_move_the_stone(window: Window) -> None:
    page = window.goto(BULLSEYE, "part=2")
    page.locator("input[name=distance-equipe][value='3']").focus()
    page.keyboard.press("Space")

    page.keyboard.press("ArrowRight")

    expect(page.locator("input[name=distance-equipe][value='4']")).to_be_checked()
    expect(page.locator("[data-stone=equipe]")).to_have_attribute("transform", "translate(226.6 113.4)")


def test_boxes_and_lists_wait_on_the_device_too(window: Window, head: Player) -> None:
    head.complete(SORT)
    page = window.goto(GOALS)
    Session.objects.all().delete()
    page.locator("input[name=goal-G4]").check(force=True)
    expect(page.locator("[data-sign-in]")).to_be_visible()
    window.goto("")  # asks to sign in
    window.sign_in()

    page = window.goto(GOALS)
    expect(page.locator("input[name=goal-G4]")).to_be_checked()
    saved(page)
    page = window.goto(EDITORIAL)
    page.locator("select").select_option(index=2)
    saved(page)

    assert head.content(GOALS)["goal-G4"] == "1"  # type: ignore[index]
    assert head.content(EDITORIAL)["row-1-valeur"]  # type: ignore[index]


def test_a_bulls_eye_without_javascript(mute: Window, head: Player) -> None:
    page = mute.goto(BULLSEYE)
    for area in page.locator("textarea").all():
        area.fill("Je le dis au comptoir.")
    click(NEXT)(page)
    for scale in page.locator("fieldset.domain").all():
        scale.locator("input[value='5']").check(force=True)
    click(NEXT)(page)
    page.fill("[name=obstacle]", "La pudeur")
    page.locator("[name=domain][value=equipe]").check()
    page.fill("[name=act]", "Le dire jeudi")
    click(NEXT)(page)

    assert head.done() == {BULLSEYE}


def test_a_map_without_javascript(mute: Window, head: Player) -> None:
    page = mute.goto(ECOSYSTEM)
    page.fill("[name=who-clients]", "Mme L.\nJoël")
    click(NEXT)(page)
    for n, name in enumerate(("Joël", "Mme L."), 1):
        page.select_option(f"[name=keep-{n}]", name)
        page.fill(f"[name=act-{n}]", "Passer jeudi")
    click(NEXT)(page)

    assert head.done() == {ECOSYSTEM}


def test_six_lines_without_javascript(mute: Window, head: Player) -> None:
    page = mute.goto(EDITORIAL)
    for _line in range(6):
        for area in page.locator("textarea").all():
            area.fill("La rue")
        page.locator("select").select_option("ecoute")
        page.locator("input[type=radio]").first.check()
        click(NEXT)(page)

    assert head.done() == {EDITORIAL}
