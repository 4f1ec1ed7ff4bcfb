"""A step walked page by page: whatever its forms ask is filled in, whatever its pages offer is pressed.

It knows pages, not kinds: a new kind of step whose pages are plain forms is walked without a word here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from django.apps import apps
from django.http import HttpResponse
from django.test import Client

from coaching.cohorts.models import Enrolment
from coaching.learning.services.steps import COUNTED
from tests.learning.player import Player, soup

Fields = dict[str, list[str]]

# Of a long page of choices, the first twelve get the first one: a card sort then goes through all its rounds.
WEIGHTY = 12
# A field that does not take any words.
OWN_WORDS = {"links": "https://example.org/post/1"}
# Not what a form says, but who sends it and when.
ENVELOPE = ("csrfmiddlewaretoken", "seal", "revision")


@dataclass(frozen=True)
class Question:
    """One form of a step as its page shows it: where it goes, what it holds, which button sends it on."""

    url: str
    hidden: Fields
    shown: Fields
    blank: Fields  # what its empty fields would be given
    button: Fields
    before: str  # where the way back leads inside the step, "" at its beginning

    @property
    def names(self) -> Fields:
        """What tells this question from the others."""
        return {name: values for name, values in self.hidden.items() if name not in ENVELOPE}

    @property
    def filled(self) -> Fields:
        return self.shown | self.blank

    @property
    def body(self) -> Fields:
        """What a browser would post."""
        return self.hidden | self.filled | self.button


def question_on(page: BeautifulSoup, url: str) -> Question | None:
    """The question of a page; None on one that only tells."""
    form = page.select_one("form#step") or page.select_one("main form[method=post]")
    return read_form(page, form, url) if form else None


def read_form(page: BeautifulSoup, form: Tag, url: str) -> Question:
    hidden: Fields = {}
    for each in form.select("input[type=hidden]"):
        hidden.setdefault(str(each["name"]), []).append(str(each.get("value", "")))
    about = " ".join(value for name, values in hidden.items() if name not in ENVELOPE for value in values)
    shown, blank = _words(form, about)
    for more in (_choices(form), _lists(form)):
        shown, blank = shown | more[0], blank | more[1]
    first = _main_button(page, form)
    button = {str(first["name"]): [str(first["value"])]} if first and first.has_attr("name") else {}
    back = page.select_one(".stepbar a.btn--sq[href^='?']")
    before = urljoin(url, str(back["href"])) if back else ""
    return Question(urljoin(url, str(form.get("action") or url)), hidden, shown, blank, button, before)


def buttons_on(page: BeautifulSoup, url: str) -> Iterator[tuple[str, str, Fields]]:
    """Each button of the page that sends a form: how it is called, where the form goes, what it says."""
    for form in page.select("form[method=post]"):
        question = read_form(page, form, url)
        for button in [*form.select("button[name]"), *_elsewhere(page, form, "button[name]")]:
            name, value = str(button["name"]), str(button["value"])
            called = f"{name}={value}" if name == "action" else name
            yield called, question.url, question.hidden | question.filled | {name: [value]}


def _words(form: Tag, about: str) -> tuple[Fields, Fields]:
    shown: Fields = {}
    blank: Fields = {}
    for box in form.select("textarea, input:not([type]), input[type=text]"):
        name, limit = str(box["name"]), int(str(box.get("maxlength", "200")))
        text = box.get_text().removeprefix("\n") if box.name == "textarea" else str(box.get("value", ""))
        shown[name] = [text]
        if not text:
            blank[name] = [OWN_WORDS.get(name, f"Mes mots : {name} {about}".strip()[:limit])]
    return shown, blank


def _choices(form: Tag) -> tuple[Fields, Fields]:
    """Radio buttons and boxes: one of each group."""
    shown: Fields = {}
    blank: Fields = {}
    groups: dict[str, list[Tag]] = {}
    for each in form.select("input[type=radio], input[type=checkbox]"):
        # Boxes of several names are one question: one goal of those offered.
        key = str(each["name"]) if each["type"] == "radio" else "boxes"
        groups.setdefault(key, []).append(each)
    for number, group in enumerate(groups.values()):
        checked = [each for each in group if each.has_attr("checked")]
        for each in checked:
            shown.setdefault(str(each["name"]), []).append(str(each["value"] or "on"))
        if not checked:
            chosen = group[0 if number < WEIGHTY else min(len(group) - 1, 1 + number % 2)]
            blank[str(chosen["name"])] = [str(chosen["value"])]
    return shown, blank


def _lists(form: Tag) -> tuple[Fields, Fields]:
    """Each list another entry, so that an order or a pairing has no entry twice."""
    shown: Fields = {}
    blank: Fields = {}
    for number, each in enumerate(form.select("select")):
        options = [value for option in each.select("option") if (value := _entry(option))]
        chosen = [value for option in each.select("option[selected]") if (value := _entry(option))]
        shown[str(each["name"])] = chosen or [""]
        if not chosen:
            blank[str(each["name"])] = [options[number % len(options)]]
    return shown, blank


def _entry(option: Tag) -> str:
    return str(option.get("value", option.get_text()))


def _main_button(page: BeautifulSoup, form: Tag) -> Tag | None:
    """The one in the bar under the step; without it, « finish » once it is there, else the first."""
    inside = form.select("button:not([type=button]):not([hidden])")
    last = [each for each in inside if each.get("name") == "finish"]
    ahead = [each for each in inside if each.get("name") not in ("up", "down", "unchoose", "undo")]
    return next(iter([*_elsewhere(page, form, ".stepbar button"), *last, *ahead]), None)


def _elsewhere(page: BeautifulSoup, form: Tag, selector: str) -> list[Tag]:
    """The buttons outside a form that send it."""
    name = form.get("id")
    return page.select(f'{selector}[form="{name}"]') if name else []


# --- on the way ------------------------------------------------------------------------------


def stand(player: Player, address: str, url: str = "") -> tuple[BeautifulSoup, str]:
    """The page at this url of the step, the plain address without one, with the url it stands at."""
    url = urljoin(player.url(address), url)
    response = player.client.get(url)
    assert response.status_code == 200, f"{url}: {response.status_code}"
    return soup(response), url


def next_page(player: Player, address: str, url: str = "") -> tuple[Question, BeautifulSoup, str]:
    """From a page of the step, the one that asks: this one, or where « Continuer » leads inside the step."""
    for _page in range(3):
        page, url = _listed(player, *stand(player, address, url))
        if found := question_on(page, url):
            return found, page, url
        onward = page.select_one(".stepbar a.btn:not(.btn--sq)")
        assert onward is not None, f"{url} leads nowhere"
        url = urljoin(url, str(onward["href"]))
        assert is_of(player, address, url), f"{address} is left before it is done"
    raise AssertionError(f"{url} asks nothing")


def _listed(player: Player, page: BeautifulSoup, url: str) -> tuple[BeautifulSoup, str]:
    """A long sort is gone through as a list, from its third card on."""
    link, count = page.select_one("a[href$='?view=list']"), page.select_one("[data-count]")
    if link is None or count is None or int(re.findall(r"\d+", count.get_text())[0]) < 3:
        return page, url
    url = urljoin(url, str(link["href"]))
    return soup(player.client.get(url)), url


def send(player: Player, question: Question, **headers: str) -> HttpResponse:
    return player.client.post(question.url, question.body, headers=headers or None)


def answer(player: Player, address: str, question: Question) -> str | None:
    """Post an answer; where it leads, None once the step is done."""
    response = send(player, question)
    assert response.status_code == 302, f"{question.body}: {response.status_code}"
    return None if address in player.done() else response.headers["Location"]


def walk(player: Player, address: str) -> None:
    """Answer one question after the other until the step is done."""
    url: str | None = ""
    while url is not None:
        url = answer(player, address, next_page(player, address, url)[0])


def pages_of(player: Player, address: str, *more: str) -> list[tuple[BeautifulSoup, str]]:
    """The pages of the step from its plain address on, wherever links inside it lead, and `more`."""
    found: dict[str, BeautifulSoup] = {}
    ahead = [player.url(address), *more]
    while ahead:
        page, url = stand(player, address, ahead.pop())
        found[url] = page
        links = {urljoin(url, str(link["href"])) for link in page.select("a[href*='?']")}
        ahead += sorted(each for each in links - set(found) - set(ahead) if is_of(player, address, each))
    return [(page, url) for url, page in found.items()]


def is_of(player: Player, address: str, url: str) -> bool:
    return urlsplit(url).path == player.url(address)


def signed_in(player: Player) -> Client:
    """Another device of the same person."""
    client = Client()
    client.force_login(player.membership.user)
    return client


def everything(player: Player) -> dict[str, Any]:
    """All that the database holds of what this person did: every row of the app, and the facts counted."""
    with player.inside():
        rows: dict[str, Any] = {
            model.__name__: sorted(map(_row, model._default_manager.values()), key=repr)
            for model in apps.get_app_config("learning").get_models()
        }
        facts = Enrolment.objects.filter(membership=player.membership).values(*COUNTED).get()
    return rows | {"facts": facts}


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: bytes(value) if isinstance(value, memoryview) else value
        for name, value in row.items()
        if name not in ("id", "public_id")
    }
