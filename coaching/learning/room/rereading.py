"""Six gentle marks on a post, worked out from its words alone; French and English. No Django.

None of them is a mark out of ten: a rule of thumb sees a telephone number and a missing scene, not a good
text. Each mark says what was noticed; the words for it belong to the page.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from coaching.learning.room.platforms import Platform

WORDS_FEW, WORDS_MANY = 30, 220

Code = Literal["one_idea", "scene", "value", "client_data", "sector", "length"]
CODES: tuple[Code, ...] = ("one_idea", "scene", "value", "client_data", "sector", "length")


@dataclass(frozen=True, slots=True)
class Mark:
    """One point: fine or worth a second look. `why` says which case it is, `found` the words it saw."""

    code: Code
    is_fine: bool
    why: str = ""
    found: tuple[str, ...] = ()


# --- patterns: over plain text without accents, in lower case; each repetition bounded: a text may be endless

_SECOND_IDEA = re.compile(
    r"\b(par ailleurs|d'autre part|autre chose|autre sujet|rien a voir|au passage|j'en profite|p\.?s\.?\s*:|"
    r"on another note|by the way|while i am at it|another thing|unrelated)"
)
_MOMENT = re.compile(
    r"\b(ce matin|ce midi|ce soir|hier|avant-hier|aujourd'hui|l'autre jour|la semaine derniere|"
    r"tout a l'heure|"
    r"lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|this morning|tonight|yesterday|the other day|"
    r"last week|today|monday|tuesday|wednesday|thursday|friday|saturday|sunday|(?:in|en) (?:19|20)\d\d)\b"
    r"|\b\d{1,2}\s?(?:h(?:\s?\d{2})?|:\d{2}|[ap]\.?m)\b"
)
_VOICE = re.compile(r"[«»“”\"]|^\s*[-—–]\s", re.M)
_DOING = re.compile(
    r"\b(?:j'ai|je|nous|on|il|elle|ils|elles|i|we|he|she|they)\s+(?:ai|a|as|avons|ont|est|suis|etait|avait|"
    r"[a-z]+(?:ait|aient|ions|ed)|said|told|came|went|found|made|took|gave|put|kept|wrote|rang|saw|had|was|"
    r"were)\b"
)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,63}")
_PHONE = re.compile(r"(?<![\w])(?:\+|00)?\d(?:[\s.\-]?\(?\d\)?){8,13}(?!\w)")
_NUMBER = re.compile(
    r"\b(?:contrat|police|dossier|sinistre|client|contract|policy|file|claim|account|compte)\s*"
    r"(?:n[°ºo]\.?|no\.?|number|numero|ref\.?|:|#)\s*[:#]?\s*([a-z0-9][a-z0-9\-/]{3,})"
    r"|\b(?=[a-z]*\d)(?=\d*[a-z\-/])[a-z]{1,4}[\-/]?\d{5,}[a-z0-9\-/]{0,20}\b"
    r"|\b[a-z]{2}\d{2}(?:\s?[a-z0-9]{4}){3,8}"
)
_LONG_NUMBER = re.compile(r"(?<![\w.,€])\d{7,}(?!\w)")
_TITLED_NAME = re.compile(
    r"\b(?:M\.|Mr\.?|Mrs\.?|Ms\.?|Mme|Mlle|Madame|Monsieur)\s+([A-ZÉÈÀÂÎÔÇ][\w’'-]{1,40})"
)
_ADDRESS = re.compile(
    r"\b\d{1,4}\s?(?:bis|ter)?,?\s(?:rue|avenue|av\.|boulevard|bd|impasse|allee|chemin|"
    r"place|street|road|lane)\s\w"
)

_PRICE = (
    r"\d{1,9}(?:[.,]\d{1,3})?\s?(?:€|euros?|%)|\bgratuit\w*|\boffert\w*|\bpromo\w*|\bfree\b|\bdiscount\w*"
)
_SECTOR = {
    "insurance": re.compile(
        rf"{_PRICE}|\bgarantie?s?\b|\bindemnis\w+|\brembours\w+|\bcotisation\w*"
        r"|\bassurance (?:vie|auto|habitation)"
        r"|\bcovers?\b|\bpremiums?\b|\breimburs\w+|\bpayout\w*"
    ),
    "bank": re.compile(
        rf"{_PRICE}|\btaux\b|\bcredits?\b|\bprets?\b|\bplacements?\b|\brendement\w*|\bloans?\b|"
        r"\brates?\b|\byields?\b"
    ),
    "real-estate": re.compile(
        r"\d{1,6}\s?m(?:2|²)|\b[tf][1-6]\b|\d[\d\s]{0,12}€|\ba vendre\b|\ba louer\b|\bfor sale\b|"
        r"\bto let\b|\bdpe\b|"
        r"\bexclusivite\b|\bhonoraires\b|\bvisites?\b"
    ),
    "staffing": re.compile(
        r"\bjeunes? (?:diplome|candidat|homme|femme|dynamique|motive)\w*|\bsenior\w*|\bdynamique\b|"
        r"\b(?:homme|femme)s? (?:uniquement|seulement)|\bnatif\b|\bnationalite\b|\bcelibataire\b|"
        r"\bsans enfants?\b|"
        r"\byoung\b|\bnative speaker\b|\bmen only\b|\bwomen only\b|\bno children\b"
    ),
    "travel": re.compile(
        rf"{_PRICE}|\ba partir de\b|\bdes \d|\bsejours?\b|\bforfaits?\b|\bvols?\b|\bvisa\b|\bvaccin\w*|"
        r"\bstarting at\b|\bpackages?\b|\bflights?\b|\bvaccinations?\b"
    ),
}
_ANY_SECTOR = re.compile(_PRICE)


def reread(text: str, place: Platform, *, sector: str, values: Collection[str] = ()) -> tuple[Mark, ...]:
    """The six marks in the order of CODES; `values` are the names of the person's own values.

    Of an empty text nothing is said: no mark.
    """
    if not text.strip():
        return ()
    plain = _plain(text)
    return (
        _one_idea(text, plain),
        _scene(text, plain),
        _value(plain, values),
        _client_data(text, plain),
        _sector(plain, sector),
        _length(text, place),
    )


def count_words(text: str) -> int:
    """Words with at least a letter or a figure: « ? » alone is none."""
    return sum(any(sign.isalnum() for sign in word) for word in text.split())


def _plain(text: str) -> str:
    """Lower case, without accents, straight apostrophes, ordinary spaces; as long as one can compare."""
    spread = unicodedata.normalize("NFKD", text.lower().replace("’", "'"))
    bare = "".join(sign for sign in spread if not unicodedata.combining(sign))
    return re.sub(r"[^\S\n]", " ", bare)


def _found(*groups: Iterator[re.Match[str]]) -> tuple[str, ...]:
    """What was seen, each once, a few at most."""
    words = (match.group(0).strip() for group in groups for match in group)
    return tuple(dict.fromkeys(word[:40] for word in words))[:3]


def _one_idea(text: str, plain: str) -> Mark:
    if found := _found(_SECOND_IDEA.finditer(plain)):
        return Mark("one_idea", False, "second_idea", found)
    if text.count("#") > 3:
        return Mark("one_idea", False, "many_tags")
    if text.count("?") > 2:
        return Mark("one_idea", False, "many_questions")
    return Mark("one_idea", True)


def _scene(text: str, plain: str) -> Mark:
    """A moment and something that happens or is said in it."""
    has_moment = bool(_MOMENT.search(plain))
    has_life = bool(_VOICE.search(text) or _DOING.search(plain))
    if has_moment and has_life:
        return Mark("scene", True)
    return Mark("scene", False, "no_moment" if not has_moment else "nothing_happens")


def _value(plain: str, values: Collection[str]) -> Mark:
    if not values:
        return Mark("value", True, "no_values")
    named = tuple(
        value
        for value in values
        if (bare := _plain(value).strip()) and re.search(rf"(?<!\w){re.escape(bare)}(?!\w)", plain)
    )
    return Mark("value", not named, "named" if named else "", named[:3])


def _client_data(text: str, plain: str) -> Mark:
    found = _found(
        _EMAIL.finditer(text),
        _PHONE.finditer(text),
        _NUMBER.finditer(plain),
        _LONG_NUMBER.finditer(text),
        _TITLED_NAME.finditer(text),
        _ADDRESS.finditer(plain),
    )
    return Mark("client_data", not found, "seen" if found else "", found)


def _sector(plain: str, sector: str) -> Mark:
    found = _found(_SECTOR.get(sector, _ANY_SECTOR).finditer(plain))
    return Mark("sector", not found, sector if sector in _SECTOR else "general", found)


def _length(text: str, place: Platform) -> Mark:
    words = count_words(text)
    if len(text) > place.limit:
        return Mark("length", False, "over_limit")
    if words < WORDS_FEW:
        return Mark("length", False, "short")
    return Mark("length", words <= WORDS_MANY, "" if words <= WORDS_MANY else "long")
