"""What a coach notes of an exchange."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models import Membership, TenantModel, tenant_constraints
from agencies.public_id import LENGTH, new_public_id
from coaching.cohorts.models.enrolment import Enrolment

# One noted by mistake is taken back at once, or not: the manager's ladder counts exchanges.
CONTACT_UNDO = dt.timedelta(minutes=30)


class CoachContact(TenantModel):
    """A coach's noted exchange with a person; the note is the coach's, never the manager's.

    `public_id` is proposed by the form, so that one form sent twice notes one exchange; rows of before
    have none. `call_back_on` is the day the coach promised to call: until then nobody is reminded.
    """

    class Kind(models.TextChoices):
        CALL = "call", _("Appel")
        MESSAGE = "message", _("Message")
        MEETING = "meeting", _("Rencontre")
        ATTEMPT = "attempt", _("Essai sans réponse")
        HANDLED = "handled", _("C’est réglé")  # closes the ladder (domain.md 3.2)

    public_id = models.CharField(max_length=LENGTH, null=True, default=new_public_id, editable=False)
    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="contacts", db_index=False)
    coach = models.ForeignKey(Membership, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(_("sorte"), max_length=10, choices=Kind.choices, default=Kind.CALL)
    note = models.TextField(_("note"), blank=True, max_length=1000)
    happened_at = models.DateTimeField()
    call_back_on = models.DateField(_("rappel promis le"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-happened_at"]
        constraints: ClassVar = tenant_constraints("coachcontact", public_id=True)
        indexes: ClassVar = [
            models.Index(fields=["network", "enrolment", "happened_at"], name="coachcontact_enrolment")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.happened_at:%Y-%m-%d}"
