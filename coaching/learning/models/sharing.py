"""What a person lets others read: edited copies, and the surveys they sent. The originals stay in Answer."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models import TenantModel, tenant_constraints
from agencies.roles import AUDIENCES_OF, Audience, Shareable
from coaching.cohorts.models import Enrolment
from coaching.learning.encryption import EncryptedJSONField
from coaching.learning.querysets import SharedItemQuerySet


def _allowed() -> models.Q:
    """The pairs of kind and audience that may exist: no reflection ever goes to a manager."""
    allowed = models.Q()
    for kind, audiences in AUDIENCES_OF.items():
        allowed |= models.Q(kind=kind.value, audience__in=[audience.value for audience in audiences])
    return allowed


class SharedItem(TenantModel):
    """An edited copy of one text, offered to one audience; withdrawn, its words are erased at once (D5).

    The original stays behind its author's policy: nothing here ever opens it. What kind of text may go to
    whom is said once, in `agencies.roles.AUDIENCES_OF`, and held by a constraint.
    """

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="shared_items", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    address = models.CharField(max_length=130)
    prompt = models.CharField(max_length=130)
    text = EncryptedJSONField()
    kind = models.CharField(max_length=20, default=Shareable.REFLECTION.value)
    audience = models.CharField(max_length=10, default=Audience.COACH.value)
    shared_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = SharedItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("copie partagée")
        verbose_name_plural = _("copies partagées")
        constraints: ClassVar = [
            *tenant_constraints("shareditem"),
            models.UniqueConstraint(
                fields=["network", "enrolment", "address", "prompt", "audience"], name="shareditem_once"
            ),
            models.CheckConstraint(condition=_allowed(), name="shareditem_audience"),
        ]

    def __str__(self) -> str:
        return f"{self.address} {self.prompt} {self.audience}"


class SurveyReply(TenantModel):
    """The answers to a survey as sent to the coach; the page says so before anything is sent."""

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="survey_replies", db_index=False)
    address = models.CharField(max_length=130)
    content = EncryptedJSONField()
    sent_at = models.DateTimeField()

    class Meta:
        verbose_name = _("réponse à une enquête")
        verbose_name_plural = _("réponses aux enquêtes")
        constraints: ClassVar = [
            *tenant_constraints("surveyreply"),
            models.UniqueConstraint(fields=["network", "enrolment", "address"], name="surveyreply_once"),
        ]

    def __str__(self) -> str:
        return self.address
