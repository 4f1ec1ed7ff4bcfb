"""Addresses: normalised when the meaning is plain, refused with a suggestion when it is a guess. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from agencies.importing.cells import INVISIBLE
from agencies.importing.problems import CellProblem, Reason

MAX_LENGTH = 254
LOCAL = re.compile(r"^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$")
LABEL = re.compile(r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")
TOP_LEVEL = re.compile(r"^([a-z]{2,63}|xn--[a-z0-9-]{1,59})$")
ANGLES = re.compile(r"^[^<>]*<([^<>]+)>$")
ADDRESS_IN_TEXT = re.compile(r"[^\s,;<>()\"]+@[^\s,;<>()\"]+")

# Letters of other scripts that look like ours: pasted text and forged addresses hold them.
LOOKALIKES = str.maketrans(
    {
        "а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "х": "x", "у": "y", "і": "i", "ј": "j", "ѕ": "s",
        "һ": "h", "ԁ": "d", "ո": "n", "ѵ": "v", "ԝ": "w", "к": "k", "т": "t", "м": "m", "в": "b", "н": "h",
        "α": "a", "ο": "o", "ρ": "p", "ν": "v", "ι": "i", "κ": "k", "τ": "t", "υ": "u", "ε": "e", "χ": "x",
        "ı": "i", "ł": "l", "ø": "o", "œ": "oe", "æ": "ae", "ß": "ss", "’": "'", "‘": "'", "–": "-", "—": "-",
        "‑": "-", "‐": "-", "−": "-", "。": ".", "·": ".",
    }
)  # fmt: skip

SLIPS = {
    "gmial.com": "gmail.com", "gmal.com": "gmail.com", "gamil.com": "gmail.com", "gmai.com": "gmail.com",
    "gmail.con": "gmail.com", "gmail.cm": "gmail.com", "gmaill.com": "gmail.com", "gnail.com": "gmail.com",
    "gmail.fr": "gmail.com", "gemail.com": "gmail.com", "hotmial.com": "hotmail.com",
    "hotmial.fr": "hotmail.fr", "hotmal.com": "hotmail.com", "hotmal.fr": "hotmail.fr",
    "hotmil.com": "hotmail.com", "hotmail.con": "hotmail.com", "homail.com": "hotmail.com",
    "outlok.com": "outlook.com", "outlok.fr": "outlook.fr", "outloo.com": "outlook.com",
    "outlook.con": "outlook.com", "yaho.fr": "yahoo.fr", "yaho.com": "yahoo.com", "yahou.fr": "yahoo.fr",
    "yahoo.con": "yahoo.com", "orage.fr": "orange.fr", "ornage.fr": "orange.fr", "orang.fr": "orange.fr",
    "wanado.fr": "wanadoo.fr", "wandoo.fr": "wanadoo.fr", "lapost.net": "laposte.net",
    "iclou.com": "icloud.com",
}  # fmt: skip
SLIPPED_ENDS = {".con": ".com", ".cmo": ".com", ".ocm": ".com", ".fe": ".fr", ".rf": ".fr", ".ffr": ".fr"}


def parse_email(text: str, known_domains: Collection[str] = ()) -> str | CellProblem:
    """The address in lower case, or why not and what it may have been.

    `known_domains` are those of the file's other addresses: they complete « name@rivages ».
    """
    written = text.strip().removeprefix("mailto:").removeprefix("MAILTO:").strip(" <>")
    if match := ANGLES.match(text.strip()):
        written = match[1].strip()
    address = unicodedata.normalize("NFKC", written).lower()
    problem = _shape(address, known_domains)
    if problem is None and address != written.lower():
        problem = CellProblem(Reason.EMAIL_LOOKALIKE, address)  # full-width letters and the like
    return problem or address


def _shape(address: str, known_domains: Collection[str]) -> CellProblem | None:
    found = ADDRESS_IN_TEXT.findall(address)
    if len(found) > 1 and all(is_address(each) for each in found):
        return CellProblem(Reason.EMAIL_SEVERAL, found[0])
    if not address.isascii() or not address.isprintable():
        return CellProblem(Reason.EMAIL_LOOKALIKE, _suggest(to_ascii(address), known_domains))
    if re.search(r"\s", address):
        return CellProblem(Reason.EMAIL_SPACE, _suggest(re.sub(r"\s+", "", address), known_domains))
    if address.count("@") != 1:
        return CellProblem(Reason.EMAIL_NO_AT, _suggest(_with_at(address, known_domains), known_domains))
    return _domain(address, known_domains)


def _domain(address: str, known_domains: Collection[str]) -> CellProblem | None:
    local, _, domain = address.partition("@")
    if domain in SLIPS:
        return CellProblem(Reason.EMAIL_TYPO, f"{local}@{SLIPS[domain]}")
    if local and domain and "." not in domain and LABEL.match(domain):
        full = [known for known in known_domains if known.split(".")[0] == domain]
        return CellProblem(Reason.EMAIL_ENDS_EARLY, f"{local}@{full[0]}" if len(full) == 1 else "")
    for slip, meant in SLIPPED_ENDS.items():
        if domain.endswith(slip):
            return CellProblem(Reason.EMAIL_TYPO, f"{local}@{domain.removesuffix(slip)}{meant}")
    if not is_address(address):
        return CellProblem(Reason.EMAIL_INVALID, _tidy(address))
    return None


def _tidy(address: str) -> str:
    """Without doubled, leading and trailing dots, with dots for commas; "" when that is not enough."""
    dotted = re.sub(r"\.{2,}", ".", address.replace(",", "."))
    tidied = dotted.replace("@.", "@").replace(".@", "@").strip(".;:'\"()")
    return tidied if is_address(tidied) else ""


def is_address(address: str) -> bool:
    """Whether the address has the shape that mail servers take (ASCII, lower case)."""
    local, at, domain = address.partition("@")
    labels = domain.split(".")
    return bool(
        at
        and len(address) <= MAX_LENGTH
        and len(local) <= 64
        and LOCAL.match(local)
        and len(labels) > 1
        and all(LABEL.match(label) for label in labels)
        and TOP_LEVEL.match(labels[-1])
    )


def to_ascii(address: str) -> str:
    """What the address looks like, in our letters: no accents, no lookalikes, nothing invisible."""
    bare = INVISIBLE.sub("", address).translate(LOOKALIKES)
    plain = "".join(c for c in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(c))
    return re.sub(r"\s+", "", plain)


def _with_at(address: str, known_domains: Collection[str]) -> str:
    """« marie(at)rivages.test » and « marie [at] rivages.test »; two @ in a row are one, none stands before
    a domain of the file."""
    found = re.sub(r"@+", "@", re.sub(r"[\[({]\s*(?:at|arobase|a)\s*[\])}]", "@", address))
    domain = next((known for known in known_domains if "@" not in found and found.endswith(known)), "")
    return f"{found.removesuffix(domain)}@{domain}" if domain else found


def _suggest(address: str, known_domains: Collection[str]) -> str:
    """The repaired address if it is one, after a second look for slips in its domain."""
    if address.count("@") != 1:
        return ""
    problem = _domain(address, known_domains)
    return address if problem is None else problem.suggestion
