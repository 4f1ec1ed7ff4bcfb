"""A text in both languages, as the rest of the product reads it. Pure, frozen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from coaching.programmes.sentences import as_paragraphs


@dataclass(frozen=True)
class Text:
    """A short text in both languages, sentences on their own lines as the author wrote them."""

    fr: str
    en: str

    def in_language(self, language: str) -> str:
        """The text in `en` or, for anything else, in French; line breaks read as spaces."""
        return as_paragraphs(self.en if language.startswith("en") else self.fr)


def bilingual(node: Mapping[str, Any]) -> Text:
    """The text of a document: a `fr` and an `en`."""
    return Text(node["fr"], node["en"])
