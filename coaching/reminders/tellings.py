"""What a provider tells of a message moves that message forward, and nothing else (reliability 2.8, Z8).

A telling finds its network by our key alone, then acts inside it. It counts once, whatever comes before
or after it: nothing here ever leads back from "come back" to "sent", or from "sent" to doubt.
"""

from __future__ import annotations

import datetime as dt
import hashlib

from django.db import connection, transaction
from django.db.models import Q

from agencies.addresses import address_hash
from agencies.scope import networks
from coaching.cohorts.models import Enrolment
from coaching.reminders.facts import UNCOUNTED_BY_LADDER
from coaching.reminders.instance import beat, database_now
from coaching.reminders.ledger import count_sent, note_message
from coaching.reminders.models import Reminder, Suppression
from coaching.reminders.settling import CLOSED
from coaching.reminders.webhooks import Telling

State = Reminder.State
CAME_BACK = "came_back"
HEARTBEAT = "provider_webhook"
# Where the outcome is still open, once the message was handed over.
_OPEN = (State.DUE, State.LEASED, State.HANDING, State.UNCERTAIN)


def take_in(provider: str, telling: Telling, body: bytes, now: dt.datetime | None = None) -> str:
    """Apply it once; the message's new state, "" where nothing moved. One transaction, its own scope."""
    beat(HEARTBEAT)
    network_id = _network_of(telling)
    if network_id is None:
        with transaction.atomic():
            _is_new(provider, telling, body)
        return ""
    with networks(network_id):
        if not _is_new(provider, telling, body):
            return ""
        row = _its_row(provider, telling)
        return _apply(row, provider, telling, now or database_now()) if row else ""


def _network_of(telling: Telling) -> int | None:
    """None for what concerns nobody here: another kind of event, a mail in no ledger, an unknown key."""
    if not (telling.kind and telling.key and telling.message_id):
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT network_of_reminder(%s)", [telling.key])
        row = cursor.fetchone()
    return row[0] if row else None


def _is_new(provider: str, telling: Telling, body: bytes) -> bool:
    """Remember it, in the transaction of its effect: what failed may be told again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO reminders_providerevent (provider, event_id, kind, body_hash, received_at) "
            "VALUES (%s, %s, %s, %s, clock_timestamp()) ON CONFLICT (provider, event_id) DO NOTHING",
            [provider, telling.event_id, telling.kind, hashlib.sha256(body).hexdigest()],
        )
        return bool(cursor.rowcount == 1)


def _its_row(provider: str, telling: Telling) -> Reminder | None:
    """The message under our key, if this provider had it, and under this name where we know one.

    A restored database does not know what it handed over since: there the key alone says it.
    """
    rows = Reminder.objects.select_for_update(of=("self",)).select_related("recipient")
    handed = Q(transport=provider, handed_over_at__isnull=False)
    row = rows.filter(handed | Q(state=State.UNCERTAIN, reason="restored"), dedupe_key=telling.key).first()
    if row is None:
        return None
    known, told = row.provider_message_id.strip("<>"), telling.message_id.strip("<>")
    return row if known in ("", told) else None


def _apply(row: Reminder, provider: str, telling: Telling, now: dt.datetime) -> str:
    match telling.kind:
        case "delivered":
            return _arrived(row, provider, telling, now)
        case "bounced":
            moved = _came_back(row, provider, telling, now)
            if telling.is_permanent and _is_theirs(row, telling.address):
                _suppress_address(row)
            return moved
        case "complained":
            moved = _arrived(row, provider, telling, now)  # how else could they have seen it
            _suppress_person(row)
            return moved
    return ""


def _arrived(row: Reminder, provider: str, telling: Telling, now: dt.datetime) -> str:
    was_open = _is_open(row)
    if not was_open and (row.state != State.SENT or row.delivered_at):
        return ""
    row.delivered_at = now
    if was_open:
        _end(row, State.SENT, "", provider, telling, now)
        _count(row, now)
    row.save(update_fields=_FIELDS)
    return State.SENT if was_open else ""


def _came_back(row: Reminder, provider: str, telling: Telling, now: dt.datetime) -> str:
    if not _is_open(row) and row.state != State.SENT:
        return ""
    _end(row, State.BOUNCED, CAME_BACK, provider, telling, now)
    row.save(update_fields=_FIELDS)
    return State.BOUNCED


_FIELDS = (
    "state reason finished_at delivered_at transport provider_message_id "
    "lease_token lease_until in_doubt_since"
).split()


def _end(row: Reminder, state: str, reason: str, provider: str, telling: Telling, now: dt.datetime) -> None:
    row.state, row.reason, row.finished_at = state, reason, now
    row.lease_token = row.lease_until = row.in_doubt_since = None
    row.transport, row.provider_message_id = provider, row.provider_message_id or telling.message_id


def _is_open(row: Reminder) -> bool:
    """Doubtful, under way, or put aside because the doubt lasted or a coach closed it."""
    return row.state in _OPEN or (row.state == State.SKIPPED and row.reason in (State.UNCERTAIN, CLOSED))


def _count(row: Reminder, now: dt.datetime) -> None:
    """What the ledger does when the server itself says yes."""
    with connection.cursor() as cursor:
        if row.kind == Reminder.Kind.COACH_MESSAGE:
            note_message(cursor, row.pk)
        if row.kind not in UNCOUNTED_BY_LADDER:
            count_sent(cursor, row.enrolment_id, now, has_notice="manager_notice" in row.reasons)


# --- who gets no more ---------------------------------------------------------------------------


def _hash_of(row: Reminder) -> str:
    return address_hash(row.network_id, row.recipient.email)  # type: ignore[arg-type]


def _is_theirs(row: Reminder, address: str) -> bool:
    """Whether it came back from the address of today: one that was corrected since is blamed for nothing."""
    return address_hash(row.network_id, address) == _hash_of(row)  # type: ignore[arg-type]


def _suppress_address(row: Reminder) -> None:
    found = _hash_of(row)
    Suppression.objects.bulk_create(
        [Suppression(address_hash=found, reason=Suppression.Reason.BOUNCED)], ignore_conflicts=True
    )
    # Left where the coach's pages read it, as the ledger does for an address that SMTP refuses.
    Enrolment.objects.filter(membership__user_id=row.recipient_id).update(refused_address=found)


def _suppress_person(row: Reminder) -> None:
    Suppression.objects.bulk_create(
        [Suppression(user_id=row.recipient_id, reason=Suppression.Reason.COMPLAINT)], ignore_conflicts=True
    )
