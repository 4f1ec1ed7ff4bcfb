"""A sentence to confide or to keep: from one's own words, to one person or the wall, and back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine

from agencies.roles import Audience
from agencies.scope import networks
from agencies.services import preload_brand_values
from coaching.learning.models import Answer, SharedItem
from tests.factories import PARIS, Cast, make_cast
from tests.learning.player import Player
from tests.learning.together import act, pair_up, players, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

SOURCE = "v2-ce-que-je-defends/avec-tact"
DIALOGUE = "v2-ce-que-je-defends/a-mon-binome"
ACT = "v3-ma-marque-et-moi/un-geste-au-mur"
MINE = "Je rappelle le jour même, même pour dire que je ne sais pas."


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(dt.datetime(2027, 2, 10, 9, 0, tzinfo=PARIS), tick=False) as traveller:
        yield traveller


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast(3)


@pytest.fixture
def people(cast: Cast) -> list[Player]:
    return players(cast)


def copies(cast: Cast) -> list[tuple[str, str]]:
    with networks(cast.network.pk):
        return [(item.audience, item.text) for item in SharedItem.objects.standing()]


def test_it_starts_from_ones_own_earlier_sentence(people: list[Player]) -> None:
    prompt = people[0].page(SOURCE, "p=2").select_one("#step [name=prompt]")
    pages = [page for page in ("p=1", "p=2", "p=3") if _prompt(people[0], page) == "ma-phrase"]
    assert prompt is not None
    people[0].submit(SOURCE, {"text": MINE}, query=pages[0])

    assert people[0].page(DIALOGUE).select_one("textarea").get_text() == MINE  # type: ignore[union-attr]


def _prompt(player: Player, query: str) -> str:
    found = player.page(SOURCE, query).select_one("#step [name=prompt]")
    return str(found["value"]) if found else ""


def test_keeping_it_counts_just_as_much(cast: Cast, people: list[Player]) -> None:
    people[0].submit(DIALOGUE, {"text": ""})

    assert DIALOGUE in people[0].done()
    assert copies(cast) == []


def test_without_a_pair_it_can_be_kept_and_the_page_leads_to_one(cast: Cast, people: list[Player]) -> None:
    page = people[0].page(DIALOGUE)

    response = people[0].submit(DIALOGUE, {"text": MINE, "action": "share"})

    assert page.select_one("a[href$='/learn/pair/']") is not None
    assert page.select_one("button[value=share]") is None
    assert response.status_code == 422
    assert MINE in response.content.decode()
    assert copies(cast) == []


def test_the_pair_reads_the_copy_and_the_step_is_done(cast: Cast, people: list[Player]) -> None:
    one, other, third = people
    pair_up(one, other)

    one.submit(DIALOGUE, {"text": MINE, "action": "share"})

    assert DIALOGUE in one.done()
    assert copies(cast) == [(Audience.PAIR.value, MINE)]
    assert MINE in text_of(other)
    assert MINE not in text_of(third)


def test_keeping_it_after_all_takes_the_copy_back(cast: Cast, people: list[Player]) -> None:
    one, other, _third = people
    pair_up(one, other)
    one.submit(DIALOGUE, {"text": MINE, "action": "share"})

    one.submit(DIALOGUE, {"text": MINE, "action": "keep"})

    assert copies(cast) == []
    assert MINE not in text_of(other)
    assert one.content(DIALOGUE) == {"text": MINE, "revision": 1, "choice": "kept"}


def test_sharing_twice_is_one_copy(cast: Cast, people: list[Player]) -> None:
    one, other, _third = people
    pair_up(one, other)
    form = {"text": MINE, "action": "share", "prompt": "word", "revision": "0"}

    for _click in (1, 2):
        one.post(DIALOGUE, form)

    assert copies(cast) == [(Audience.PAIR.value, MINE)]


def test_an_act_of_the_brand_is_offered_to_the_wall(cast: Cast, people: list[Player]) -> None:
    one, other, _third = people

    one.submit(ACT, {"text": MINE, "action": "share"})

    assert copies(cast) == [(Audience.COHORT.value, MINE)]
    assert MINE in text_of(other, "wall")


def test_it_starts_from_the_first_act_of_the_brand(cast: Cast, people: list[Player]) -> None:
    with networks(cast.network.pk):
        brand = preload_brand_values(cast.network)
    values = {brand[0].public_id: {"tag": "j-ai-du-mal", "act": ""}, brand[1].public_id: {"act": MINE}}
    content = {"values": values, "boundaries": {}}
    with people[0].inside():
        Answer.objects.create(
            enrolment=people[0].enrolment(),
            author_id=people[0].membership.user_id,
            address="v3-ma-marque-et-moi/valeurs-de-la-marque",
            content=content,
        )

    assert people[0].page(ACT).select_one("textarea").get_text() == MINE  # type: ignore[union-attr]


def test_an_act_taken_off_the_wall_is_kept_on_its_page(cast: Cast, people: list[Player]) -> None:
    one, *_rest = people
    one.submit(ACT, {"text": MINE, "action": "share"})
    with networks(cast.network.pk):
        pk = SharedItem.objects.get().pk

    act(one, "withdraw", "wall", item=str(pk))

    assert one.page(ACT).select_one("textarea").get_text() == MINE  # type: ignore[union-attr]
    assert "Une copie sur le mur" not in text_of(one, ACT)


def test_what_is_typed_is_saved_and_an_older_screen_does_not_undo_it(people: list[Player]) -> None:
    one = people[0]
    saved = one.post(f"{DIALOGUE}/autosave", {"text": MINE, "revision": "0", "prompt": "word"})

    older = one.post(DIALOGUE, {"text": "Autre chose.", "revision": "0", "prompt": "word"})

    assert saved.json()["revision"] == 1  # type: ignore[attr-defined]
    assert older.status_code == 409
    assert MINE in older.content.decode()
