"""What readers do with an excerpt on their cohort's wall: thank its author, tell the coach. Never a count."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models import TenantModel, tenant_constraints
from coaching.cohorts.models import Enrolment
from coaching.learning.models.sharing import SharedItem


class Thanks(TenantModel):
    """A thank you, which the author sees by name and readers only for their own."""

    item = models.ForeignKey(SharedItem, models.CASCADE, related_name="thanks", db_index=False)
    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="+", db_index=False)
    thanked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("merci")
        verbose_name_plural = _("mercis")
        constraints: ClassVar = [
            *tenant_constraints("thanks"),
            models.UniqueConstraint(fields=["network", "item", "enrolment"], name="thanks_once"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.enrolment_id}"


class WallReport(TenantModel):
    """A reader asks the coach to look at an excerpt; the coach sees that it was asked, not by whom."""

    item = models.ForeignKey(SharedItem, models.CASCADE, related_name="reports", db_index=False)
    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="+", db_index=False)
    reported_at = models.DateTimeField()

    class Meta:
        verbose_name = _("signalement")
        verbose_name_plural = _("signalements")
        constraints: ClassVar = [
            *tenant_constraints("wallreport"),
            models.UniqueConstraint(fields=["network", "item", "enrolment"], name="wallreport_once"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.enrolment_id}"
