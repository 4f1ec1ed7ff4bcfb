"""The ledger of messages: one row is one intended message, whatever becomes of it (D4).

No body is ever stored: a message is rendered when it is claimed, from the state of that moment. What a
coach writes stands once, in CoachMessage, and goes into each person's mail at that moment.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, cast

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Value
from django.utils.translation import gettext_lazy as _

from agencies.models import Membership, TenantModel, tenant_constraints
from agencies.public_id import LENGTH, new_public_id
from coaching.cohorts.models import Cohort, Enrolment
from coaching.learning.encryption import EncryptedJSONField
from coaching.reminders.querysets import CoachMessageQuerySet, ReminderQuerySet, SettlementQuerySet


class Reminder(TenantModel):
    """One intended message: `due -> leased -> handing -> sent`, or another end, with its reason.

    `occurrence` names what makes it unique ("2026-W14", never an instant); `dedupe_key` is the
    sha256 of network, enrolment, kind and occurrence, and also the Message-ID.
    """

    class Kind(models.TextChoices):
        INVITATION = "invitation", _("Invitation")
        INVITATION_FOLLOWUP = "invitation_followup", _("Nouvelle invitation")
        WEEKLY_DIGEST = "weekly_digest", _("Récapitulatif de la semaine")
        MIDWEEK_NUDGE = "midweek_nudge", _("Petit rappel de mi-semaine")
        COACH_MESSAGE = "coach_message", _("Message du coach")
        COACH_CIRCULAR = "coach_circular", _("Message du coach à plusieurs")
        SESSION_INVITE = "session_invite", _("Invitation d’agenda")
        SESSION_UPDATE = "session_update", _("Changement d’un rendez-vous")
        SESSION_CANCEL = "session_cancel", _("Annulation d’un rendez-vous")
        SESSION_SOON = "session_soon", _("Rendez-vous à venir")
        SESSION_TODAY = "session_today", _("Rendez-vous du jour")
        PRACTICE_DUE = "practice_due", _("Mise en pratique à rendre")
        COMEBACK = "comeback", _("Reprise en douceur")
        FOLLOW_UP = "follow_up", _("Rappel d’après parcours")
        ENCOURAGEMENT = "encouragement", _("Encouragement de la direction")

    class State(models.TextChoices):
        DUE = "due", _("Prévu")
        LEASED = "leased", _("En préparation")
        HANDING = "handing", _("En cours de remise")
        SENT = "sent", _("Envoyé")
        BOUNCED = "bounced", _("Revenu")
        SKIPPED = "skipped", _("Non envoyé")
        DEAD = "dead", _("Refusé par la messagerie")
        CANCELLED = "cancelled", _("Annulé")
        UNCERTAIN = "uncertain", _("Remise incertaine")

    IN_FLIGHT: ClassVar = ("leased", "handing")
    FINISHED: ClassVar = ("sent", "bounced", "skipped", "dead", "cancelled")

    public_id = models.CharField(max_length=LENGTH, default=new_public_id, editable=False)
    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="reminders", db_index=False)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=30, choices=Kind.choices)
    occurrence = models.CharField(max_length=60)
    dedupe_key = models.CharField(max_length=64, unique=True)
    reasons = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    local_due = models.CharField(max_length=16)  # wall clock of the agency, "2026-11-24T08:45"
    time_zone = models.CharField(max_length=64)
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DUE)
    reason = models.CharField(max_length=60, blank=True)
    # Why it does not leave at its usual time, decision by decision: see moves.py.
    moves = models.JSONField(default=list, blank=True, db_default=Value([], models.JSONField()))
    next_try_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    handed_over_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    # Which transport took it and under which name, for what the provider tells later (reliability 2.2).
    transport = models.CharField(max_length=20, blank=True, db_default="")
    provider_message_id = models.CharField(max_length=200, blank=True, db_default="")
    delivered_at = models.DateTimeField(null=True, blank=True)
    # Since when a server may have it without having said so; it stays until an answer settles the doubt.
    in_doubt_since = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("relance")
        verbose_name_plural = _("relances")
        constraints: ClassVar = [
            *tenant_constraints("reminder", public_id=True),
            models.CheckConstraint(
                condition=Q(state__in=("leased", "handing"), lease_token__isnull=False)
                | (~Q(state__in=("leased", "handing")) & Q(lease_token__isnull=True)),
                name="reminder_lease_while_in_flight",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=("sent", "bounced", "skipped", "dead", "cancelled"), finished_at__isnull=False
                )
                | (
                    ~Q(state__in=("sent", "bounced", "skipped", "dead", "cancelled"))
                    & Q(finished_at__isnull=True)
                ),
                name="reminder_finished_when_ended",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["network", "next_try_at", "id"], name="reminder_due", condition=Q(state="due")
            ),
            models.Index(
                fields=["lease_until"], name="reminder_leases", condition=Q(state__in=("leased", "handing"))
            ),
            models.Index(fields=["network", "enrolment", "due_at"], name="reminder_enrolment"),
            models.Index(fields=["next_try_at"], name="reminder_sweep", condition=Q(state="due")),
            models.Index(fields=["next_try_at"], name="reminder_doubts", condition=Q(state="uncertain")),
            models.Index(
                fields=["network", "handed_over_at"],
                name="reminder_handed",
                condition=Q(handed_over_at__isnull=False),
            ),
            # What waits for a person: a few rows among all, for the coach's drawer and the operator's page.
            models.Index(
                fields=["network", "state"],
                name="reminder_to_see",
                condition=Q(state__in=("uncertain", "dead", "bounced")),
            ),
            models.Index(fields=["handed_over_at"], name="reminder_last_left", condition=Q(state="sent")),
            # The one read across networks by person: the caps.
            models.Index(
                fields=["recipient"],
                name="reminder_left_for",
                condition=Q(state__in=("sent", "leased", "handing", "uncertain")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.occurrence}"


class CoachMessage(TenantModel):
    """What a coach writes to people of a cohort, word for word; the ledger holds one row per person.

    `words` are {"subject", "body"}, encrypted; `people` public ids of enrolments as chosen; `revision` grows
    with each change, so that what is sent is what was read. A row of the ledger names it by `occurrence`.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Brouillon")
        QUEUED = "queued", _("Envoi demandé")
        CANCELLED = "cancelled", _("Envoi annulé")

    public_id = models.CharField(max_length=LENGTH, default=new_public_id, editable=False)
    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="+", db_index=False)
    author = models.ForeignKey(Membership, models.PROTECT, related_name="+", db_index=False)
    words = EncryptedJSONField()
    people = ArrayField(models.CharField(max_length=LENGTH))
    revision = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    written_at = models.DateTimeField()
    queued_at = models.DateTimeField(null=True, blank=True)

    objects = CoachMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message de coach")
        verbose_name_plural = _("messages de coach")
        constraints: ClassVar = [
            *tenant_constraints("coachmessage", public_id=True),
            models.CheckConstraint(
                condition=Q(state="draft", queued_at__isnull=True)
                | (~Q(state="draft") & Q(queued_at__isnull=False)),
                name="coachmessage_queued_with_its_instant",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["network", "cohort"], name="coachmessage_cohort")]

    def __str__(self) -> str:
        return self.public_id

    @property
    def subject(self) -> str:
        return str(cast(Any, self.words)["subject"])

    @property
    def body(self) -> str:
        return str(cast(Any, self.words)["body"])

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT


class PolicyLayer(TenantModel):
    """What a network, or one cohort of it, sets of the reminder policy; the rest is inherited (layers.py).

    `values` are settings by name. On the network's own row, the one without a cohort: `softened_at` says
    since when the reminders are the digest alone, `lifted_at` when somebody last ended that (softening.py).
    """

    cohort = models.ForeignKey(
        Cohort, models.CASCADE, related_name="+", db_index=False, null=True, blank=True
    )
    values = models.JSONField(default=dict)
    changed_by = models.ForeignKey(
        Membership, models.PROTECT, related_name="+", db_index=False, null=True, blank=True
    )
    changed_at = models.DateTimeField(null=True, blank=True)
    softened_at = models.DateTimeField(null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            *tenant_constraints("policylayer"),
            models.UniqueConstraint(
                fields=["network", "cohort"], name="policylayer_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(cohort__isnull=True) | Q(softened_at__isnull=True, lifted_at__isnull=True),
                name="policylayer_softening_of_the_network",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.network_id} {self.cohort_id or ''}"


class ReminderAttempt(TenantModel):
    """One try at one reminder, append-only; codes and stages, never an address or a text."""

    reminder = models.ForeignKey(Reminder, models.CASCADE, related_name="tries", db_index=False)
    number = models.PositiveSmallIntegerField()
    token = models.UUIDField(default=uuid.uuid4)
    stage = models.CharField(max_length=20)
    smtp_code = models.PositiveSmallIntegerField(null=True, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = tenant_constraints("reminderattempt")
        indexes: ClassVar = [models.Index(fields=["network", "reminder"], name="attempt_reminder")]

    def __str__(self) -> str:
        return f"{self.reminder_id} {self.stage}"


class Settlement(TenantModel):
    """What a coach decided about one message that waited for them; append-only: undoing adds a row.

    `from_...` is how the message stood before, so that it can go back there.
    """

    class Action(models.TextChoices):
        AGAIN = "again", _("Renvoyé")
        RECEIVED = "received", _("Considéré comme reçu")
        CLOSED = "closed", _("Classé")
        UNDONE = "undone", _("Décision annulée")

    public_id = models.CharField(max_length=LENGTH, default=new_public_id, editable=False)
    reminder = models.ForeignKey(Reminder, models.CASCADE, related_name="settlements", db_index=False)
    coach = models.ForeignKey(Membership, models.PROTECT, related_name="+", db_index=False)
    action = models.CharField(max_length=10, choices=Action.choices)
    from_state = models.CharField(max_length=10, choices=Reminder.State.choices)
    from_reason = models.CharField(max_length=60, blank=True)
    from_finished_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField()

    objects = SettlementQuerySet.as_manager()

    class Meta:
        verbose_name = _("décision sur un message")
        verbose_name_plural = _("décisions sur des messages")
        constraints: ClassVar = tenant_constraints("settlement", public_id=True)
        indexes: ClassVar = [models.Index(fields=["network", "reminder"], name="settlement_reminder")]

    def __str__(self) -> str:
        return f"{self.reminder_id} {self.action}"

    def belongs_with(self, other: Settlement) -> bool:
        """Whether both were one decision about several messages."""
        mine, theirs = (self.coach_id, self.action), (other.coach_id, other.action)
        return mine == theirs and self.settled_at == other.settled_at


class OneTap(TenantModel):
    """One action of one message, taken from the mail without signing in: each serves once.

    What it did stands where it always does (a step done, a call to the coach). "next_week" has no other
    place: nothing more leaves in the week of `at`, on the agency's clock (rules.why_pointless).
    """

    class Action(models.TextChoices):
        DONE = "done", _("Fait")
        NEXT_WEEK = "next_week", _("La semaine prochaine")
        STUCK = "stuck", _("Je bloque")

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="+", db_index=False)
    reminder = models.ForeignKey(Reminder, models.CASCADE, related_name="+", db_index=False)
    action = models.CharField(max_length=10, choices=Action.choices)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("geste depuis un courriel")
        verbose_name_plural = _("gestes depuis un courriel")
        constraints: ClassVar = [
            *tenant_constraints("onetap"),
            models.UniqueConstraint(fields=["network", "reminder", "action"], name="onetap_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["network", "enrolment", "at"], name="onetap_enrolment")]

    def __str__(self) -> str:
        return self.action


class Suppression(TenantModel):
    """A person who asked for nothing more, or an address that takes no mail, of which the hash is kept.

    What a person asks holds at whatever address; what a mailbox refuses holds for whoever has it. (An
    unsubscription of before, whose person could not be found, goes on by its address.)
    """

    class Reason(models.TextChoices):
        UNSUBSCRIBED = "unsubscribed", _("Désabonnement")
        BOUNCED = "bounced", _("Adresse refusée")
        COMPLAINT = "complaint", _("Plainte")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", db_index=False
    )
    address_hash = models.CharField(max_length=64, null=True)
    reason = models.CharField(max_length=20, choices=Reason.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            *tenant_constraints("suppression"),
            models.UniqueConstraint(fields=["network", "address_hash"], name="suppression_once"),
            models.UniqueConstraint(fields=["network", "user"], name="suppression_once_per_person"),
            models.CheckConstraint(
                condition=Q(user__isnull=False, address_hash__isnull=True)
                | Q(user__isnull=True, address_hash__isnull=False),
                name="suppression_of_person_or_address",
            ),
        ]

    def __str__(self) -> str:
        return self.reason


class ProviderEvent(models.Model):
    """What a mail provider told us, once each: whoever it concerned, the ledger says.

    No network and no person in it: it only knows a telling again. What the provider sends comes through
    TLS and a signature, and is kept as a hash.
    """

    provider = models.CharField(max_length=20)
    event_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, blank=True)
    body_hash = models.CharField(max_length=64)
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="providerevent_once")
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.kind}"


class Heartbeat(models.Model):
    """Last sign of life of a part that went through the broker (reliability C6)."""

    name = models.CharField(max_length=60, unique=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class MailGate(models.Model):
    """One row per transport, for all workers: closed after failures, slowed to a rate (gate.py)."""

    transport = models.CharField(max_length=20, unique=True)
    failures = models.PositiveIntegerField(default=0)
    closed_until = models.DateTimeField(null=True, blank=True)
    free_at = models.DateTimeField(null=True, blank=True)  # when the next message may leave

    def __str__(self) -> str:
        return self.transport


class InstanceIdentity(models.Model):
    """One row: which installation this database belongs to. A copied database sends nothing.

    `home` is where the row was written (instance.py): a restored one lies elsewhere. `stopped_because` are
    the operator's words with the kill switch.
    """

    only = models.BooleanField(default=True, unique=True)
    instance_id = models.CharField(max_length=64)
    home = models.CharField(max_length=100, blank=True, db_default="")
    is_mail_enabled = models.BooleanField(default=True)
    stopped_because = models.CharField(max_length=200, blank=True, db_default="")
    restored_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(only=True), name="instanceidentity_single_row")
        ]

    def __str__(self) -> str:
        return self.instance_id
