"""`manage.py check_keys`: do the keys at hand open all that people wrote? Prints numbers, never a text."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from cryptography.fernet import InvalidToken
from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db.models import BinaryField
from django.db.models.functions import Cast

from agencies.models import Membership, Network
from agencies.scope import networks
from coaching.learning.encryption import EncryptedBytesField, EncryptedJSONField, cipher

# Of each encrypted field, whether the value of each row opens.
Found = defaultdict[str, dict[int, bool]]


class Command(BaseCommand):
    help = "Try FIELD_ENCRYPTION_KEYS on every encrypted value of every network, and count."

    def handle(self, *args: Any, **options: Any) -> None:
        found: Found = defaultdict(dict)
        for network in Network.objects.order_by("slug"):
            with networks(network.pk):
                people = set(Membership.objects.values_list("user_id", flat=True))
            # What belongs to its author alone is there in the author's scope only.
            for person in people:
                with networks(network.pk, user_id=person):
                    _try_what_is_in_sight(found)
        opened = [is_open for rows in found.values() for is_open in rows.values()]
        if closed := opened.count(False):
            raise CommandError(
                f"FIELD_ENCRYPTION_KEYS: expected keys that open every text, but {closed} of {len(opened)} "
                "stay closed; put the earlier keys behind the first one (or those values are damaged)"
            )
        self.stdout.write(f"All opened by FIELD_ENCRYPTION_KEYS: {len(opened)} (texts and pictures).")


def _try_what_is_in_sight(found: Found) -> None:
    """Each encrypted value in scope is read once, whoever else sees it."""
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, EncryptedJSONField | EncryptedBytesField):
                known = found[str(field)]
                stored = model._default_manager.annotate(token=Cast(field.name, BinaryField()))
                rows = stored.filter(token__isnull=False).exclude(pk__in=list(known))
                known |= {
                    key: _opens(bytes(token)) for key, token in rows.values_list("pk", "token").iterator()
                }


def _opens(token: bytes) -> bool:
    try:
        cipher().decrypt(token)
    except InvalidToken:
        return False
    return True
