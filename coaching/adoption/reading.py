"""Reads of whole cohorts for pages that draw many people: one statement each, records instead of models.

Building the same statements through the ORM, and a model per row, cost more than all the rest of the
overview (bench). The records carry the names of the models' fields, so that facts.py reads either.
All of it needs a scope: row-level security applies to every table named here.

Statements are planned once for every network (settings.connection), for the planner then a handful of
people whatever their number: OFFSET 0 keeps it to one look-up by key for each person, where it would
else read the whole network again for each (four hundred people: 120 ms instead of 6).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.utils import timezone

from accounts.rows import fetch
from agencies.heads import Head, heads_by_agency
from agencies.querysets import SHOWN_NAME
from coaching.adoption.rates import ELIGIBLE_STATUSES
from coaching.cohorts.models import Cohort, Enrolment

# What a read may ask of its cohorts and enrolments; `own` and `coaching` are lists of memberships.
LAUNCHED = "c.status IN ('running', 'ended')"
EVERY_LAUNCHED = "c.status <> 'draft'"
COACHED = """c.id IN (SELECT k.cohort_id FROM cohorts_cohortcoach k
    WHERE k.network_id = c.network_id AND k.membership_id = ANY (%(coaching)s))"""
TAKEN_PART_IN = """c.status <> 'draft' AND c.id IN (SELECT e.cohort_id FROM cohorts_enrolment e
    WHERE e.network_id = c.network_id AND e.membership_id = ANY (%(own)s))"""
OF_COACHED = """e.cohort_id IN (SELECT k.cohort_id FROM cohorts_cohortcoach k
    WHERE k.network_id = %(network)s AND k.membership_id = ANY (%(coaching)s))"""
OF_COHORTS = "e.cohort_id = ANY (%(cohorts)s)"
OWN = "e.membership_id = ANY (%(own)s)"
# As EnrolmentQuerySet.present says it, for heads and for oneself.
_HEADS_OR_OWN = """SELECT m.id FROM agencies_membership m
    WHERE m.network_id = %(network)s AND (m.role = 'agency_head' OR m.id = ANY (%(own)s))"""
HEADS_OR_OWN = (
    f"e.status <> ALL (%(absent)s) AND (e.membership_id IN ({_HEADS_OR_OWN} AND (m.ends_on IS NULL OR "
    f"m.ends_on > %(today)s)) OR e.status <> ALL (%(live)s) AND e.membership_id IN ({_HEADS_OR_OWN}))"
)
PAGE = "e.public_id > %(after)s ORDER BY e.public_id LIMIT %(limit)s"

_COHORTS = """
SELECT c.id, c.public_id, c.name, c.status, c.time_zone, c.starts_on, c.ended_at, v.checksum,
    b.starts, b.ends, w.numbers, w.opens, w.dues, c.came_on
FROM cohorts_cohort c
JOIN programmes_programmeversion v ON v.id = c.programme_version_id
CROSS JOIN LATERAL (
    SELECT array_agg(b.starts_on ORDER BY b.id) AS starts, array_agg(b.ends_on ORDER BY b.id) AS ends
    FROM cohorts_blackout b
    WHERE b.network_id = c.network_id AND (b.cohort_id = c.id OR b.cohort_id IS NULL)) b
CROSS JOIN LATERAL (
    SELECT array_agg(w.number ORDER BY w.number) AS numbers, array_agg(w.opens_at ORDER BY w.number) AS opens,
        array_agg(w.due_at ORDER BY w.number) AS dues
    FROM cohorts_cohortweek w WHERE w.network_id = c.network_id AND w.cohort_id = c.id) w
WHERE c.network_id = %(network)s AND {condition}
"""

_AGENCIES = """
WITH elsewhere AS MATERIALIZED (
    SELECT m.agency_id, bool_or(e.activated_at IS NOT NULL) AS is_activated, min(e.invited_at) AS invited_at
    FROM cohorts_cohort c
    CROSS JOIN LATERAL (
        SELECT e.membership_id, e.activated_at, e.invited_at FROM cohorts_enrolment e
        WHERE e.network_id = c.network_id AND e.cohort_id = c.id AND e.status = ANY (%(eligible)s) OFFSET 0) e
    CROSS JOIN LATERAL (
        SELECT m.agency_id FROM agencies_membership m
        WHERE m.id = e.membership_id AND (m.ends_on IS NULL OR m.ends_on > %(today)s) OFFSET 0) m
    WHERE c.network_id = %(network)s AND c.status = 'running' AND c.id <> %(besides)s
    GROUP BY m.agency_id)
SELECT a.id, a.public_id, a.name, a.city, a.time_zone, a.open_days, a.holiday_subdivision, a.opened_on,
    a.closed_on, x.is_activated, x.invited_at
FROM agencies_agency a LEFT JOIN elsewhere x ON x.agency_id = a.id
WHERE a.network_id = %(network)s AND (a.closed_on IS NULL OR a.closed_on > %(today)s) AND {condition}
"""

_ENROLMENTS = """
SELECT e.id, e.public_id, e.cohort_id, e.status, e.invited_at, e.activated_at, e.completed_at, e.ended_at,
    e.last_activity_at, e.reminders_sent, e.manager_notice_at, e.shift_days, e.done_minutes, e.week_minutes,
    e.active_weeks,
    m.id, m.role, m.employment_status, m.user_id, m.agency_id, {name},
    a.public_id, a.name, a.time_zone, a.open_days, a.holiday_subdivision,
    p.starts, p.ends,
    ARRAY(SELECT k.happened_at FROM cohorts_coachcontact k
          WHERE k.network_id = e.network_id AND k.enrolment_id = e.id),
    m.ends_on,
    CASE WHEN m.ends_on IS NOT NULL THEN (
        SELECT h.id FROM agencies_membership h
        WHERE h.network_id = m.network_id AND h.agency_id = m.agency_id AND h.role = 'agency_head'
          AND h.starts_on BETWEEN m.ends_on AND %(today)s AND h.ends_on IS NULL AND h.user_id <> m.user_id
        LIMIT 1) END,
    s.practised, s.points, d.weeks, d.days, m.is_interim, m.starts_on, e.progress_floor,
    (SELECT max(k.happened_at) FROM cohorts_coachcontact k
     WHERE k.network_id = e.network_id AND k.enrolment_id = e.id AND k.kind = 'handled')
FROM (SELECT e.* FROM cohorts_enrolment e WHERE e.network_id = %(network)s AND {condition}) e
CROSS JOIN LATERAL (SELECT m.* FROM agencies_membership m WHERE m.id = e.membership_id OFFSET 0) m
CROSS JOIN LATERAL (SELECT u.name, u.email FROM accounts_user u WHERE u.id = m.user_id OFFSET 0) u
LEFT JOIN LATERAL (SELECT a.* FROM agencies_agency a WHERE a.id = m.agency_id OFFSET 0) a ON true
CROSS JOIN LATERAL (
    SELECT array_agg(p.starts_on ORDER BY p.starts_on, p.id) AS starts,
        array_agg(p.ends_on ORDER BY p.starts_on, p.id) AS ends
    FROM cohorts_enrolmentpause p WHERE p.network_id = e.network_id AND p.enrolment_id = e.id) p
CROSS JOIN LATERAL (
    SELECT array_agg(s.first_submitted_at ORDER BY s.id) AS practised,
        array_agg(s.points ORDER BY s.id) AS points
    FROM learning_practicesubmission s WHERE s.network_id = e.network_id AND s.enrolment_id = e.id) s
CROSS JOIN LATERAL (
    SELECT array_agg(d.week_number ORDER BY d.week_number) AS weeks,
        array_agg(d.days ORDER BY d.week_number) AS days
    FROM cohorts_ownduedate d WHERE d.network_id = e.network_id AND d.enrolment_id = e.id) d
ORDER BY e.public_id
"""


@dataclass(slots=True)
class VersionRecord:
    """Enough of a version for `runtime.outline_of`."""

    checksum: str


@dataclass(slots=True)
class WeekRecord:
    number: int
    opens_at: dt.datetime
    due_at: dt.datetime


@dataclass(slots=True)
class CohortRecord:
    """A launched cohort with its calendar; reads like a Cohort in facts.py and in templates."""

    pk: int
    public_id: str
    name: str
    status: str
    time_zone: str
    starts_on: dt.date
    ended_at: dt.datetime | None
    programme_version: VersionRecord
    blackout_starts: list[dt.date]
    blackout_ends: list[dt.date]
    calendar: list[WeekRecord]
    came_on: dict[str, str]


@dataclass(slots=True)
class Elsewhere:
    """What an agency has in the running cohorts besides one: somebody who has begun, the first invitation."""

    is_activated: bool
    invited_at: dt.datetime | None


@dataclass(slots=True)
class AgencyRecord:
    """An agency that is not closed, with its heads; None for a field that the read leaves out."""

    pk: int
    public_id: str
    name: str
    time_zone: str
    open_days: list[int]
    holiday_subdivision: str
    city: str = ""
    opened_on: dt.date | None = None
    closed_on: dt.date | None = None
    elsewhere: Elsewhere | None = None
    heads: Sequence[Head] = ()


@dataclass(slots=True)
class MembershipRecord:
    pk: int
    role: str
    employment_status: str
    user_id: int
    agency_id: int | None
    shown_name: str
    agency: AgencyRecord | None
    ends_on: dt.date | None
    is_interim: bool
    starts_on: dt.date

    @property
    def is_head(self) -> bool:
        return self.role == "agency_head"

    def is_over_on(self, day: dt.date) -> bool:
        return self.ends_on is not None and self.ends_on <= day


@dataclass(slots=True)
class EnrolmentRecord:
    """One enrolment with what the metrics look at; reads like an Enrolment in facts.py."""

    pk: int
    public_id: str
    cohort_id: int
    status: str
    invited_at: dt.datetime | None
    activated_at: dt.datetime | None
    completed_at: dt.datetime | None
    ended_at: dt.datetime | None
    last_activity_at: dt.datetime | None
    reminders_sent: int
    manager_notice_at: dt.datetime | None
    shift_days: int
    done_minutes: int
    week_minutes: list[int]
    active_weeks: list[dt.date]
    membership: MembershipRecord
    pause_starts: list[dt.date]
    pause_ends: list[dt.date]
    contacts_at: list[dt.datetime]
    successor_id: int | None
    practised_at: list[dt.datetime]
    practice_points: list[int]
    own_weeks: list[int]
    own_days: list[int]
    progress_floor: float
    handled_at: dt.datetime | None

    @property
    def membership_id(self) -> int:
        return self.membership.pk


def read_cohorts(network_id: int, condition: str = LAUNCHED, **values: Any) -> list[Cohort]:
    """Cohorts `c` that meet one of the conditions above, what goes on now first (`currency`)."""
    rows = fetch(_COHORTS.format(condition=condition), {"network": network_id, **values})
    today = timezone.localdate()
    return sorted((cast(Cohort, _cohort(row)) for row in rows), key=lambda cohort: currency(cohort, today))


_STATUSES = ("begun", "running", "draft", "ended", "archived")


def currency(cohort: Cohort, today: dt.date) -> tuple[int, int, int]:
    """Sorts cohorts: what runs, what is about to, drafts, what is over; in each the nearest start first."""
    has_begun = cohort.status == Cohort.Status.RUNNING and cohort.starts_on <= today
    rank = _STATUSES.index("begun" if has_begun else cohort.status)
    return rank, abs((cohort.starts_on - today).days), -cohort.pk


def _cohort(row: tuple[Any, ...]) -> CohortRecord:
    weeks = [WeekRecord(*week) for week in _in_step(*row[10:13])]
    came_on = json.loads(row[13])
    values: list[Any] = [*row[:7], VersionRecord(row[7]), row[8] or [], row[9] or [], weeks, came_on]
    return CohortRecord(*values)


def read_agencies(
    network_id: int, today: dt.date, *, besides: int, agency_id: int | None = None
) -> list[AgencyRecord]:
    """Agencies not closed on that day with their heads; `elsewhere` looks beyond the cohort `besides`."""
    values = {
        "network": network_id,
        "today": today,
        "besides": besides,
        "agency": agency_id,
        "eligible": sorted(ELIGIBLE_STATUSES),
    }
    # Apart from their agencies: two lists of a network meet cheaper here than in a join.
    heads = heads_by_agency(network_id, today, None if agency_id is None else [agency_id])
    rows = fetch(_AGENCIES.format(condition="true" if agency_id is None else "a.id = %(agency)s"), values)
    return [_agency(row, heads.get(row[0], ())) for row in rows]


def _agency(row: tuple[Any, ...], heads: Sequence[Head]) -> AgencyRecord:
    pk, public_id, name, city, zone, open_days, subdivision, opened_on, closed_on = row[:9]
    elsewhere = None if row[9] is None else Elsewhere(*row[9:])
    return AgencyRecord(
        pk, public_id, name, zone, open_days, subdivision, city, opened_on, closed_on, elsewhere, heads
    )


def read_enrolments(network_id: int, condition: str = OF_COHORTS, **values: Any) -> list[Enrolment]:
    """Enrolments `e` that meet conditions above, joined by AND, by public_id; `cohorts` are ids."""
    rows = fetch(
        _ENROLMENTS.format(name=SHOWN_NAME, condition=condition),
        {"network": network_id, "today": timezone.localdate(), **values},
    )
    return [cast(Enrolment, _enrolment(row)) for row in rows]


def _enrolment(row: tuple[Any, ...]) -> EnrolmentRecord:
    agency = AgencyRecord(row[19], *row[21:26]) if row[19] else None
    membership: list[Any] = [*row[15:21], agency, row[29], *row[35:37]]
    values: list[Any] = [*row[:15], MembershipRecord(*membership), row[26] or [], row[27] or []]
    values += [row[28], row[30], *(column or [] for column in row[31:35]), *row[37:]]
    return EnrolmentRecord(*values)


def _in_step(*columns: list[Any] | None) -> Iterator[tuple[Any, ...]]:
    """Arrays that were gathered together, one tuple per place; gathering nothing gives NULL."""
    return zip(*(column or [] for column in columns), strict=True)
