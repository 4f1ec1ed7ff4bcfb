"""A running cohort that took up another version of its programme, and what it takes to go back."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import Membership, TenantModel, tenant_constraints
from agencies.public_id import LENGTH, new_public_id
from coaching.cohorts.models import Cohort
from coaching.programmes.models import ProgrammeVersion


class CohortUpgrade(TenantModel):
    """From one version to another, by whom and when.

    `before` is what each enrolment held: {enrolment id: {"progress_floor", "status", "completed_at"}}, and
    under "came_on" what the cohort held there.
    `carried` says which steps changed module: "moved", {old address: new one}, and "stayed", the
    [enrolment id, new address] of people for whom something stood there already, so that nothing moved.
    """

    public_id = models.CharField(max_length=LENGTH, default=new_public_id, editable=False)
    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="upgrades", db_index=False)
    from_version = models.ForeignKey(ProgrammeVersion, models.PROTECT, related_name="+", db_index=False)
    to_version = models.ForeignKey(ProgrammeVersion, models.PROTECT, related_name="+", db_index=False)
    made_by = models.ForeignKey(Membership, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    before = models.JSONField(default=dict)
    carried = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("changement de version")
        verbose_name_plural = _("changements de version")
        ordering: ClassVar = ["-made_at", "-id"]
        constraints: ClassVar = [
            *tenant_constraints("cohortupgrade", public_id=True),
            models.CheckConstraint(
                condition=~Q(from_version=models.F("to_version")), name="cohortupgrade_other_version"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["network", "cohort", "made_at"], name="cohortupgrade_cohort")
        ]

    def __str__(self) -> str:
        return f"{self.from_version_id} {self.to_version_id}"
