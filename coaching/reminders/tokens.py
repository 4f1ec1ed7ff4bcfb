"""Signed addresses for people who are not signed in: one purpose each, and nothing private in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.core import signing
from django.urls import reverse

Purpose = Literal["unsubscribe", "pause"]
_SALT = "coaching.reminders."


class BadToken(Exception):
    """Not one of ours, or made for another purpose."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose address it is; the enrolment's public id, so that a token tells no count of anything."""

    network_id: int
    enrolment_id: str


def make_token(purpose: Purpose, holder: Holder) -> str:
    """A token without an end: a mail read years later can still be unsubscribed from."""
    return signing.dumps([holder.network_id, holder.enrolment_id], salt=_SALT + purpose)


def read_token(purpose: Purpose, token: str) -> Holder:
    """Raises BadToken."""
    try:
        network_id, enrolment_id = signing.loads(token, salt=_SALT + purpose)
        return Holder(int(network_id), str(enrolment_id))
    except (signing.BadSignature, ValueError, TypeError):
        raise BadToken from None


def absolute(path: str) -> str:
    """Addresses in mails come from the settings, never from a request."""
    return settings.BASE_URL + path


def token_url(purpose: Purpose, holder: Holder) -> str:
    return absolute(reverse(f"reminders:{purpose}", args=[make_token(purpose, holder)]))
