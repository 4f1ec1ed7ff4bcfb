"""`manage.py check_keys`: do the keys at hand open all that people wrote? Prints numbers, never a text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cryptography.fernet import InvalidToken
from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db.models import BinaryField
from django.db.models.functions import Cast

from agencies.models import Membership, Network
from agencies.scope import networks
from coaching.learning.encryption import EncryptedBytesField, EncryptedJSONField, cipher


class Command(BaseCommand):
    help = "Try FIELD_ENCRYPTION_KEYS on every encrypted value of every network, and count."

    def handle(self, *args: Any, **options: Any) -> None:
        found: dict[tuple[str, int], bool] = {}
        for network in Network.objects.order_by("slug"):
            with networks(network.pk):
                people = set(Membership.objects.values_list("user_id", flat=True))
            # What belongs to its author alone is there in the author's scope only.
            for person in people:
                with networks(network.pk, user_id=person):
                    found.update(list(_opened(found)))
        closed = list(found.values()).count(False)
        if closed:
            raise CommandError(
                f"FIELD_ENCRYPTION_KEYS: expected keys that open every text, but {closed} of {len(found)} "
                "stay closed; put the earlier keys behind the first one (or those values are damaged)"
            )
        self.stdout.write(f"All opened by FIELD_ENCRYPTION_KEYS: {len(found)} (texts and pictures).")


def _opened(known: dict[tuple[str, int], bool]) -> Iterator[tuple[tuple[str, int], bool]]:
    """Field and row of each encrypted value in scope that is not known yet, and whether it opens."""
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, EncryptedJSONField | EncryptedBytesField):
                stored = model._default_manager.annotate(token=Cast(field.name, BinaryField()))
                rows = stored.filter(token__isnull=False).values_list("pk", "token")
                for key, token in rows.iterator():
                    place = (str(field), key)
                    if place not in known:
                        yield place, _opens(bytes(token))


def _opens(token: bytes) -> bool:
    try:
        cipher().decrypt(token)
    except InvalidToken:
        return False
    return True
