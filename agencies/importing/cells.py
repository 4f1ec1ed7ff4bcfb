"""One cell at a time: texts, codes, postal codes, languages, statuses, yes and no, time zones. Pure."""

from __future__ import annotations

import re
import unicodedata
from zoneinfo import available_timezones

from agencies.importing.columns import fold
from agencies.importing.problems import CellProblem, Reason
from agencies.importing.workbook import FORMULA_WITHOUT_VALUE

EXCEL_TEXT = re.compile(r'^="([^"]*)"$')
EXCEL_ERROR = re.compile(
    r"^#(N/?A|REF!|VALUE!|VALEUR!|NAME\?|NOM\?|DIV/0!|NUM!|NOMBRE!|NULL!|NUL!|SPILL!|CALC!)", re.I
)
SCIENTIFIC = re.compile(r"^\d(?:[.,]\d+)?E\+?\d+$", re.I)
WHOLE_NUMBER = re.compile(r"^(\d+)[.,]0+$")
MOJIBAKE = re.compile("Ã[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ ]|â€|Â[\u00a0-\u00bf]")

INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")

LANGUAGES = {
    "fr": "fr", "fra": "fr", "fre": "fr", "francais": "fr", "french": "fr", "fr fr": "fr", "en": "en",
    "eng": "en", "anglais": "en", "english": "en", "en gb": "en", "en us": "en",
}  # fmt: skip
STATUSES = {
    "salarie": "employee", "salariee": "employee", "salarie e": "employee", "employe": "employee",
    "employee": "employee", "employe e": "employee", "cdi": "employee", "cdd": "employee",
    "independant": "independent", "independante": "independent", "independant e": "independent",
    "independent": "independent", "liberal": "independent", "self employed": "independent",
    "franchise": "franchisee", "franchisee": "franchisee", "franchise e": "franchisee",
    "franchisor": "franchisee", "autre": "other", "other": "other",
}  # fmt: skip
STATUS_GUESSES = {
    "agent general": "independent", "agent": "independent", "mandataire": "independent", "tns": "independent",
    "gerant": "independent", "gerante": "independent", "profession liberale": "independent",
    "freelance": "independent", "directeur salarie": "employee", "cadre": "employee",
    "contractor": "independent", "general agent": "independent", "staff": "employee", "owner": "franchisee",
    "stagiaire": "other", "benevole": "other",
}  # fmt: skip
YES = frozenset({"oui", "o", "yes", "y", "vrai", "true", "1", "x"})
NO = frozenset({"non", "n", "no", "faux", "false", "0"})
ZONES = {fold(name): name for name in available_timezones() if "/" in name or name == "UTC"}
ZONE_NICKNAMES = {
    "paris": "Europe/Paris", "france": "Europe/Paris", "metropole": "Europe/Paris", "cet": "Europe/Paris",
    "bruxelles": "Europe/Brussels", "brussels": "Europe/Brussels", "geneve": "Europe/Zurich",
    "zurich": "Europe/Zurich", "luxembourg": "Europe/Luxembourg", "londres": "Europe/London",
    "london": "Europe/London", "reunion": "Indian/Reunion", "la reunion": "Indian/Reunion",
    "guadeloupe": "America/Guadeloupe", "martinique": "America/Martinique", "guyane": "America/Cayenne",
    "mayotte": "Indian/Mayotte", "noumea": "Pacific/Noumea", "tahiti": "Pacific/Tahiti",
}  # fmt: skip


def clean(text: str) -> str | CellProblem:
    """What every cell goes through first: `="01000"` is text, a formula is not, spaces are single."""
    if match := EXCEL_TEXT.match(text):
        text = match[1]
    if text == FORMULA_WITHOUT_VALUE:
        return CellProblem(Reason.FORMULA)
    if EXCEL_ERROR.match(text):
        return CellProblem(Reason.EXCEL_ERROR)
    if (text[:1] in "=+@-" and len(text) > 1) or text[:1] in ("=", "@"):
        return CellProblem(Reason.FORMULA, _without_formula(text))
    if any(unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn") for c in text if c not in "\t\r\n"):
        tidied = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn"))
        return CellProblem(Reason.CONTROL_CHARACTER, _spaces(tidied))
    if MOJIBAKE.search(text) and (repaired := _repair(text)):
        return CellProblem(Reason.GARBLED, repaired)
    return unicodedata.normalize("NFC", _spaces(text))


def _spaces(text: str) -> str:
    return re.sub(r"\s+", " ", INVISIBLE.sub("", text)).strip()


def _without_formula(text: str) -> str:
    """The plain text after the sign, when there is no call in it."""
    rest = text.lstrip("=+@- ").strip('"')
    return "" if re.search(r"[(!|]", rest) else rest


def _repair(text: str) -> str:
    """« HÃ©lÃ¨ne » is UTF-8 that somebody read as Windows-1252."""
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return ""


def parse_text(text: str, limit: int) -> str | CellProblem:
    """A name or a town, not longer than its column in the database."""
    if len(text) > limit:
        return CellProblem(Reason.TOO_LONG, params={"limit": limit})
    return text


def parse_code(text: str) -> str | CellProblem:
    """The network's own reference of an agency; « 1042.0 » was the number 1042."""
    if SCIENTIFIC.match(text):
        return CellProblem(Reason.CODE_SCIENTIFIC)
    if match := WHOLE_NUMBER.match(text):
        text = match[1]
    return parse_text(text, 40)


def parse_postal_code(text: str, country: str = "FR") -> str | CellProblem:
    """In France five digits: the zero that Excel dropped comes back, spaces go."""
    plain = (
        re.sub(r"[\s.]", "", text)
        if re.fullmatch(r"[\d\s.]+", text) and not WHOLE_NUMBER.match(text)
        else text
    )
    if match := WHOLE_NUMBER.match(plain):
        plain = match[1]
    plain = re.sub(r"^(?:F|FR)[- ]?(?=\d{5}$)", "", plain, flags=re.I)
    if country == "FR":
        if re.fullmatch(r"\d{4}", plain):
            return f"0{plain}"
        digits = re.sub(r"\D", "", plain)
        if not re.fullmatch(r"\d{5}", plain):
            return CellProblem(Reason.POSTAL_CODE, digits if len(digits) == 5 else "")
    elif not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 -]{1,10}", plain):
        return CellProblem(Reason.POSTAL_CODE)
    return plain


def parse_language(text: str) -> str | CellProblem:
    """« fr » or « en »."""
    found = LANGUAGES.get(fold(text))
    return found or CellProblem(Reason.LANGUAGE)


def parse_status(text: str) -> str | CellProblem:
    """Employment status as domain.md 1 names it; common job words come back as a suggestion."""
    plain = fold(text)
    if plain in STATUSES:
        return STATUSES[plain]
    guess = STATUS_GUESSES.get(plain) or next(
        (meant for word, meant in STATUSES.items() if len(word) > 4 and word in plain), ""
    )
    return CellProblem(Reason.STATUS, guess)


def parse_yes_no(text: str) -> bool | CellProblem:
    """Oui or non, yes or no, 1 or 0, true or false, or a cross."""
    plain = fold(text)
    if plain in YES:
        return True
    return False if plain in NO else CellProblem(Reason.YES_NO)


def parse_time_zone(text: str) -> str | CellProblem:
    """A name of the tz database; well-known towns come back as a suggestion."""
    plain = fold(text)
    if plain in ZONES:
        return ZONES[plain]
    return CellProblem(Reason.TIME_ZONE, ZONE_NICKNAMES.get(plain, ""))
