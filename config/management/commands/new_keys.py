"""`manage.py new_keys`: fresh values for the two secrets that a public site must bring."""

import secrets
from typing import Any

from django.core.management.base import BaseCommand

from config.env import new_fernet_key


class Command(BaseCommand):
    help = "Print a new SECRET_KEY and a new FIELD_ENCRYPTION_KEYS, one per line; nothing is stored."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"SECRET_KEY={secrets.token_urlsafe(60)}")
        self.stdout.write(f"FIELD_ENCRYPTION_KEYS={new_fernet_key()}")
