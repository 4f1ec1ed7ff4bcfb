"""A programme while its author writes it: the whole document, kept even while it is incomplete.

Like a programme it belongs to no network: its author is a coach in several. Nobody else reads it.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.public_id import LENGTH, new_public_id
from coaching.programmes.models.programme import Programme, ProgrammeVersion
from coaching.programmes.querysets import ProgrammeDraftQuerySet


class ProgrammeDraft(models.Model):
    """What one author is writing, of a programme of their own.

    `programme` is empty until the first publication; `base_version` is the version it began from,
    `origin_version` the one of the programme it derives from that this draft takes up, if it does.
    A missing English text is "" in `document`. `stale` names the English texts whose French changed
    since: {path in keys: {"was": French text then, "at": instant}} (translation.py).
    """

    public_id = models.CharField(max_length=LENGTH, default=new_public_id, editable=False, unique=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="programme_drafts")
    programme = models.ForeignKey(Programme, models.CASCADE, null=True, blank=True, related_name="drafts")
    base_version = models.ForeignKey(
        ProgrammeVersion, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    origin_version = models.ForeignKey(
        ProgrammeVersion, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    document = models.JSONField()
    stale = models.JSONField(default=dict, blank=True)
    revision = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ProgrammeDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("brouillon de parcours")
        verbose_name_plural = _("brouillons de parcours")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner", "programme"],
                condition=Q(programme__isnull=False),
                name="programmedraft_one_per_programme",
            ),
            models.UniqueConstraint(
                fields=["owner", "base_version"],
                condition=Q(programme__isnull=True, base_version__isnull=False),
                name="programmedraft_one_per_copy",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class DraftRevision(models.Model):
    """What a change replaced, so that « undo » can bring it back; only the last few are kept.

    `parts`: [[path, value before], …], a path of one or two keys, null where there was nothing. The flags
    and the version of the origin that the draft took up are kept whole.
    """

    draft = models.ForeignKey(ProgrammeDraft, models.CASCADE, related_name="revisions")
    revision = models.PositiveIntegerField()
    parts = models.JSONField()
    stale = models.JSONField(default=dict, blank=True)
    origin_version = models.ForeignKey(
        ProgrammeVersion, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("état antérieur d’un brouillon")
        verbose_name_plural = _("états antérieurs d’un brouillon")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["draft", "revision"], name="draftrevision_once")
        ]

    def __str__(self) -> str:
        return f"{self.draft_id} {self.revision}"
