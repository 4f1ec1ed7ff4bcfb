"""Reads of programmes and of their versions; a page never drags a whole document along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models.expressions import RawSQL
from django.db.models.fields.json import KeyTextTransform, KeyTransform

if TYPE_CHECKING:
    from accounts.models import User
    from agencies.models import Network
    from coaching.programmes.models import Programme, ProgrammeDraft, ProgrammeVersion
else:
    Programme = ProgrammeVersion = ProgrammeDraft = Any


_MINUTES = """
(SELECT coalesce(sum((module.value ->> 'minutes')::int), 0)
 FROM jsonb_each(programmes_programmeversion.document -> 'modules') module
 WHERE module.key IN (
     SELECT jsonb_array_elements_text(week -> 'modules')
     FROM jsonb_array_elements(programmes_programmeversion.document -> 'weeks') week))
"""


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def readable_by(self, user: User) -> Self:
        """One's own, and those of the house: what ships has no owner."""
        return self.filter(models.Q(owner=user) | models.Q(owner=None))

    def with_origin(self) -> Self:
        """The version it derives from comes along, without its document."""
        return self.select_related("origin_version__programme").defer(
            "origin_version__document", "origin_version__rendered"
        )


class ProgrammeVersionQuerySet(models.QuerySet["ProgrammeVersion"]):
    def light(self) -> Self:
        """Without the documents: what a page needs comes from `runtime`."""
        return self.defer("document", "rendered")

    def newest_first(self) -> Self:
        return self.order_by("-published_at", "-pk")

    def readable_by(self, user: User) -> Self:
        """Those of one's own programmes and of the house."""
        return self.filter(models.Q(programme__owner=user) | models.Q(programme__owner=None))

    def of_programme(self, slug: str) -> Self:
        return self.filter(programme__slug=slug)

    def with_minutes(self) -> Self:
        """Adds `minutes`: what the written modules of the weeks ask for; the document stays where it is."""
        return self.annotate(minutes=RawSQL(_MINUTES, []))  # noqa: S611 - constant text

    def for_network(self, network: Network) -> Self:
        """Versions this network may open cohorts on. Needs the scope of that network."""
        from coaching.programmes.models import NetworkProgramme

        installed = NetworkProgramme.objects.filter(network=network).values("version")
        return self.filter(pk__in=installed)


class ProgrammeDraftQuerySet(models.QuerySet["ProgrammeDraft"]):
    def owned_by(self, user: User) -> Self:
        return self.filter(owner=user)

    def light(self) -> Self:
        """Without the document, for lists."""
        return self.defer("document", "stale")

    def with_titles(self) -> Self:
        """Adds `title_fr` and `title_en`, as a version has them."""
        title = KeyTransform("title", "document")
        return self.annotate(title_fr=KeyTextTransform("fr", title), title_en=KeyTextTransform("en", title))

    def recent_first(self) -> Self:
        return self.order_by("-updated_at", "-pk")
