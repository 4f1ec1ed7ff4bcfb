"""The cards and their families on the circle, and the distances between them (domain.md 2.3). No Django."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

FULL_CIRCLE = 360
NEIGHBOUR_MAX_ANGLE = 40
TENSION_MIN_ANGLE = 160


@dataclass(frozen=True, slots=True)
class Family:
    """A family of values, at an angle of the circle in degrees; `outer` shares its angle, further out."""

    key: str
    angle: int
    outer: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    key: str
    family: str


@dataclass(frozen=True, slots=True)
class Deck:
    """The cards of a programme version, in the order of its file."""

    cards: tuple[Card, ...]
    families: tuple[Family, ...]

    @property
    def keys(self) -> frozenset[str]:
        return _keys(self)

    def family_of(self, card: str) -> Family | None:
        """None for the person's own cards: they have no family."""
        return _families(self).get(card)


@lru_cache(maxsize=32)
def _keys(deck: Deck) -> frozenset[str]:
    return frozenset(card.key for card in deck.cards)


@lru_cache(maxsize=32)
def _families(deck: Deck) -> dict[str, Family]:
    by_key = {family.key: family for family in deck.families}
    return {card.key: by_key[card.family] for card in deck.cards}


@dataclass(frozen=True, slots=True)
class CardPair:
    """Two cards and the angle between their families, in degrees."""

    first: str
    second: str
    distance: int


def angular_distance(a: Family, b: Family) -> int:
    """Smallest angle between two families, 0 to 180; the outer ring shares its angle."""
    apart = abs(a.angle - b.angle) % FULL_CIRCLE
    return min(apart, FULL_CIRCLE - apart)


def neighbours(cards: Sequence[str], deck: Deck) -> tuple[CardPair, ...]:
    """Pairs at 40 degrees or less, nearest first; one's own cards, without family, are left out."""
    near = [pair for pair in _pairs(cards, deck) if pair.distance <= NEIGHBOUR_MAX_ANGLE]
    return tuple(sorted(near, key=lambda pair: pair.distance))


def tensions(cards: Sequence[str], deck: Deck) -> tuple[CardPair, ...]:
    """Pairs at 160 degrees or more, widest first: an invitation to think, never a fault."""
    far = [pair for pair in _pairs(cards, deck) if pair.distance >= TENSION_MIN_ANGLE]
    return tuple(sorted(far, key=lambda pair: -pair.distance))


def _pairs(cards: Sequence[str], deck: Deck) -> Iterator[CardPair]:
    for first, second in combinations(cards, 2):
        a, b = deck.family_of(first), deck.family_of(second)
        if a is not None and b is not None:
            yield CardPair(first, second, angular_distance(a, b))
