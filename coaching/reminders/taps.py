"""Addresses that do one thing from a mail, without signing in: signed, for one action, good for two weeks.

Each names the message it came from, so that it serves once. What it is about (a step, an answer) stands in
it as a mark that only this site can read: an address lies in histories and logs, and tells nothing there.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal, get_args

from django.core import signing
from django.urls import reverse
from django.utils.crypto import salted_hmac

from coaching.reminders.tokens import BadToken, Holder, absolute

Action = Literal["done", "next_week", "stuck", "recall"]
ACTIONS: tuple[Action, ...] = get_args(Action)
LASTS = dt.timedelta(days=14)
_SALT = "coaching.reminders.tap."


class Expired(BadToken):
    """One of ours, of more than two weeks ago."""


@dataclass(frozen=True, slots=True)
class Tap:
    """Whose address it is, the message it stood in (kind and occurrence), the mark of what it is about."""

    holder: Holder
    kind: str
    occurrence: str
    about: str = ""


def mark(*words: object) -> str:
    """What an address says instead of a name; the same for the same words."""
    return salted_hmac(_SALT + "mark", "\n".join(map(str, words))).hexdigest()[:16]


def make_tap(action: Action, tap: Tap) -> str:
    values = [tap.holder.network_id, tap.holder.enrolment_id, tap.kind, tap.occurrence, tap.about]
    return signing.dumps(values, salt=_SALT + action)


def read_tap(action: Action, token: str) -> Tap:
    """Raises BadToken, and Expired for one that was good."""
    try:
        network_id, enrolment_id, kind, occurrence, about = signing.loads(
            token, salt=_SALT + action, max_age=LASTS
        )
        return Tap(Holder(int(network_id), str(enrolment_id)), str(kind), str(occurrence), str(about))
    except signing.SignatureExpired:
        raise Expired from None
    except (signing.BadSignature, ValueError, TypeError):
        raise BadToken from None


def tap_url(action: Action, tap: Tap) -> str:
    token = make_tap(action, tap)
    if action == "recall":
        return absolute(reverse("reminders:recall", args=[token]))
    return absolute(reverse("reminders:tap", args=[action, token]))
