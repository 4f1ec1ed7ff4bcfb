"""The brand and me, as lists of words: no score, no percentage (domain.md 2.4). No Django."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coaching.learning.card_sort import Deck, angular_distance
from coaching.learning.card_sort.deck import NEIGHBOUR_MAX_ANGLE
from coaching.learning.steps.base import BrandWord


@dataclass(frozen=True, slots=True)
class Meeting:
    """A brand value and the cards of the person that meet it: the same card, or a neighbouring family."""

    brand: BrandWord
    cards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lists:
    """Each brand value stands in exactly one of `shared`, `near` and `brand_only`, in the brand's order.

    `mine_only` holds the kept cards, in the person's order, that no meeting names.
    """

    shared: tuple[Meeting, ...]
    near: tuple[Meeting, ...]
    mine_only: tuple[str, ...]
    brand_only: tuple[BrandWord, ...]


def compare(kept: Sequence[str], ranked: Sequence[str], brand: Sequence[BrandWord], deck: Deck) -> Lists:
    """`kept` are the ten cards at most of the second round, `ranked` the five at most of the third.

    Shared: a kept card is one of the value's own. Near: one of the value's cards stands at 40 degrees or less
    from a ranked card. Cards that the deck does not know, the person's own among them, are near nothing.
    """
    shared, near, brand_only = [], [], []
    for word in brand:
        if same := tuple(card for card in kept if card in word.cards):
            shared.append(Meeting(word, same))
        elif close := tuple(card for card in ranked if _is_near(card, word, deck)):
            near.append(Meeting(word, close))
        else:
            brand_only.append(word)
    met = {card for meeting in (*shared, *near) for card in meeting.cards}
    everything = dict.fromkeys([*ranked, *kept])
    return Lists(
        tuple(shared), tuple(near), tuple(card for card in everything if card not in met), tuple(brand_only)
    )


def _is_near(card: str, word: BrandWord, deck: Deck) -> bool:
    own = deck.family_of(card)
    families = [family for each in word.cards if (family := deck.family_of(each)) is not None]
    return own is not None and any(angular_distance(own, each) <= NEIGHBOUR_MAX_ANGLE for each in families)
