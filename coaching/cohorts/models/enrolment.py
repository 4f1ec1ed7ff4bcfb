"""A person in a cohort, with the facts that screens and reminders read, and their own breaks."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agencies.addresses import address_hash
from agencies.models import Membership, TenantModel, tenant_constraints
from agencies.public_id import LENGTH, new_public_id
from coaching.cohorts.models.cohort import Cohort
from coaching.cohorts.querysets import NOT_PRESENT, EnrolmentQuerySet


class Enrolment(TenantModel):
    """A person in a cohort, with the facts that screens and reminders read.

    `done_minutes`, `done_steps`, `week_minutes`, `active_weeks` (Mondays by the network's clock, in
    order) and `last_activity_at` are derived from StepCompletion rows in the same transaction;
    `manage.py recount` finds no difference. `progress_floor` (0 to 1) is what a change of version found
    reached: progress never decreases (domain.md 4.8); 0 while the minutes alone say it.
    """

    class Status(models.TextChoices):
        INVITED = "invited", _("Invitation envoyée")
        ACTIVE = "active", _("En cours")
        PAUSED = "paused", _("En pause")
        COMPLETED = "completed", _("Parcours terminé")
        ENDED_INCOMPLETE = "ended_incomplete", _("Promotion terminée")
        WITHDRAWN = "withdrawn", _("Départ")
        REPLACED = "replaced", _("Remplacement")
        CANCELLED = "cancelled", _("Annulée")

    class MailMode(models.TextChoices):
        ALL = "all", _("Récapitulatif et petits rappels")
        DIGEST_ONLY = "digest_only", _("Récapitulatif de la semaine seul")
        NONE = "none", _("Aucun message")

    LIVE: ClassVar = (Status.INVITED, Status.ACTIVE, Status.PAUSED)

    public_id = models.CharField(max_length=LENGTH, default=new_public_id, editable=False)
    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="enrolments", db_index=False)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="enrolments", db_index=False)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.INVITED)
    created_at = models.DateTimeField(auto_now_add=True)
    invited_at = models.DateTimeField(null=True, blank=True)  # the first time: what figures count from
    invited_again_at = models.DateTimeField(null=True, blank=True)
    # Hash of the address that took no mail, left here by the reminders: another address is another hash.
    refused_address = models.CharField(max_length=64, null=True, blank=True)
    activated_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    shift_days = models.SmallIntegerField(default=0)

    done_minutes = models.PositiveIntegerField(default=0)
    done_steps = models.PositiveIntegerField(default=0)
    week_minutes = ArrayField(models.PositiveIntegerField(), default=list)
    active_weeks = ArrayField(models.DateField(), default=list)
    last_activity_at = models.DateTimeField(null=True, blank=True)
    progress_floor = models.FloatField(default=0.0)

    mail_mode = models.CharField(max_length=12, choices=MailMode.choices, default=MailMode.ALL)
    mail_mode_set_at = models.DateTimeField(null=True, blank=True)
    # ISO, Tuesday 2 to Friday 5: the person's own choice; null is what their cohort has.
    digest_weekday = models.PositiveSmallIntegerField(null=True, blank=True)
    next_check_at = models.DateTimeField(null=True, blank=True)
    # Sent since the last activity, which sets it back to 0: three of them open the ladder (domain.md 3.2).
    reminders_sent = models.PositiveSmallIntegerField(default=0)
    manager_notice_at = models.DateTimeField(null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("inscription")
        verbose_name_plural = _("inscriptions")
        constraints: ClassVar = [
            *tenant_constraints("enrolment", public_id=True),
            models.UniqueConstraint(
                fields=["network", "cohort", "membership"], name="enrolment_once_per_cohort"
            ),
            models.CheckConstraint(
                condition=Q(progress_floor__range=(0, 1)), name="enrolment_progress_floor_ratio"
            ),
            models.CheckConstraint(
                condition=Q(digest_weekday__isnull=True) | Q(digest_weekday__range=(2, 5)),
                name="enrolment_digest_weekday",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["network", "membership"], name="enrolment_membership"),
            models.Index(
                fields=["next_check_at"],
                name="enrolment_due",
                condition=Q(next_check_at__isnull=False),
                include=["network"],
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_live(self) -> bool:
        return self.status in self.LIVE

    def is_followed_on(self, day: dt.date) -> bool:
        """Whether a coach has this person before them: the cohort runs, and they are not gone."""
        runs = self.cohort.status == Cohort.Status.RUNNING
        return runs and self.status not in NOT_PRESENT and not self.membership.is_over_on(day)

    @property
    def is_address_refused(self) -> bool:
        """Whether the address of today is the one that took no mail."""
        if not self.refused_address:
            return False
        return self.refused_address == address_hash(self.network.pk, self.membership.user.email)


class EnrolmentPause(TenantModel):
    """The learner's own break of one to three weeks, both ends included; no reason is asked."""

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="pauses", db_index=False)
    starts_on = models.DateField()
    ends_on = models.DateField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["starts_on"]
        constraints: ClassVar = [
            *tenant_constraints("enrolmentpause"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="pause_ends_after_start"),
        ]
        indexes: ClassVar = [models.Index(fields=["network", "enrolment"], name="pause_enrolment")]

    def __str__(self) -> str:
        return f"{self.starts_on} {self.ends_on}"
