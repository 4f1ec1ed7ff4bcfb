"""An address without the address: what an invitation or a suppression keeps of it. No Django."""

from __future__ import annotations

import hashlib


def address_hash(network_id: int, address: str) -> str:
    """The same for the same address in the same network, whatever its capitals; tells nothing between two."""
    return hashlib.sha256(f"{network_id}|{address.strip().lower()}".encode()).hexdigest()
