"""A person in their programme: the enrolment to show, the steps done, the days that count. The first door."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.utils import timezone, translation

from accounts.rows import Columns, fetch
from agencies.models import Agency, Membership
from coaching.cohorts.due_dates import effective_due_at
from coaching.cohorts.models import (
    Blackout,
    Cohort,
    CohortWeek,
    Enrolment,
    EnrolmentPause,
    OwnDueDate,
)
from coaching.cohorts.working_days import Period, periods
from coaching.learning.access.completion import load_completions
from coaching.learning.completion import Completion
from coaching.learning.models import StepCompletion
from coaching.learning.progress import Journey, OpenedWeek, journey_of
from coaching.programmes.models import ProgrammeVersion
from coaching.programmes.outline import ProgrammeOutline, StepOutline
from coaching.programmes.runtime import outline_of

# The others are past: a person who left or was replaced keeps their content, not these pages.
VISIBLE = (*Enrolment.LIVE, Enrolment.Status.COMPLETED, Enrolment.Status.ENDED_INCOMPLETE)
_COHORT_OWN = ("status", "starts_on", "time_zone", "boosters_on")
_COHORT_COLUMNS = (*(f"cohort__{name}" for name in _COHORT_OWN), "cohort__programme_version__checksum")
_ENROLMENT = Columns(Enrolment, "e", "id", "network_id", "public_id", "cohort_id", "membership_id", "status")
_COHORT = Columns(Cohort, "c", "id", "network_id", *_COHORT_OWN, "programme_version_id")
_VERSION = Columns(ProgrammeVersion, "v", "id", "checksum")
_LEARNER = f"""
SELECT {_ENROLMENT.sql}, {_COHORT.sql}, {_VERSION.sql},
    ARRAY(SELECT s.address FROM learning_stepcompletion s
          WHERE s.network_id = e.network_id AND s.enrolment_id = e.id),
    ARRAY(SELECT s.address || ' ' || s.text_done FROM learning_stepcompletion s
          WHERE s.network_id = e.network_id AND s.enrolment_id = e.id AND s.text_done <> ''),
    ARRAY(SELECT x.address FROM cohorts_exemption x
          WHERE x.network_id = e.network_id AND x.enrolment_id = e.id),
    w.numbers, w.opens, w.dues
FROM agencies_membership m
JOIN cohorts_enrolment e ON e.network_id = m.network_id AND e.membership_id = m.id
JOIN cohorts_cohort c ON c.network_id = e.network_id AND c.id = e.cohort_id
JOIN programmes_programmeversion v ON v.id = c.programme_version_id
CROSS JOIN LATERAL (
    SELECT array_agg(w.number ORDER BY w.number) AS numbers, array_agg(w.opens_at ORDER BY w.number) AS opens,
        array_agg(w.due_at ORDER BY w.number) AS dues
    FROM cohorts_cohortweek w WHERE w.network_id = c.network_id AND w.cohort_id = c.id) w
WHERE m.user_id = %s AND e.status = ANY (%s) AND c.status <> 'draft'
"""  # noqa: S608 - names of columns


def get_enrolment_for(membership: Membership) -> Enrolment | None:
    """The person's own enrolment in this network: a live one first, then the most recent. None: no page yet.

    One query, of the columns that pages show; person and network are those of the membership at hand.
    """
    rows = list(
        Enrolment.objects.filter(membership__user_id=membership.user_id, status__in=VISIBLE)
        .exclude(cohort__status=Cohort.Status.DRAFT)
        .select_related("cohort__programme_version")
        .only("network", "cohort", "membership", "status", "public_id", *_COHORT_COLUMNS)
    )
    if not rows:
        return None
    enrolment = max(rows, key=_rank)
    _belongs_to(enrolment, membership)
    return enrolment


def _rank(enrolment: Enrolment) -> tuple[bool, dt.date, int]:
    is_live = enrolment.is_live and enrolment.cohort.status != Cohort.Status.ARCHIVED
    return (is_live, enrolment.cohort.starts_on, enrolment.pk)


def _belongs_to(enrolment: Enrolment, membership: Membership) -> None:
    enrolment.network = membership.network
    if enrolment.membership_id == membership.pk:
        enrolment.membership = membership


@dataclass(frozen=True, slots=True)
class Breaks:
    """What moves a person's days: their agency's, the cohort's blackouts, their own pauses and dates."""

    agency: Agency | None
    shift_days: int
    blackouts: tuple[Period, ...]
    pauses: tuple[Period, ...]
    own_days: Mapping[int, int]  # week number -> days after the cohort's


@dataclass
class Learner:
    """A person in their programme at one moment; what a page asks for is fetched once, when asked."""

    enrolment: Enrolment
    now: dt.datetime
    language: str

    @cached_property
    def outline(self) -> ProgrammeOutline:
        return outline_of(self.enrolment.cohort.programme_version)

    @property
    def sector(self) -> str:
        return self.enrolment.network.sector

    @cached_property
    def done(self) -> frozenset[str]:
        """Addresses of the steps done; one query."""
        return frozenset(StepCompletion.objects.of(self.enrolment).addresses())

    @cached_property
    def texts_done(self) -> dict[str, str]:
        """Address -> mark of the text, of the steps done in another version of the programme; one query."""
        rows = StepCompletion.objects.of(self.enrolment).exclude(text_done="")
        return dict(rows.values_list("address", "text_done"))

    def has_changed(self, step: StepOutline) -> bool:
        """Whether the step says something else than when they did it (domain.md 4.8)."""
        return step.differs_from(self.texts_done.get(step.address, ""), self.language)

    @cached_property
    def exempted(self) -> frozenset[str]:
        """Addresses of the steps that the coach asks of them no more; one query."""
        return frozenset(self.enrolment.exemptions.values_list("address", flat=True))

    @property
    def settled(self) -> frozenset[str]:
        """What counts as done (domain.md 4.3): the steps taken, and those of an exemption."""
        return self.done | self.exempted

    @cached_property
    def calendar(self) -> list[OpenedWeek]:
        """The cohort's weeks; one query."""
        rows = CohortWeek.objects.filter(cohort_id=self.enrolment.cohort_id)
        return [OpenedWeek(*row) for row in rows.values_list("number", "opens_at", "due_at")]

    @property
    def has_taken_all(self) -> bool:
        """Whether every required step is done; what finishing takes besides is in `completion`."""
        return self.outline.is_finished(self.settled, self.sector)

    @property
    def has_finished(self) -> bool:
        """Whether they have all that the programme asks, even after the end of the cohort.

        The status of an ended cohort stays what it was then (domain.md 4.2), and no figure reads this.
        """
        if self.enrolment.status == Enrolment.Status.COMPLETED:
            return True
        return self.has_taken_all and self.completion.is_met

    @cached_property
    def completion(self) -> Completion:
        """What finishing takes and how much of it is there; five queries."""
        row = self.enrolment
        row.refresh_from_db(fields=["invited_at", "completed_at"])
        return load_completions([row], self.outline, self.sector, self.now)[row.pk]

    @property
    def zone(self) -> ZoneInfo:
        """The network's clock, which counts days and weeks (domain.md 4.1)."""
        return ZoneInfo(self.enrolment.network.time_zone)

    @property
    def today(self) -> dt.date:
        return self.now.astimezone(self.zone).date()

    @cached_property
    def completed(self) -> dict[str, dt.datetime]:
        """When each step was first done, by its address; one query."""
        return dict(StepCompletion.objects.of(self.enrolment).values_list("address", "completed_at"))

    @cached_property
    def breaks(self) -> Breaks:
        """One query."""
        pauses = EnrolmentPause.objects.filter(network=OuterRef("network"), enrolment=OuterRef("pk"))
        here = Q(cohort=OuterRef("cohort")) | Q(cohort=None)
        blackouts = Blackout.objects.filter(here, network=OuterRef("network"))
        own = OwnDueDate.objects.filter(network=OuterRef("network"), enrolment=OuterRef("pk"))
        own = own.order_by("week_number")
        both = {
            "pause": pauses.order_by("starts_on", "pk"),
            "blackout": blackouts.order_by("starts_on", "pk"),
        }
        arrays = {
            f"{name}_{end}": ArraySubquery(rows.values(f"{end}_on"))
            for name, rows in both.items()
            for end in ("starts", "ends")
        }
        row: Any = (
            Enrolment.objects.select_related("membership__agency")
            .only("shift_days", "membership__agency__open_days", "membership__agency__holiday_subdivision")
            .annotate(
                **arrays,
                own_weeks=ArraySubquery(own.values("week_number")),
                own_days=ArraySubquery(own.values("days")),
            )
            .get(pk=self.enrolment.pk)
        )
        return Breaks(
            row.membership.agency,
            row.shift_days,
            periods(zip(row.blackout_starts, row.blackout_ends, strict=True)),
            periods(zip(row.pause_starts, row.pause_ends, strict=True)),
            dict(zip(row.own_weeks, row.own_days, strict=True)),
        )

    @cached_property
    def due_dates(self) -> dict[int, dt.datetime]:
        """Week number -> when it is due for this person; needs `breaks`."""
        breaks, zone = self.breaks, self.enrolment.cohort.time_zone
        return {
            week.number: effective_due_at(
                week.due_at,
                breaks.pauses,
                breaks.shift_days,
                breaks.own_days.get(week.number),
                time_zone=zone,
            )
            for week in self.calendar
            if week.due_at is not None
        }

    @cached_property
    def journey(self) -> Journey:
        opened = [*self.calendar, *self._boosters]
        return journey_of(self.outline, self.done, opened, self.now, self.sector, self.exempted)

    @property
    def _boosters(self) -> Iterator[OpenedWeek]:
        """When the boosters of the version open; no query."""
        for booster in self.outline.boosters:
            opens_at = self.enrolment.cohort.booster_opens_at(booster.after_weeks)
            if opens_at is not None:
                yield OpenedWeek(booster.week_number, opens_at)


def get_learner_for(membership: Membership) -> Learner | None:
    """The person's programme now, None when they have no enrolment to show.

    Enrolment, steps done and calendar in one query: nearly every page of a learner asks for all three.
    """
    rows = fetch(_LEARNER, [membership.user_id, list(VISIBLE)])
    if not rows:
        return None
    found = (_learner(iter(row)) for row in rows)
    learner = max(found, key=lambda each: _rank(each.enrolment))
    _belongs_to(learner.enrolment, membership)
    return learner


def _learner(values: Iterator[Any]) -> Learner:
    enrolment = _ENROLMENT.take(values)
    enrolment.cohort = _COHORT.take(values)
    enrolment.cohort.programme_version = _VERSION.take(values)
    learner = Learner(enrolment, timezone.now(), translation.get_language() or "fr")
    done, texts, exempted, *weeks = values
    learner.done, learner.exempted = frozenset(done), frozenset(exempted)
    learner.texts_done = dict(each.split(" ") for each in texts)
    learner.calendar = [OpenedWeek(*week) for week in zip(*(each or () for each in weeks), strict=True)]
    return learner
