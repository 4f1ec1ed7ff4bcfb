"""Reads of the operator: figures over all networks, by functions that return counts and instants only."""

from __future__ import annotations

import logging
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import InterfaceError

from agencies.models import Network
from coaching.reminders.gate import CONNECTION_FAILURES
from coaching.reminders.health import DOUBT_LASTS, DUE_LASTS, Facts
from coaching.reminders.instance import database_now, why_held
from coaching.reminders.models import Heartbeat, MailGate

logger = logging.getLogger(__name__)
_migrated: set[str] = set()  # databases that once had all of this version: looked at no more


def read_facts() -> Facts | None:
    """What `health.findings` looks at; None when the database does not answer. Seven queries, no scope."""
    try:
        if not _is_migrated():
            return Facts(now=database_now(), is_migrated=False)
        return _read()
    except (DatabaseError, InterfaceError) as problem:
        logger.error("the database does not answer the question about its health: %s", type(problem).__name__)
        return None


def _read() -> Facts:
    now = database_now()
    values: list[Any] = [now, DUE_LASTS, DOUBT_LASTS]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT left_at, stuck, stuck_since, unplanned, unplanned_since, doubtful, waiting, refused, "
            "expected_since, capped FROM reminders_vital_signs(%s, %s, %s)",
            values,
        )
        names = [column.name for column in cursor.description]
        row = cursor.fetchone()
    assert row is not None
    beats = dict(Heartbeat.objects.values_list("name", "beat_at"))
    closed = MailGate.objects.filter(failures__gte=CONNECTION_FAILURES).order_by("transport")
    gates = tuple(closed.values_list("transport", flat=True))
    known = dict(zip(names, row, strict=True))
    return Facts(now=now, held=why_held(), beats=beats, closed_gates=gates, **known)


def _is_migrated() -> bool:
    name = str(connection.settings_dict["NAME"])
    if name in _migrated:
        return True
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    _migrated.add(name)
    return True


@dataclass(slots=True)
class NetworkTrouble:
    """What waits for a coach in one network: counts by state, and the codes that mail servers gave."""

    network: Network
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    codes: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def uncertain(self) -> int:
        return self.counts.get("uncertain", 0)

    @property
    def dead(self) -> int:
        return self.counts.get("dead", 0)

    @property
    def bounced(self) -> int:
        return self.counts.get("bounced", 0)

    @property
    def told_codes(self) -> list[tuple[str, int]]:
        """The most frequent first."""
        return sorted(self.codes.items(), key=lambda item: (-item[1], item[0]))


def troubles() -> list[NetworkTrouble]:
    """Networks in which messages wait for a coach, by name; two queries, no scope."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT network_id, state, reason, number FROM reminders_to_see_by_network()")
        rows = cursor.fetchall()
    known = Network.objects.in_bulk({row[0] for row in rows})
    found = {key: NetworkTrouble(network) for key, network in known.items()}
    for network_id, state, reason, number in rows:
        found[network_id].counts[state] += number
        if reason:
            found[network_id].codes[reason] += number
    return sorted(found.values(), key=lambda each: (each.network.name.casefold(), each.network.pk))
