"""Steps taken: the fact that a step is done and, apart from it, what the person answered."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models import TenantModel, tenant_constraints
from coaching.cohorts.models import Enrolment
from coaching.learning.encryption import EncryptedJSONField
from coaching.learning.querysets import AnswerQuerySet, StepCompletionQuerySet


class StepCompletion(TenantModel):
    """A step is done. A fact for screens and reminders: no answer in it (domain.md 2.5).

    `score`, `max_score` and `missed` (keys of quiz items) are for the learner and the coach. A quiz keeps
    those of its first try and has `best_score` once a later one was better. An assessment has
    `attempt_scores`, one number per attempt; its `score` and `missed` are those of the last.
    `text_done` is the mark of what the step said then, noted when the cohort leaves that version; "" while
    it follows it, and again once the step is taken anew.
    """

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="completions", db_index=False)
    address = models.CharField(max_length=130)  # "module/step"
    week_number = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField()
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    max_score = models.PositiveSmallIntegerField(null=True, blank=True)
    missed = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    best_score = models.PositiveSmallIntegerField(null=True, blank=True)
    attempt_scores = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    completed_at = models.DateTimeField()
    text_done = models.CharField(max_length=16, blank=True, default="")

    objects = StepCompletionQuerySet.as_manager()

    class Meta:
        verbose_name = _("étape faite")
        verbose_name_plural = _("étapes faites")
        constraints: ClassVar = [
            *tenant_constraints("stepcompletion"),
            models.UniqueConstraint(fields=["network", "enrolment", "address"], name="stepcompletion_once"),
        ]

    def __str__(self) -> str:
        return self.address

    @property
    def best(self) -> int | None:
        """Right answers of the best try; None where nothing is right or wrong."""
        tries = (self.score, self.best_score, *self.attempt_scores)
        return max((each for each in tries if each is not None), default=None)


class Answer(TenantModel):
    """What a person answered or is still writing, encrypted, readable by its author only.

    The database adds a restrictive policy on `author`; sharing will copy, never open (D5).
    `revision` grows with each saving, so that an older screen never overwrites a newer text.
    """

    author_column: ClassVar = "author_id"

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="+", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    address = models.CharField(max_length=130)
    content = EncryptedJSONField()
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("réponse")
        verbose_name_plural = _("réponses")
        constraints: ClassVar = [
            *tenant_constraints("answer"),
            models.UniqueConstraint(fields=["network", "enrolment", "address"], name="answer_once"),
        ]

    def __str__(self) -> str:
        return self.address
