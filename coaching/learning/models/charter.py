"""The presence charter: one page in a person's own words, prefilled once, theirs to change."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models import TenantModel, tenant_constraints
from coaching.cohorts.models import Enrolment
from coaching.learning.encryption import EncryptedJSONField


class PresenceCharter(TenantModel):
    """The last version of a person's charter, encrypted, readable by its author only.

    `content` holds a text per line (`charter.LINES`). A change here changes no answer; others get copies.
    """

    author_column: ClassVar = "author_id"

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="+", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    content = EncryptedJSONField()
    revision = models.PositiveIntegerField(default=1)
    dated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("charte de présence")
        verbose_name_plural = _("chartes de présence")
        constraints: ClassVar = [
            *tenant_constraints("presencecharter"),
            models.UniqueConstraint(fields=["network", "enrolment"], name="presencecharter_once"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def lines(self) -> dict[str, str]:
        """Line -> text."""
        content: Any = self.content
        return {name: str(text) for name, text in content.items()} if isinstance(content, dict) else {}
