"""The whole story on the real processes: from an empty installation to figures that move.

PostgreSQL under the application role, Valkey, worker, beat and an SMTP server; only the clock is moved.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.people import DESK, PHONE, Person, accept, open_browser, take_module
from tests.browser.site import Mailbox, Site, link_in, text_of

pytestmark = pytest.mark.slow

SAMPLE = Path(__file__).resolve().parents[2] / "docs" / "samples" / "reseau-exemple.csv"
MANAGER, COACH = "nathalie@rivages.test", "claire@coach.test"
HEAD, ENGLISH_HEAD = "helene.moreau@rivages.test", "sylvie.hamel@rivages.test"
COHORT = "Grand Ouest, hiver"
WELCOME, LESSON, VALUES = "w0-accueil", "communiquer-c-est-relier", "v1-mes-valeurs"
FIRST_VALUES_STEP = "direction-pas-slogan"


@dataclass
class Story:
    """Who is where, from one chapter to the next."""

    site: Site
    mailbox: Mailbox
    browser: Browser
    links: dict[str, str]
    people: dict[str, Person] = field(default_factory=dict)

    def url(self, path: str) -> str:
        return f"{self.site.url}/n/rivages/{path}"

    def enter(
        self,
        who: str,
        link: str,
        name: str,
        *,
        phone: bool = False,
        language: str = "fr",
        script: bool = True,
    ) -> Person:
        locale = "fr-FR" if language == "fr" else "en-GB"
        person = open_browser(self.browser, size=PHONE if phone else DESK, language=locale, script=script)
        accept(person, link, name, language=language)
        self.people[who] = person
        return person


def test_from_an_empty_installation_to_figures_that_move(
    site: Site, mailbox: Mailbox, browser: Browser
) -> None:
    story = begin(site, mailbox, browser)

    the_manager_imports_the_network(story)
    the_coach_opens_a_cohort(story)
    both_heads_accept_their_invitation(story)
    week_one_opens_and_both_take_it_on_their_phone(story)
    a_digest_leads_back_to_the_exact_step(story)
    the_managers_figures_have_moved(story)
    the_coach_sees_the_person(story)

    assert {who: person.complaints for who, person in story.people.items() if person.complaints} == {}


def begin(site: Site, mailbox: Mailbox, browser: Browser) -> Story:
    people = ["--manager", MANAGER, "--coach", COACH]
    out = site.manage("create_network", "rivages", "Rivages Assurances", "--sector", "insurance", *people)
    return Story(site, mailbox, browser, dict(re.findall(r"(\S+@\S+): (http\S+)", out)))


def the_manager_imports_the_network(story: Story) -> None:
    page = story.enter("manager", story.links[MANAGER], "Nathalie Mercier").page
    expect(page).to_have_url(story.url("overview/"))

    page.goto(story.url("import/"))
    page.set_input_files("input[type=file]", SAMPLE)
    page.click("main form button.btn--lg")
    page.click("button[name=action][value=confirm]")

    expect(page.locator("h1")).to_have_text("Le réseau est à jour.")
    expect(page.locator("body")).to_contain_text("20")


def the_coach_opens_a_cohort(story: Story) -> None:
    page = story.enter("coach", story.links[COACH], "Claire Aubert").page

    page.goto(story.url("cohorts/new/"))
    page.fill("input[name=name]", COHORT)
    page.click("text=Continuer vers les dates")
    page.select_option("select[name=starts_on]", "2027-01-12")
    page.click("text=Continuer vers les pauses")
    page.click("text=Continuer vers les personnes")
    page.click("text=Continuer vers l’aperçu")
    expect(page.locator("main")).to_contain_text("20")
    page.check("input[name=confirm]")
    page.click("button:has-text('Lancer la promotion')")

    expect(page.locator("h1")).to_contain_text(COHORT)


def both_heads_accept_their_invitation(story: Story) -> None:
    french = story.mailbox.wait_for(HEAD, ".")
    english = story.mailbox.wait_for(ENGLISH_HEAD, ".")
    assert len(story.mailbox.to(HEAD)) == 1
    assert "unsubscribe" in str(french["List-Unsubscribe"])
    assert "Hello" in text_of(english) or "Good" in text_of(english)

    head = story.enter("head", link_in(french, "/invitation/"), "Hélène Moreau", phone=True).page
    link = link_in(english, "/invitation/")
    story.enter("english head", link, "Sylvie Hamel", phone=True, language="en", script=False)

    expect(head).to_have_url(story.url("learn/"))
    expect(head.locator("html")).to_have_attribute("lang", "fr")
    expect(story.people["english head"].page.locator("html")).to_have_attribute("lang", "en")


def week_one_opens_and_both_take_it_on_their_phone(story: Story) -> None:
    story.site.set_clock("2027-01-12 05:30:00")  # half past six in Paris: the week is open, no message yet

    take_module(story.people["english head"], story.url(f"learn/{WELCOME}/"), language="en")
    for who, language in (("head", "fr"), ("english head", "en")):
        take_module(story.people[who], story.url(f"learn/{LESSON}/"), language=language)
    take_module(story.people["head"], story.url(f"learn/{VALUES}/"))

    page = story.people["head"].page
    page.goto(story.url(f"learn/{VALUES}/tri-des-cartes/"))
    expect(page.locator("main")).to_contain_text("ni un test ni un diagnostic")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def a_digest_leads_back_to_the_exact_step(story: Story) -> None:
    story.site.set_clock("2027-01-12 08:10:00")  # ten past nine in Paris

    digest = story.mailbox.wait_for(ENGLISH_HEAD, "week|minutes|Week")
    page = story.people["english head"].page
    page.goto(link_in(digest, "/learn/"))

    assert page.url == story.url(f"learn/{VALUES}/{FIRST_VALUES_STEP}/")
    assert digest.get_body(("html",)) is not None
    assert page.locator("html").get_attribute("lang") == "en"


def the_managers_figures_have_moved(story: Story) -> None:
    page = story.people["manager"].page
    page.goto(story.url("overview/"))

    row = page.locator("tr", has_text="Angers")
    expect(row).to_contain_text("Cette semaine")
    expect(row.locator("[data-s=done]")).not_to_have_count(0)
    expect(page.locator("body")).not_to_contain_text("Il était environ six heures")


def the_coach_sees_the_person(story: Story) -> None:
    page = story.people["coach"].page
    page.goto(story.url("cohorts/"))
    page.click(f"main >> text={COHORT}")

    page.click("main >> text=Hélène Moreau")

    expect(page.locator("h1")).to_contain_text("Hélène Moreau")
    expect(page.locator("main")).to_contain_text("12 janvier")
    expect(page.locator("body")).not_to_contain_text("Il était environ six heures")
