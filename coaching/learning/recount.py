"""The facts of enrolments compared with what completions and signatures give, and who has finished.

Needs one network's scope.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils import timezone

from agencies.scope import current_network_id
from coaching.cohorts.models import Enrolment, Exemption
from coaching.cohorts.services import signatures_of
from coaching.learning.access import load_completions
from coaching.learning.completion import Completion
from coaching.learning.models import StepCompletion
from coaching.learning.progress import Facts, facts_of
from coaching.learning.services import SETTLED, settle, write_facts
from coaching.programmes.runtime import outline_of

FACTS = ("done_minutes", "done_steps", "week_minutes", "active_weeks", "last_activity_at")


@dataclass(frozen=True, slots=True)
class Difference:
    """One enrolment whose stored facts are not those of its completions; names no person.

    `has_finished`: everything the programme asks is there, and the status does not say so.
    """

    network_id: int
    enrolment: str
    stored: Facts
    counted: Facts
    has_finished: bool = False

    def __str__(self) -> str:
        parts = [
            f"{name} {getattr(self.stored, name)} instead of {getattr(self.counted, name)}"
            for name in FACTS
            if getattr(self.stored, name) != getattr(self.counted, name)
        ]
        if self.has_finished:
            parts.append("has finished and is not completed")
        return f"network {self.network_id}, enrolment {self.enrolment}: {'; '.join(parts)}"


def recount(*, fix: bool = False, now: dt.datetime | None = None) -> list[Difference]:
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
    enrolments, at = list(rows), now or timezone.now()
    completions = _finishing(enrolments, at)
    done, signed_at, exempted = _completions(), signatures_of(), _exemptions()
    differences = []
    for enrolment in enrolments:
        outline = outline_of(enrolment.cohort.programme_version)
        network = enrolment.network
        zone, signatures = ZoneInfo(network.time_zone), signed_at.get(enrolment.pk, [])
        excused = exempted[enrolment.pk]
        counted = facts_of(done[enrolment.pk], outline, network.sector, zone, signatures, excused)
        stored = _stored(enrolment, len(outline.weeks))
        has_finished = settle(enrolment, completions[enrolment.pk], at)
        if stored != counted or has_finished:
            difference = Difference(current_network_id(), enrolment.public_id, stored, counted, has_finished)
            differences.append(difference)
            if fix:
                write_facts(enrolment, counted)
                enrolment.save(update_fields=[*FACTS, *SETTLED])
    return differences


def _finishing(enrolments: Collection[Enrolment], now: dt.datetime) -> dict[int, Completion]:
    """Enrolment id -> what finishing takes; four queries a cohort."""
    by_cohort: dict[int, list[Enrolment]] = defaultdict(list)
    for enrolment in enrolments:
        by_cohort[enrolment.cohort_id].append(enrolment)
    found: dict[int, Completion] = {}
    for people in by_cohort.values():
        outline = outline_of(people[0].cohort.programme_version)
        found |= load_completions(people, outline, people[0].network.sector, now)
    return found


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
