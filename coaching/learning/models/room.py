"""The rehearsal room: posts that a person writes for themself before anybody reads them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models import TenantModel, tenant_constraints
from agencies.public_id import LENGTH, new_public_id
from coaching.cohorts.models import Enrolment
from coaching.learning.encryption import EncryptedJSONField
from coaching.learning.querysets import RoomDraftQuerySet
from coaching.learning.room.platforms import LINKEDIN, PLATFORMS


class RoomDraft(TenantModel):
    """One post under way, `content` {"text"}: its author's only. Nothing here is ever published."""

    author_column: ClassVar = "author_id"

    public_id = models.CharField(max_length=LENGTH, default=new_public_id, editable=False)
    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="+", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    platform = models.CharField(max_length=20, default=LINKEDIN.key)
    content = EncryptedJSONField()
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = RoomDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("brouillon de la salle d’essai")
        verbose_name_plural = _("brouillons de la salle d’essai")
        constraints: ClassVar = [
            *tenant_constraints("roomdraft", public_id=True),
            models.CheckConstraint(
                condition=models.Q(platform__in=sorted(PLATFORMS)), name="roomdraft_platform"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["network", "enrolment"], name="roomdraft_of_person")]

    def __str__(self) -> str:
        return self.public_id

    @property
    def text(self) -> str:
        return str(self.content.get("text") or "") if isinstance(self.content, dict) else ""
