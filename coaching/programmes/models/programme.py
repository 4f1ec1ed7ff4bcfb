"""Content as documents: a programme, its frozen versions, and which network may use which.

Documents hold no personal data and are shared by the whole installation; the tenant row
NetworkProgramme is what opens one to a network.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models import TenantModel, tenant_constraints
from agencies.public_id import LENGTH, new_public_id
from coaching.programmes.querysets import ProgrammeQuerySet, ProgrammeVersionQuerySet


class Programme(models.Model):
    """A programme under its lasting key; the starter has no owner.

    `origin_version` is what it was derived from, or last took up: what changed there since can be
    taken up as well, one's own changes kept (merging.py).
    """

    slug = models.SlugField(_("clé"), unique=True, max_length=60)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="programmes"
    )
    origin_version = models.ForeignKey(
        "ProgrammeVersion", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("parcours")
        verbose_name_plural = _("parcours")

    def __str__(self) -> str:
        return self.slug


class ProgrammeVersion(models.Model):
    """One published, frozen document; `rendered` holds its sanitised HTML (architecture D2).

    `what_changed` is the author's own note, in the author's language. `stale` is what a draft of this
    version takes over: the English texts still to read again (ProgrammeDraft). `changes` counts what
    differs from the version published before it (difference.Difference.counts), {} for the first.
    """

    public_id = models.CharField(max_length=LENGTH, default=new_public_id, editable=False, unique=True)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="versions")
    label = models.CharField(_("version"), max_length=20)
    checksum = models.CharField(max_length=64, unique=True)
    title_fr = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    document = models.JSONField()
    rendered = models.JSONField()
    what_changed = models.TextField(_("ce qui change"), blank=True, max_length=2000)
    stale = models.JSONField(default=dict, blank=True)
    changes = models.JSONField(default=dict, blank=True)
    published_at = models.DateTimeField(auto_now_add=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = ProgrammeVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version du parcours")
        verbose_name_plural = _("versions du parcours")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "label"], name="programmeversion_label_once")
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.label}"


class NetworkProgramme(TenantModel):
    """This network may open cohorts on this version."""

    version = models.ForeignKey(ProgrammeVersion, models.PROTECT, related_name="+")
    installed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("parcours installé")
        verbose_name_plural = _("parcours installés")
        constraints: ClassVar = [
            *tenant_constraints("networkprogramme"),
            models.UniqueConstraint(fields=["network", "version"], name="networkprogramme_once"),
        ]

    def __str__(self) -> str:
        return f"{self.network_id} {self.version_id}"
