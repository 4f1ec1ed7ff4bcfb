"""Recall questions answered: what was chosen, for its author alone."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models import TenantModel, tenant_constraints
from coaching.cohorts.models import Enrolment
from coaching.learning.encryption import EncryptedJSONField


class RecallAnswer(TenantModel):
    """One answer to a recall question, `after_days` (2, 7, 21) after its module was done.

    No fact for anybody: neither activity (domain.md 4.1) nor a score. `content` holds `chosen`, a response
    as a quiz stores it, and `is_right`.
    """

    author_column: ClassVar = "author_id"

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="+", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    address = models.CharField(max_length=130)  # "module/item"
    after_days = models.PositiveSmallIntegerField()
    content = EncryptedJSONField()
    answered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("réponse à une question de rappel")
        verbose_name_plural = _("réponses aux questions de rappel")
        constraints: ClassVar = [
            *tenant_constraints("recallanswer"),
            models.UniqueConstraint(
                fields=["network", "enrolment", "address", "after_days"], name="recallanswer_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.address} +{self.after_days}"
