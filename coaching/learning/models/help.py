"""« J'ai besoin d'un coup de main »: a call to the coach, and the sentence that may go with it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import TenantModel, tenant_constraints
from coaching.cohorts.models import Enrolment
from coaching.learning.encryption import EncryptedJSONField
from coaching.learning.querysets import HelpRequestQuerySet


class HelpRequest(TenantModel):
    """A hand that somebody asked for: for the coaches of the cohort, never for a manager (domain.md 4.4 R5).

    It stands until the person says it is fine (`closed_at`, and `text` is erased), or until a coach has
    noted an exchange since: that row is looked at, nothing is copied here (`standing`).
    """

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="help_requests", db_index=False)
    text = EncryptedJSONField()
    asked_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = HelpRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("demande d’aide")
        verbose_name_plural = _("demandes d’aide")
        constraints: ClassVar = [
            *tenant_constraints("helprequest"),
            models.UniqueConstraint(
                fields=["network", "enrolment"], condition=Q(closed_at=None), name="helprequest_one_open"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["network", "enrolment"], name="helprequest_enrolment")]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d}"
