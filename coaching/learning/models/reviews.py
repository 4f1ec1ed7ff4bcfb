"""What a coach answers to a practice, the coach's own ready-made words, and who opened what was given."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import Membership, TenantModel, tenant_constraints
from agencies.public_id import LENGTH, new_public_id
from coaching.learning.encryption import EncryptedJSONField
from coaching.learning.models.practice import PracticeSubmission
from coaching.learning.models.sharing import SharedItem
from coaching.learning.querysets import PracticeReviewQuerySet


class PracticeReview(TenantModel):
    """One reading of one revision of a practice: a draft of the coaches, then an answer to its author.

    `content` holds `points` (criterion -> 0, 1 or 2), `comment`, `suggestion` and `margins` ({"start", "end",
    "quote", "text"} each, see `reviewing`). `edition` grows with each saving, so that an older screen never
    overwrites newer words. A practice is given back once at most, with one suggestion; `read` is an answer
    that neither validates nor gives back: a talk comes next (domain.md 6.5). Taken back by its author, a
    practice loses its drafts and the quotes of its readings; the answer stays.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Brouillon")
        RETURNED = "returned", _("Rendue avec une suggestion")
        VALIDATED = "validated", _("Validée")
        READ = "read", _("Lue")

    submission = models.ForeignKey(PracticeSubmission, models.CASCADE, related_name="reviews", db_index=False)
    revision = models.PositiveIntegerField()  # of the submission
    coach = models.ForeignKey(Membership, models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    content = EncryptedJSONField()
    edition = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)  # by the author

    objects = PracticeReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("retour sur une mise en pratique")
        verbose_name_plural = _("retours sur des mises en pratique")
        constraints: ClassVar = [
            *tenant_constraints("practicereview"),
            models.UniqueConstraint(fields=["network", "submission", "revision"], name="practicereview_once"),
            models.UniqueConstraint(
                fields=["network", "submission"],
                condition=Q(state="returned"),
                name="practicereview_one_return",
            ),
            models.UniqueConstraint(
                fields=["network", "submission"],
                condition=Q(state="draft"),
                name="practicereview_one_draft",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "returned", "validated", "read"]), name="practicereview_state"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", sent_at__isnull=True)
                | (~Q(state="draft") & Q(sent_at__isnull=False)),
                name="practicereview_sent",
            ),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True) | Q(sent_at__isnull=False), name="practicereview_opened"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.revision}"


class CannedComment(TenantModel):
    """Words a coach says often: theirs alone, in one network, to put into an answer and change there."""

    public_id = models.CharField(max_length=LENGTH, default=new_public_id, editable=False)
    coach = models.ForeignKey(Membership, models.CASCADE, related_name="+", db_index=False)
    title = models.CharField(max_length=80)
    text = models.TextField(max_length=1000)

    class Meta:
        verbose_name = _("phrase toute prête")
        verbose_name_plural = _("phrases toutes prêtes")
        constraints: ClassVar = [
            *tenant_constraints("cannedcomment", public_id=True),
            models.UniqueConstraint(fields=["network", "coach", "title"], name="cannedcomment_title"),
        ]

    def __str__(self) -> str:
        return self.title


class Consultation(TenantModel):
    """Somebody opened a copy or a practice that its author gave them: when first, when last.

    The author is shown it; nobody else is. Written for readers named one by one (coach, pair, manager). The
    wall has none: it is read by a whole cohort, and a log would watch its readers.
    """

    item = models.ForeignKey(SharedItem, models.CASCADE, null=True, related_name="+", db_index=False)
    submission = models.ForeignKey(
        PracticeSubmission, models.CASCADE, null=True, related_name="+", db_index=False
    )
    reader = models.ForeignKey(Membership, models.CASCADE, related_name="+", db_index=False)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        constraints: ClassVar = [
            *tenant_constraints("consultation"),
            models.UniqueConstraint(fields=["network", "item", "reader"], name="consultation_item_once"),
            models.UniqueConstraint(
                fields=["network", "submission", "reader"], name="consultation_submission_once"
            ),
            models.CheckConstraint(
                condition=Q(item__isnull=False, submission__isnull=True)
                | Q(item__isnull=True, submission__isnull=False),
                name="consultation_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_at:%Y-%m-%d}"
