"""One sentence per line, so that a correction touches one line and languages face each other. No Django."""

import re
from functools import lru_cache

from coaching.programmes.schema import Language
from coaching.programmes.typography import typographed

# A full stop (not an initial's), its closing quotation mark and footnotes, then a new sentence.
_SENTENCE_END = re.compile(
    r"(?<=[.?!…])(?<!\b[A-Z]\.)((?:\u00a0?[»”])?(?:\[\^\w+\])*) +(?=[A-ZÀ-ÖØ-Þ0-9«“*])"
)
_KEPT_AS_IS = re.compile(r"\s*(?:[-*>] |\d+\. |#|\[\[)")


@lru_cache(maxsize=20_000)  # a package has some 5,000 texts, and whoever corrects it changes one at a time
def tidy_text(language: Language, text: str) -> str:
    """The text with its typography, one sentence per line; idempotent.

    Lines are joined first: a « ? » that began a line gets its space like any other.
    """
    return one_sentence_per_line(typographed(one_sentence_per_line(text), language))


def one_sentence_per_line(text: str) -> str:
    """Line breaks after sentences, outside lists and quotations; a single line break reads as a space."""
    paragraphs = re.split(r"\n{2,}", text.strip())
    return "\n\n".join(map(_paragraph, paragraphs))


def as_paragraphs(text: str) -> str:
    """The text as it is read: the line breaks inside a paragraph become spaces."""
    return "\n\n".join(re.sub(r"(?<! ) *\n *", " ", paragraph) for paragraph in re.split(r"\n{2,}", text))


def _paragraph(paragraph: str) -> str:
    if _KEPT_AS_IS.match(paragraph):
        return paragraph
    return _SENTENCE_END.sub(_cut, re.sub(r"(?<!\s)\s*\n\s*", " ", paragraph))


def _cut(match: re.Match[str]) -> str:
    before = match.string[: match.end()]
    is_inside_quotation = before.count("«") != before.count("»") or before.count("“") != before.count("”")
    return match.group(0) if is_inside_quotation else match.group(1) + "\n"
