"""A cohort, its coaches, its calendar as generated, and the pauses of everybody."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import validate_time_zone
from agencies.models import Membership, TenantModel, tenant_constraints
from agencies.public_id import LENGTH, new_public_id
from coaching.cohorts.calendar import BOOSTER_WEEKS, OPENS_TIME, local_instant
from coaching.cohorts.querysets import CohortCoachQuerySet, CohortQuerySet
from coaching.programmes.models import ProgrammeVersion


class Cohort(TenantModel):
    """A group that starts the same version on the same Tuesday ("promotion" on screen)."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("En préparation")
        RUNNING = "running", _("En cours")
        ENDED = "ended", _("Terminée")
        ARCHIVED = "archived", _("Archivée")

    public_id = models.CharField(max_length=LENGTH, default=new_public_id, editable=False)
    name = models.CharField(_("nom"), max_length=120)
    programme_version = models.ForeignKey(ProgrammeVersion, models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    starts_on = models.DateField(_("premier mardi"))
    time_zone = models.CharField(
        _("fuseau horaire"), max_length=64, default="Europe/Paris", validators=[validate_time_zone]
    )
    session_weekday = models.PositiveSmallIntegerField(_("jour des séances"), default=4)
    session_time = models.TimeField(_("heure des séances"), default=dt.time(8, 45))
    session_url = models.URLField(_("lien de la visioconférence"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    launched_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    # Days on which boosters open, in step with calendar.BOOSTER_WEEKS; empty before the launch.
    boosters_on = ArrayField(models.DateField(), default=list, blank=True, editable=False)
    # Steps that a change of version newly asks, and the day they came: {address: day} (due_dates.py).
    came_on = models.JSONField(default=dict, blank=True, editable=False)
    # When the tick looks whether it is over; who looks and finds later dates of somebody's own sets it anew.
    end_check_at = models.DateTimeField(null=True, blank=True)

    objects = CohortQuerySet.as_manager()

    class Meta:
        verbose_name = _("promotion")
        verbose_name_plural = _("promotions")
        constraints: ClassVar = [
            *tenant_constraints("cohort", public_id=True),
            models.CheckConstraint(condition=Q(starts_on__iso_week_day=2), name="cohort_starts_on_tuesday"),
            models.CheckConstraint(condition=Q(session_weekday__range=(1, 5)), name="cohort_session_weekday"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["end_check_at"],
                name="cohort_end_due",
                condition=Q(end_check_at__isnull=False),
                include=["network"],
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def booster_opens_at(self, after_weeks: int) -> dt.datetime | None:
        """When the booster of so many weeks after the last session opens (UTC), None before the launch."""
        days = dict(zip(BOOSTER_WEEKS, self.boosters_on, strict=False))
        if after_weeks not in days:
            return None
        return local_instant(days[after_weeks], OPENS_TIME, self.time_zone)


class CohortCoach(TenantModel):
    """A coach's membership assigned to a cohort; access ends with the membership."""

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="coaches", db_index=False)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+", db_index=False)

    objects = CohortCoachQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            *tenant_constraints("cohortcoach"),
            models.UniqueConstraint(fields=["network", "cohort", "membership"], name="cohortcoach_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["network", "membership"], name="cohortcoach_membership")]

    def __str__(self) -> str:
        return f"{self.cohort_id} {self.membership_id}"


class CohortWeek(TenantModel):
    """One week of the calendar as generated: opens on a Tuesday at 06:00, due on the next Monday."""

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="weeks", db_index=False)
    number = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=60)
    opens_at = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            *tenant_constraints("cohortweek"),
            models.UniqueConstraint(fields=["network", "cohort", "number"], name="cohortweek_number_once"),
            models.CheckConstraint(condition=Q(due_at__gt=F("opens_at")), name="cohortweek_due_after_open"),
        ]

    def __str__(self) -> str:
        return self.key


class Blackout(TenantModel):
    """Days without opening, due date or message (school holidays, summer break); both ends included.

    Without a cohort it is the whole network's: nobody is written to and no day counts, but no date of a
    cohort moves (`cohort.blackouts` are its own, from which its calendar is drawn).
    """

    cohort = models.ForeignKey(
        Cohort, models.CASCADE, related_name="blackouts", db_index=False, null=True, blank=True
    )
    starts_on = models.DateField(_("du"))
    ends_on = models.DateField(_("au"))
    label = models.CharField(_("motif"), max_length=80, blank=True)

    class Meta:
        ordering: ClassVar = ["starts_on"]
        constraints: ClassVar = [
            *tenant_constraints("blackout"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="blackout_ends_after_start"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["network", "cohort"], name="blackout_cohort")]

    def __str__(self) -> str:
        return self.label or str(self.starts_on)
