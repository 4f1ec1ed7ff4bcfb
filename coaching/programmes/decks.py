"""A deck of value cards and its families, as the rest of the product reads it. Pure, frozen."""

from dataclasses import dataclass
from functools import cached_property

from coaching.programmes.bilingual import Text, bilingual
from coaching.programmes.schema import Document


@dataclass(frozen=True)
class FamilyOutline:
    """Neighbouring values: an angle in degrees on the circle, and a ring (inner, outer)."""

    key: str
    angle: int
    ring: str
    label: Text


@dataclass(frozen=True)
class CardOutline:
    key: str
    family_key: str
    label: Text
    definition: Text


@dataclass(frozen=True)
class DeckOutline:
    key: str
    title: Text
    caution: Text
    families: tuple[FamilyOutline, ...]
    cards: tuple[CardOutline, ...]

    def card(self, key: str) -> CardOutline:
        """The card with this key; KeyError when the deck has none."""
        return self._cards_by_key[key]

    @cached_property
    def _cards_by_key(self) -> dict[str, CardOutline]:
        return {card.key: card for card in self.cards}


def outline_deck(deck: Document) -> DeckOutline:
    """The deck of a document."""
    return DeckOutline(
        key=deck["key"],
        title=bilingual(deck["title"]),
        caution=bilingual(deck["caution"]),
        families=tuple(
            FamilyOutline(entry["key"], entry["angle"], entry.get("ring", "inner"), bilingual(entry["label"]))
            for entry in deck["families"]
        ),
        cards=tuple(_card(entry) for entry in deck["cards"]),
    )


def _card(entry: Document) -> CardOutline:
    return CardOutline(
        entry["key"], entry["family"], bilingual(entry["label"]), bilingual(entry["definition"])
    )
