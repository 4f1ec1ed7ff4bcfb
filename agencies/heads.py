"""Whoever runs each agency on a day, in one statement for a page or for a whole network. Needs a scope."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from accounts.rows import fetch
from agencies.querysets import SHOWN_NAME

# OFFSET 0: one look-up of a person by key for each head, however few heads the planner expects.
_HEADS = """
SELECT m.agency_id, m.id, m.user_id, {name},
    CASE WHEN m.is_interim THEN m.starts_on END
FROM agencies_membership m
CROSS JOIN LATERAL (SELECT u.name, u.email FROM accounts_user u WHERE u.id = m.user_id OFFSET 0) u
WHERE m.network_id = %(network)s AND m.role = 'agency_head' AND m.starts_on <= %(day)s
  AND (m.ends_on IS NULL OR m.ends_on > %(day)s) AND {condition}
ORDER BY m.id
"""


@dataclass(slots=True)
class Head:
    """Whoever runs an agency. `interim_since` is None for a head in title; `pk` is the membership's."""

    pk: int
    user_id: int
    name: str
    interim_since: dt.date | None


def heads_by_agency(
    network_id: int, day: dt.date, agency_ids: Collection[int] | None = None
) -> dict[int, list[Head]]:
    """Agency id -> its heads on that day, the longest there first; an agency without one has no key."""
    condition = "true" if agency_ids is None else "m.agency_id = ANY (%(agencies)s)"
    values = {"network": network_id, "day": day, "agencies": list(agency_ids or ())}
    heads: dict[int, list[Head]] = {}
    for agency_id, *head in fetch(_HEADS.format(name=SHOWN_NAME, condition=condition), values):
        heads.setdefault(agency_id, []).append(Head(*head))
    return heads
