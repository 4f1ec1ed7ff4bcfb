"""What networks and cohorts set of the policy, as it is stored; in the scope of one network."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Self

from django.db.models import Q

from agencies.models import Network
from coaching.cohorts.models import Blackout, Cohort
from coaching.reminders.layers import Layer, Resolved, as_layer, resolve
from coaching.reminders.models import PolicyLayer


@dataclass(frozen=True)
class StoredLayers:
    """The layer of the network and those of some cohorts; one query."""

    network: Layer
    cohorts: Mapping[int, Layer]
    is_softened: bool

    @classmethod
    def read(cls, cohort_ids: Collection[int]) -> Self:
        """Of these cohorts, all of one network."""
        rows = PolicyLayer.objects.filter(Q(cohort=None) | Q(cohort_id__in=cohort_ids))
        layers = {row.cohort_id: as_layer(row.values) for row in rows}
        own = next((row for row in rows if row.cohort_id is None), None)
        cohorts = {pk: layer for pk, layer in layers.items() if pk is not None}
        return cls(layers.get(None, ()), cohorts, own is not None and own.softened_at is not None)

    def of(self, cohort_id: int, digest_weekday: int | None = None) -> Resolved:
        """What holds for a person of this cohort who chose this day, or none."""
        return resolve(self.network, self.cohorts.get(cohort_id, ()), digest_weekday, self.is_softened)


def layer_row(cohort: Cohort | None) -> PolicyLayer | None:
    """The row of a cohort, or the network's own, with who changed it last; one query."""
    return PolicyLayer.objects.filter(cohort=cohort).select_related("changed_by__user").first()


def closures_of(network: Network) -> list[Blackout]:
    """The network's own, in order; one query."""
    return list(Blackout.objects.filter(network=network, cohort=None).order_by("starts_on", "pk"))
