"""What a coach changes in a running cohort: own dates, exemptions, and the trace of each change."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import Membership, TenantModel, tenant_constraints
from agencies.public_id import LENGTH, new_public_id
from coaching.cohorts.models.cohort import Cohort
from coaching.cohorts.models.enrolment import Enrolment
from coaching.cohorts.querysets import CohortChangeQuerySet


class OwnDueDate(TenantModel):
    """A person's own date for one week, in days after the cohort's (due_dates.py says how it counts).

    Days and not a date, so that it moves along when the whole cohort moves.
    """

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="own_dates", db_index=False)
    week_number = models.PositiveSmallIntegerField()
    days = models.SmallIntegerField()
    set_by = models.ForeignKey(Membership, models.PROTECT, related_name="+", db_index=False)
    set_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["week_number"]
        constraints: ClassVar = [
            *tenant_constraints("ownduedate"),
            models.UniqueConstraint(
                fields=["network", "enrolment", "week_number"], name="ownduedate_week_once"
            ),
            models.CheckConstraint(condition=Q(days__range=(-400, 400)), name="ownduedate_within_a_year"),
        ]

    def __str__(self) -> str:
        return f"{self.week_number} {self.days:+}"


class Exemption(TenantModel):
    """A step that a coach asks nobody of this person: it counts as done and is labelled (domain.md 4.3).

    The reason is the coaches' own: neither the person nor a manager reads it.
    """

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="exemptions", db_index=False)
    address = models.CharField(max_length=130)
    reason = models.CharField(_("raison"), max_length=200, blank=True)
    given_by = models.ForeignKey(Membership, models.PROTECT, related_name="+", db_index=False)
    given_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["address"]
        constraints: ClassVar = [
            *tenant_constraints("exemption"),
            models.UniqueConstraint(fields=["network", "enrolment", "address"], name="exemption_step_once"),
        ]

    def __str__(self) -> str:
        return self.address


class CohortChange(TenantModel):
    """One change of a running cohort: what it touched, before and after (differences.py), to undo it.

    `people` are the enrolments it touches; a change without any touches the calendar of everybody.
    """

    class Kind(models.TextChoices):
        CLOSE_DAYS = "close_days", _("Pause pour tout le monde")
        SHIFT = "shift", _("Décalage de la suite")
        EXTEND = "extend", _("Plus de temps pour tout le monde")
        ARCHIVE = "archive", _("Archivage")
        BRING_BACK = "bring_back", _("Retour de l’archive")
        PAUSE_PEOPLE = "pause_people", _("Pause")
        EXTEND_PEOPLE = "extend_people", _("Plus de temps")
        EXEMPT = "exempt", _("Dispense")
        JOIN = "join", _("Arrivée")
        REPLACE = "replace", _("Changement de direction")

    public_id = models.CharField(max_length=LENGTH, default=new_public_id, editable=False)
    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="changes", db_index=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    made_by = models.ForeignKey(Membership, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        Membership, models.PROTECT, related_name="+", db_index=False, null=True, blank=True
    )

    objects = CohortChangeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-made_at", "-id"]
        constraints: ClassVar = [
            *tenant_constraints("cohortchange", public_id=True),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="cohortchange_undone_by_somebody",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["network", "cohort", "made_at"], name="cohortchange_cohort")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.made_at:%Y-%m-%d}"
