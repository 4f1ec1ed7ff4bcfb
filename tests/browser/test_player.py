"""The player in a real browser on a phone: no letter lost when a session ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.learning.player import GESTURE, SORT, SURVEY, Player, in_third_round

pytestmark = pytest.mark.slow

TEXT = "Un mardi de février, une cliente est entrée."


def cookie(player: Player, base: str) -> dict[str, Any]:
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": player.client.cookies[name].value, "url": base}


@pytest.fixture
def phone(browser: Browser, head: Player, live_server: Any) -> Iterator[BrowserContext]:
    # Without the service worker, as in a private window; test_offline.py has it.
    size: Any = {"width": 390, "height": 844}
    with browser.new_context(viewport=size, locale="fr", service_workers="block") as context:
        context.add_cookies([cookie(head, live_server.url)])  # type: ignore[list-item]
        yield context


def open_page(phone: BrowserContext, base: str, player: Player, address: str) -> Page:
    page = phone.new_page()
    page.goto(base + player.url(address))
    return page


def drafts(page: Page) -> int:
    return int(page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('draft:')).length"))


def sign_in_again(phone: BrowserContext, player: Player, base: str) -> None:
    player.client.force_login(player.membership.user)
    phone.add_cookies([cookie(player, base)])  # type: ignore[list-item]


def test_a_text_is_saved_while_one_types(phone: BrowserContext, head: Player, live_server: Any) -> None:
    page = open_page(phone, live_server.url, head, GESTURE)

    page.locator("#f-text").fill(TEXT)
    assert drafts(page) == 1
    expect(page.locator("[data-saved]")).to_contain_text("Enregistré à")

    assert drafts(page) == 0
    assert head.content(GESTURE)["texts"]["un-geste"]["text"] == TEXT  # type: ignore[index]


def test_a_text_survives_an_ended_session_and_a_closed_page(
    phone: BrowserContext, head: Player, live_server: Any
) -> None:
    page = open_page(phone, live_server.url, head, GESTURE)
    Session.objects.all().delete()
    page.locator("#f-text").fill(TEXT)
    expect(page.locator("[data-saved]")).to_contain_text("En attente")
    expect(page.locator("[data-sign-in]")).to_be_visible()
    page.close()

    sign_in_again(phone, head, live_server.url)
    page = open_page(phone, live_server.url, head, GESTURE)

    expect(page.locator("#f-text")).to_have_value(TEXT)
    expect(page.locator("[data-saved]")).to_contain_text("Enregistré à")
    assert head.content(GESTURE)["texts"]["un-geste"]["text"] == TEXT  # type: ignore[index]
    assert drafts(page) == 0


def test_a_page_left_open_sends_its_text_after_a_sign_in_elsewhere(
    phone: BrowserContext, head: Player, live_server: Any
) -> None:
    page = open_page(phone, live_server.url, head, GESTURE)
    Session.objects.all().delete()
    page.locator("#f-text").fill(TEXT)
    expect(page.locator("[data-sign-in]")).to_be_visible()

    sign_in_again(phone, head, live_server.url)
    phone.clear_cookies(name=settings.CSRF_COOKIE_NAME)  # as a sign-in does: the page's token is stale
    page.evaluate("window.dispatchEvent(new Event('online'))")

    expect(page.locator("[data-saved]")).to_contain_text("Enregistré à")
    assert head.content(GESTURE)["texts"]["un-geste"]["text"] == TEXT  # type: ignore[index]


def test_a_draft_is_erased_when_somebody_else_comes(
    phone: BrowserContext, head: Player, live_server: Any
) -> None:
    page = open_page(phone, live_server.url, head, GESTURE)
    Session.objects.all().delete()
    page.locator("#f-text").fill(TEXT)
    expect(page.locator("[data-sign-in]")).to_be_visible()
    peer = Player(Client(), head.cast, head.cast.peer)

    sign_in_again(phone, peer, live_server.url)
    page = open_page(phone, live_server.url, peer, GESTURE)

    expect(page.locator("#f-text")).to_have_value("")
    assert drafts(page) == 0


def saved(page: Page) -> None:
    expect(page.locator("[data-saved]")).to_contain_text("Enregistré à")


def test_an_erased_text_stays_erased(phone: BrowserContext, head: Player, live_server: Any) -> None:
    page = open_page(phone, live_server.url, head, GESTURE)
    page.locator("#f-text").fill(TEXT)
    saved(page)

    page.locator("#f-text").press_sequentially(" Elle")  # not saved yet when it is erased
    page.locator("[data-erase]").click()

    expect(page.locator("[data-saved]")).to_contain_text("Effacé")
    expect(page.locator("#f-text")).to_have_value("")
    assert drafts(page) == 0
    page.reload()
    expect(page.locator("#f-text")).to_have_value("")
    expect(page.locator("[data-saved]")).to_contain_text("Effacé")
    assert head.content(GESTURE)["texts"]["un-geste"]["text"] == ""  # type: ignore[index]


def test_an_erased_text_does_not_come_back_with_the_back_button(
    phone: BrowserContext, head: Player, live_server: Any
) -> None:
    page = open_page(phone, live_server.url, head, GESTURE)
    page.locator("#f-text").fill(TEXT)
    saved(page)
    page.locator("[data-erase]").click()
    expect(page.locator("[data-saved]")).to_contain_text("Effacé")

    page.go_back()

    expect(page.locator("#f-text")).to_have_value("")
    assert drafts(page) == 0


@pytest.mark.parametrize("button", [".stepbar button", "button[value=thought]"])
def test_a_text_sent_by_a_button_leaves_no_copy_on_the_device(
    phone: BrowserContext, head: Player, live_server: Any, button: str
) -> None:
    page = open_page(phone, live_server.url, head, GESTURE)
    page.locator("#f-text").fill(TEXT)

    page.locator(button).click()
    page.wait_for_url(lambda url: GESTURE not in url)

    assert drafts(page) == 0
    assert head.content(GESTURE)["texts"]["un-geste"]["text"] == TEXT  # type: ignore[index]


def test_a_text_sent_without_network_waits_on_the_device(
    phone: BrowserContext, head: Player, live_server: Any
) -> None:
    page = open_page(phone, live_server.url, head, GESTURE)
    # Refused at once, each request: none can be under way when the network is back.
    phone.route("http://**", lambda route: route.abort("internetdisconnected"))
    page.locator("#f-text").fill(TEXT)
    page.locator(".stepbar button").click()
    page.wait_for_url("chrome-error://**")
    page.goto("about:blank")  # left open, the browser's error page may send the form again by itself

    phone.unroute("http://**")
    page = open_page(phone, live_server.url, head, GESTURE)

    expect(page.locator("#f-text")).to_have_value(TEXT)
    saved(page)
    assert drafts(page) == 0


def test_a_text_sent_after_the_session_ended_leaves_no_copy_once_it_is_saved(
    phone: BrowserContext, head: Player, live_server: Any
) -> None:
    page = open_page(phone, live_server.url, head, GESTURE)
    Session.objects.all().delete()
    page.locator("#f-text").fill(TEXT)
    page.locator(".stepbar button").click()
    page.wait_for_url("**/accounts/login/**")
    assert drafts(page) == 1

    store = Session.objects.get().session_key  # the parcel waits in the visitor's session
    head.client.cookies[settings.SESSION_COOKIE_NAME] = store
    sign_in_again(phone, head, live_server.url)
    page = open_page(phone, live_server.url, head, GESTURE)
    page.locator("form[data-continue] .btn").first.click()
    page.wait_for_url(lambda url: GESTURE not in url)

    assert drafts(page) == 0
    assert head.content(GESTURE)["texts"]["un-geste"]["text"] == TEXT  # type: ignore[index]


def test_two_versions_are_shown_once_and_the_next_sending_decides(
    phone: BrowserContext, head: Player, live_server: Any
) -> None:
    head.submit(GESTURE, {"text": "Du bureau"})
    page = open_page(phone, live_server.url, head, GESTURE)
    head.submit(GESTURE, {"text": "Du téléphone"})
    page.locator("#f-text").fill("D’une vieille page")
    page.locator(".stepbar button").click()
    expect(page.locator(".errsum")).to_contain_text("Du téléphone")
    expect(page.locator("#f-text")).to_have_value("D’une vieille page")

    page.locator(".stepbar button").click()
    page.wait_for_url(lambda url: GESTURE not in url)

    assert head.content(GESTURE)["texts"]["un-geste"]["text"] == "D’une vieille page"  # type: ignore[index]
    assert drafts(page) == 0


def test_cards_are_sorted_by_keys_inside_the_form_only(
    phone: BrowserContext, head: Player, live_server: Any
) -> None:
    page = open_page(phone, live_server.url, head, SORT)
    first = page.locator("[data-title]").inner_text()
    page.keyboard.press("1")
    expect(page.locator("[data-count]")).to_contain_text("1 sur 60")

    page.locator("[data-pile='1']").focus()
    page.keyboard.press("1")

    expect(page.locator("[data-count]")).to_contain_text("2 sur 60")
    expect(page.locator("[data-sort-status]")).to_contain_text(first)
    expect(page.locator("[data-pile='1']")).to_be_focused()
    page.keyboard.press("Backspace")
    expect(page.locator("[data-title]")).to_have_text(first)


def test_answers_to_a_survey_are_saved_while_one_gives_them(
    phone: BrowserContext, head: Player, live_server: Any
) -> None:
    page = open_page(phone, live_server.url, head, SURVEY)
    page.locator("#step input[type=radio]").nth(1).check(force=True)
    saved(page)

    page.reload()

    expect(page.locator("#step input[type=radio]").nth(1)).to_be_checked()
    assert drafts(page) == 0


def test_free_words_of_a_survey_survive_an_ended_session(
    phone: BrowserContext, head: Player, live_server: Any
) -> None:
    page = phone.new_page()
    page.goto(live_server.url + head.url(SURVEY, "p=8"))
    Session.objects.all().delete()
    page.locator("#step textarea").fill(TEXT)
    expect(page.locator("[data-sign-in]")).to_be_visible()
    page.close()

    sign_in_again(phone, head, live_server.url)
    page = phone.new_page()
    page.goto(live_server.url + head.url(SURVEY, "p=8"))

    expect(page.locator("#step textarea")).to_have_value(TEXT)
    saved(page)
    assert drafts(page) == 0


def test_passing_a_card_keeps_the_focus(phone: BrowserContext, head: Player, live_server: Any) -> None:
    page = open_page(phone, live_server.url, head, SORT)
    first = page.locator("[data-title]").inner_text()
    page.locator("#skip").focus()

    page.keyboard.press("Enter")

    expect(page.locator("[data-title]")).not_to_have_text(first)
    expect(page.locator("#skip")).to_be_focused()
    expect(page.locator("[data-sort-status]")).to_contain_text(f"{first}\u00a0: passée")


def test_ranking_keeps_the_place_on_a_phone(phone: BrowserContext, head: Player, live_server: Any) -> None:
    cards = in_third_round(head)
    page = open_page(phone, live_server.url, head, SORT)

    page.locator(f"#choose-{cards[8]}").click()

    expect(page.locator(f"#choose-{cards[9]}")).to_be_focused()
    expect(page.locator(f"#choose-{cards[9]}")).to_be_in_viewport()


def test_what_one_had_matched_stays_on_the_page(
    phone: BrowserContext, head: Player, live_server: Any
) -> None:
    page = open_page(phone, live_server.url, head, "chaque-reseau-sa-philosophie/les-mots-de-la-maison")
    for select in page.locator("form#step select").all():
        words = select.locator("option").all_inner_texts()
        select.select_option(label=max(words, key=len))
    with page.expect_navigation():
        page.locator(".stepbar button[form]").click()

    assert page.locator("main .tag").count() > 1
    assert page.evaluate("document.documentElement.scrollWidth") == 390
