"""Random identifiers for addresses: they neither count rows nor can be walked."""

from __future__ import annotations

import secrets

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"  # base58: no 0, O, I, l
LENGTH = 12
_COUNT = len(ALPHABET) ** LENGTH


def new_public_id() -> str:
    """Twelve random base58 characters. Not a secret: permission and row-level security decide."""
    number, letters = secrets.randbelow(_COUNT), []
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)


def is_public_id(text: str) -> bool:
    """Whether this could be one: what a stranger puts in an address is not worth a query, or a NUL byte."""
    return len(text) == LENGTH and not set(text) - set(ALPHABET)
