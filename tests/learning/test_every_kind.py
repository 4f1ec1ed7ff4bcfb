"""Every kind of step: interrupted anywhere it goes on from there, and what is sent twice is sent once.

A kind of PLAYED_KINDS is taken along by itself, with the longest step that the starter has of it.
"""

from __future__ import annotations

import datetime as dt
from threading import Barrier, Thread
from typing import Any
from urllib.parse import urldefrag

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client

from coaching.learning.models import StepCompletion
from coaching.learning.steps import KINDS
from coaching.programmes.outline import PLAYED_KINDS, StepOutline, outline_document
from tests.factories import Cast, starter_document
from tests.learning.brand import write_brand_values
from tests.learning.conftest import NOW
from tests.learning.player import SORT, Player
from tests.learning.together import player_of
from tests.learning.walk import (
    Fields,
    Question,
    answer,
    buttons_on,
    everything,
    next_page,
    pages_of,
    question_on,
    send,
    signed_in,
    stand,
    walk,
)
from tests.savepoints import rolled_back

pytestmark = pytest.mark.django_db
EVERY_WEEK_OPEN = NOW + dt.timedelta(weeks=7)
A_MOMENT = dt.timedelta(minutes=1)


def longest_of_each_kind() -> list[StepOutline]:
    steps = [step for step in outline_document(starter_document()).steps if step.is_required]
    sized = sorted(steps, key=lambda step: len(str(step.data)))
    return list({step.kind: step for step in sized}.values())


EVERY_KIND = longest_of_each_kind()
# One kind of those that read a form with the same function.
FAMILIES = list({type(KINDS[step.kind]).validate: step for step in EVERY_KIND}.values())
each_kind = pytest.mark.parametrize("step", EVERY_KIND, ids=lambda step: step.kind)
WITH_DRAFT = [step for step in EVERY_KIND if KINDS[step.kind].has_draft]
each_with_draft = pytest.mark.parametrize("step", WITH_DRAFT, ids=lambda step: step.kind)
each_family = pytest.mark.parametrize("step", FAMILIES, ids=lambda step: step.kind)


def in_front_of(cast: Cast, step: StepOutline) -> Player:
    """The head of the cast with all their pages, for whom this step comes next."""
    player = player_of(cast, cast.head)
    with player.inside():
        write_brand_values()
    if step.address != SORT:
        player.complete(SORT)
    steps = player.steps(weeks=tuple(range(9)))
    before = steps[: steps.index(step.address)]
    with player.inside():
        enrolment = player.enrolment()
        StepCompletion.objects.bulk_create(
            StepCompletion(enrolment=enrolment, address=address, week_number=0, minutes=1, completed_at=NOW)
            for address in before
            if address != SORT
        )
    return player


@pytest.fixture
def late(clock: time_machine.Traveller) -> time_machine.Traveller:
    clock.move_to(EVERY_WEEK_OPEN)
    return clock


@pytest.fixture
def player(late: object, cast: Cast, step: StepOutline) -> Player:
    return in_front_of(cast, step)


def test_no_kind_is_left_out() -> None:
    assert {step.kind for step in EVERY_KIND} == PLAYED_KINDS


# --- interrupted -----------------------------------------------------------------------------


@each_kind
def test_interrupted_after_every_post_one_goes_on_from_there(player: Player, step: StepOutline) -> None:
    with rolled_back():
        walk(player, step.address)
        uninterrupted = player.content(step.address)

    given: list[Question] = []
    passed: list[str] = []
    question = next_page(player, step.address)[0]
    while url := answer(player, step.address, question):
        given.append(question)
        passed.append(url)
        here, stored = next_page(player, step.address, url)[0], player.content(step.address)
        player.client = signed_in(player)
        question = next_page(player, step.address)[0]
        assert next_on_home(player) == player.url(step.address)
        assert (question.names, question.shown) == (here.names, here.shown)
        if question.before:
            assert_answered([stand(player, step.address, question.before)], given)
        assert player.content(step.address) == stored
        assert not [words for words in words_of(*given) if words not in str(stored)]

    player.client = signed_in(player)
    assert next_on_home(player) != player.url(step.address)
    if words := words_of(*given, question):
        pages = pages_of(player, step.address, *passed)
        assert_answered(pages, [*given, question])
        text = "".join(page.get_text() for page, _url in pages)
        assert not [each for each in words if each not in text]
    assert player.content(step.address) == uninterrupted


@each_with_draft
def test_what_was_saved_and_never_sent_is_there_to_be_sent(player: Player, step: StepOutline) -> None:
    """The last answer of a step was saved while one typed; the person never came to its button."""
    question, _sent = last_question(player, step)

    saved = player.client.post(player.url(step.address) + "autosave/", question.body)

    player.client = signed_in(player)
    again = next_page(player, step.address)[0]

    assert saved.status_code == 200
    assert next_on_home(player) == player.url(step.address)
    assert (again.names, chosen(again.shown)) == (question.names, chosen(question.filled))
    assert answer(player, step.address, again) is None


def last_question(player: Player, step: StepOutline) -> tuple[Question, dict[str, Any]]:
    """Walk to the question whose answer ends the step; with what the database would hold after it."""
    url = ""
    while True:
        question = next_page(player, step.address, url)[0]
        with rolled_back():
            if answer(player, step.address, question) is None:
                return question, everything(player)
        url = answer(player, step.address, question) or ""


def next_on_home(player: Player) -> str:
    link = player.page().select_one("section.next a.btn")
    assert link is not None
    return str(link["href"])


def assert_answered(pages: list[tuple[BeautifulSoup, str]], given: list[Question]) -> None:
    """A question that is asked again holds its answer, unless one asked for it to be blank."""
    for page, url in pages:
        again = question_on(page, url)
        if again is None or "again=1" in url:
            continue
        for question in given:
            if question.names == again.names:
                assert chosen(again.shown) == chosen(question.filled), url


def words_of(*given: Question) -> list[str]:
    """The texts written in these questions."""
    texts = (text for question in given for values in question.blank.values() for text in values)
    return [text for text in texts if " " in text]


def chosen(fields: Fields) -> Fields:
    return {name: values for name, values in fields.items() if any(values)}


# --- sent twice ------------------------------------------------------------------------------


@each_kind
def test_what_is_sent_again_is_sent_once(
    player: Player, step: StepOutline, late: time_machine.Traveller
) -> None:
    """By a second click, by the queue of a device that never heard the answer, and all once more at the end.

    On the way every button beside it is pressed twice too, each once: share, undo, go back, erase, take back.
    """
    given: list[Question] = []
    pressed: set[str] = set()
    is_open, url = True, ""
    while is_open:
        question, page, here = next_page(player, step.address, url)
        press_the_others(player, late, pressed, page, here)
        given.append(question)
        response = send(player, question)
        once, url = everything(player), response.headers["Location"]
        late.shift(A_MOMENT)
        again = send(player, question)
        assert (again.status_code, urldefrag(again.headers["Location"])[0]) == (302, urldefrag(url)[0])
        assert arrives(player, question)
        assert everything(player) == once
        is_open = step.address not in player.done()
    press_the_others(player, late, pressed, *stand(player, step.address))

    assert all(arrives(player, question) for question in given)
    assert everything(player) == once


def arrives(player: Player, question: Question) -> bool:
    response = send(player, question, Accept="application/json")
    return (response.status_code, response.json()) == (200, {"sent": True})  # type: ignore[attr-defined]


def press_the_others(
    player: Player, clock: time_machine.Traveller, pressed: set[str], page: BeautifulSoup, url: str
) -> None:
    """Each button that was not pressed on an earlier page, once and twice; then that never was."""
    for called, to, form in buttons_on(page, url):
        if called in pressed:
            continue
        pressed.add(called)
        with rolled_back():
            status = player.client.post(to, form).status_code
            assert status in (302, 422), called
            once = everything(player)
            clock.shift(A_MOMENT)
            assert player.client.post(to, form).status_code == status
            assert everything(player) == once, called
        clock.shift(-A_MOMENT)


@pytest.mark.django_db(transaction=True)
@each_family
def test_two_posts_at_once_are_one(player: Player, step: StepOutline) -> None:
    """The post that begins a step, and the one that ends it: what they note, count and send is there once."""
    first = next_page(player, step.address)[0]
    with rolled_back():
        send(player, first)
        begun = everything(player)
    assert both_at_once(player, first) == [302, 302]
    assert everything(player) == begun
    if step.address in player.done():
        return

    last, ended = last_question(player, step)

    assert both_at_once(player, last) == [302, 302]
    assert everything(player) == ended


def both_at_once(player: Player, question: Question) -> list[int]:
    start, statuses = Barrier(2), []

    def post(client: Client) -> None:
        try:
            start.wait(timeout=10)
            statuses.append(client.post(question.url, question.body).status_code)
        finally:
            connection.close()

    threads = [Thread(target=post, args=[signed_in(player)]) for _thread in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    return statuses
