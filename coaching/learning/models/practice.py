"""What a person hands in of a practice, and the picture that belongs to their draft of it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models import TenantModel, tenant_constraints
from agencies.public_id import LENGTH, new_public_id
from coaching.cohorts.models import Enrolment
from coaching.learning.encryption import EncryptedBytesField, EncryptedJSONField
from coaching.learning.querysets import PracticeSubmissionQuerySet


class PracticeImage(TenantModel):
    """The picture of a draft, as `pictures.redraw` made it: its author's only, like the draft's words."""

    author_column: ClassVar = "author_id"

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="+", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    address = models.CharField(max_length=130)
    content = EncryptedBytesField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("image d’un brouillon")
        verbose_name_plural = _("images de brouillons")
        constraints: ClassVar = [
            *tenant_constraints("practiceimage"),
            models.UniqueConstraint(fields=["network", "enrolment", "address"], name="practiceimage_once"),
        ]

    def __str__(self) -> str:
        return self.address


class PracticeSubmission(TenantModel):
    """A practice as handed in to the coach; one row however often it is handed in again.

    `content` holds `text`, `links` (a list), `values` ({"key", "label"} each) and `checks` (point -> "yes" or
    "na"). Taken back, words and picture are erased; the fact stays (domain.md 4.3: a deletion keeps the
    count), on the day it was first handed in. Managers are shown how many there are, from the facts alone.
    """

    public_id = models.CharField(max_length=LENGTH, default=new_public_id, editable=False)
    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="submissions", db_index=False)
    address = models.CharField(max_length=130)
    points = models.PositiveSmallIntegerField()
    route = models.CharField(max_length=60)
    content = EncryptedJSONField()
    image = EncryptedBytesField(null=True, blank=True)
    image_width = models.PositiveSmallIntegerField(default=0)
    image_height = models.PositiveSmallIntegerField(default=0)
    revision = models.PositiveIntegerField(default=1)
    first_submitted_at = models.DateTimeField()
    submitted_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = PracticeSubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("mise en pratique remise")
        verbose_name_plural = _("mises en pratique remises")
        constraints: ClassVar = [
            *tenant_constraints("practicesubmission", public_id=True),
            models.UniqueConstraint(
                fields=["network", "enrolment", "address"], name="practicesubmission_once"
            ),
        ]

    def __str__(self) -> str:
        return self.address
