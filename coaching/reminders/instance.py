"""Whether this installation may send: a copied database must not write to real people (reliability 2.12)."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import connection

from coaching.reminders.models import InstanceIdentity


class MailHeld(Exception):
    """Nothing may leave; `code` is other_instance (a copied database) or disabled (the kill switch)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def require_may_send() -> None:
    """Raise MailHeld unless the database belongs to this installation; the first one to ask owns it."""
    InstanceIdentity.objects.bulk_create(
        [InstanceIdentity(instance_id=settings.INSTANCE_ID)], ignore_conflicts=True
    )
    identity = InstanceIdentity.objects.get()
    if identity.instance_id != settings.INSTANCE_ID:
        raise MailHeld("other_instance")
    if not identity.is_mail_enabled:
        raise MailHeld("disabled")


def beat(name: str) -> None:
    """Note a sign of life, by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO reminders_heartbeat (name, beat_at) VALUES (%s, clock_timestamp()) "
            "ON CONFLICT (name) DO UPDATE SET beat_at = EXCLUDED.beat_at",
            [name],
        )


def database_now() -> dt.datetime:
    """The one clock for due dates and leases: workers' own clocks may jump."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        row = cursor.fetchone()
    assert row is not None
    now: dt.datetime = row[0]
    return now
