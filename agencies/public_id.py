"""Random identifiers for addresses: they neither count rows nor can be walked."""

from __future__ import annotations

import secrets

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"  # base58: no 0, O, I, l
LENGTH = 12


def new_public_id() -> str:
    """Twelve random base58 characters. Not a secret: permission and row-level security decide."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
