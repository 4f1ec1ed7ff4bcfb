"""Reads of programmes and of their versions; a page never drags a whole document along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models

if TYPE_CHECKING:
    from accounts.models import User
    from agencies.models import Network
    from coaching.programmes.models import ProgrammeDraft, ProgrammeVersion
else:
    ProgrammeVersion = ProgrammeDraft = Any


class ProgrammeVersionQuerySet(models.QuerySet["ProgrammeVersion"]):
    def light(self) -> Self:
        """Without the documents: what a page needs comes from `runtime`."""
        return self.defer("document", "rendered")

    def newest_first(self) -> Self:
        return self.order_by("-published_at", "-pk")

    def of_programme(self, slug: str) -> Self:
        return self.filter(programme__slug=slug)

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

    def recent_first(self) -> Self:
        return self.order_by("-updated_at", "-pk")
