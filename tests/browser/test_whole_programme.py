"""Two heads take the whole programme on a phone: in French by keyboard alone, in English without scripts.

Their coach reads what they hand in, and only then is the attestation there. It takes minutes: `make whole`
runs it, the other browser tests do not wait for it.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.hands import Hands, Keyboard, Pointer
from tests.browser.people import take_module
from tests.browser.site import Mailbox, Site, text_of, wait_until
from tests.browser.test_story import (
    COACH,
    ENGLISH_HEAD,
    HEAD,
    Story,
    begin,
    both_heads_accept_their_invitation,
    the_coach_opens_a_cohort,
    the_manager_imports_the_network,
)

pytestmark = [pytest.mark.slow, pytest.mark.whole]

PRACTICES = 4  # of the programme that ships


@pytest.fixture(scope="module")
def story(site: Site, mailbox: Mailbox, browser: Browser) -> Story:
    story = begin(site, mailbox, browser)
    the_manager_imports_the_network(story)
    the_coach_opens_a_cohort(story)
    both_heads_accept_their_invitation(story)
    site.set_clock("2027-03-08 09:00:00")  # the last week is open, and the cohort is not over yet
    return story


def test_the_whole_programme_in_french_with_the_keyboard_alone(story: Story) -> None:
    page = story.people["head"].page
    sign_in_again(story, page, HEAD)

    take_everything(story, "head", Keyboard(page), "fr")

    waits_for_the_coach(story, page, "C’est au tour de votre coach")
    the_coach_reads_what_waits(story)
    assert finished(story, page)
    assert story.people["head"].complaints == []


def test_the_whole_programme_in_english_without_scripts(story: Story) -> None:
    page = story.people["english head"].page
    sign_in_again(story, page, ENGLISH_HEAD)

    take_everything(story, "english head", Pointer(page), "en")

    waits_for_the_coach(story, page, "It is your coach’s turn")
    the_coach_reads_what_waits(story)
    assert finished(story, page)


def take_everything(story: Story, who: str, hands: Hands, language: str) -> None:
    """Every module of the path, in its order, each to its thank-you."""
    person = story.people[who]
    for module in open_modules(story, person.page):
        take_module(person, module, language=language, hands=hands)
    assert open_modules(story, person.page) == []


def waits_for_the_coach(story: Story, page: Page, words: str) -> None:
    """Every step is done and the home says whose turn it is; there is no attestation yet."""
    assert not finished(story, page)
    page.goto(story.url("learn/"))
    assert words in page.locator("section.next").inner_text()


def the_coach_reads_what_waits(story: Story) -> None:
    """One practice after the other, to the end of the queue; each is as good as can be."""
    page = story.people["coach"].page
    sign_in_again(story, page, COACH)
    page.goto(story.url("reviews/next/"))
    read = 0
    while page.locator("#review [data-criterion]").count():
        for criterion in page.locator("#review [data-criterion]").all():
            criterion.locator("input").nth(2).check(force=True)
        page.fill("#f-comment", "On vous y voit. Merci.")
        with page.expect_navigation():
            page.locator("#review [data-send]").click()
        read += 1
    assert read == PRACTICES


def finished(story: Story, page: Page) -> bool:
    """The attestation is there for who has finished, and only then."""
    page.goto(story.url("learn/certificate/"))
    return page.locator("#attestation").count() > 0


def sign_in_again(story: Story, page: Page, address: str) -> None:
    """Two months later the session has ended: a code by mail."""
    before = len(story.mailbox.to(address))
    page.context.clear_cookies()
    page.goto(story.site.url + "/accounts/login/code/")
    page.fill("input[name=email]", address)
    with page.expect_navigation():
        page.locator("main form:has(input[name=email]) button").first.click()
    letters = wait_until(lambda: story.mailbox.to(address)[before:], 30, f"a code for {address}")
    code = re.search(r"^\s*([A-Z0-9]{3,6}-?[A-Z0-9]{3,6})\s*$", text_of(letters[-1]), re.M)
    assert code, text_of(letters[-1])
    page.fill("input[name=code]", code[1])
    with page.expect_navigation():
        page.locator("main form:has(input[name=code]) button").first.click()


def open_modules(story: Story, page: Page) -> list[str]:
    """Addresses of the modules on the path that are not done yet."""
    page.goto(story.url("learn/path/"))
    lines = page.locator("main a.item").all()
    return [
        story.site.url + str(line.get_attribute("href"))
        for line in lines
        if not re.search("Terminé|Finished", line.inner_text())
    ]
