"""What the piles say of the families, seen by their author only (domain.md 2.3). No Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from coaching.learning.card_sort.deck import Deck, Family

RATED_MIN = 4  # of the six cards of a family


@dataclass(frozen=True, slots=True)
class FamilyScore:
    """A family's mean pile, and how far it stands from the person's own mean; None when not shown."""

    family: Family
    rated: int
    mean: float | None
    centred: float | None

    @property
    def is_shown(self) -> bool:
        return self.centred is not None


@dataclass(frozen=True, slots=True)
class FamilyProfile:
    """Families in the deck's order. `reason` is "" or, without contrast: nothing_rated, all_equal."""

    scores: tuple[FamilyScore, ...]
    mean: float | None
    reason: str

    @property
    def has_contrast(self) -> bool:
        return not self.reason


def family_profile(ratings: Mapping[str, int], deck: Deck) -> FamilyProfile:
    """Centre each family on the person's mean of all rated deck cards: f_k = mean, c_k = f_k - m.

    Skipped and own cards do not count; a family with fewer than four rated cards is not shown;
    equal piles everywhere give no contrast, not a flat portrait.
    """
    piles = {card.key: ratings[card.key] for card in deck.cards if card.key in ratings}
    if not piles:
        empty = tuple(FamilyScore(family, 0, None, None) for family in deck.families)
        return FamilyProfile(empty, None, "nothing_rated")
    mean = Fraction(sum(piles.values()), len(piles))
    scores = tuple(_score(family, piles, deck, mean) for family in deck.families)
    return FamilyProfile(scores, float(mean), "all_equal" if len(set(piles.values())) == 1 else "")


def _score(family: Family, piles: Mapping[str, int], deck: Deck, mean: Fraction) -> FamilyScore:
    own = [piles[card.key] for card in deck.cards if card.family == family.key and card.key in piles]
    if len(own) < RATED_MIN:
        return FamilyScore(family, len(own), None, None)
    score = Fraction(sum(own), len(own))
    return FamilyScore(family, len(own), float(score), float(score - mean))
