"""Reads of whole cohorts for pages that draw many people: one statement each, records instead of models.

Building the same statements through the ORM, and a model per row, cost more than all the rest of the
overview (bench). The records carry the names of the models' fields, so that facts.py reads either.
All of it needs a scope: row-level security applies to every table named here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, cast

from django.db import connection

from agencies.querysets import SHOWN_NAME
from coaching.adoption.rates import ELIGIBLE_STATUSES
from coaching.cohorts.models import Cohort, Enrolment

_COHORTS = """
SELECT c.id, c.public_id, c.name, c.status, c.time_zone, c.starts_on, c.ended_at, v.checksum,
    b.starts, b.ends, w.numbers, w.opens, w.dues
FROM cohorts_cohort c
JOIN programmes_programmeversion v ON v.id = c.programme_version_id
CROSS JOIN LATERAL (
    SELECT array_agg(b.starts_on ORDER BY b.id) AS starts, array_agg(b.ends_on ORDER BY b.id) AS ends
    FROM cohorts_blackout b WHERE b.network_id = c.network_id AND b.cohort_id = c.id) b
CROSS JOIN LATERAL (
    SELECT array_agg(w.number ORDER BY w.number) AS numbers, array_agg(w.opens_at ORDER BY w.number) AS opens,
        array_agg(w.due_at ORDER BY w.number) AS dues
    FROM cohorts_cohortweek w WHERE w.network_id = c.network_id AND w.cohort_id = c.id) w
WHERE c.network_id = %s AND {condition}
ORDER BY c.status DESC, c.starts_on DESC, c.id DESC
"""

_AGENCIES = """
SELECT a.id, a.public_id, a.name, a.city, a.time_zone, a.open_days, a.holiday_subdivision, a.opened_on,
    a.closed_on,
    EXISTS (SELECT FROM agencies_membership em
            JOIN cohorts_enrolment e ON e.network_id = em.network_id AND e.membership_id = em.id
            JOIN cohorts_cohort c ON c.network_id = e.network_id AND c.id = e.cohort_id
            WHERE em.network_id = a.network_id AND em.agency_id = a.id AND c.status = 'running'
              AND c.id <> %(besides)s AND e.status = ANY (%(eligible)s)
              AND (em.ends_on IS NULL OR em.ends_on > %(today)s)),
    h.ids, h.users, h.names, h.interims
FROM agencies_agency a
CROSS JOIN LATERAL (
    SELECT array_agg(m.id ORDER BY m.id) AS ids, array_agg(m.user_id ORDER BY m.id) AS users,
        array_agg({name} ORDER BY m.id) AS names,
        array_agg(CASE WHEN m.is_interim THEN m.starts_on END ORDER BY m.id) AS interims
    FROM agencies_membership m JOIN accounts_user u ON u.id = m.user_id
    WHERE m.network_id = a.network_id AND m.agency_id = a.id AND m.role = 'agency_head'
      AND m.starts_on <= %(today)s AND (m.ends_on IS NULL OR m.ends_on > %(today)s)) h
WHERE a.network_id = %(network)s AND (a.closed_on IS NULL OR a.closed_on > %(today)s) AND {condition}
"""

_ENROLMENTS = """
SELECT e.id, e.public_id, e.cohort_id, e.status, e.invited_at, e.activated_at, e.completed_at, e.ended_at,
    e.last_activity_at, e.reminders_sent, e.manager_notice_at, e.shift_days, e.done_minutes, e.week_minutes,
    m.id, m.role, m.employment_status, m.user_id, m.agency_id, {name},
    a.public_id, a.name, a.time_zone, a.open_days, a.holiday_subdivision,
    p.starts, p.ends,
    ARRAY(SELECT k.happened_at FROM cohorts_coachcontact k
          WHERE k.network_id = e.network_id AND k.enrolment_id = e.id),
    ARRAY(SELECT DISTINCT date_trunc('week', s.completed_at AT TIME ZONE %(zone)s)::date
          FROM learning_stepcompletion s WHERE s.network_id = e.network_id AND s.enrolment_id = e.id),
    m.ends_on,
    CASE WHEN m.ends_on IS NOT NULL THEN (
        SELECT h.id FROM agencies_membership h
        WHERE h.network_id = m.network_id AND h.agency_id = m.agency_id AND h.role = 'agency_head'
          AND h.starts_on >= m.ends_on AND h.ends_on IS NULL AND h.user_id <> m.user_id
        ORDER BY h.is_interim, h.starts_on DESC, h.id DESC LIMIT 1) END
FROM cohorts_enrolment e
JOIN agencies_membership m ON m.network_id = e.network_id AND m.id = e.membership_id
JOIN accounts_user u ON u.id = m.user_id
LEFT JOIN agencies_agency a ON a.network_id = m.network_id AND a.id = m.agency_id
CROSS JOIN LATERAL (
    SELECT array_agg(p.starts_on ORDER BY p.starts_on, p.id) AS starts,
        array_agg(p.ends_on ORDER BY p.starts_on, p.id) AS ends
    FROM cohorts_enrolmentpause p WHERE p.network_id = e.network_id AND p.enrolment_id = e.id) p
WHERE e.network_id = %(network)s AND {condition}
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


@dataclass(slots=True)
class HeadRecord:
    """Whoever runs an agency today. `interim_since` is None for a head in title."""

    pk: int
    user_id: int
    name: str
    interim_since: dt.date | None


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
    enrolled_elsewhere: bool = False
    heads: tuple[HeadRecord, ...] = ()


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

    @property
    def is_head(self) -> bool:
        return self.role == "agency_head"


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
    membership: MembershipRecord
    pause_starts: list[dt.date]
    pause_ends: list[dt.date]
    contacts_at: list[dt.datetime]
    active_weeks: list[dt.date]
    successor_id: int | None

    @property
    def membership_id(self) -> int:
        return self.membership.pk


def read_cohorts(network_id: int, ids: Collection[int] | None = None) -> list[Cohort]:
    """Launched cohorts that are not archived, the running and latest first; or exactly those of `ids`."""
    condition = "c.status IN ('running', 'ended')" if ids is None else "c.id = ANY (%s)"
    rows = _rows(_COHORTS.format(condition=condition), [network_id] + ([] if ids is None else [list(ids)]))
    return [cast(Cohort, _cohort(row)) for row in rows]


def _cohort(row: tuple[Any, ...]) -> CohortRecord:
    weeks = [WeekRecord(*week) for week in _in_step(*row[10:13])]
    values: list[Any] = [*row[:7], VersionRecord(row[7]), row[8] or [], row[9] or [], weeks]
    return CohortRecord(*values)


def read_agencies(
    network_id: int, today: dt.date, *, besides: int, agency_id: int | None = None
) -> list[AgencyRecord]:
    """Agencies not closed on that day with their heads; `enrolled_elsewhere` looks beyond one cohort."""
    condition = "true" if agency_id is None else "a.id = %(agency)s"
    rows = _rows(
        _AGENCIES.format(name=SHOWN_NAME, condition=condition),
        {
            "network": network_id,
            "today": today,
            "besides": besides,
            "agency": agency_id,
            "eligible": sorted(ELIGIBLE_STATUSES),
        },
    )
    return [_agency(row) for row in rows]


def _agency(row: tuple[Any, ...]) -> AgencyRecord:
    pk, public_id, name, city, zone, open_days, subdivision, opened_on, closed_on, elsewhere = row[:10]
    heads = tuple(HeadRecord(*head) for head in _in_step(*row[10:14]))
    return AgencyRecord(
        pk, public_id, name, zone, open_days, subdivision, city, opened_on, closed_on, elsewhere, heads
    )


def read_enrolments(
    network_id: int, zone: str, *, cohort_id: int | None = None, ids: Collection[int] | None = None
) -> list[Enrolment]:
    """Everybody of a cohort, or exactly the enrolments of `ids`; weeks are counted by the clock of `zone`."""
    condition = "e.cohort_id = %(cohort)s" if ids is None else "e.id = ANY (%(ids)s)"
    values = {
        "network": network_id,
        "zone": zone,
        "cohort": cohort_id,
        "ids": None if ids is None else list(ids),
    }
    rows = _rows(_ENROLMENTS.format(name=SHOWN_NAME, condition=condition), values)
    return [cast(Enrolment, _enrolment(row)) for row in rows]


def _enrolment(row: tuple[Any, ...]) -> EnrolmentRecord:
    agency = AgencyRecord(row[18], *row[20:25]) if row[18] else None
    membership: list[Any] = [*row[14:20], agency, row[29]]
    values: list[Any] = [*row[:14], MembershipRecord(*membership), row[25] or [], row[26] or []]
    values += [*row[27:29], row[30]]
    return EnrolmentRecord(*values)


def _in_step(*columns: list[Any] | None) -> Iterator[tuple[Any, ...]]:
    """Arrays that were gathered together, one tuple per place; gathering nothing gives NULL."""
    return zip(*(column or [] for column in columns), strict=True)


def _rows(sql: str, values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
