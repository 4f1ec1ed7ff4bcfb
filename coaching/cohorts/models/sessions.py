"""What is held together: live sessions, their second slot, and who comes to which."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from agencies.models import TenantModel, tenant_constraints
from agencies.public_id import LENGTH, new_public_id
from coaching.cohorts.models.cohort import Cohort
from coaching.cohorts.models.enrolment import Enrolment
from coaching.cohorts.querysets import LiveSessionQuerySet
from coaching.cohorts.signing import Window, signing_window

SLOTS = (1, 2)  # domain.md 6.6: two slots for the same session if more than twelve


class LiveSession(TenantModel):
    """One slot of a live session: the second one has the same `key` and another `slot`.

    `sequence` counts what changed for the people who come (RFC 5545 SEQUENCE); a row is cancelled, never
    deleted, so that every calendar hears of it.
    """

    public_id = models.CharField(max_length=LENGTH, default=new_public_id, editable=False)
    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="sessions", db_index=False)
    key = models.CharField(max_length=60)
    slot = models.PositiveSmallIntegerField(default=1)
    week_number = models.PositiveSmallIntegerField()
    title_fr = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    join_url = models.URLField(_("lien"), blank=True)
    sequence = models.PositiveIntegerField(default=0)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_note = models.CharField(max_length=300, blank=True)  # the coach's sentence to the people

    objects = LiveSessionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["starts_at", "pk"]
        constraints: ClassVar = [
            *tenant_constraints("livesession", public_id=True),
            models.UniqueConstraint(
                fields=["network", "cohort", "key", "slot"], name="livesession_slot_once"
            ),
            models.CheckConstraint(condition=Q(slot__in=SLOTS), name="livesession_two_slots"),
            models.CheckConstraint(condition=Q(minutes__range=(1, 480)), name="livesession_minutes"),
            models.CheckConstraint(
                condition=Q(cancel_note="") | Q(cancelled_at__isnull=False),
                name="livesession_note_cancelled",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["network", "starts_at"], name="livesession_start")]

    def __str__(self) -> str:
        return self.title_fr

    @property
    def title(self) -> str:
        return self.title_in(get_language() or "fr")

    def title_in(self, language: str) -> str:
        return self.title_en if language.startswith("en") else self.title_fr

    def expected(self, live: int) -> int:
        """How many of a cohort's `live` people come to this slot; for a row of `with_choices`."""
        if self.has_earlier_slot:  # type: ignore[attr-defined]
            return int(self.chose_it)  # type: ignore[attr-defined]
        return live - int(self.chose_another)  # type: ignore[attr-defined]

    @property
    def ends_at(self) -> dt.datetime:
        return self.starts_at + dt.timedelta(minutes=self.minutes)

    @property
    def window(self) -> Window:
        """When it may be signed (domain.md 5.3)."""
        return signing_window(self.starts_at, self.minutes)


class SlotChoice(TenantModel):
    """The slot a person comes to, where a session has two; without a row it is the first one that stands.

    `offset` is what to add to the slot's own sequence: a person's event keeps its UID from one slot to the
    other, and its SEQUENCE never falls.
    """

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="slot_choices", db_index=False)
    session = models.ForeignKey(LiveSession, models.CASCADE, related_name="choices", db_index=False)
    key = models.CharField(max_length=60)
    offset = models.PositiveIntegerField(default=0)
    chosen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            *tenant_constraints("slotchoice"),
            models.UniqueConstraint(fields=["network", "enrolment", "key"], name="slotchoice_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["network", "session"], name="slotchoice_session")]

    def __str__(self) -> str:
        return f"{self.key} {self.session_id}"
