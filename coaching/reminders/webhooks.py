"""What a provider tells later (delivered, come back, complained of): who signed it, and what it says.

Pure: no rows here. Resend signs each telling (the scheme of Svix): HMAC-SHA256 over its id, its instant
and the body as it came. Brevo signs nothing: a token that only it and we know comes in a header, over TLS.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["delivered", "bounced", "complained", ""]

WINDOW = dt.timedelta(minutes=5)
LONGEST = 200  # of an identity in the ledger


class NotSigned(Exception):
    """Nobody we know says this: no signature, a wrong one, or no secret here to check it with."""


class Unusable(Exception):
    """Signed, and nevertheless nothing to act upon: too old, from the future, or not in the form agreed."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One event. `key` is ours, `message_id` the provider's; `kind` is "" for what concerns nobody here."""

    event_id: str
    kind: Kind
    key: str
    message_id: str
    address: str = ""
    is_permanent: bool = False


def read_telling(
    provider: str, headers: Mapping[str, str], body: bytes, secret: str, now: dt.datetime
) -> Telling:
    """Check who says it, then when, then what. Raises NotSigned or Unusable."""
    if not secret:
        raise NotSigned
    if provider == "resend":
        _check_signature(headers, body, secret)
        _check_age(headers.get("svix-timestamp", ""), now)
        return _from_resend(_document(body), headers.get("svix-id", ""))
    _check_token(headers.get("Authorization", ""), secret)
    return _from_brevo(_document(body))


# --- who says it ----------------------------------------------------------------------------------


def _check_signature(headers: Mapping[str, str], body: bytes, secret: str) -> None:
    """One good signature of those given is enough: while a secret is renewed there are two."""
    identity, instant = headers.get("svix-id", ""), headers.get("svix-timestamp", "")
    if not identity or not instant:
        raise NotSigned
    expected = signature_of(identity, instant, body, secret).encode()
    given = headers.get("svix-signature", "").encode("utf-8", "replace").split()
    if not any(hmac.compare_digest(each, expected) for each in given):
        raise NotSigned


def signature_of(identity: str, instant: str, body: bytes, secret: str) -> str:
    """`v1,` and the signature in base64."""
    signed = f"{identity}.{instant}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def _check_token(given: str, secret: str) -> None:
    """`Bearer token`, or `Basic` with the token as password (an address of the form https://x:token@host)."""
    scheme, _, value = given.partition(" ")
    token = value.strip()
    if scheme.lower() == "basic":
        try:
            token = base64.b64decode(token, validate=True).decode().partition(":")[2]
        except (binascii.Error, ValueError):
            raise NotSigned from None
    elif scheme.lower() != "bearer":
        raise NotSigned
    if not hmac.compare_digest(token.encode("utf-8", "replace"), secret.encode()):
        raise NotSigned


def _check_age(instant: str, now: dt.datetime) -> None:
    """The instant is of the sending, not of the event: a telling repeated hours later is as young."""
    try:
        at = dt.datetime.fromtimestamp(int(instant), dt.UTC)
    except (ValueError, OverflowError, OSError):
        raise Unusable from None
    if abs(now - at) > WINDOW:
        raise Unusable


# --- what it says -------------------------------------------------------------------------------


def _document(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise Unusable from None
    if not isinstance(found, dict):
        raise Unusable
    return found


_OF_RESEND: dict[str, Kind] = {
    "email.delivered": "delivered",
    "email.bounced": "bounced",
    "email.failed": "bounced",
    "email.suppressed": "bounced",
    "email.complained": "complained",
}


def _from_resend(document: dict[str, Any], identity: str) -> Telling:
    kind, data = _text(document.get("type")), document.get("data")
    if not kind or not isinstance(data, dict):
        raise Unusable
    to, bounce = data.get("to"), data.get("bounce")
    address = to[0] if isinstance(to, list) and to else to
    # Its bounces are for good (so its manual), and say so; one that says otherwise silences nobody.
    nature = _text(bounce.get("type")) if isinstance(bounce, dict) else ""
    return Telling(
        event_id=_identity(identity),
        kind=_OF_RESEND.get(kind, ""),
        key=_tag(data.get("tags"), "key"),
        message_id=_text(data.get("email_id")),
        address=_text(address),
        is_permanent=kind == "email.bounced" and nature in ("", "Permanent"),
    )


_OF_BREVO: dict[str, Kind] = {
    "delivered": "delivered",
    "hard_bounce": "bounced",
    "invalid_email": "bounced",
    "soft_bounce": "bounced",
    "blocked": "bounced",
    "error": "bounced",
    "spam": "complained",
}


def _from_brevo(document: dict[str, Any]) -> Telling:
    """It has no identity of its own: message, event and instant make one."""
    kind, message_id = _text(document.get("event")), _text(document.get("message-id"))
    instant = document.get("ts_epoch") or document.get("ts_event") or document.get("ts")
    if not kind or not isinstance(instant, int):
        raise Unusable
    return Telling(
        event_id=_identity(hashlib.sha256(f"{message_id}|{kind}|{instant}".encode()).hexdigest()),
        kind=_OF_BREVO.get(kind, ""),
        key=_text(document.get("X-Mailin-custom")),
        message_id=message_id,
        address=_text(document.get("email")),
        is_permanent=kind in ("hard_bounce", "invalid_email"),
    )


def _identity(text: str) -> str:
    if not text or len(text) > LONGEST:
        raise Unusable
    return text


def _tag(tags: object, name: str) -> str:
    """Sent as a list of pairs, told as an object or as that list."""
    if isinstance(tags, dict):
        return _text(tags.get(name))
    pairs = tags if isinstance(tags, list) else []
    found = (each for each in pairs if isinstance(each, dict) and each.get("name") == name)
    return _text(next(found, {}).get("value"))


def _text(value: object) -> str:
    """A short text, or "": no other thing is compared with what the ledger holds."""
    return value if isinstance(value, str) and len(value) <= 320 and "\x00" not in value else ""
