"""What is held together: live sessions."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from agencies.models import TenantModel, tenant_constraints
from agencies.public_id import LENGTH, new_public_id
from coaching.cohorts.models.cohort import Cohort
from coaching.cohorts.querysets import LiveSessionQuerySet


class LiveSession(TenantModel):
    """A live session or one-to-one window of the cohort."""

    public_id = models.CharField(max_length=LENGTH, default=new_public_id, editable=False)
    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="sessions", db_index=False)
    key = models.CharField(max_length=60)
    week_number = models.PositiveSmallIntegerField()
    title_fr = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    join_url = models.URLField(_("lien"), blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = LiveSessionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["starts_at"]
        constraints: ClassVar = [
            *tenant_constraints("livesession", public_id=True),
            models.UniqueConstraint(fields=["network", "cohort", "key"], name="livesession_key_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["network", "starts_at"], name="livesession_start")]

    def __str__(self) -> str:
        return self.title_fr

    @property
    def title(self) -> str:
        return self.title_en if (get_language() or "fr").startswith("en") else self.title_fr
