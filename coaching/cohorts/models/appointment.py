"""One-to-one talks: the slots a coach offers, and whose they are."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import Membership, TenantModel, tenant_constraints
from agencies.public_id import LENGTH, new_public_id
from coaching.cohorts.models.cohort import Cohort
from coaching.cohorts.models.enrolment import Enrolment
from coaching.cohorts.querysets import AppointmentQuerySet

ONE_TO_ONE_KEY = "entretien"  # of an appointment in a programme that names none


class Appointment(TenantModel):
    """A slot of a coach's time; nobody's until `enrolment` is set, and a person's only standing one.

    A slot that was somebody's and is given up stays as their cancelled row, and the time is offered again
    by a new one: their calendar needs the trace. `sequence` counts along all rows of one person and key,
    which are one event in their calendar (the highest one stands).
    """

    public_id = models.CharField(max_length=LENGTH, default=new_public_id, editable=False)
    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="appointments", db_index=False)
    coach = models.ForeignKey(Membership, models.PROTECT, related_name="+", db_index=False)
    enrolment = models.ForeignKey(
        Enrolment, models.CASCADE, null=True, blank=True, related_name="appointments", db_index=False
    )
    key = models.CharField(max_length=60, default=ONE_TO_ONE_KEY)
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    join_url = models.URLField(_("lien"), blank=True)
    sequence = models.PositiveIntegerField(default=0)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_note = models.CharField(max_length=300, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("entretien individuel")
        verbose_name_plural = _("entretiens individuels")
        ordering: ClassVar = ["starts_at", "pk"]
        constraints: ClassVar = [
            *tenant_constraints("appointment", public_id=True),
            models.UniqueConstraint(
                fields=["network", "coach", "starts_at"],
                condition=Q(cancelled_at=None),
                name="appointment_one_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["network", "enrolment", "key"],
                condition=Q(cancelled_at=None),
                name="appointment_one_per_person",
            ),
            models.CheckConstraint(condition=Q(minutes__range=(5, 120)), name="appointment_minutes"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["network", "cohort", "starts_at"], name="appointment_cohort"),
            models.Index(fields=["network", "enrolment"], name="appointment_enrolment"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def ends_at(self) -> dt.datetime:
        return self.starts_at + dt.timedelta(minutes=self.minutes)
