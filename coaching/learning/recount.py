"""The facts of enrolments compared with what completions and signatures give; needs one network's scope."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from agencies.scope import current_network_id
from coaching.cohorts.models import Enrolment, Exemption
from coaching.cohorts.services import signatures_of
from coaching.learning.models import StepCompletion
from coaching.learning.progress import Facts, facts_of
from coaching.learning.services import write_facts
from coaching.programmes.runtime import outline_of

FACTS = ("done_minutes", "done_steps", "week_minutes", "active_weeks", "last_activity_at")


@dataclass(frozen=True, slots=True)
class Difference:
    """One enrolment whose stored facts are not those of its completions; names no person."""

    network_id: int
    enrolment: str
    stored: Facts
    counted: Facts

    def __str__(self) -> str:
        parts = [
            f"{name} {getattr(self.stored, name)} instead of {getattr(self.counted, name)}"
            for name in FACTS
            if getattr(self.stored, name) != getattr(self.counted, name)
        ]
        return f"network {self.network_id}, enrolment {self.enrolment}: {'; '.join(parts)}"


def recount(*, fix: bool = False) -> list[Difference]:
    """Every difference in this network, in the order of enrolments; `fix` writes what was counted.

    The rows are locked while they are compared, so that a step taken meanwhile is not undone.
    """
    rows = (
        Enrolment.objects.select_for_update(of=("self",))
        .exclude(invited_at=None)
        .with_version()
        .select_related("network")
        .order_by("pk")
    )
    enrolments = list(rows)
    done, signed_at, exempted = _completions(), signatures_of(), _exemptions()
    differences = []
    for enrolment in enrolments:
        outline = outline_of(enrolment.cohort.programme_version)
        network = enrolment.network
        zone, signatures = ZoneInfo(network.time_zone), signed_at.get(enrolment.pk, [])
        excused = exempted[enrolment.pk]
        counted = facts_of(done[enrolment.pk], outline, network.sector, zone, signatures, excused)
        stored = _stored(enrolment, len(outline.weeks))
        if stored != counted:
            differences.append(Difference(current_network_id(), enrolment.public_id, stored, counted))
            if fix:
                write_facts(enrolment, counted)
                enrolment.save(update_fields=FACTS)
    return differences


def _completions() -> dict[int, dict[str, dt.datetime]]:
    done: dict[int, dict[str, dt.datetime]] = defaultdict(dict)
    for pk, address, at in StepCompletion.objects.values_list("enrolment_id", "address", "completed_at"):
        done[pk][address] = at
    return done


def _exemptions() -> dict[int, set[str]]:
    exempted: dict[int, set[str]] = defaultdict(set)
    for pk, address in Exemption.objects.values_list("enrolment_id", "address"):
        exempted[pk].add(address)
    return exempted


def _stored(enrolment: Enrolment, weeks: int) -> Facts:
    """The stored facts; an enrolment without a step may still have an empty list of weeks."""
    minutes = [*enrolment.week_minutes, *[0] * (weeks - len(enrolment.week_minutes))]
    return Facts(
        done_minutes=enrolment.done_minutes,
        done_steps=enrolment.done_steps,
        week_minutes=tuple(minutes),
        active_weeks=tuple(enrolment.active_weeks),
        last_activity_at=enrolment.last_activity_at,
    )
