"""What each provider of mail by HTTP wants to be asked, and how its answers read. No Django here.

A provider builds the mail itself from its parts; the calendar of a meeting goes along as a file.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any, cast

# What the provider writes itself. Its Message-ID too: it would replace ours.
_ITS_OWN = frozenset(
    "from to cc bcc subject reply-to date message-id mime-version content-type "
    "content-transfer-encoding".split()
)
# A name with one of these is refused by one of them and lost in silence by the other.
_MISREAD_IN_NAMES = re.compile(r'[()<>\[\]:;@\\,"]+')
# About us and our account, whatever the message: no right (401, 403), no money (402), no such place (404,
# 405), too fast (429). Like a server that is away it costs no message its try.
_NOT_ABOUT_US = frozenset((400, 408, 409, 413, 415, 422, 425, 451))
_TEMPORARY = frozenset((408, 425, 429))


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider: where it takes a message, and for how long a key means the same message to it."""

    name: str
    path: str
    deduplicates_for: dt.timedelta
    headers: Callable[[str, str], Mapping[str, str]]  # (key of the API, key of the message)
    payload: Callable[[EmailMessage, str, str], dict[str, Any]]  # (mail, recipient, key of the message)
    id_field: str
    blames_sender: re.Pattern[str]

    def message_id(self, body: bytes) -> str:
        """The provider's own name for the message; "" where the answer has none that can be read."""
        found = _read(body).get(self.id_field)
        return found if isinstance(found, str) and len(found) <= 200 else ""

    def is_about_the_key(self, status: int, body: bytes) -> bool:
        """It knows our key, from a try before: whether it took that one, this answer does not tell."""
        return status == 409 or (400 <= status < 500 and b"idempoten" in body.lower())

    def is_about_us(self, status: int, body: bytes) -> bool:
        """Not this message is refused, but we are: nothing may be blamed on it."""
        if status not in _NOT_ABOUT_US:
            return True
        return bool(self.blames_sender.search(body.decode("utf-8", "replace")))


def is_temporary(status: int) -> bool:
    """Whether the same message may be taken later."""
    return status in _TEMPORARY


def _read(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


# --- Resend -----------------------------------------------------------------------------------


def _resend_headers(api_key: str, key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {api_key}", "Idempotency-Key": key}


def _resend_payload(mail: EmailMessage, recipient: str, key: str) -> dict[str, Any]:
    name, address = _sender(mail)
    return _without_empty(
        {
            "from": f"{name} <{address}>" if name else address,  # its own way of writing it: never quoted
            "to": [recipient],
            "reply_to": _reply_to(mail),
            "subject": str(mail["Subject"] or ""),
            "text": _text(mail, "plain"),
            "html": _text(mail, "html"),
            "headers": _headers(mail),
            "tags": [{"name": "key", "value": key}],
            "attachments": [
                {"filename": name, "content": content, "content_type": kind}
                for name, content, kind in _files(mail)
            ],
        }
    )


# --- Brevo ------------------------------------------------------------------------------------


def _brevo_headers(api_key: str, key: str) -> dict[str, str]:
    return {"api-key": api_key}


def _brevo_payload(mail: EmailMessage, recipient: str, key: str) -> dict[str, Any]:
    name, address = _sender(mail)
    reply_to = _reply_to(mail)
    # It wants a UUID; the same one for the same key. X-Mailin-custom comes back with what it tells later.
    own = {"idempotencyKey": str(uuid.uuid5(uuid.NAMESPACE_OID, key)), "X-Mailin-custom": key}
    return _without_empty(
        {
            "sender": {"name": name, "email": address} if name else {"email": address},
            "to": [{"email": recipient}],
            "replyTo": {"email": reply_to} if reply_to else None,
            "subject": str(mail["Subject"] or ""),
            "textContent": _text(mail, "plain"),
            "htmlContent": _text(mail, "html"),
            "headers": _headers(mail) | own,
            "attachment": [{"name": name, "content": content} for name, content, _kind in _files(mail)],
        }
    )


# --- parts of a mail ----------------------------------------------------------------------------


def _sender(mail: EmailMessage) -> tuple[str, str]:
    sender = mail["From"].addresses[0]
    name = _MISREAD_IN_NAMES.sub(" ", sender.display_name.replace("(", "· "))
    return " ".join(name.split()), sender.addr_spec


def _reply_to(mail: EmailMessage) -> str:
    found = mail["Reply-To"]
    return found.addresses[0].addr_spec if found and found.addresses else ""


def _headers(mail: EmailMessage) -> dict[str, str]:
    return {
        name: " ".join(str(value).split()) for name, value in mail.items() if name.lower() not in _ITS_OWN
    }


def _text(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return str(part.get_content()) if part is not None else ""


def _files(mail: EmailMessage) -> list[tuple[str, str, str]]:
    """(name, content in base64, content type) of every part that is not the text of the mail."""
    texts = [mail.get_body((kind,)) for kind in ("plain", "html")]
    found = []
    for part in mail.walk():
        if part.is_multipart() or any(part is text for text in texts):
            continue
        name = part.get_filename() or ("invite.ics" if part.get_content_subtype() == "calendar" else "file")
        content = base64.b64encode(cast(bytes, part.get_payload(decode=True))).decode()
        found.append((name, content, " ".join(str(part["Content-Type"]).split())))
    return found


def _without_empty(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}


PROVIDERS: dict[str, Provider] = {
    "resend": Provider(
        name="resend",
        path="/emails",
        deduplicates_for=dt.timedelta(hours=24),
        headers=_resend_headers,
        payload=_resend_payload,
        id_field="id",
        blames_sender=re.compile(r"invalid_from_address|`from`"),
    ),
    "brevo": Provider(
        name="brevo",
        path="/v3/smtp/email",
        deduplicates_for=dt.timedelta(minutes=30),
        headers=_brevo_headers,
        payload=_brevo_payload,
        id_field="messageId",
        blames_sender=re.compile(r"\bsender\b", re.IGNORECASE),
    ),
}
