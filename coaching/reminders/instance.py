"""Whether this installation may send: a copied or restored database must not write to real people.

Reliability 2.12. The answer lies in the database alone, so that any number of workers on any number of
machines share it: `instance_id` is the site's name, and `home` says where the row was written. A dump carries
the row along, but not the place: what is restored lies elsewhere, and holds its mail until somebody has said
what left since the dump (restoring.py).
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import connection

from coaching.reminders.models import InstanceIdentity


class MailHeld(Exception):
    """Nothing may leave; `code` is other_instance (a copy), restored, or disabled (the kill switch)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def require_may_send() -> None:
    """Raise MailHeld unless the database belongs to this installation; the first one to ask owns it."""
    if code := why_held():
        raise MailHeld(code)


def why_held() -> str:
    """The code of MailHeld, or nothing when mail may leave."""
    home = _home()
    identity = _identity(home)
    if identity.instance_id != settings.INSTANCE_ID:
        return "other_instance"
    if not identity.home:  # written before there were homes
        InstanceIdentity.objects.filter(home="").update(home=home)
    elif identity.home != home:
        return "restored"
    return "" if identity.is_mail_enabled else "disabled"


def settle_here(instance_id: str) -> None:
    """This is the database's home from now on, and `instance_id` its site: for who has restored it."""
    _identity()
    InstanceIdentity.objects.update(instance_id=instance_id, home=_home(), restored_at=database_now())


def stop_mail(because: str) -> None:
    """The kill switch, with the operator's words; what a server is being given meanwhile goes through."""
    _identity()
    InstanceIdentity.objects.update(is_mail_enabled=False, stopped_because=because)


def start_mail() -> None:
    _identity()
    InstanceIdentity.objects.update(is_mail_enabled=True, stopped_because="")


def _identity(home: str = "") -> InstanceIdentity:
    """The one row; whoever asks first writes it. Without a home, the next one to send gives it one."""
    mine = InstanceIdentity(instance_id=settings.INSTANCE_ID, home=home)
    InstanceIdentity.objects.bulk_create([mine], ignore_conflicts=True)
    return InstanceIdentity.objects.get()


def _home() -> str:
    """The cluster, the database in it and the table in that: each restore makes at least one of them anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT concat_ws('/', (SELECT system_identifier FROM pg_control_system()), "
            "(SELECT oid FROM pg_database WHERE datname = current_database()), "
            "'reminders_instanceidentity'::regclass::oid)"
        )
        row = cursor.fetchone()
    assert row is not None
    return str(row[0])


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
