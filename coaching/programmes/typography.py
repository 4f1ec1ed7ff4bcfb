"""French and English typography for content and interface texts: spaces, apostrophes, ellipses. No Django.

What is not prose (URLs, addresses, placeholders, tags, entities) is never touched.
"""

import re
from typing import Literal

NO_BREAK_SPACE = "\u00a0"
NARROW_NO_BREAK_SPACE = "\u202f"

# One private-use character stands for each protected span while the rules run.
_STAND_IN = "\ue000"
_PROTECTED = re.compile(
    rf"{_STAND_IN}"
    r"|https?://[^\s»”\"<>]*[^\s»”\"<>.,;:!?)]"  # URL, without the punctuation that follows it
    r"|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # e-mail address
    r"|%\(\w+\)[-#0 +]?[\d.]*[a-zA-Z]|%%|%[sd]"  # gettext python-format
    r"|\{\{.{0,200}?\}\}|\{%.{0,200}?%\}|\{[\w.!:,]*\}"  # template and str.format placeholders
    r"|</?[a-zA-Z][^<>]{0,1000}>|<!--.{0,200}?-->"  # tags
    r"|&(?:\#\d+|\#x[0-9a-fA-F]+|[a-zA-Z]\w*);"  # entities
)

_SPACES = f"[ {NO_BREAK_SPACE}{NARROW_NO_BREAK_SPACE}]"
_UNITS = (
    "h|min|s|j|ans|an|km|m|kg|g|Mo|Ko|Go|px|euros|mots|minutes|jours|semaines|personnes|comptes"
    "|agences|étapes|leçons"
)

_FRENCH_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.MULTILINE), replacement)
    for pattern, replacement in (
        (rf"(?<=\w)'(?=[\w«{_STAND_IN}])", "’"),
        (r"\.\.\.", "…"),
        # before ; ? ! » one no-break space, none inside ?! and none after an opening bracket
        (rf"(?<!{_SPACES}){_SPACES}*([;?!»])(?!\])", rf"{NO_BREAK_SPACE}\1"),
        (rf"([?!]){NO_BREAK_SPACE}(?=[?!])", r"\1"),
        (rf"(?<=[(\[]){NO_BREAK_SPACE}(?=[;?!»])", ""),
        # before a colon that ends a word, so that 10:30 and key:value stay whole
        (rf"(?<![:{_SPACES[1:-1]}]){_SPACES}*:(?=\s|$|\*)", f"{NO_BREAK_SPACE}:"),
        (rf"«{_SPACES}*", f"«{NO_BREAK_SPACE}"),
        (rf"(?<=\d){_SPACES}(?=\d{{3}}(?!\d))", NO_BREAK_SPACE),
        (rf"(?<=[\d{_STAND_IN}]){_SPACES}(?=(?:{_UNITS})\b|[€%])", NO_BREAK_SPACE),
        (rf"(?<=\d{NO_BREAK_SPACE}h){_SPACES}(?=\d)", NO_BREAK_SPACE),
        (rf"\b(M\.|MM\.|Mme|Mmes|Me|Dr|n°){_SPACES}(?=[A-ZÀ-ÖØ-Þ0-9])", rf"\1{NO_BREAK_SPACE}"),
        (rf"^{NO_BREAK_SPACE}+(?=[;:?!»])", ""),
    )
)
_ENGLISH_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<=\w)'(?=\w)|(?<=s)'(?= )"), "’"),
    (re.compile(r"\.\.\."), "…"),
)


def typographed(text: str, language: Literal["fr", "en"] = "fr") -> str:
    """The text with the typography of its language; typing ordinary spaces and ' is enough.

    Idempotent. Source: writers-guide, "Typography": U+00A0 before ; : ? ! », after «, in 18 h 10,
    10 000 and 20 €, before a unit and after Mme; ’ and ….
    """
    protected: list[str] = []

    def set_aside(match: re.Match[str]) -> str:
        protected.append(match.group())
        return _STAND_IN

    prose = _PROTECTED.sub(set_aside, text)
    for pattern, replacement in _FRENCH_RULES if language == "fr" else _ENGLISH_RULES:
        prose = pattern.sub(replacement, prose)
    spans = iter(protected)
    return re.sub(_STAND_IN, lambda _: next(spans), prose)
