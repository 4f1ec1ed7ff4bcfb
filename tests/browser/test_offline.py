"""On a train: lessons without network, answers that wait, and a device that keeps nothing of anybody else."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from config.embedded.supervisor import free_port
from tests.browser.demo import Demo
from tests.browser.site import CLOCK, ROOT, wait_until
from tests.browser.test_player import cookie, drafts, sign_in_again
from tests.learning.player import GESTURE, READING, Player
from tests.learning.test_practice import GIFT
from tests.learning.test_practice import NOW as WEEK_7

pytestmark = pytest.mark.slow

PATIENCE = 30  # seconds, on a loaded machine; what is right is seen at once
TALK = "communiquer-c-est-relier/une-conversation-qui-compte"
QUIZ = "communiquer-c-est-relier/diffuser-ou-relier"
TEXT = "Un mardi de février, une cliente est entrée. Elle tenait un dossier sous le bras, et il pleuvait."
KEPT = """async () => Object.fromEntries(await Promise.all((await caches.keys()).map(async (name) => {
  const keys = await (await caches.open(name)).keys();
  return [name.split('-')[0], keys.map((key) => key.url.replace(location.origin, ''))];
})))"""
ALL_KEPT = """async () => (await Promise.all((await caches.keys()).map(async (name) => Promise.all(
  (await (await caches.open(name)).matchAll()).map((each) => each.text()))))).flat().join()"""
FORGET = """async (path) => {
  for (const name of await caches.keys()) await (await caches.open(name)).delete(path, { ignoreVary: true });
}"""
END_SESSIONS = "from django.contrib.sessions.models import Session; Session.objects.all().delete()"
LEFT = """async () => [...await caches.keys(), ...Object.keys(localStorage), ...Object.keys(sessionStorage),
  ...(await indexedDB.databases()).map((each) => each.name),
  ...(await navigator.serviceWorker.getRegistrations()).map((each) => each.scope)]"""


def kept(page: Page, kind: str = "kept") -> list[str]:
    return list(page.evaluate(KEPT).get(kind, []))


@pytest.fixture
def phone(browser: Browser, head: Player, live_server: Any) -> Iterator[BrowserContext]:
    """The head's phone, in the first week of lessons."""
    head.complete(*head.steps(weeks=(0,)), READING)
    with browser.new_context(viewport={"width": 390, "height": 844}, locale="fr") as context:
        context.add_cookies([cookie(head, live_server.url)])  # type: ignore[list-item]
        yield context


@pytest.fixture
def page(phone: BrowserContext, head: Player, live_server: Any) -> Page:
    """Their home, once the week is kept."""
    page = phone.new_page()
    page.goto(live_server.url + head.home)
    last = head.client.get(head.home + "offline/").json()["pages"][-1]["url"]
    wait_until(lambda: last in kept(page), PATIENCE, "the week on the device")
    return page


def outbox(page: Page) -> Any:
    return page.locator("[data-outbox]")


def answer_quiz(page: Page) -> None:
    page.locator("#step input[name=answer]").first.check(force=True)
    page.locator(".stepbar button").click()


def test_the_lessons_of_the_week_are_read_without_network(
    page: Page,
    phone: BrowserContext,
    head: Player,
    live_server: Any,
) -> None:
    phone.set_offline(True)

    page.goto(live_server.url + head.url(READING))
    expect(page.locator("article.read")).to_contain_text("affiche")
    page.goto(live_server.url + head.home)
    expect(page.locator("h1")).to_have_text("Pas de réseau pour l’instant")
    page.locator("[data-kept] a").nth(1).click()

    expect(page.locator("#step")).to_be_attached()


def test_a_page_that_is_seen_again_is_kept_with_the_files_that_it_names_by_now(
    page: Page,
    phone: BrowserContext,
    head: Player,
    live_server: Any,
) -> None:
    """A release gives files other names: without them the page that is kept anew has no style."""
    sheet = str(page.locator("link[rel=stylesheet]").first.get_attribute("href"))
    page.evaluate(FORGET, sheet)
    assert sheet not in kept(page)

    page.goto(live_server.url + head.url(READING))

    wait_until(lambda: sheet in kept(page), PATIENCE, "its style sheet on the device")


def test_words_already_written_are_not_kept_on_the_device(
    page: Page,
    phone: BrowserContext,
    head: Player,
    live_server: Any,
) -> None:
    assert head.url(TALK) in kept(page)
    page.goto(live_server.url + head.url(TALK))
    page.locator("#f-text").fill(TEXT)
    page.locator(".stepbar button").click()
    page.wait_for_url(lambda url: TALK not in url)

    page.goto(live_server.url + head.url(TALK))

    wait_until(lambda: head.url(TALK) not in kept(page), PATIENCE, "the page going")
    assert TEXT not in page.evaluate(ALL_KEPT)


def test_a_quiz_answer_given_without_network_is_sent_once(
    page: Page,
    phone: BrowserContext,
    head: Player,
    live_server: Any,
) -> None:
    posted: list[str] = []  # what the server answered; a try that finds no network reaches nobody
    phone.on("response", lambda reply: posted.append(reply.url) if reply.request.method == "POST" else None)
    page.goto(live_server.url + head.url(QUIZ))
    phone.set_offline(True)

    answer_quiz(page)
    expect(outbox(page)).to_contain_text("Une réponse attend le réseau")
    assert page.url.endswith(f"{QUIZ}/?q=2")
    assert head.content(QUIZ) is None
    posted.clear()
    phone.set_offline(False)
    expect(outbox(page)).to_contain_text("C’est envoyé")
    page.goto(live_server.url + head.home)

    answered = head.content(QUIZ)
    assert answered is not None
    assert len(answered["first"]) == 1
    assert len(posted) == 1
    assert kept(page, "waiting") == []


def test_an_answer_with_a_newer_text_beside_it_shows_both(
    page: Page,
    phone: BrowserContext,
    head: Player,
    live_server: Any,
) -> None:
    page.goto(live_server.url + head.url(TALK))
    phone.set_offline(True)
    page.locator("#f-text").fill(TEXT)
    page.locator(".stepbar button").click()
    expect(outbox(page)).to_contain_text("attend le réseau")
    head.submit(TALK, {"text": "Du bureau"})

    phone.set_offline(False)
    expect(outbox(page)).to_contain_text("demande votre regard")
    page.locator("[data-review]").click()

    expect(page.locator(".errsum")).to_contain_text("Du bureau")
    expect(page.locator("#f-text")).to_have_value(TEXT)
    assert kept(page, "waiting") == []


def test_a_picture_that_is_refused_later_is_shown_with_the_reason(
    page: Page,
    phone: BrowserContext,
    head: Player,
    live_server: Any,
) -> None:
    with time_machine.travel(WEEK_7, tick=True):
        sign_in_again(phone, head, live_server.url)
        page.goto(live_server.url + head.url(GIFT))
        page.locator("#f-text").fill(TEXT)
        page.locator("#f-image").set_input_files(
            {"name": "capture.jpg", "mimeType": "image/jpeg", "buffer": b"%PDF-1.7"}
        )
        phone.set_offline(True)
        page.locator(".stepbar button").click()
        expect(outbox(page)).to_contain_text("attend le réseau")

        phone.set_offline(False)
        expect(outbox(page)).to_contain_text("demande votre regard")
        page.locator("[data-review]").click()

        expect(page.locator("#e-image")).to_contain_text("pas une image")
        expect(page.locator("#f-text")).to_have_value(TEXT)


def test_somebody_else_on_the_device_finds_nothing(
    page: Page,
    phone: BrowserContext,
    head: Player,
    live_server: Any,
) -> None:
    page.goto(live_server.url + head.url(QUIZ))
    phone.set_offline(True)
    answer_quiz(page)
    expect(outbox(page)).to_contain_text("attend le réseau")
    coach = Player(Client(), head.cast, head.cast.coach)

    phone.set_offline(False)
    sign_in_again(phone, coach, live_server.url)  # before the page could send anything
    page.goto(live_server.url + "/profile/")
    wait_until(lambda: not page.evaluate("caches.keys()"), PATIENCE, "an empty device")
    page.goto(live_server.url + "/coach/")
    phone.set_offline(True)

    for path in ("/coach/", head.url(READING)):
        with pytest.raises(Error, match="net::ERR"):
            page.goto(live_server.url + path)


def test_signing_out_asks_first_and_leaves_nothing(
    page: Page,
    phone: BrowserContext,
    head: Player,
    live_server: Any,
) -> None:
    asked: list[str] = []
    lesson = phone.new_page()
    lesson.goto(live_server.url + head.url(QUIZ))
    phone.set_offline(True)
    answer_quiz(lesson)
    expect(outbox(lesson)).to_contain_text("attend le réseau")
    lesson.close()

    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.locator("[data-sign-out] button").click()
    assert len(kept(page, "waiting")) == 1
    page.once("dialog", lambda dialog: dialog.accept())
    phone.set_offline(False)
    page.locator("[data-sign-out] button").click()
    page.wait_for_url(lambda url: "/learn/" not in url)

    assert asked == ["Une réponse attend le réseau et n’est que sur cet appareil. Se déconnecter l’efface."]
    assert page.evaluate(LEFT) == []


# --- the worst afternoon ---------------------------------------------------------------------


class Web:
    """One more web process of the demonstration, which a test may kill."""

    def __init__(self, demo: Demo) -> None:
        noted = (demo.mail.parent / "environment").read_text().splitlines()
        self.environment = os.environ | dict(line.split("=", 1) for line in noted if "=" in line)
        self.environment |= {"CAIRN_TEST_CLOCK": str(demo.clock), "PYTHONPATH": str(CLOCK)}
        self.port = free_port(27_000)
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        options = f"-m granian --interface wsgi --host 127.0.0.1 --port {self.port} --no-ws --log-level error"
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", *options.split(), "config.wsgi:application"],
            env=self.environment,
            cwd=ROOT,
            start_new_session=True,
        )
        wait_until(self._answers, 30, "the web process")

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/away/"):
                return True
        except OSError:
            return False

    def kill(self) -> None:
        os.killpg(self.process.pid, 9)
        self.process.wait()


@pytest.fixture
def web(demo: Demo) -> Iterator[Web]:
    started = Web(demo)
    started.start()
    yield started
    if started.process.poll() is None:
        started.kill()


def test_no_character_is_lost_when_network_session_and_site_are_gone(
    demo: Demo, web: Web, browser: Browser
) -> None:
    door = Demo(web.url, demo.mail, demo.manage, demo.clock)
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="fr")
    page = context.new_page()
    door.enter(page, "head")
    left_open = context.new_page()
    left_open.goto(f"{web.url}/n/rivages/learn/")
    page.goto(f"{web.url}/n/rivages/learn/{GESTURE}/")
    wait_until(lambda: page.evaluate("!!navigator.serviceWorker.controller"), PATIENCE, "the service worker")
    wait_until(lambda: kept(page), PATIENCE, "the pages of the week")

    page.locator("#f-text").fill(TEXT[:40])
    context.set_offline(True)
    page.locator("#f-text").press_sequentially(TEXT[40:60])
    demo.manage("shell", "-v0", "-c", END_SESSIONS)
    web.kill()
    context.set_offline(False)
    page.locator("#f-text").press_sequentially(TEXT[60:])
    expect(page.locator("[data-saved]")).to_contain_text("En attente de réseau")
    page.locator(".stepbar button").click()
    page.wait_for_load_state()
    expect(outbox(page)).to_contain_text("attend le réseau")
    web.start()
    left_open.evaluate("window.dispatchEvent(new Event('online'))")
    expect(outbox(left_open)).to_contain_text("que vous vous reconnectiez")
    left_open.close()
    page.goto(f"{web.url}/n/rivages/learn/")
    page.wait_for_url("**/accounts/login/**")
    wait_until(lambda: not kept(page), PATIENCE, "the pages going")
    assert len(kept(page, "waiting")) == 1
    page.close()
    page = context.new_page()
    door.enter(page, "head")
    expect(outbox(page)).to_contain_text("C’est envoyé")
    assert kept(page, "waiting") == []

    page.goto(f"{web.url}/n/rivages/learn/{GESTURE}/")
    expect(page.locator("#f-text")).to_have_value(TEXT)
    assert drafts(page) == 0
    elsewhere = browser.new_context().new_page()
    door.enter(elsewhere, "head")
    elsewhere.goto(f"{web.url}/n/rivages/learn/{GESTURE}/")
    expect(elsewhere.locator("#f-text")).to_have_value(TEXT)
    context.close()
    elsewhere.context.close()
