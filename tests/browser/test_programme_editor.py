"""A programme written in a real browser: a phone without a script, a desk by keyboard, clean pages."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from agencies.scope import networks
from coaching.programmes.models import ProgrammeDraft, ProgrammeVersion
from coaching.programmes.services import open_draft, save_draft
from tests.browser.looks import Eyes
from tests.factories import make_member, make_network
from tests.programmes import tiny

pytestmark = pytest.mark.slow

LESSON = "la-lecon"


@pytest.fixture
def author(live_server: Any, transactional_db: None) -> User:
    network = make_network("rivages")
    with networks(network.pk):
        return make_member(network, "claire@example.org", "coach", name="Claire Aubert").user


@pytest.fixture
def draft(author: User) -> ProgrammeDraft:
    """A lesson with something of everything, ready to publish but for what a test takes away."""
    document = copy.deepcopy(tiny.DOCUMENT)
    document["weeks"][1]["modules"] = []
    del document["to_write"]
    return open_draft(author, document=document)


@pytest.fixture
def at_work(browser: Browser, author: User, live_server: Any) -> Iterator[Callable[..., Eyes]]:
    """Opens windows in which the author is signed in, and closes them."""
    opened: list[Eyes] = []

    def open_window(**options: Any) -> Eyes:
        client, name = Client(), settings.SESSION_COOKIE_NAME
        client.force_login(author)
        eyes = Eyes.open(browser, **options)
        cookie = {"name": name, "value": client.cookies[name].value, "url": live_server.url}
        eyes.context.add_cookies([cookie])  # type: ignore[list-item] # a cookie by its address
        opened.append(eyes)
        return eyes

    yield open_window
    for eyes in opened:
        eyes.context.close()


def module_url(base: str, draft: ProgrammeDraft) -> str:
    return base + reverse("programmes:module", args=[draft.public_id, LESSON])


def follow(page: Page, words: str, kind: Any = "button") -> None:
    with page.expect_navigation():
        page.locator("main").get_by_role(kind, name=words, exact=True).first.click()


def test_lesson_is_written_on_a_phone_without_a_script_and_published(
    at_work: Callable[..., Eyes], draft: ProgrammeDraft, live_server: Any
) -> None:
    eyes = at_work(java_script_enabled=False)
    page = eyes.page
    page.goto(module_url(live_server.url, draft))

    follow(page, "Descendre le bloc 1, Texte")
    follow(page, "Réflexion")  # added at the end, open
    page.get_by_label("Titre, Français").fill("Et dans votre agence ?")
    page.get_by_label("Minutes", exact=True).fill("trois")
    follow(page, "Enregistrer et fermer le bloc")
    expect(page.get_by_role("alert")).to_contain_text("un nombre entier")
    expect(page.get_by_label("Titre, Français")).to_have_value("Et dans votre agence\u00a0?")
    page.get_by_label("Minutes", exact=True).fill("2")
    page.get_by_label("Question, Français").fill("Quelle scène garderiez-vous ?")
    follow(page, "Enregistrer et fermer le bloc")
    expect(page.get_by_text("Manquante").first).to_be_visible()
    follow(page, "Publier", "link")
    page.get_by_label("Ce qui change").fill("Une question de plus.")
    follow(page, "Publier")

    expect(page.get_by_text("Les prochaines promotions l’utiliseront").first).to_be_visible()
    published = ProgrammeVersion.objects.get(programme__owner=draft.owner)
    steps = published.document["modules"][LESSON]["steps"]
    assert [step["key"] for step in steps[:2]] == ["quiz", "lire"]
    assert steps[-1]["title"] == {"fr": "Et dans votre agence\u00a0?", "en": "Et dans votre agence\u00a0?"}
    assert steps[-1]["untranslated"] is True


def test_lesson_is_looked_at_reviewed_and_undone_on_a_desk_by_keyboard(
    at_work: Callable[..., Eyes], draft: ProgrammeDraft, live_server: Any
) -> None:
    document = copy.deepcopy(draft.document)
    document["modules"][LESSON]["steps"][1]["title"]["fr"] = "Un titre tout neuf"
    save_draft(draft, document, 0)
    eyes = at_work()
    page = eyes.page
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(module_url(live_server.url, draft) + "?only=review")

    expect(page.locator(".block[id^=block-]")).to_have_count(1)
    page.get_by_role("link", name="Modifier le bloc 2, Questions").press("Enter")
    expect(page.get_by_text("Le français a changé")).to_be_visible()
    page.get_by_role("button", name="Marquer comme relu").press("Enter")
    expect(page.get_by_text("Le français a changé")).to_have_count(0)
    menu = page.locator("#block-quiz .blockmenu summary")
    menu.press("Enter")
    page.locator("#block-quiz").get_by_role("button", name="Retirer", exact=True).press("Enter")
    expect(page.locator("#block-quiz")).to_have_count(0)
    page.get_by_role("button", name="Annuler le dernier changement").press("Enter")
    expect(page.locator("#block-quiz")).to_have_count(1)
    page.locator(".tabs").get_by_role("link", name="Aperçu sur téléphone").press("Enter")
    phone = page.frame_locator("iframe")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Titre lire")

    assert eyes.complaints() == []


def test_words_typed_in_an_open_block_are_not_lost_to_the_button_of_another(
    at_work: Callable[..., Eyes], draft: ProgrammeDraft, live_server: Any
) -> None:
    page = at_work().page
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.goto(module_url(live_server.url, draft) + "?block=lire")

    page.get_by_label("Titre, Français").press_sequentially("Neuf ")
    page.get_by_role("button", name="Descendre le bloc 1, Texte").click(no_wait_after=True)
    expect(page.get_by_label("Titre, Français")).to_have_value(re.compile("Neuf"))
    assert asked == ["beforeunload"]

    follow(page, "Enregistrer et fermer le bloc")
    assert asked == ["beforeunload"]
    expect(page.get_by_text("Neuf").first).to_be_visible()


def test_pages_of_a_draft_are_clean(
    at_work: Callable[..., Eyes], draft: ProgrammeDraft, live_server: Any
) -> None:
    document = copy.deepcopy(draft.document)
    document["modules"][LESSON]["steps"][1]["title"] = {"fr": "Un titre tout neuf", "en": "Title quiz"}
    document["modules"][LESSON]["steps"][2]["title"]["en"] = ""
    save_draft(draft, document, 0)
    eyes = at_work()
    name, module = draft.public_id, module_url("", draft)
    frame = reverse("learning:draft_preview_frame", args=[name, LESSON, "quiz"])
    pages = [
        reverse("programmes:draft", args=[name]),
        reverse("programmes:week", args=[name, "w1"]),
        reverse("programmes:part", args=[name, "sources"]),
        reverse("programmes:publish", args=[name]),
        reverse("programmes:discard", args=[name]),
        module,
        f"{module}?block=quiz",
        f"{module}?block=agir",
        f"{module}?block=~module",
        f"{module}preview/",
        frame,
    ]

    found = []
    for page in pages:
        eyes.page.goto(live_server.url + page)
        found += [f"{page}: {problem}" for problem in [*eyes.problems("fr"), *eyes.complaints()]]

    assert found == []
