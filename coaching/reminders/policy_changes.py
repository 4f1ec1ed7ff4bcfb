"""Changing the policy of a network, a cohort or a person: stored, and what waits follows.

Each verb is one transaction in the scope of one network.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import connection, transaction
from django.utils import timezone

from agencies.models import Membership, Network
from coaching.cohorts.models import Blackout, Cohort, Enrolment
from coaching.cohorts.querysets import EnrolmentQuerySet
from coaching.cohorts.working_days import Period
from coaching.reminders.facts import Defer, Send
from coaching.reminders.layers import Layer, as_layer, checked
from coaching.reminders.loading import load
from coaching.reminders.models import PolicyLayer, Reminder
from coaching.reminders.planner import recheck
from coaching.reminders.policies import StoredLayers
from coaching.reminders.wishes import WEEKLY


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
    """Set the alarm of these people, and have the weekly messages that wait for them follow another day.

    One that was already tried keeps to its own rhythm, and what would not leave any more is left for its
    hour to say: by then it may again. Messages before enrolments, as everywhere in the ledger.
    """
    _move(people, now)
    statuses = (*Enrolment.LIVE, Enrolment.Status.COMPLETED, Enrolment.Status.ENDED_INCOMPLETE)
    Enrolment.objects.filter(pk__in=people.values("pk"), status__in=statuses).update(next_check_at=now)


def _move(people: EnrolmentQuerySet, now: dt.datetime) -> None:
    waiting = Reminder.objects.filter(state=Reminder.State.DUE, attempts=0, kind__in=WEEKLY)
    rows = list(waiting.filter(enrolment__in=people.values("pk")))
    loaded = load({row.enrolment_id for row in rows}, now) if rows else {}
    found: list[tuple[int, dt.datetime, str]] = []
    for row in rows:
        person = loaded.get(row.enrolment_id)
        if person is None:
            continue  # logged; the claim meets it again
        match recheck(row, person.facts, person.policy, now):
            case Defer(until, _because):
                local = person.facts.calendar.local_minute(until)
                found.append((row.pk, until, local.isoformat(timespec="minutes")))
            case Send():
                found.append((row.pk, now, row.local_due))
    if found:
        with connection.cursor() as cursor:
            cursor.execute(_MOVE, [list(column) for column in zip(*found, strict=True)])


_MOVE = """
UPDATE reminders_reminder r SET next_try_at = v.at, due_at = v.at, local_due = v.local
FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[]) AS v(id, at, local)
WHERE r.id = v.id AND r.state = 'due' AND r.attempts = 0
"""


# --- days on which nobody of the network is written to ------------------------------------------


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
