"""The brand and me: every case of domain.md 2.4, and each value and card in exactly one list."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.learning.alignment import Lists, compare
from coaching.learning.card_sort import Deck, angular_distance
from coaching.learning.steps import BrandWord
from coaching.learning.steps.card_sort import sorting_deck
from coaching.programmes.outline import outline_document
from tests.factories import starter_document

# fiabilite: security, 200°; ancrage-local: tradition, 240°; ecoute: benevolence, 280°; audace: 40°.
RELIABLE = BrandWord("b1", "Fiabilité", cards=("fiabilite",))
LOCAL = BrandWord("b2", "Proximité", cards=("ancrage-local",))
BOLD = BrandWord("b3", "Audace", cards=("audace",))
DECK = sorting_deck(outline_document(starter_document()).deck("valeurs-60"))


def names(lists: Lists) -> tuple[list[str], list[str], list[str], list[str]]:
    return (
        [each.brand.key for each in lists.shared],
        [each.brand.key for each in lists.near],
        list(lists.mine_only),
        [word.key for word in lists.brand_only],
    )


@pytest.mark.parametrize(
    ("kept", "ranked", "brand", "expected"),
    [
        (["fiabilite", "humour"], ["fiabilite"], [RELIABLE], (["b1"], [], ["humour"], [])),
        (["fiabilite"], ["humour"], [RELIABLE], (["b1"], [], ["humour"], [])),  # kept is enough
        (["ecoute"], ["ecoute"], [LOCAL], ([], ["b2"], [], [])),  # 40 degrees: near
        (["ecoute"], ["ecoute"], [RELIABLE], ([], [], ["ecoute"], ["b1"])),  # 80 degrees: not
        (
            ["ecoute", "humour"],
            ["humour"],
            [LOCAL],
            ([], [], ["humour", "ecoute"], ["b2"]),
        ),  # near a top 5 only
        (["ecoute"], ["ecoute"], [RELIABLE, LOCAL, BOLD], ([], ["b2"], [], ["b1", "b3"])),
        (["own-1"], ["own-1"], [BOLD], ([], [], ["own-1"], ["b3"])),  # one's own card has no family
        ([], [], [BOLD], ([], [], [], ["b3"])),
        (["ecoute"], ["ecoute"], [], ([], [], ["ecoute"], [])),
        (["ecoute"], ["ecoute"], [BrandWord("b", "?", cards=("gone",))], ([], [], ["ecoute"], ["b"])),
    ],
)
def test_vectors(kept: list[str], ranked: list[str], brand: list[BrandWord], expected: object) -> None:
    assert names(compare(kept, ranked, brand, DECK)) == expected


def test_same_card_comes_before_a_neighbour() -> None:
    both = BrandWord("b", "Deux cartes", cards=("ancrage-local", "fiabilite"))

    lists = compare(["fiabilite", "ecoute"], ["ecoute", "fiabilite"], [both], DECK)

    assert names(lists) == (["b"], [], ["ecoute"], [])
    assert lists.shared[0].cards == ("fiabilite",)


CARDS = st.lists(st.sampled_from([*sorted(DECK.keys), "own-1", "own-2"]), max_size=10, unique=True)
BRANDS = st.lists(
    st.lists(st.sampled_from(sorted(DECK.keys)), min_size=1, max_size=3, unique=True), max_size=7
).map(lambda sets: [BrandWord(f"b{n}", str(n), cards=tuple(cards)) for n, cards in enumerate(sets)])


@given(kept=CARDS, brand=BRANDS)
def test_each_value_and_each_card_stands_in_exactly_one_list(kept: list[str], brand: list[BrandWord]) -> None:
    ranked = kept[:5]

    lists = compare(kept, ranked, brand, DECK)

    shared, near, mine, brand_only = names(lists)
    met = {card for each in (*lists.shared, *lists.near) for card in each.cards}
    assert sorted([*shared, *near, *brand_only]) == sorted(word.key for word in brand)
    assert set(mine) | met == set(kept)
    assert not set(mine) & met
    assert all(_are_near(each.cards, each.brand, DECK) for each in lists.near)


def _are_near(cards: tuple[str, ...], word: BrandWord, deck: Deck) -> bool:
    def near(card: str) -> bool:
        own = deck.family_of(card)
        return own is not None and any(
            angular_distance(own, family) <= 40
            for each in word.cards
            if (family := deck.family_of(each)) is not None
        )

    return all(near(card) for card in cards)
