"""What a coach notes of an exchange."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models import Membership, TenantModel, tenant_constraints
from coaching.cohorts.models.enrolment import Enrolment


class CoachContact(TenantModel):
    """A coach's noted exchange with a person; the note is the coach's, never the manager's."""

    class Kind(models.TextChoices):
        CALL = "call", _("Appel")
        MESSAGE = "message", _("Message")
        MEETING = "meeting", _("Rencontre")
        ATTEMPT = "attempt", _("Essai sans réponse")

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="contacts", db_index=False)
    coach = models.ForeignKey(Membership, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(_("sorte"), max_length=10, choices=Kind.choices, default=Kind.CALL)
    note = models.TextField(_("note"), blank=True, max_length=1000)
    happened_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-happened_at"]
        constraints: ClassVar = tenant_constraints("coachcontact")
        indexes: ClassVar = [
            models.Index(fields=["network", "enrolment", "happened_at"], name="coachcontact_enrolment")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.happened_at:%Y-%m-%d}"
