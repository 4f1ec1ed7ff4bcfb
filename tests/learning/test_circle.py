"""The circle as a page of its own, its vectors, and the history that nobody keeps unless asked."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from coaching.learning import card_sort as sorting
from coaching.learning.access import get_learner_for, get_own_values
from coaching.learning.steps.card_sort import sorting_deck
from coaching.learning.steps.circle import _lines
from coaching.programmes.outline import outline_document
from tests.factories import Cast, starter_document
from tests.learning.conftest import NOW
from tests.learning.player import MOMENTS, SORT, Player, soup
from tests.learning.together import act, pair_up, players, share

pytestmark = pytest.mark.django_db

PRACTICE, POST = "p2-post-valeur/ecrire-un-post", "Le volet, à moitié baissé."
CIRCLE, THREAD = "/n/rivages/learn/values/circle/", "/n/rivages/learn/values/thread/"
DECK = sorting_deck(outline_document(starter_document()).deck("valeurs-60"))
OF = {family.key: [card.key for card in DECK.cards if card.family == family.key] for family in DECK.families}
SENTENCE = "Repère de réflexion inspiré du modèle de S. Schwartz ; ce n’est ni un test ni un diagnostic."


def centred(ratings: dict[str, int]) -> dict[str, float | None]:
    return {score.family.key: score.centred for score in sorting.family_profile(ratings, DECK).scores}


@pytest.mark.parametrize("pile", sorting.PILES)
def test_equal_piles_give_no_contrast(pile: int) -> None:
    profile = sorting.family_profile(dict.fromkeys(DECK.keys, pile), DECK)

    assert profile.reason == "all_equal"
    assert {score.centred for score in profile.scores} == {0.0}


def test_a_family_is_centred_on_the_persons_own_mean() -> None:
    ratings = dict.fromkeys(DECK.keys, 0) | dict.fromkeys(OF["benevolence"], 2)

    found = centred(ratings)

    assert found["benevolence"] == pytest.approx(2 - 12 / 60)
    assert found["power"] == pytest.approx(-12 / 60)


def test_skipped_cards_count_nowhere_and_three_are_too_few() -> None:
    ratings = dict.fromkeys(DECK.keys, 1) | dict.fromkeys(OF["power"], 2)
    for card in OF["security"][:3]:  # three of six are left
        del ratings[card]
    for card in OF["hedonism"][:2]:  # four are enough
        del ratings[card]

    found = centred(ratings)

    assert found["security"] is None
    assert found["hedonism"] == pytest.approx(1 - (49 + 12) / 55)


@pytest.mark.parametrize(
    ("first", "second", "distance"),
    [
        ("self-direction", "universalism", 40),
        ("conformity", "tradition", 0),
        ("tradition", "benevolence", 40),
        ("stimulation", "security", 160),
        ("hedonism", "conformity", 160),
        ("achievement", "benevolence", 160),
        ("power", "universalism", 160),
        ("self-direction", "power", 160),
        ("hedonism", "security", 120),
    ],
)
def test_distances_on_the_circle(first: str, second: str, distance: int) -> None:
    pair = [OF[first][0], OF[second][0]]

    assert [each.distance for each in sorting.neighbours(pair, DECK)] == (
        [distance] if distance <= 40 else []
    )
    assert [each.distance for each in sorting.tensions(pair, DECK)] == ([distance] if distance >= 160 else [])


def sort_all(player: Player, piles: dict[str, str]) -> None:
    """By the list view, then the first five in order."""
    player.client.post(
        player.url(SORT), {"list": "1", **{f"rate-{key}": pile for key, pile in piles.items()}}
    )
    for key in [key for key, pile in piles.items() if pile == "2"][:5]:
        player.client.post(player.url(SORT), {"choose": key})
    player.client.post(player.url(SORT), {"finish": "1"})


def piles_of(*families: str) -> dict[str, str]:
    """Six cards of one family, or three of two, very important; all others not today."""
    chosen = [card for family in families for card in OF[family][: 6 // len(families)]]
    return {card: "2" if card in chosen else "0" for card in sorted(DECK.keys)}


def test_the_circle_is_a_page_of_its_own_and_says_what_it_is_not(player: Player) -> None:
    player.complete(SORT)

    page = soup(player.client.get(CIRCLE)).get_text().replace("\u00a0", " ").replace("\u202f", " ")

    assert SENTENCE in page
    assert "Refaire le tri" in page


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_name_around_the_circle_is_longer_than_its_card_shows_on_a_phone(
    player: Player, language: str
) -> None:
    sort_all(player, piles_of("benevolence"))
    player.client.cookies["django_language"] = language
    type(player.membership.user).objects.filter(pk=player.membership.user_id).update(language=language)

    rows = [row.text.strip() for row in soup(player.client.get(CIRCLE)).select("svg.circle tspan")]

    assert {"fr": "Bienveillance", "en": "Care for those"}[language] in rows
    assert max(map(len, rows)) <= 17


def test_before_the_sort_the_circle_leads_back_to_the_values(player: Player) -> None:
    for path in (CIRCLE, THREAD):
        assert player.client.get(path)["Location"] == "/n/rivages/learn/values/"


def test_nothing_is_kept_of_a_sort_unless_asked(player: Player) -> None:
    sort_all(player, piles_of("benevolence"))
    player.client.post(player.url(SORT), {"redo": "1"})
    sort_all(player, piles_of("power"))

    content = player.content(SORT)

    assert content is not None
    assert "history" not in content
    assert OF["benevolence"][0] not in str(content["top"])


def test_tops_are_kept_with_their_day_once_asked_and_erased_on_request(
    player: Player, clock: time_machine.Traveller
) -> None:
    sort_all(player, piles_of("benevolence"))
    player.client.post(player.url(SORT), {"history": "keep"})
    clock.shift(dt.timedelta(days=7))
    player.client.post(player.url(SORT), {"redo": "1"})
    sort_all(player, piles_of("power"))

    page = soup(player.client.get(CIRCLE)).find(id="earlier").get_text()  # type: ignore[union-attr]
    assert "Mercredi 20 janvier" in page.replace("\u00a0", " ")
    assert "Écoute" in page

    player.client.post(player.url(SORT), {"history": "erase"})
    content = player.content(SORT)
    assert content is not None
    assert not {"history", "keeps_history"} & set(content)
    assert content["finished"]


def test_giving_a_new_sort_up_keeps_the_history(player: Player) -> None:
    sort_all(player, piles_of("benevolence"))
    player.client.post(player.url(SORT), {"history": "keep"})
    before = player.content(SORT)

    player.client.post(player.url(SORT), {"redo": "1"})
    player.client.post(player.url(SORT), {"give_up": "1"})

    assert player.content(SORT) == before


def test_the_thread_has_a_line_for_each_first_value_and_the_words_told_of_it(player: Player) -> None:
    player.complete(SORT, MOMENTS)

    page = soup(player.client.get(THREAD))

    assert len(page.select("article h3")) == 5
    assert page.get_text().count("Un mardi matin, une cliente est entrée") == 3
    assert page.get_text().count("Pas encore de mots ici") == 2


def test_the_thread_has_what_was_practised_with_a_value_and_what_the_pair_perceives_there(
    cast: Cast, clock: time_machine.Traveller
) -> None:
    clock.move_to(NOW + dt.timedelta(weeks=7))
    one, other = players(cast)
    one.complete(SORT)
    with one.inside():
        first, second = [card.key for card in get_own_values(get_learner_for(one.membership))][:2]
    one.client.post(one.url(PRACTICE), {"text": POST, "value": first, "action": "later", "revision": "0"})
    pair_up(one, other)
    pk = share(one, POST)
    act(other, "read", item=str(pk), card="ecoute", sentence="Le stylo posé.")

    threads = soup(one.client.get(THREAD)).select("article section")
    told = [section.get_text(" ", strip=True) for section in threads]

    assert first != second
    assert POST in told[0]
    assert POST not in " ".join(told[1:])
    assert "La valeur que" in told[0]
    assert "Écoute Le stylo posé." in told[0]

    act(other, "end")
    assert "Le stylo posé." not in one.client.get(THREAD).content.decode()


@pytest.mark.parametrize(
    ("label", "rows"),
    [
        ("Roots and passing on", ["Roots and", "passing on"]),
        ("Care for those close to us", ["Care for those", "close to us"]),
        ("Rules and respect", ["Rules and respect"]),
        ("Bienveillance", ["Bienveillance"]),
    ],
)
def test_a_long_name_of_a_family_stands_on_two_lines_of_about_one_length(label: str, rows: list[str]) -> None:
    lines = _lines(label, 80.0, 200.0)

    assert [line["text"] for line in lines] == rows
    assert sum(line["y"] for line in lines) / len(lines) == 200.0
