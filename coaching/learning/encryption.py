"""Fields that are encrypted at rest: what people write or show privately never lies readable in a dump."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


@lru_cache(maxsize=4)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def cipher() -> MultiFernet:
    """The installation's cipher: the first key encrypts, the others still decrypt (rotation)."""
    return _cipher(tuple(settings.FIELD_ENCRYPTION_KEYS))


class EncryptedJSONField(models.BinaryField):
    """Any JSON value; stored as a Fernet token, so equal texts never look equal."""

    description = "Encrypted JSON"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if value is None:
            return None
        return json.loads(cipher().decrypt(bytes(value)))

    def get_prep_value(self, value: Any) -> Any:
        if value is None:
            return None
        return cipher().encrypt(json.dumps(value, ensure_ascii=False).encode())

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        token = value if prepared else self.get_prep_value(value)
        return None if token is None else connection.Database.Binary(token)

    def value_to_string(self, obj: models.Model) -> str:
        """Serialised dumps keep the ciphertext's secret: the value itself is left out."""
        return ""


class EncryptedBytesField(models.BinaryField):
    """Bytes, a picture say; stored as a Fernet token."""

    description = "Encrypted bytes"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else cipher().decrypt(bytes(value))

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else cipher().encrypt(bytes(value))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        token = value if prepared else self.get_prep_value(value)
        return None if token is None else connection.Database.Binary(token)

    def value_to_string(self, obj: models.Model) -> str:
        """Serialised dumps leave the value out."""
        return ""
