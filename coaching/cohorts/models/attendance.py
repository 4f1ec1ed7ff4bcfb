"""Who was there: the signatures of a live session, and every correction of them (domain.md 5.3)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agencies.models import Membership, TenantModel, tenant_constraints
from coaching.cohorts.models.enrolment import Enrolment
from coaching.cohorts.models.sessions import LiveSession
from coaching.cohorts.querysets import AttendanceQuerySet


class Attendance(TenantModel):
    """One person at one session, whichever slot they came to: hence unique by the session's key.

    The person signs (`signed_at`) by the code, by one tap after their coach has marked them present, or by
    the three questions of the replay; the coach confirms. Nobody marked means nobody knows yet.
    """

    class State(models.TextChoices):
        PRESENT = "present", _("Présence")
        REPLAY = "replay", _("Différé")
        EXCUSED = "excused", _("Excuse")
        ABSENT = "absent", _("Absence")

    class How(models.TextChoices):
        CODE = "code", _("avec le code")
        COACH = "coach", _("d’un geste")
        REPLAY = "replay", _("avec les trois questions")

    ATTENDED: ClassVar = (State.PRESENT, State.REPLAY)

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="attendances", db_index=False)
    session = models.ForeignKey(LiveSession, models.CASCADE, related_name="attendances", db_index=False)
    key = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=State.choices)
    how = models.CharField(max_length=10, choices=How.choices)
    recorded_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", db_index=False)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("émargement")
        verbose_name_plural = _("émargements")
        constraints: ClassVar = [
            *tenant_constraints("attendance"),
            models.UniqueConstraint(fields=["network", "enrolment", "key"], name="attendance_once"),
            models.CheckConstraint(
                condition=Q(state__in=("present", "replay", "excused", "absent")), name="attendance_state"
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True) | Q(state__in=("present", "replay")),
                name="attendance_signed_by_who_was_there",
            ),
            models.CheckConstraint(
                condition=~Q(state="replay") | Q(how="replay", signed_at__isnull=False),
                name="attendance_replay_is_signed",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="attendance_confirmed_by_somebody",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["network", "session"], name="attendance_session")]

    @property
    def is_a_tap(self) -> bool:
        """Whether a coach's tap alone made it: no signature of the person, no correction tells of it."""
        is_bare = self.how == self.How.COACH and self.signed_at is None
        return is_bare and not self.corrections.all()

    def __str__(self) -> str:
        return f"{self.key} {self.state}"

    @property
    def is_attended(self) -> bool:
        return self.state in self.ATTENDED


class AttendanceCorrection(TenantModel):
    """What an attendance was before, who changed it, when and why; the database refuses to change a row.

    `from_state` is empty where nothing was known. `signed_at` keeps a signature that the change set aside.
    """

    attendance = models.ForeignKey(Attendance, models.CASCADE, related_name="corrections", db_index=False)
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+", db_index=False)
    corrected_at = models.DateTimeField()
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10, choices=Attendance.State.choices)
    reason = models.CharField(max_length=200, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("correction d’émargement")
        verbose_name_plural = _("corrections d’émargement")
        ordering: ClassVar = ["corrected_at", "pk"]
        constraints: ClassVar = [
            *tenant_constraints("attendancecorrection"),
            models.CheckConstraint(
                condition=~Q(from_state=F("to_state")), name="attendancecorrection_changes_something"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["network", "attendance"], name="correction_attendance")]

    def __str__(self) -> str:
        return f"{self.from_state} > {self.to_state}"

    @property
    def from_words(self) -> str:
        """What was known before, in words; "" where nothing was."""
        return str(Attendance.State(self.from_state).label) if self.from_state else ""
