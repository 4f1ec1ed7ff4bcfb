"""Brand values of a network, for the tests that need some; each call needs the scope of the network."""

from __future__ import annotations

from agencies.models import BrandValue
from agencies.services import add_brand_value

VALUES = (
    ("Prévoyance", "Foresight", "prevoyance"),
    ("Proximité", "Closeness", "ancrage-local"),
    ("Fiabilité", "Reliability", "fiabilite"),
)


def write_brand_values(count: int = 3) -> list[BrandValue]:
    return [
        add_brand_value(
            label_fr=french,
            label_en=english,
            definition_fr="On relit avant l’hiver.",
            definition_en="We read it over before winter.",
            cards=[card],
        )
        for french, english, card in VALUES[:count]
    ]
