"""A person's private calendar address: made, renewed, revoked, looked up. Only its hash is stored."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from coaching.cohorts.models import CalendarFeed


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


@transaction.atomic
def renew_feed(user: User, *, now: dt.datetime | None = None) -> str:
    """A new address; the one before stops working at once. Returns its token, which exists nowhere else."""
    token = secrets.token_urlsafe(32)
    values = {"token_hash": _hash(token), "created_at": now or timezone.now()}
    CalendarFeed.objects.update_or_create(user=user, defaults=values)
    return token


def revoke_feed(user: User) -> None:
    """The address stops working. Idempotent."""
    CalendarFeed.objects.filter(user=user).delete()


def feed_owner(token: str) -> User | None:
    """Whose calendar this is; None for an address that is unknown, revoked, or of a closed account."""
    rows = CalendarFeed.objects.select_related("user").filter(token_hash=_hash(token), user__is_active=True)
    found = rows.first()
    return found.user if found else None


def feed_since(user: User) -> dt.datetime | None:
    """Since when the person has an address; None while they have none."""
    return CalendarFeed.objects.filter(user=user).values_list("created_at", flat=True).first()
