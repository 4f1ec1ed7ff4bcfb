"""What networks and cohorts set of the policy: read and changed here, in the scope of one network."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Self

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from agencies.models import Membership, Network
from coaching.cohorts.models import Blackout, Cohort, Enrolment
from coaching.cohorts.querysets import EnrolmentQuerySet
from coaching.cohorts.working_days import Period
from coaching.reminders.layers import Layer, Resolved, as_layer, checked, resolve
from coaching.reminders.models import PolicyLayer, Reminder
from coaching.reminders.wishes import WEEKLY


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


@transaction.atomic
def change_network_policy(
    network: Network, wanted: Mapping[str, object], by: Membership, now: dt.datetime | None = None
) -> None:
    """Set these values for the network, and inherit the others. Raises PolicyError; what waits follows."""
    now = now or timezone.now()
    layer = checked(as_layer(wanted))
    _store(network, None, layer, by, now)
    wake(Enrolment.objects.filter(network=network), now)


@transaction.atomic
def change_cohort_policy(
    cohort: Cohort, wanted: Mapping[str, object], by: Membership, now: dt.datetime | None = None
) -> None:
    """The same for one cohort, within what its network allows. Raises PolicyError."""
    now = now or timezone.now()
    layer = checked(as_layer(wanted), StoredLayers.read(()).network)
    _store(cohort.network, cohort, layer, by, now)
    wake(Enrolment.objects.filter(cohort=cohort), now)


def _store(network: Network, cohort: Cohort | None, layer: Layer, by: Membership, now: dt.datetime) -> None:
    values = {"values": dict(layer), "changed_by": by, "changed_at": now}
    PolicyLayer.objects.update_or_create(network=network, cohort=cohort, defaults=values)


def wake(people: EnrolmentQuerySet, now: dt.datetime) -> None:
    """Set the alarm of these people, and have the weekly messages that wait for them decided again.

    A waiting digest is looked at by the next claim, which knows the new day; one that was already tried
    keeps to its own rhythm. Messages before enrolments, as everywhere in the ledger.
    """
    statuses = (*Enrolment.LIVE, Enrolment.Status.COMPLETED, Enrolment.Status.ENDED_INCOMPLETE)
    waiting = Reminder.objects.filter(state=Reminder.State.DUE, attempts=0, kind__in=WEEKLY)
    waiting.filter(enrolment__in=people.values("pk")).update(next_try_at=now)
    Enrolment.objects.filter(pk__in=people.values("pk"), status__in=statuses).update(next_check_at=now)


# --- days on which nobody of the network is written to ------------------------------------------


def closures_of(network: Network) -> list[Blackout]:
    """The network's own, in order; one query."""
    return list(Blackout.objects.filter(network=network, cohort=None).order_by("starts_on", "pk"))


@transaction.atomic
def close_network(network: Network, period: Period, now: dt.datetime | None = None) -> None:
    """Nobody is written to on these days, and none of them counts. No date of a cohort moves. Idempotent."""
    Blackout.objects.get_or_create(
        network=network,
        cohort=None,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        defaults={"label": period.label},
    )
    _wake_all(network, now)


@transaction.atomic
def reopen_network(network: Network, closure_id: int, now: dt.datetime | None = None) -> None:
    """Take a closure back; one that is gone already stays so."""
    Blackout.objects.filter(network=network, cohort=None, pk=closure_id).delete()
    _wake_all(network, now)


def _wake_all(network: Network, now: dt.datetime | None) -> None:
    wake(Enrolment.objects.filter(network=network), now or timezone.now())
