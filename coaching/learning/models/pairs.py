"""Two people of a cohort who agreed to work together, what each wishes, what each reads in a text."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from agencies.models import TenantModel, tenant_constraints
from agencies.public_id import LENGTH, new_public_id
from coaching.cohorts.models import Enrolment
from coaching.learning.encryption import EncryptedJSONField
from coaching.learning.models.sharing import SharedItem
from coaching.learning.querysets import PairQuerySet

_CURRENT = Q(accepted_at__isnull=False, ended_at__isnull=True)


class PairWish(TenantModel):
    """How a person likes to go along; without a row they have not said, and nobody finds them."""

    class Wish(models.TextChoices):
        OPEN = "open", _("À deux, et je choisis")
        ASKED = "asked", _("À deux, proposez-moi quelqu’un")
        ALONE = "alone", _("Seul·e, et c’est très bien")

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="+", db_index=False)
    wish = models.CharField(max_length=6, choices=Wish.choices)
    wished_at = models.DateTimeField()

    class Meta:
        verbose_name = _("souhait de binôme")
        verbose_name_plural = _("souhaits de binôme")
        constraints: ClassVar = [
            *tenant_constraints("pairwish"),
            models.UniqueConstraint(fields=["network", "enrolment"], name="pairwish_once"),
        ]

    def __str__(self) -> str:
        return self.wish


class Pair(TenantModel):
    """A proposal between two enrolments of one cohort, then a pair once both have agreed, until one ends it.

    `proposed_by` is None when the product proposed. A row that ended without `accepted_at` is a proposal
    that did not come about, and nobody is told why. Two at most in each, one current pair each: the
    constraints hold each side, the lock on the cohort (`services.pairs`) what lies between the sides.
    """

    public_id = models.CharField(max_length=LENGTH, default=new_public_id, editable=False)
    first = models.ForeignKey(Enrolment, models.CASCADE, related_name="+", db_index=False)
    second = models.ForeignKey(Enrolment, models.CASCADE, related_name="+", db_index=False)
    proposed_by = models.ForeignKey(
        Enrolment, models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    sentence = EncryptedJSONField()  # of the one who proposes, for the other
    proposed_at = models.DateTimeField()
    first_agreed_at = models.DateTimeField(null=True, blank=True)
    second_agreed_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = PairQuerySet.as_manager()

    class Meta:
        verbose_name = _("binôme")
        verbose_name_plural = _("binômes")
        constraints: ClassVar = [
            *tenant_constraints("pair", public_id=True),
            models.CheckConstraint(condition=~Q(first=F("second")), name="pair_of_two"),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True)
                | Q(first_agreed_at__isnull=False, second_agreed_at__isnull=False),
                name="pair_needs_both",
            ),
            models.UniqueConstraint(
                fields=["network", "first"], condition=_CURRENT, name="pair_one_current_as_first"
            ),
            models.UniqueConstraint(
                fields=["network", "second"], condition=_CURRENT, name="pair_one_current_as_second"
            ),
            models.UniqueConstraint(
                "network",
                Least("first", "second"),
                Greatest("first", "second"),
                condition=Q(ended_at__isnull=True),
                name="pair_one_open_between_two",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    def other_id(self, enrolment: Enrolment) -> int:
        """The enrolment on the other side."""
        return self.second_id if self.first_id == enrolment.pk else self.first_id

    def has_agreed(self, enrolment: Enrolment) -> bool:
        agreed = self.first_agreed_at if self.first_id == enrolment.pk else self.second_agreed_at
        return agreed is not None


class PairReading(TenantModel):
    """Which value the pair perceives in a text, and a sentence if they like; for the two of them alone.

    Gone with the copy: taking it back deletes the reading.
    """

    item = models.ForeignKey(SharedItem, models.CASCADE, related_name="readings", db_index=False)
    reader = models.ForeignKey(Enrolment, models.CASCADE, related_name="+", db_index=False)
    card = models.CharField(max_length=60)  # a key of the deck
    sentence = EncryptedJSONField()
    read_at = models.DateTimeField()

    class Meta:
        verbose_name = _("lecture du binôme")
        verbose_name_plural = _("lectures des binômes")
        constraints: ClassVar = [
            *tenant_constraints("pairreading"),
            models.UniqueConstraint(fields=["network", "item"], name="pairreading_once"),
        ]

    def __str__(self) -> str:
        return self.card
