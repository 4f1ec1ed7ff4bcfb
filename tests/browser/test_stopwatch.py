"""How many actions it takes a new coach to open a cohort of twenty in a new network, from the invitation on.

An action is a page opened by its address, a click, a box ticked or a field filled by hand; what the site
fills in by itself is none. Printed with `-n 0 -s`; it stays under twenty-five on a phone and at a desk.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect

from agencies.models import Network
from agencies.scope import networks
from coaching.cohorts.models import Cohort
from tests.browser.looks import DESK, HEIGHTS, PHONE, Eyes
from tests.factories import PARIS

pytestmark = pytest.mark.slow

MOST = 25
TOWNS = """Brest Quimper Morlaix Lannion Vannes Lorient Pontivy Auray Rennes Vitré Redon Dinan Fougères Nantes
Rezé Orvault Angers Saumur Cholet Laval""".split()
# As a manager copies it from a mail: a greeting, then one line each.
PEOPLE = "Bonjour Claire, voici la liste :\n" + "\n".join(
    f"Prénom{number} Nom{number} <prenom{number}.nom{number}@rivages.test>, Agence de {town}"
    for number, town in enumerate(TOWNS, 1)
)


@dataclass
class Stopwatch:
    """Somebody's hands on a page; each movement is written down."""

    page: Page
    actions: list[str] = field(default_factory=list)

    def open(self, address: str) -> None:
        self._note(f"open {re.sub(r'invitation/[^/]+', 'invitation/…', address.split('/', 3)[3])}")
        self.page.goto(address)

    def press(self, name: str) -> None:
        """A button or a link with these words."""
        self._note(f"press « {name} »")
        words = re.compile(name)
        self.page.get_by_role("button", name=words).or_(
            self.page.get_by_role("link", name=words)
        ).first.click()

    def tick(self, selector: str) -> None:
        self._note(f"tick {selector}")
        self.page.locator(selector).check()

    def fill(self, selector: str, text: str) -> None:
        self._note(f"fill {selector}")
        self.page.fill(selector, text)

    def reads(self, words: str) -> None:
        expect(self.page.locator("h1")).to_contain_text(words)

    def _note(self, action: str) -> None:
        self.actions.append(action)


@pytest.fixture
def new_network(transactional_db: None) -> Iterator[str]:
    """A network as the operator opens it: the path of its coach's invitation."""
    with time_machine.travel(dt.datetime(2027, 1, 20, 10, 0, tzinfo=PARIS), tick=True):
        said = StringIO()
        call_command(
            "create_network",
            "rivages",
            "Rivages",
            sector="insurance",
            coach=["claire@coach.test"],
            stdout=said,
        )
        found = re.search(r"(http\S+/invitation/\S+)", said.getvalue())
        assert found
        yield "/" + found[1].split("/", 3)[3]


@pytest.mark.parametrize("width", [PHONE, DESK], ids=["phone", "desk"])
def test_cohort_of_twenty_in_a_new_network_takes_less_than_25_actions(
    browser: Browser, live_server: Any, new_network: str, width: int
) -> None:
    eyes = Eyes.open(browser)
    eyes.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
    hands = Stopwatch(eyes.page)

    hands.open(live_server.url + new_network)
    hands.fill("[name=name]", "Claire Aubert")
    hands.tick("[name=notice]")
    hands.press("Commencer")
    hands.press("Ouvrir une promotion")
    hands.reads("Quel parcours")
    hands.press("Continuer vers les dates")
    hands.press("Continuer vers les pauses")
    hands.press("Continuer vers les personnes")
    hands.fill("[name=text]", PEOPLE)
    hands.press("Relire la liste")
    hands.reads("Vingt lignes prêtes.")
    hands.press("Ajouter ces 20 personnes")
    expect(eyes.page.locator("input[name=people]:checked")).to_have_count(20)
    problems = eyes.problems("fr")
    hands.press("Continuer vers l’aperçu")
    hands.tick("[name=confirm]")
    hands.press("Lancer la promotion")
    expect(eyes.page.get_by_text("La promotion est lancée")).to_be_visible()

    print(f"\n{len(hands.actions)} actions at {width} px:", *hands.actions, sep="\n  ")
    with networks(Network.objects.get(slug="rivages").pk):
        cohort = Cohort.objects.get()
        assert (cohort.status, cohort.enrolments.count()) == (Cohort.Status.RUNNING, 20)
    assert len(hands.actions) < MOST
    assert problems == []
    assert eyes.complaints() == []
    eyes.context.close()
