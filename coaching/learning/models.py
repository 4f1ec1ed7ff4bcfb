"""Steps taken: the fact that a step is done; apart from it what the person answered, and what they share."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models import TenantModel, tenant_constraints
from coaching.cohorts.models import Enrolment
from coaching.learning.encryption import EncryptedJSONField
from coaching.learning.querysets import AnswerQuerySet, SharedItemQuerySet, StepCompletionQuerySet


class StepCompletion(TenantModel):
    """A step is done. A fact for screens and reminders: no answer in it (domain.md 2.5).

    `score`, `max_score` and `missed` (keys of quiz items) are for the learner and the coach.
    """

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="completions", db_index=False)
    address = models.CharField(max_length=130)  # "module/step"
    week_number = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField()
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    max_score = models.PositiveSmallIntegerField(null=True, blank=True)
    missed = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    completed_at = models.DateTimeField()

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


class SharedItem(TenantModel):
    """An edited copy of one text, offered to the coach; withdrawn, its words are erased at once (D5).

    The original stays in Answer, behind its author's policy: nothing here ever opens it.
    """

    class Audience(models.TextChoices):
        COACH = "coach", _("Votre coach")

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="shared_items", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    address = models.CharField(max_length=130)
    prompt = models.CharField(max_length=130)
    text = EncryptedJSONField()
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.COACH)
    shared_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = SharedItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("copie partagée")
        verbose_name_plural = _("copies partagées")
        constraints: ClassVar = [
            *tenant_constraints("shareditem"),
            models.UniqueConstraint(
                fields=["network", "enrolment", "address", "prompt"], name="shareditem_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.address} {self.prompt}"


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
