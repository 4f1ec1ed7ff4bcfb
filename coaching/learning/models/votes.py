"""« Utile » or « pas clair », at the end of a lesson: what its authors need to mend it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models import TenantModel, tenant_constraints
from coaching.cohorts.models import Enrolment
from coaching.learning.encryption import EncryptedJSONField


class LessonVote(TenantModel):
    """One person's word on one module, changed at will; read in numbers from five on, never by name."""

    class Word(models.TextChoices):
        USEFUL = "useful", _("Utile")
        UNCLEAR = "unclear", _("Pas clair")

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="+", db_index=False)
    module_key = models.CharField(max_length=60)
    word = models.CharField(max_length=10, choices=Word.choices)
    note = EncryptedJSONField()
    voted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("avis sur une leçon")
        verbose_name_plural = _("avis sur les leçons")
        constraints: ClassVar = [
            *tenant_constraints("lessonvote"),
            models.UniqueConstraint(fields=["network", "enrolment", "module_key"], name="lessonvote_once"),
            models.CheckConstraint(
                condition=models.Q(word__in=["useful", "unclear"]), name="lessonvote_word"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.module_key} {self.word}"
