"""How what is uncertain comes to an end when no answer does: by its kind, and in time (reliability 2.8)."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import connection

from agencies.scope import networks
from coaching.reminders.facts import CALENDAR_KINDS, HUMAN
from coaching.reminders.ledger import DOUBT_LASTS, FIRST_LOOK, MAX_ATTEMPTS, memory_of
from coaching.reminders.transport import Transport

# A doubt about these waits for a person; of the others people read the same on their pages.
MEETINGS = CALENDAR_KINDS | {"session_soon", "session_today"}
WAITS_FOR_A_PERSON = HUMAN | MEETINGS | {"invitation"}


def settle_doubts(network_id: int, now: dt.datetime | None = None, courier: Transport | None = None) -> int:
    """Close what is uncertain for a day where nobody misses it; returns how many (reliability 2.8).

    A digest or a nudge says what the pages say as well. A calendar message, an invitation and a coach's own
    letter wait for a person, or for a provider's word; where the operator chose so, what concerns a meeting
    leaves once more after ten minutes, a declared exception to « never doubled by us ».
    """
    values = memory_of(courier) | {
        "now": now,
        "look": FIRST_LOOK,
        "lasts": DOUBT_LASTS,
        "tries": MAX_ATTEMPTS,
        "kept": sorted(WAITS_FOR_A_PERSON),
        "again": sorted(MEETINGS) if settings.MAIL_RESENDS_MEETINGS else [],
    }
    with networks(network_id), connection.cursor() as cursor:
        cursor.execute(_SETTLE_DOUBTS, values)
        return [row[0] for row in cursor.fetchall()].count("skipped")


# A doubt that the transport can still clear is left to the claim.
_SETTLE_DOUBTS = """
WITH doubt AS (
    SELECT id, COALESCE(in_doubt_since, handed_over_at, due_at) AS since,
        COALESCE(%(now)s, clock_timestamp()) AS now,
        kind = ANY(%(again)s::text[]) AND reason = 'no_answer' AND attempts < %(tries)s AND (
            SELECT count(*) = 1 FROM reminders_reminderattempt a WHERE a.network_id = r.network_id
            AND a.reminder_id = r.id AND a.stage = 'no_answer') AS is_first
    FROM reminders_reminder r
    WHERE state = 'uncertain' AND next_try_at <= COALESCE(%(now)s, clock_timestamp())
        AND (transport = %(transport)s AND attempts < %(tries)s
            AND expires_at > COALESCE(%(now)s, clock_timestamp())
            AND in_doubt_since > COALESCE(%(now)s, clock_timestamp()) - %(memory)s) IS NOT TRUE
    FOR UPDATE SKIP LOCKED
), settled AS (
    SELECT d.*, CASE WHEN d.is_first AND r.expires_at > d.now AND d.since <= d.now - %(look)s THEN 'due'
        WHEN d.since > d.now - %(lasts)s OR r.kind = ANY(%(kept)s::text[]) THEN 'uncertain'
        ELSE 'skipped' END AS state
    FROM doubt d JOIN reminders_reminder r ON r.id = d.id
)
UPDATE reminders_reminder r SET state = s.state,
    reason = CASE s.state WHEN 'skipped' THEN 'uncertain' ELSE r.reason END,
    finished_at = CASE s.state WHEN 'skipped' THEN s.now END,
    next_try_at = CASE WHEN s.state <> 'uncertain' THEN s.now
        WHEN s.since > s.now - %(lasts)s THEN s.since + %(lasts)s ELSE s.now + %(lasts)s END
FROM settled s WHERE r.id = s.id RETURNING r.state
"""
